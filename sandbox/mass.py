"""Mass send to chosen openids or to a tag: counts, not people, come back (wechat.md §3.5)."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select

from sandbox import followers, tags, wechat_rules
from sandbox.tables import phone_message, sent_once
from sandbox.wechat_call import Call
from sandbox.wechat_rules import Refused

MONTHLY = 4  # a user and calendar month, Beijing time
MOST = 10_000


def send(call: Call) -> dict[str, Any]:
    """40130 fewer than two openids, 45065 this clientmsgid was sent before (with its msg_id)."""
    openids = call.body.get("touser")
    if not isinstance(openids, list) or len(set(openids)) < 2:
        raise Refused(40130, "invalid openid list size, at least two openid")
    if len(openids) > MOST:
        raise Refused(40032, "invalid openid list size")
    return _send(call, list(dict.fromkeys(openids)))


def send_all(call: Call) -> dict[str, Any]:
    """By `filter`: everybody, or who wears a tag. 45159 no such tag; the old group_id is no filter any more (40004)."""
    chosen = call.body.get("filter")
    if not isinstance(chosen, dict) or (not chosen.get("is_to_all") and "tag_id" not in chosen):
        raise Refused(40004, "invalid filter")
    if chosen.get("is_to_all"):
        return _send(call, followers.everyone(call.connection, call.account.name))
    return _send(call, tags.members(call, tags.known(call, chosen["tag_id"])))


def _send(call: Call, openids: list[str]) -> dict[str, Any]:
    text = wechat_rules.text_content(call.body)
    client_id = wechat_rules.client_id(call.body, "clientmsgid")
    _refuse_again(call, client_id)
    msgid = _remember(call, client_id)
    _deliver(call, openids, text, msgid)
    return {"msg_id": msgid, "msg_data_id": msgid}


def _refuse_again(call: Call, client_id: str) -> None:
    before = select(sent_once.c.msgid).where(
        sent_once.c.account == call.account.name, sent_once.c.api == "mass", sent_once.c.client_id == client_id
    )
    msgid = call.connection.execute(before).scalar() if client_id else None
    if msgid is not None:
        raise Refused(45065, "clientmsgid exist", msg_id=msgid)


def _remember(call: Call, client_id: str) -> int:
    number = call.connection.execute(select(func.coalesce(func.max(sent_once.c.id), 0))).scalar_one()
    msgid = 1_000_000_000 + int(number)
    row = {"api": "mass", "openid": "", "client_id": client_id, "msgid": msgid, "at": call.now}
    call.connection.execute(insert(sent_once).values(account=call.account.name, **row))
    return msgid


def _deliver(call: Call, openids: list[str], text: str, msgid: int) -> None:
    left = [openid for openid in openids if _this_month(call, openid) < MONTHLY]
    there = [openid for openid in left if _follows(call, openid)]
    for openid in there:
        call.put(openid, kind="mass", text=text)
    counts = {"TotalCount": len(openids), "FilterCount": len(left), "SentCount": len(there)}
    status = "send success" if there else "send fail"
    finish = {"Event": "MASSSENDJOBFINISH", "MsgID": msgid, "Status": status, **counts}
    call.push_later("mphelper", **finish, ErrorCount=len(left) - len(there))


def _this_month(call: Call, openid: str) -> int:
    first = call.now.astimezone(ZoneInfo("Asia/Shanghai")).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return int(call.connection.execute(_masses(call, openid, first)).scalar_one())


def _masses(call: Call, openid: str, since: datetime):  # type: ignore[no-untyped-def]  # a private SQLAlchemy type
    return select(func.count()).where(
        phone_message.c.account == call.account.name,
        phone_message.c.address == openid,
        phone_message.c.kind == "mass",
        phone_message.c.at >= since,
    )


def _follows(call: Call, openid: str) -> bool:
    who = followers.find(call.connection, call.account.name, openid, call.now)
    return who is not None and who.following
