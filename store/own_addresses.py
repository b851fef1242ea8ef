"""A colleague's own telephone, mailbox and WeChat, proved by a code: the only places a test of a text may go.

WeChat: the code is typed to the account from there, and found among what came in since. SMS and e-mail: a code is sent
there and typed on the page. Times are the machine's.
"""

import hmac
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update

from bot.customer import StaffMember
from bot.errors import RuleBroken
from bot.messages import Way
from store.dialects import insert_into
from store.tables.contact import message
from store.tables.people import identity
from store.tables.staff import own_address
from store.visibility import visible_to

LIFE = timedelta(minutes=10)
TRIES = 5  # of a million codes
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none looks like another
WECHAT_LETTERS = 10  # 50 bits: it is looked for in what anybody writes to the account


@dataclass(frozen=True, slots=True)
class Own:
    """way: SMS, EMAIL or CUSTOM. code: what is to be typed to the account; never one that was sent out."""

    way: Way
    account: str
    address: str
    proved: bool
    code: str


def mine(conn: Connection, user: StaffMember, machine_now: datetime) -> Sequence[Own]:
    """Proved ones, and those whose code is still good."""
    rows = conn.execute(select(own_address).where(own_address.c.staff_id == user.id).order_by(own_address.c.way))
    good = [row for row in rows if row.proved_at is not None or _open(row, machine_now)]
    return [
        Own(Way(r.way), r.account, r.address, r.proved_at is not None, r.code if r.way == Way.CUSTOM else "")
        for r in good
    ]


def ask_wechat(
    conn: Connection, user: StaffMember, machine_now: datetime, choice: Callable[[str], str] = secrets.choice
) -> None:
    """A code to be typed to any of the house's accounts; one made before is worth nothing from now on."""
    newest = conn.execute(select(func.max(message.c.id))).scalar() or 0
    code = "".join(choice(LETTERS) for _ in range(WECHAT_LETTERS))
    _put(conn, user, Way.CUSTOM, "", code, newest, machine_now)


def ask_at(
    conn: Connection,
    user: StaffMember,
    way: Way,
    address: str,
    machine_now: datetime,
    choice: Callable[[str], str] = secrets.choice,
) -> str:
    """The six digits to be sent there. way: SMS or EMAIL; address: E.164, or as `parse_email` gives it."""
    code = "".join(choice("0123456789") for _ in range(6))
    _put(conn, user, way, address, code, 0, machine_now)
    return code


def prove_wechat(conn: Connection, user: StaffMember, machine_now: datetime) -> None:
    """Looks whether the code came. Raises RuleBroken no_code, not_come."""
    row = _asked(conn, user, Way.CUSTOM, machine_now)
    said = (message.c.id > row.after_id, message.c.channel == "wechat", message.c.direction == "in")
    query = select(message.c.customer_id, message.c.provider_key).where(*said, visible_to(user, message))
    for came in conn.execute(query.where(func.upper(message.c.text).contains(row.code))):
        theirs = (identity.c.customer_id == came.customer_id, identity.c.channel == "wechat")
        for who in conn.execute(select(identity).where(*theirs)):
            if str(came.provider_key).endswith(who.address):  # a file may have two; the key names who wrote
                _proved(conn, row, machine_now, account=who.account, address=who.address)
                return
    raise RuleBroken("not_come", "还没有收到这串字，请从您自己的微信发给服务号，再点一次")


def prove_at(conn: Connection, user: StaffMember, way: Way, typed: str, machine_now: datetime) -> bool:
    """False: a wrong code; the try is counted, so the caller commits. Raises RuleBroken no_code."""
    row = _asked(conn, user, way, machine_now)
    if not hmac.compare_digest(row.code, "".join(typed.split())):
        conn.execute(update(own_address).where(own_address.c.id == row.id).values(tries=own_address.c.tries + 1))
        return False
    _proved(conn, row, machine_now)
    return True


def drop(conn: Connection, staff_id: int, way: Way | None = None) -> int:
    """way None: all of this colleague's. Returns how many."""
    theirs = delete(own_address).where(own_address.c.staff_id == staff_id)
    return conn.execute(theirs.where(own_address.c.way == way.value) if way else theirs).rowcount


def _put(
    conn: Connection, user: StaffMember, way: Way, address: str, code: str, after_id: int, machine_now: datetime
) -> None:
    fresh = {"account": "", "address": address, "code": code, "after_id": after_id, "tries": 0, "proved_at": None}
    fresh["expires_at"] = machine_now + LIFE
    made = insert_into(conn, own_address).values(staff_id=user.id, way=way.value, **fresh)
    conn.execute(made.on_conflict_do_update(index_elements=["staff_id", "way"], set_=fresh))


def _asked(conn: Connection, user: StaffMember, way: Way, machine_now: datetime) -> Row[Any]:
    """The open code, held until the commit: of two guesses at once each is counted."""
    mine = (own_address.c.staff_id == user.id, own_address.c.way == way.value)
    row = conn.execute(select(own_address).where(*mine).with_for_update()).first()
    if row is None or row.proved_at is not None or not _open(row, machine_now):
        raise RuleBroken("no_code", "验证码过期了或试错太多次，请重新要一个")
    return row


def _open(row: Row[Any], machine_now: datetime) -> bool:
    return bool(row.expires_at > machine_now and row.tries < TRIES)


def _proved(conn: Connection, row: Row[Any], machine_now: datetime, **values: str) -> None:
    done = {"code": "", "proved_at": machine_now, **values}
    conn.execute(update(own_address).where(own_address.c.id == row.id).values(**done))
