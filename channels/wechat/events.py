"""What WeChat reports as an event → `Inbound` where a person acted, `Receipt`s, else `News` (wechat.md §2.8)."""

import re
from collections import Counter
from collections.abc import Callable, Mapping

from bot.errors import BadBody
from bot.messages import Channel, Inbound, InboundKind, News, NewsKind, Receipt, ReceiptState
from channels.wechat.body import LONGEST_WORD, Fields, entries, inner, moment, needed, openid, word
from channels.wechat.messages import Meaning, inbound_of, key_of

Came = Inbound | News | tuple[Receipt, ...]

ACTS = {
    "subscribe": InboundKind.FOLLOW,
    "unsubscribe": InboundKind.UNFOLLOW,
    "scan": InboundKind.SCAN,
    "click": InboundKind.CLICK,
    "scancode_push": InboundKind.CLICK,  # opens the same three messages as a click (wechat.md §3.2)
    "scancode_waitmsg": InboundKind.CLICK,
}
COUNTS = {"TotalCount": "total", "FilterCount": "filtered", "SentCount": "sent", "ErrorCount": "failed"}
FINISHED = {"templatesendjobfinish": "success", "masssendjobfinish": "send success"}
SUBSCRIBED = {
    "subscribe_msg_popup_event": ("SubscribeMsgPopupEvent",),
    "subscribe_msg_change_event": ("SubscribeMsgChangeEvent", "SubscribeMsgPopupEvent"),  # the docs show both tags
}
# Closing an account is a withdrawal too; not in our reference, WeChat's PIPL pages name the three together.
REVOKED = frozenset({"user_authorization_revoke", "user_authorization_cancellation", "user_info_modified"})
ACCOUNT = re.compile(r"qualification_verify_|naming_verify_|annual_renew$|verify_expired$")
ACCOUNT_TIMES = ("ExpiredTime", "FailTime")
DESK = {"kf_create_session", "kf_close_session", "kf_switch_session"}
DESK_FIELDS = ("KfAccount", "FromKfAccount", "ToKfAccount", "CloseType")


def read_event(fields: Fields, account: str) -> Came:
    """Raises BadBody. An event nobody listed is SEEN: taken note of by its name."""
    name = needed(fields, "Event", LONGEST_WORD).lower()
    if name in ACTS:
        return _act(fields, account, name)
    if name in FINISHED:
        return (_finished(fields, account, name),)
    if name == "subscribe_msg_sent_event":
        return _notified(fields, account)
    return _news(fields, account, name)


def _act(fields: Fields, account: str, name: str) -> Inbound:
    option = word(fields, "EventKey")
    if name == "subscribe":
        option = option.removeprefix("qrscene_")
    return inbound_of(fields, account, Meaning(ACTS[name], option=option), name)


def _finished(fields: Fields, account: str, name: str) -> Receipt:
    """A mass send reports counts, not people: its receipt names nobody."""
    status = " ".join(needed(fields, "Status").split())
    well, mass = status.lower() == FINISHED[name], name == "masssendjobfinish"
    return Receipt(
        channel=Channel.WECHAT,
        account=account,
        state=ReceiptState.DELIVERED if well else ReceiptState.FAILED,
        at=moment(fields),
        provider_id=needed(fields, "MsgID", LONGEST_WORD),
        code="" if well else re.sub(r"\s*:\s*", ":", status)[:LONGEST_WORD],
        address="" if mass else openid(fields),
        counts=_counts(fields) if mass else {},
    )


def _counts(fields: Fields) -> dict[str, int]:
    """What became of a mass send; a count that is missing or no number is left out."""
    told = {ours: word(fields, theirs) for theirs, ours in COUNTS.items()}
    return {name: int(count) for name, count in told.items() if count.isascii() and count.isdigit()}


def _notified(fields: Fields, account: str) -> tuple[Receipt, ...]:
    """One receipt a notification; `ErrorCode` 0 is delivered."""
    listed = _list(fields, ("SubscribeMsgSentEvent",))
    return tuple(_notification(each, account, fields) for each in listed)


