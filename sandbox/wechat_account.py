"""QR codes, people and the menu of an account (wechat.md §3.6, §3.7)."""

import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert

from sandbox.tables import account_menu, qr_ticket
from sandbox.wechat_call import Call
from sandbox.wechat_rules import Refused

QR_LIFE_S = (60, 2_592_000)  # default, longest
QR_ACTIONS = ("QR_SCENE", "QR_STR_SCENE", "QR_LIMIT_SCENE", "QR_LIMIT_STR_SCENE")


def qrcode(call: Call) -> dict[str, Any]:
    scene = (call.body.get("action_info") or {}).get("scene") or {}
    value = str(scene.get("scene_str") or scene.get("scene_id") or "")
    if not 1 <= len(value) <= 64:
        raise Refused(40053, "invalid action info")
    if call.body.get("action_name") not in QR_ACTIONS:
        raise Refused(40052, "invalid action name")
    seconds = min(int(call.body.get("expire_seconds") or QR_LIFE_S[0]), QR_LIFE_S[1])
    lasting = "LIMIT" in str(call.body["action_name"])
    row = {
        "account": call.account.name,
        "ticket": "gQ" + secrets.token_urlsafe(48),
        "scene": value,
        "expires_at": None if lasting else call.now + timedelta(seconds=seconds),
    }
    call.connection.execute(insert(qr_ticket).values(**row))
    life = {} if lasting else {"expire_seconds": seconds}
    return {"ticket": row["ticket"], "url": f"http://weixin.qq.com/q/{row['ticket']}", **life}


def user_info(call: Call) -> dict[str, Any]:
    who = call.follower(call.args.get("openid"))
    if not who.following:
        return {"subscribe": 0, "openid": who.openid}
    # Nickname and portrait are no longer told since 2021-12-27.
    return {"subscribe": 1, "openid": who.openid, "remark": "", "groupid": 0, "tagid_list": []}


def menu_create(call: Call) -> dict[str, Any]:
    buttons = call.body.get("button")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        raise Refused(40016, "invalid button size")
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
    return {"menu": {"button": menu}}
