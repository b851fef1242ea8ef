"""Subscription notifications: a tap on 允许 is one message, of one template (wechat.md §3.4)."""

from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.sqlite import insert

from sandbox import wechat_rules
from sandbox.tables import tapped_consent
from sandbox.wechat_call import Call
from sandbox.wechat_rules import Refused

EVERY_MSGID = 1_700_000_000_000_000_000  # WeChat's numbers of these are long


def bizsend(call: Call) -> dict[str, Any]:
    """43101 without a consent in hand. The consent is spent by the message; WeChat knows no id of the caller's."""
    to = call.follower(call.body.get("touser"))
    template_id = str(call.body.get("template_id"))
    if template_id not in call.account.subscriptions:
        raise Refused(40037, "invalid template_id")
    values = wechat_rules.template_data(call.account.subscriptions[template_id], call.body.get("data"))
    wechat_rules.miniprogram(call.body, call.account.miniprograms)
    if not _spend(call.connection, call.account.name, to.openid, template_id):
        raise Refused(43101, "user refuse to accept the msg")
    url = str(call.body.get("page") or "") or None
    shown = "\n".join(values.values())
    msgid = call.put(to.openid, kind="subscription", text=shown, template=template_id, data=values, url=url)
    told = {"TemplateId": template_id, "MsgID": str(EVERY_MSGID + msgid), "ErrorCode": "0", "ErrorStatus": "success"}
    call.push_later(to.openid, Event="subscribe_msg_sent_event", SubscribeMsgSentEvent={"List": told})
    return {"msgid": str(EVERY_MSGID + msgid)}


def answered(connection: Connection, account: str, openid: str, template_id: str, *, accept: bool) -> None:
    """The customer tapped 允许 once more, or took back what was left."""
    row = {"account": account, "openid": openid, "template_id": template_id, "left": int(accept)}
    left = tapped_consent.c.left + 1 if accept else 0
    put = insert(tapped_consent).values(**row)
    connection.execute(
        put.on_conflict_do_update(index_elements=["account", "openid", "template_id"], set_={"left": left})
    )


def left(connection: Connection, account: str, openid: str) -> dict[str, int]:
    mine = (tapped_consent.c.account == account, tapped_consent.c.openid == openid, tapped_consent.c.left > 0)
    return {row.template_id: row.left for row in connection.execute(select(tapped_consent).where(*mine))}


def _spend(connection: Connection, account: str, openid: str, template_id: str) -> bool:
    mine = (
        tapped_consent.c.account == account,
        tapped_consent.c.openid == openid,
        tapped_consent.c.template_id == template_id,
        tapped_consent.c.left > 0,
    )
    spent = update(tapped_consent).where(*mine).values(left=tapped_consent.c.left - 1)
    return connection.execute(spent).rowcount == 1
