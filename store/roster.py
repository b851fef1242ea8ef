"""Who is on duty as what and when. A shift is a row with two instants; several may be on duty at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from bot.customer import Role, StaffMember
from bot.errors import NotThere, RuleBroken
from bot.escalation import STANDS_FOR, Rung
from store.tables.staff import duty, staff
from store.visibility import visible_to


@dataclass(frozen=True, slots=True)
class Shift:
    id: int
    store_id: int
    staff_id: int
    name: str
    rung: str
    starts_at: datetime
    ends_at: datetime


def put_on(
    conn: Connection, user: StaffMember, who: StaffMember, rung: Rung, spans: Sequence[tuple[datetime, datetime]]
) -> int:
    """Adds a shift for each span; one that is there already stays as it is. Returns how many were added.

    Raises RuleBroken: not_a_manager, other_store, wrong_role, bad_span.
    """
    _may_edit(user, who.store_id)
    if (needed := STANDS_FOR.get(rung)) and who.role not in {needed, Role.ADMIN}:
        raise RuleBroken("wrong_role", "这一级须由相应角色的同事值班")
    known = set(conn.execute(select(duty.c.starts_at).where(duty.c.staff_id == who.id, duty.c.rung == rung)).scalars())
    added = 0
    for starts_at, ends_at in spans:
        if starts_at >= ends_at:
            raise RuleBroken("bad_span", "值班的结束时间须晚于开始时间")
        if starts_at not in known:
            row = {"store_id": who.store_id, "staff_id": who.id, "rung": rung.value}
            conn.execute(insert(duty).values(**row, starts_at=starts_at, ends_at=ends_at))
            added += 1
    return added


def take_off(conn: Connection, user: StaffMember, shift_id: int) -> None:
    """Raises RuleBroken: no_shift, not_a_manager."""
    row = conn.execute(select(duty.c.store_id).where(duty.c.id == shift_id, visible_to(user, duty))).first()
    if row is None:
        raise NotThere("no_shift", "没有这个班次")
    _may_edit(user, row.store_id)
    conn.execute(delete(duty).where(duty.c.id == shift_id))


def on_duty(conn: Connection, store_id: int, at: datetime) -> Mapping[Rung, Sequence[int]]:
    """Ids by rung, active staff only, longest on duty first."""
    now = (duty.c.store_id == store_id, duty.c.starts_at <= at, duty.c.ends_at > at, staff.c.active)
    rows = select(duty.c.rung, duty.c.staff_id).join(staff, staff.c.id == duty.c.staff_id)
    found: dict[Rung, list[int]] = {}
    for row in conn.execute(rows.where(*now).order_by(duty.c.starts_at, duty.c.id)):
        found.setdefault(Rung(row.rung), []).append(row.staff_id)
    return found


def shifts(conn: Connection, user: StaffMember, store_id: int, start: datetime, end: datetime) -> list[Shift]:
    """What lies in a span of time, even partly."""
    within = (duty.c.store_id == store_id, duty.c.ends_at > start, duty.c.starts_at < end, visible_to(user, duty))
    rows = select(duty, staff.c.name).join(staff, staff.c.id == duty.c.staff_id).where(*within)
    return [
        Shift(row.id, row.store_id, row.staff_id, row.name, row.rung, row.starts_at, row.ends_at)
        for row in conn.execute(rows.order_by(duty.c.starts_at, duty.c.id))
    ]


def copied(conn: Connection, user: StaffMember, store_id: int, start: datetime, days: int) -> int:
    """The shifts of the `days` days before `start`, so many days later. Returns how many were added."""
    later = timedelta(days=days)
    before = [each for each in shifts(conn, user, store_id, start - later, start) if each.starts_at >= start - later]
    active = {each.id: each for each in colleagues(conn, user, store_id)}
    return sum(
        put_on(conn, user, active[each.staff_id], Rung(each.rung), [(each.starts_at + later, each.ends_at + later)])
        for each in before
        if each.staff_id in active
    )


def colleagues(conn: Connection, user: StaffMember, store_id: int) -> list[StaffMember]:
    """The active ones of a store."""
    there = (staff.c.store_id == store_id, staff.c.active, visible_to(user, staff))
    rows = conn.execute(select(staff).where(*there).order_by(staff.c.id))
    return [StaffMember(row.id, row.store_id, row.name, Role(row.role)) for row in rows]


def _may_edit(user: StaffMember, store_id: int) -> None:
    if user.role not in {Role.MANAGER, Role.ADMIN}:
        raise RuleBroken("not_a_manager", "值班表由经理编排")
    if user.role is not Role.ADMIN and user.store_id != store_id:
        raise RuleBroken("other_store", "这位同事不在本店")
