"""The menu of an account, and the ticket of its pages (wechat.md §3.7)."""

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert

from sandbox import tokens
from sandbox.menu_rules import checked_menu
from sandbox.tables import account_menu
from sandbox.wechat_call import Call
from sandbox.wechat_rules import Refused


def ticket(call: Call) -> dict[str, Any]:
    """For the JS-SDK. Another type than jsapi is none we know (the code is not verified)."""
    if call.args.get("type") != "jsapi":
        raise Refused(40097, "invalid args")
    given, seconds = tokens.ticket(call.connection, call.account.name, call.now)
    return {"ticket": given, "expires_in": seconds}


def menu_create(call: Call) -> dict[str, Any]:
    buttons = checked_menu(call.body.get("button"))
    values = {"account": call.account.name, "menu": buttons}
    put = insert(account_menu).values(**values)
    call.connection.execute(put.on_conflict_do_update(index_elements=["account"], set_={"menu": buttons}))
    return {}


def menu_delete(call: Call) -> dict[str, Any]:
    call.connection.execute(delete(account_menu).where(account_menu.c.account == call.account.name))
    return {}


def menu_get(call: Call) -> dict[str, Any]:
    mine = select(account_menu.c.menu).where(account_menu.c.account == call.account.name)
    menu = call.connection.execute(mine).scalar()
    if menu is None:
        raise Refused(46003, "menu no exist")
    return {"menu": {"button": [{"sub_button": [], **button} for button in menu]}}
