"""Maker and checker of journeys: which versions two different persons have agreed to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, select, update

from bot.errors import RuleBroken
from bot.journeys import Journey, journey_version
from store import pauses
from store.dialects import insert_into
from store.tables.ownership import journey_approval
from store.tables.staff import staff

CHECKERS = ("manager", "admin")


class Approved:
    """Which may run. Asked at every tick and at every batch of the gate; costs one or two small queries."""

    def __init__(self, journeys: Sequence[Journey]) -> None:
        self._ids = frozenset(each.id for each in journeys if each.enabled)
        self._needed = {(each.id, journey_version(each)) for each in journeys if each.enabled and each.needs_approval}

    def waiting(self, conn: Connection) -> frozenset[str]:
        """Ids of journeys whose version nobody has approved yet."""
        if not self._needed:
            return frozenset()
        given = (journey_approval.c.journey, journey_approval.c.version)
        rows = select(*given).where(
            journey_approval.c.journey.in_({name for name, _ in self._needed}),
            journey_approval.c.approved_by.is_not(None),
        )
        return frozenset(name for name, _ in self._needed - {(row[0], row[1]) for row in conn.execute(rows)})

    def paused(self, conn: Connection) -> frozenset[str]:
        """Ids of journeys a manager holds."""
        return pauses.paused_of(conn, self._ids)

    def given(self) -> dict[str, ColumnElement[bool]]:
        """The same as conditions, for a question that asks more: journey that needs it → whether it is approved."""
        asked = journey_approval.c
        return {
            name: exists().where(asked.journey == name, asked.version == version, asked.approved_by.is_not(None))
            for name, version in sorted(self._needed)
        }


@dataclass(frozen=True, slots=True)
class Approval:
    """Log-ins and instants; approved_* empty while only submitted."""

    journey: str
    version: str
    made_by: str
    made_at: datetime
    approved_by: str | None
    approved_at: datetime | None


def submit(conn: Connection, journey: Journey, username: str, now: datetime) -> None:
    """By whoever made this version; a second time changes nothing. Raises RuleBroken no_such_login."""
    maker = _person(conn, username)
    content = journey.model_dump(mode="json", by_alias=True)
    row = {
        "journey": journey.id, "version": journey_version(journey), "content": content, "made_by": maker.id,
        "made_at": now,
    }  # fmt: skip
    conn.execute(insert_into(conn, journey_approval).values(row).on_conflict_do_nothing())


def approve(conn: Connection, journey: Journey, username: str, now: datetime) -> None:
    """By a manager who did not make it. Raises RuleBroken no_such_login, not_a_checker, not_submitted, own_work."""
    checker = _person(conn, username)
    if checker.role not in CHECKERS:
        raise RuleBroken("not_a_checker", f"{username} is no manager")
    mine = (journey_approval.c.journey == journey.id, journey_approval.c.version == journey_version(journey))
    maker = conn.execute(select(journey_approval.c.made_by).where(*mine)).scalar()
    if maker is None:
        raise RuleBroken("not_submitted", f"{journey.id} as it stands was not submitted: journeys submit {journey.id}")
    if maker == checker.id:
        raise RuleBroken("own_work", f"{username} made this version; another person approves it")
    fresh = journey_approval.c.approved_by.is_(None)
    conn.execute(update(journey_approval).where(*mine, fresh).values(approved_by=checker.id, approved_at=now))


def approval_of(conn: Connection, journey: Journey) -> Approval | None:
    """Of the version as it stands; None when nobody submitted it."""
    checker = staff.alias()
    rows = (
        select(journey_approval, staff.c.username.label("maker"), checker.c.username.label("checker"))
        .join(staff, staff.c.id == journey_approval.c.made_by)
        .join(checker, checker.c.id == journey_approval.c.approved_by, isouter=True)
        .where(journey_approval.c.journey == journey.id, journey_approval.c.version == journey_version(journey))
    )
    row = conn.execute(rows).one_or_none()
    if row is None:
        return None
    return Approval(row.journey, row.version, row.maker, row.made_at, row.checker, row.approved_at)


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    role: str


def last_approved(conn: Connection, journey_id: str) -> Mapping[str, Any] | None:
    """What the newest approved version said."""
    mine = (journey_approval.c.journey == journey_id, journey_approval.c.approved_at.is_not(None))
    newest = select(journey_approval.c.content).where(*mine).order_by(journey_approval.c.approved_at.desc()).limit(1)
    found: Mapping[str, Any] | None = conn.execute(newest).scalar()
    return found


def _person(conn: Connection, username: str) -> Person:
    row = conn.execute(
        select(staff.c.id, staff.c.role).where(staff.c.username == username, staff.c.active)
    ).one_or_none()
    if row is None:
        raise RuleBroken("no_such_login", f"{username}: nobody logs in like that")
    return Person(row.id, row.role)
