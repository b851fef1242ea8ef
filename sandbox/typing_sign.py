"""对方正在输入: within 30 s of an interaction, for 15 s, not twice (api_typing of the official pages)."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from sandbox import followers
from sandbox.tables import typing_until
from sandbox.wechat_call import Call
from sandbox.wechat_rules import Refused

SHOWN, AFTER = timedelta(seconds=15), timedelta(seconds=30)
COMMANDS = ("Typing", "CancelTyping")


def typing(call: Call) -> dict[str, Any]:
    """45072 no such command, 45080 no interaction of late, 45081 shown already."""
    to = call.follower(call.body.get("touser"))
    command = call.body.get("command")
    if command not in COMMANDS:
        raise Refused(45072, "invalid command")
    last = followers.last_seen(call.connection, call.account.name, to.openid)
    if to.until is None or last is None or call.now - last > AFTER:
        raise Refused(45080, "no interaction in the last 30 seconds")
    if command == "CancelTyping":
        cancel(call.connection, call.account.name, to.openid)
        return {}
    if _shown(call, to.openid):
        raise Refused(45081, "already typing")
    row = {"account": call.account.name, "openid": to.openid, "until": call.now + SHOWN}
    put = insert(typing_until).values(**row)
    call.connection.execute(
        put.on_conflict_do_update(index_elements=["account", "openid"], set_={"until": row["until"]})
    )
    return {}


def cancel(connection: Connection, account: str, openid: str) -> None:
    """A message that is sent ends the sign."""
    connection.execute(delete(typing_until).where(typing_until.c.account == account, typing_until.c.openid == openid))


def _shown(call: Call, openid: str) -> bool:
    mine = (typing_until.c.account == call.account.name, typing_until.c.openid == openid)
    row = call.connection.execute(select(typing_until.c.until).where(*mine, typing_until.c.until > call.now)).first()
    return row is not None
