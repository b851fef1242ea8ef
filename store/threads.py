"""Who has the conversation and what is due next: one row a customer; the inbox list is this table by due_at.

due_at is the soonest of `answer_by` (somebody waits for a person), `remind_at` (somebody put it aside until then) and
the open deadlines of the customer's case.
`version` counts changes of hands only, so that a claim compares what its reader saw.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, Text, bindparam, case, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from store import feed, waits
from store.dialects import insert_into
from store.prepared import Prepared
from store.tables.cases import alarm, cases, deadline
from store.tables.contact import message, thread

PREVIEW = 80  # characters of the last message kept for the list
UNCLAIMED = ("bot", "waiting", "closed")


def touch(
    conn: Connection,
    customer_id: int,
    store_id: int,
    *,
    at: datetime,
    text: str,
    channel: str,
    message_id: int | None = None,
    answer_by: datetime | None = None,
) -> None:
    """A message came or went: newest line of the list, and a feed row.

    answer_by: set for a customer's turn while a person has the thread (three-minute rule); an earlier one stays.
    """
    latest = {"last_at": at, "last_text": text[:PREVIEW], "last_channel": channel}
    _TOUCH.all(conn, customer_id=customer_id, store_id=store_id, **latest)
    if answer_by is not None:
        waiting = thread.c.customer_id == customer_id, thread.c.answer_by.is_(None)
        conn.execute(update(thread).where(*waiting).values(answer_by=answer_by))
        waits.begin(conn, customer_id, store_id, waits.TURN, at, message_id)
        refresh_due(conn, customer_id)
    feed.tell(conn, store_id, "message", {"message_id": message_id}, customer_id, at)


def _touching(conn: Connection) -> Any:
    """Makes the row or moves its newest line, and holds it until the commit, as `lock` does."""
    latest = ("last_at", "last_text", "last_channel")
    new = insert_into(conn, thread).values(**{name: bindparam(name) for name in ("customer_id", "store_id", *latest)})
    changed = {name: new.excluded[name] for name in latest}
    return new.on_conflict_do_update(index_elements=["customer_id"], set_=changed)


_TOUCH = Prepared(_touching)


def told(conn: Connection, customer_id: int, store_id: int, message_id: int, at: datetime) -> None:
    """A note for colleagues: the open pages fetch it, the list stays as it is."""
    feed.tell(conn, store_id, "message", {"message_id": message_id}, customer_id, at)


def note(conn: Connection, customer_id: int, store_id: int, text: str, at: datetime) -> None:
    """The house itself tells colleagues something about this customer."""
    row = {"direction": "note", "channel": "note", "kind": "note", "author": "system", "text": text, "at": at}
    new = insert(message).values(customer_id=customer_id, store_id=store_id, **row).returning(message.c.id)
    told(conn, customer_id, store_id, conn.execute(new).scalar_one(), at)


WEIGHTS = {"normal": 1, "high": 2, "emergency": 3}


def hand_off(
    conn: Connection,
    customer_id: int,
    store_id: int,
    *,
    reason: str,
    priority: str,
    at: datetime,
    to_staff_id: int | None = None,
    due_at: datetime | None = None,
) -> None:
    """A person must take over. Who already has the thread keeps it; else it waits, meant for `to_staff_id`.

    What is unsettled stays as urgent as it was: 已经停下来了 after a brake failure is still an emergency.
    """
    lock(conn, customer_id, store_id, {"last_at": at})
    urgency = {"weight": WEIGHTS.get(priority, 0)}
    _HAND_OFF.all(conn, customer=customer_id, reason=reason, priority=priority, to=to_staff_id, **urgency)
    waits.begin(conn, customer_id, store_id, waits.HANDOVER, at)
    if due_at is not None:
        _ANSWER_SOONER.all(conn, customer=customer_id, due=due_at)
    refresh_due(conn, customer_id)
    feed.tell(conn, store_id, "thread", {}, customer_id, at)
    if priority == "emergency" and not _rings(conn, customer_id):
        feed.tell(conn, store_id, "alert", {"reason": "emergency"}, customer_id, at)


def _rings(conn: Connection, customer_id: int) -> bool:
    """A P0 case of this customer calls people already."""
    ringing = select(alarm.c.id).join(cases, cases.c.id == alarm.c.case_id)
    return (
        conn.execute(ringing.where(cases.c.customer_id == customer_id, alarm.c.next_at.is_not(None))).first()
        is not None
    )


def _handing_off(_conn: Connection) -> Any:
    held = thread.c.state == "human"
    weight = case(WEIGHTS, value=thread.c.priority, else_=0)
    graver = (thread.c.state != "bot") & (weight > bindparam("weight", type_=Integer))
    handed = {
        "reason": case((graver, thread.c.reason), else_=bindparam("reason", type_=Text)),
        "priority": case((graver, thread.c.priority), else_=bindparam("priority", type_=Text)),
        "version": thread.c.version + 1,
    }
    whose = {
        "state": case((held, "human"), else_="waiting"),
        "owner_id": case((held, thread.c.owner_id), else_=bindparam("to", type_=thread.c.owner_id.type)),
    }
    return update(thread).where(thread.c.customer_id == bindparam("customer")).values(**handed, **whose)


def _answering_sooner(_conn: Connection) -> Any:
    due = bindparam("due", type_=thread.c.answer_by.type)
    later = thread.c.answer_by.is_(None) | (thread.c.answer_by > due)
    return update(thread).where(thread.c.customer_id == bindparam("customer"), later).values(answer_by=due)


_HAND_OFF = Prepared(_handing_off)
_ANSWER_SOONER = Prepared(_answering_sooner)


def claim(conn: Connection, customer_id: int, staff_id: int, version: int) -> bool:
    """Take an unclaimed thread if nobody moved since `version` was read; two people claim, one wins."""
    free = thread.c.state.in_(UNCLAIMED)
    taken = {"owner_id": staff_id, "state": "human", "version": thread.c.version + 1}
    changed = update(thread).where(thread.c.customer_id == customer_id, thread.c.version == version, free)
    return conn.execute(changed.values(**taken)).rowcount == 1


def give_to(conn: Connection, customer_id: int, staff_id: int) -> None:
    """Somebody else has the conversation, or it waits for somebody else."""
    moved = {"owner_id": staff_id, "version": thread.c.version + 1}
    conn.execute(update(thread).where(thread.c.customer_id == customer_id).values(**moved))


def answered(conn: Connection, customer_id: int, staff_id: int, at: datetime | None = None) -> None:
    """A person wrote: nobody waits any more, and the thread is theirs, whoever had it."""
    waits.end(conn, customer_id, at, staff_id)
    mine = thread.c.customer_id == customer_id
    others = or_(thread.c.state != "human", thread.c.owner_id.is_(None), thread.c.owner_id != staff_id)
    held = {"owner_id": staff_id, "state": "human", "version": thread.c.version + 1}
    conn.execute(update(thread).where(mine, others).values(**held))
    conn.execute(update(thread).where(mine).values(answer_by=None, remind_at=None))
    refresh_due(conn, customer_id)


def calm(conn: Connection, customer_id: int, at: datetime) -> None:
    """Nobody waits any more, whoever has the thread: the customer wants to be left alone for now."""
    waits.end(conn, customer_id, at)
    conn.execute(update(thread).where(thread.c.customer_id == customer_id).values(answer_by=None))
    refresh_due(conn, customer_id)


def release(conn: Connection, customer_id: int, state: str = "closed", at: datetime | None = None) -> None:
    """Give the thread back to the bot; state `closed` after a case, `bot` otherwise. In `waiting` somebody waits on."""
    if state != "waiting":
        waits.end(conn, customer_id, at)
    free = {"owner_id": None, "state": state, "answer_by": None, "reason": "", "priority": ""}
    moved = free | {"remind_at": None, "version": thread.c.version + 1}
    conn.execute(update(thread).where(thread.c.customer_id == customer_id).values(**moved))
    refresh_due(conn, customer_id)


def refresh_due(conn: Connection, customer_id: int) -> None:
    """The soonest thing due: an answer, a reminder, or the next unmet deadline of an open case's current round."""
    found = _SOONEST.first(conn, customer=customer_id)
    if found is not None:
        next_due = min((each for each in found if each is not None), default=None)
        _SET_DUE.all(conn, customer=customer_id, due=next_due)


