"""Customer-service and template messages (wechat.md §3.2, §3.3)."""

from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select

from sandbox import faults, followers, media, typing_sign, wechat_rules
from sandbox.tables import sent_once
from sandbox.wechat_call import Call
from sandbox.wechat_rules import Refused

TEMPLATE_ONCE = timedelta(minutes=10)


def custom(call: Call) -> dict[str, Any]:
    to = call.follower(call.body.get("touser"))
    image = call.body.get("msgtype") == "image"
    text, data = media.sent_image(call) if image else wechat_rules.custom_content(call.body)
    if data and "options" in data and not call.account.menus:
        raise Refused(40200, "invalid account type")
    if not to.following or to.until is None:
        raise Refused(45015, "response out of time limit or subscription is canceled")
    if to.left == 0:
        raise Refused(45047, "out of response count limit")
    followers.spend(call.connection, call.account.name, to.openid, call.now)
    typing_sign.cancel(call.connection, call.account.name, to.openid)
    call.put(to.openid, kind="custom", text=text, data=data)
    return {}


def template(call: Call) -> dict[str, Any]:
    to = call.follower(call.body.get("touser"))
    template_id = str(call.body.get("template_id"))
    if template_id not in call.account.templates:
        raise Refused(40037, "invalid template_id")
    if not to.following:
        raise Refused(43004, "require subscribe")
    values = wechat_rules.template_data(call.account.templates[template_id], call.body.get("data"))
    wechat_rules.miniprogram(call.body, call.account.miniprograms)
    client_id = wechat_rules.client_id(call.body, "client_msg_id")
    sent = _sent(call, to.openid, client_id)
    if sent is not None:
        return {"msgid": sent}
    url = str(call.body.get("url") or "") or None
    shown = "\n".join(values.values())
    msgid = call.put(to.openid, kind="template", text=shown, template=template_id, data=values, url=url)
    _remember(call, to.openid, client_id, msgid)
    _finish(call, to.openid, msgid)
    return {"msgid": msgid}


def _finish(call: Call, openid: str, msgid: int) -> None:
    status = faults.take(call.connection, "template/finish") or "success"
    call.push_later(openid, Event="TEMPLATESENDJOBFINISH", MsgID=msgid, Status=status)


def _sent(call: Call, openid: str, client_id: str) -> int | None:
    """The message already sent under this client_msg_id within ten minutes."""
    same = select(sent_once.c.msgid).where(
        sent_once.c.account == call.account.name,
        sent_once.c.api == "template",
        sent_once.c.openid == openid,
        sent_once.c.client_id == client_id,
        sent_once.c.at > call.now - TEMPLATE_ONCE,
    )
    return call.connection.execute(same).scalar() if client_id else None


def _remember(call: Call, openid: str, client_id: str, msgid: int) -> None:
    row = {"api": "template", "openid": openid, "client_id": client_id, "msgid": msgid, "at": call.now}
    call.connection.execute(insert(sent_once).values(account=call.account.name, **row))
