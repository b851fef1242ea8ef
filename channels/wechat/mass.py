"""Mass messages: one text to chosen openids, or to a tag of the account (wechat.md §3.5)."""

from collections.abc import Mapping

from bot.errors import ContentRefused
from bot.messages import Outgoing
from bot.routing import MASS_LEAST, MASS_MOST
from channels.wechat.request import Request, client_id, text_of

NAMES = ("msg_id", "msgid")


def mass(out: Outgoing) -> Request:
    """payload {"text","openids"} or {"text","tag_id"}. clientmsgid: WeChat answers 45065 to a second one."""
    same = {"msgtype": "text", "text": {"content": text_of(out.payload)}, "clientmsgid": client_id(out)}
    if "tag_id" in out.payload:
        chosen = {"is_to_all": False, "tag_id": _tag(out.payload["tag_id"])}
        return Request("message/mass/sendall", {"filter": chosen, **same}, True, NAMES)
    return Request("message/mass/send", {"touser": _openids(out.payload), **same}, True, NAMES)


def _tag(tag: object) -> int:
    """Never "to all": a tag that is none must not become everybody."""
    if not isinstance(tag, int) or isinstance(tag, bool) or tag < 1:
        raise ContentRefused("tag", "群发标签编号不正确")
    return tag


def _openids(payload: Mapping[str, object]) -> list[str]:
    openids = payload.get("openids")
    found = list(dict.fromkeys(str(each) for each in openids)) if isinstance(openids, list | tuple) else []
    if len(found) < MASS_LEAST:
        raise ContentRefused("40130", "群发至少需要两位客户")
    if len(found) > MASS_MOST:
        raise ContentRefused("mass_size", f"群发一次最多 {MASS_MOST} 位客户")
    return found