_WHOSE: Any = bindparam("customer", type_=thread.c.customer_id.type)
_SOONEST_DEADLINE = (
    select(func.min(deadline.c.due_at))
    .join(cases, cases.c.id == deadline.c.case_id)
    .where(cases.c.customer_id == _WHOSE, cases.c.state != "closed")
    .where(deadline.c.round == cases.c.round, deadline.c.met_at.is_(None))
    .scalar_subquery()
    .label("soonest")
)
_SOONEST = Prepared(
    lambda _conn: select(_SOONEST_DEADLINE, thread.c.answer_by, thread.c.remind_at).where(
        thread.c.customer_id == _WHOSE
    ),
    (_SOONEST_DEADLINE, thread.c.answer_by, thread.c.remind_at),
)
_SET_DUE = Prepared(
    lambda _conn: (
        update(thread).where(thread.c.customer_id == _WHOSE).values(due_at=bindparam("due", type_=thread.c.due_at.type))
    )
)
_LOCK = Prepared(
    lambda _conn: select(thread.c.id).where(thread.c.customer_id == _WHOSE).with_for_update(), (thread.c.id,)
)


def lock(conn: Connection, customer_id: int, store_id: int, first: Mapping[str, object]) -> None:
    """Make the row if missing and hold it until the commit. Always taken before a case: one order, no deadlock."""
    if _LOCK.first(conn, customer=customer_id) is None:
        try:
            with conn.begin_nested():
                conn.execute(insert(thread).values(customer_id=customer_id, store_id=store_id, **first))
        except IntegrityError:
            _LOCK.first(conn, customer=customer_id)