def _notification(entry: Fields, account: str, fields: Fields) -> Receipt:
    code = needed(entry, "ErrorCode", LONGEST_WORD)
    return Receipt(
        channel=Channel.WECHAT,
        account=account,
        state=ReceiptState.DELIVERED if code == "0" else ReceiptState.FAILED,
        at=moment(fields),
        provider_id=needed(entry, "MsgID", LONGEST_WORD),
        code="" if code == "0" else f"{code} {word(entry, 'ErrorStatus')}".strip()[:LONGEST_WORD],
        address=openid(fields),
    )


def _news(fields: Fields, account: str, name: str) -> News:
    kind, told = _told(name)
    data = told(fields)
    apart = [str(item["template_id"]) for item in _items_in(data)]
    apart += [word(fields, "OpenID")] if kind is NewsKind.REVOKED else []  # the sender may be WeChat itself
    return News(
        account=account,
        kind=kind,
        event=name,
        provider_key=key_of(fields, name, *apart),
        at=moment(fields),
        openid=_about(fields, kind),
        data=data,
    )


def _told(name: str) -> tuple[NewsKind, Callable[[Fields], Mapping[str, object]]]:
    if name in SUBSCRIBED:
        return NewsKind.SUBSCRIPTION, lambda fields: {"items": _consents(fields, name)}
    if name in REVOKED:
        return NewsKind.REVOKED, lambda fields: {"info": word(fields, "RevokeInfo", LONGEST_WORD)}
    if ACCOUNT.match(name):
        return NewsKind.ACCOUNT, _times
    if name in DESK:
        return NewsKind.DESK, lambda fields: {each: word(fields, each, LONGEST_WORD * 2) for each in DESK_FIELDS}
    if name == "debug_demo":
        return NewsKind.DEBUG, lambda fields: {"length": len(word(fields, "debug_str"))}
    return NewsKind.SEEN, _seen


def _about(fields: Fields, kind: NewsKind) -> str:
    """Who the event speaks of. In a withdrawal that is `OpenID`: the sender may be WeChat itself."""
    if kind is NewsKind.ACCOUNT:
        return ""
    return openid(fields, "OpenID") if kind is NewsKind.REVOKED and fields.get("OpenID") else openid(fields)


def _consents(fields: Fields, name: str) -> list[dict[str, str]]:
    """One entry a template tapped, each with a key of its own: two of one push do not swallow each other."""
    seen: Counter[str] = Counter()
    found = []
    for each in _list(fields, SUBSCRIBED[name]):
        template, said = needed(each, "TemplateId", LONGEST_WORD), word(each, "SubscribeStatusString").lower()
        seen[template] += 1
        key = key_of(fields, name, template, said, str(seen[template]))
        found.append({"key": key, "template_id": template, "status": said})
    return found


def _list(fields: Fields, tags: tuple[str, ...]) -> list[Fields]:
    """`<Tag><List>…`, in JSON `List` at the top. At least one, or it is no such event."""
    holder = next((inner(fields, tag) for tag in tags if fields.get(tag)), fields)
    found = list(entries(holder, "List"))
    if not found:
        raise BadBody("an empty list")
    return found


def _items_in(data: Mapping[str, object]) -> list[Mapping[str, object]]:
    items = data.get("items")
    return items if isinstance(items, list) else []


def _times(fields: Fields) -> Mapping[str, object]:
    """Instants as ISO 8601, and WeChat's own reason for a failed verification."""
    told = {name: moment(fields, name).isoformat() for name in ACCOUNT_TIMES if fields.get(name)}
    return told | ({"FailReason": word(fields, "FailReason")[:200]} if fields.get("FailReason") else {})


def _seen(fields: Fields) -> Mapping[str, object]:
    """Nothing is kept of where somebody was or what was opened: no subject of ours needs it."""
    return {}
