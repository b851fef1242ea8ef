"""A test of a text to the colleague's own proved address: routed and queued like any message, and nobody's touchpoint.

It does not pass the gate, by decision (docs/administration.md): what the gate asks of a customer (consent, hours, caps)
has its answer in the press of the button, and a verdict would count a test among contacts. What concerns the address is
asked: a refusal, the window, and the hard rules of the ways (bot/routing.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from bot.customer import StaffMember
from bot.dealer import Dealer
from bot.errors import RuleBroken
from bot.messages import Category, Priority, Way
from bot.reason_words import WORDS
from bot.routing import Contact, Follower, route
from store import outbox, refusals, templates, windows
from store.own_addresses import Own
from store.tables.outbound import outbox as outbox_table
from store.tables.people import identity
from store.tables.staff import staff, trial

PER_HOUR = 10  # a person; the codes count too, since they go to a number or mailbox somebody typed
GOOD_FOR = timedelta(minutes=10)  # a test that arrives tomorrow tells nobody anything
CODE = "staff.code"


@dataclass(frozen=True, slots=True)
class Trial:
    message_id: str
    way: str
    state: str  # of the outbox
    reason: str


def send(
    conn: Connection,
    user: StaffMember,
    own: Own,
    dealer: Dealer,
    *,
    message_id: str,
    way: Way,
    category: Category,
    payload: Mapping[str, object],
    now: datetime,
) -> int:
    """The outbox row. Raises RuleBroken too_many, refused, no_way."""
    number = _counted(conn, user, now)
    barred = [each for each in refusals.standing_at(conn, [own.address]) if category in refusals.ENDS[each.purpose]]
    if barred:
        raise RuleBroken("refused", "这个号码拒收这类消息，测试也不发")
    found = route(_contact(conn, own, message_id, way, category, now), dealer)
    if found.way is not way:
        why = next((passed.reason for passed in found.passed if passed.way is way), None)
        raise RuleBroken("no_way", f"现在发不了：{WORDS[why][0] if why else way.value}")
    made = outbox.enqueue(
        conn,
        store_id=user.store_id,
        customer_id=None,
        way=way,
        account=found.account,
        address=found.address,
        category=category,
        priority=Priority.REPLY,
        payload=payload,
        out_id=f"trial-{user.id}-{number + 1}",
        not_before=now,
        expires_at=now + GOOD_FOR,
    )
    conn.execute(trial.insert().values(staff_id=user.id, outbox_id=made, message_id=message_id, at=now))
    return made


def latest(conn: Connection, user: StaffMember, limit: int = 5) -> Sequence[Trial]:
    """What this colleague tried last, and what became of it."""
    rows = (
        select(trial.c.message_id, outbox_table.c.way, outbox_table.c.state, outbox_table.c.reason)
        .join(outbox_table, outbox_table.c.id == trial.c.outbox_id)
        .where(trial.c.staff_id == user.id, trial.c.message_id != CODE)
        .order_by(trial.c.id.desc())
        .limit(limit)
    )
    return [Trial(*row) for row in conn.execute(rows)]


def _counted(conn: Connection, user: StaffMember, now: datetime) -> int:
    """How many there were ever, with the colleague's row held: two presses at once are counted one after the other."""
    conn.execute(select(staff.c.id).where(staff.c.id == user.id).with_for_update())
    theirs = select(func.count()).select_from(trial).where(trial.c.staff_id == user.id)
    if conn.execute(theirs.where(trial.c.at > now - timedelta(hours=1))).scalar_one() >= PER_HOUR:
        raise RuleBroken("too_many", "一小时最多测试 10 次，请稍后再试")
    return conn.execute(theirs).scalar_one()


def _contact(conn: Connection, own: Own, message_id: str, way: Way, category: Category, now: datetime) -> Contact:
    disabled = templates.disabled(conn).get(own.account, frozenset())
    follower = _follower(conn, own, now) if own.way is Way.CUSTOM else None
    phone = own.address if own.way is Way.SMS else ""
    email = own.address if own.way is Way.EMAIL else ""
    return Contact(category, message_id, follower, phone, email, disabled=disabled, only=frozenset({way}))


def _follower(conn: Connection, own: Own, now: datetime) -> Follower | None:
    """None: the openid is not known any more."""
    theirs = (identity.c.channel == "wechat", identity.c.account == own.account, identity.c.address == own.address)
    row = conn.execute(select(identity.c.following, identity.c.rejects).where(*theirs)).first()
    window = windows.view(conn, own.account, own.address, now)
    return Follower(own.account, own.address, row.following, row.rejects, window) if row else None
