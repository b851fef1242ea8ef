"""Tags of an account: as far as a mass send by tag needs them (wechat.md §3.5, §3.8 45056–45059)."""

from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.dialects.sqlite import insert as put

from sandbox.tables import tag, tag_member
from sandbox.wechat_call import Call
from sandbox.wechat_rules import Refused

MOST, AT_ONCE, LONGEST = 100, 50, 30  # tags of an account, openids of a call, characters of a name
FIRST_ID = 100  # smaller ones are WeChat's own (star friends)


def create(call: Call) -> dict[str, Any]:
    """45157 the name is taken, 45158 longer than 30 bytes, 45056 over a hundred."""
    name = str((call.body.get("tag") or {}).get("name") or "")
    if not name or len(name.encode()) > LONGEST:
        raise Refused(45158, "tag name too long")
    if call.connection.execute(select(tag.c.id).where(_mine(call), tag.c.name == name)).first():
        raise Refused(45157, "invalid tag name")
    number = call.connection.execute(select(func.count()).where(_mine(call))).scalar_one()
    if number >= MOST:
        raise Refused(45056, "too many tag now, no need to add new")
    row = {"account": call.account.name, "name": name, "number": FIRST_ID + number}
    call.connection.execute(insert(tag).values(**row))
    return {"tag": {"id": row["number"], "name": name}}


def get(call: Call) -> dict[str, Any]:
    rows = call.connection.execute(select(tag).where(_mine(call)).order_by(tag.c.number)).all()
    return {"tags": [{"id": row.number, "name": row.name, "count": len(members(call, row.number))} for row in rows]}


def batch(call: Call) -> dict[str, Any]:
    """40032 none or over fifty openids at once, 45159 no such tag."""
    openids, number = call.body.get("openid_list"), call.body.get("tagid")
    if not isinstance(openids, list) or not 1 <= len(openids) <= AT_ONCE:
        raise Refused(40032, "invalid openid list size")
    known(call, number)
    people = [call.follower(openid).openid for openid in openids]
    rows = [{"account": call.account.name, "number": number, "openid": openid} for openid in people]
    call.connection.execute(put(tag_member).on_conflict_do_nothing(), rows)
    return {}


def known(call: Call, number: object) -> int:
    """45159 for a tag the account does not have."""
    found = call.connection.execute(select(tag.c.number).where(_mine(call), tag.c.number == number)).scalar()
    if found is None or isinstance(number, bool):
        raise Refused(45159, "invalid tag id")
    return int(found)


def members(call: Call, number: int) -> list[str]:
    mine = (tag_member.c.account == call.account.name, tag_member.c.number == number)
    return list(call.connection.execute(select(tag_member.c.openid).where(*mine).order_by(tag_member.c.id)).scalars())


def _mine(call: Call):  # type: ignore[no-untyped-def]  # a private SQLAlchemy type
    return tag.c.account == call.account.name
