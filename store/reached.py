"""What has reached a person before, or is on its way: the numbers caps are held against.

Counted over every file of the person and at the person's number, so that neither a second file nor a number given to
another file makes room. What may have arrived (uncertain) counts; safety's and a case's own messages do not.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, or_, select

from bot.gate import Sent
from bot.messages import Category, Way
from store.among import among, not_by
from store.persons import Persons, everybody
from store.prepared import Prepared
from store.tables.base import Instant
from store.tables.outbound import carries, outbox, touchpoint
from store.tables.people import customer

A_DAY = timedelta(days=1)
LIVING = ("queued", "sending", "accepted", "delivered", "uncertain")  # outbox states that may reach a phone


@dataclass(frozen=True, slots=True)
class Reached:
    """files: of each, its touchpoints. numbers: of each number, those sent to it. sms: of each number, a day's."""

    person: Persons
    files: Mapping[int, Mapping[int, Sent]]
    numbers: Mapping[str, Mapping[int, Sent]]
    sms: Mapping[str, int]

    def sent(self, file: int, phone: str, but: int) -> tuple[Sent, ...]:
        """To the person of this file, each touchpoint once; `but`: the one that asks."""
        found: dict[int, Sent] = dict(self.numbers.get(phone, {}))
        for each in self.person[file]:
            found |= self.files.get(each, {})
        return tuple(sent for key, sent in sorted(found.items()) if key != but)


def reached(conn: Connection, person: Persons, now: datetime, since: datetime) -> Reached:
    """person: of the files asked about. since: where the longest cap begins to look."""
    files = everybody(person)
    numbers = sorted(set(_NUMBERS.column(conn, ids=person)))
    return Reached(
        person, _of_files(conn, files, now, since), _of_numbers(conn, numbers, now, since), _sms(conn, numbers, now)
    )


def _of_files(conn: Connection, files: Sequence[int], now: datetime, since: datetime) -> dict[int, dict[int, Sent]]:
    found: dict[int, dict[int, Sent]] = defaultdict(dict)
    for row in _OF_FILES.all(conn, ids=files, since=since):
        found[row.customer_id][row.id] = _sent(row, now)
    return found


def _of_numbers(conn: Connection, numbers: Sequence[str], now: datetime, since: datetime) -> dict[str, dict[int, Sent]]:
    found: dict[str, dict[int, Sent]] = defaultdict(dict)
    for row in _OF_NUMBERS.all(conn, numbers=numbers, since=since):
        found[row.address][row.id] = _sent(row, now)
    return found


def _sms(conn: Connection, numbers: Sequence[str], now: datetime) -> dict[str, int]:
    """The last 24 hours', counted from when each left: that may be minutes after it was written."""
    rows = _SMS.all(conn, numbers=numbers, since=now - A_DAY)
    return {row.address: row.many for row in rows}


def _carried(rows: Any) -> Any:
    carried = rows.select_from(outbox).join(carries, carries.c.outbox_id == outbox.c.id)
    return carried.join(touchpoint, touchpoint.c.id == carries.c.touchpoint_id).where(
        among(outbox.c.address, "numbers"), not_by(outbox.c.state).in_(LIVING)
    )


# Made once: building a statement anew costs more than the database takes to answer it for a batch.
_SINCE = bindparam("since", type_=Instant)
_GONE = and_(touchpoint.c.outcome.in_(("sent", "uncertain")), touchpoint.c.done_at > _SINCE)
_COUNTS = and_(or_(touchpoint.c.state == "handed", _GONE), touchpoint.c.case_message.is_(False))
_WHAT = (touchpoint.c.id, touchpoint.c.customer_id, touchpoint.c.category, touchpoint.c.done_at)
_NUMBERS = Prepared.of(select(customer.c.phone).where(among(customer.c.id, "ids"), customer.c.phone != ""))
_OF_FILES = Prepared.of(select(*_WHAT).where(among(touchpoint.c.customer_id, "ids"), _COUNTS))
_OF_NUMBERS = Prepared.of(_carried(select(*_WHAT, outbox.c.address).where(_COUNTS)))
_LEFT = func.coalesce(outbox.c.accepted_at, outbox.c.final_at)
_SMS = Prepared.of(
    _carried(
        select(outbox.c.address, func.count(outbox.c.id.distinct()).label("many")).where(
            outbox.c.way == Way.SMS.value,
            or_(_LEFT.is_(None), _LEFT > _SINCE),
            outbox.c.category != Category.SAFETY.value,
            touchpoint.c.case_message.is_(False),
        )
    ).group_by(outbox.c.address)
)


def _sent(row: Any, now: datetime) -> Sent:
    return Sent(Category(row.category), row.done_at or now)
