"""Journeys held from the page. One manager may hold one at once; that it goes on takes a second person."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from bot.customer import Role, StaffMember
from bot.errors import RuleBroken
from store.dialects import insert_into
from store.tables.ownership import journey_pause as pause_table
from store.tables.staff import staff

CHECKERS = frozenset({Role.MANAGER, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Pause:
    """Names of people. asked_by: who wants it to go on, None while nobody does."""

    paused_by: str
    paused_at: datetime
    why: str
    asked_by: str | None
    asked_id: int | None


def paused_of(conn: Connection, journeys: Collection[str]) -> frozenset[str]:
    """Asked at every tick and every batch of the gate: one small table."""
    if not journeys:
        return frozenset()
    return frozenset(conn.execute(select(pause_table.c.journey).where(pause_table.c.journey.in_(journeys))).scalars())


def pauses(conn: Connection) -> dict[str, Pause]:
    """By journey."""
    asker = staff.alias()
    rows = (
        select(pause_table, staff.c.name.label("holder"), asker.c.name.label("asker"))
        .join(staff, staff.c.id == pause_table.c.paused_by)
        .outerjoin(asker, asker.c.id == pause_table.c.asked_by)
    )
    return {
        row.journey: Pause(row.holder, row.paused_at, row.why, row.asker, row.asked_by) for row in conn.execute(rows)
    }


def pause(conn: Connection, user: StaffMember, journey: str, why: str, now: datetime) -> None:
    """Holds it, also when somebody asked for it to go on. Raises RuleBroken not_a_checker, no_why."""
    _checker(user)
    if not why:
        raise RuleBroken("no_why", "请写上为什么停")
    said = {"paused_by": user.id, "paused_at": now, "why": why[:200], "asked_by": None, "asked_at": None}
    row = insert_into(conn, pause_table).values(journey=journey, **said)
    conn.execute(row.on_conflict_do_update(index_elements=["journey"], set_=said))


def ask_on(conn: Connection, user: StaffMember, journey: str, now: datetime) -> None:
    """The first of two. Raises RuleBroken not_a_checker, not_paused."""
    _checker(user)
    held = update(pause_table).where(pause_table.c.journey == journey).values(asked_by=user.id, asked_at=now)
    if conn.execute(held).rowcount != 1:
        raise RuleBroken("not_paused", "这个旅程没有停")


def agree_on(conn: Connection, user: StaffMember, journey: str) -> None:
    """The second, who ends the pause. Raises RuleBroken not_a_checker, not_asked, own_work."""
    _checker(user)
    mine = pause_table.c.journey == journey
    asked_by = conn.execute(select(pause_table.c.asked_by).where(mine)).scalar()
    if asked_by is None:
        raise RuleBroken("not_asked", "还没有人提出恢复")
    if asked_by == user.id:
        raise RuleBroken("own_work", "是您提出的，要另一位经理确认")
    conn.execute(delete(pause_table).where(mine, pause_table.c.asked_by == asked_by))


def _checker(user: StaffMember) -> None:
    if user.role not in CHECKERS:
        raise RuleBroken("not_a_checker", "这要经理来做")
