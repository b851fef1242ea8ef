"""Invitations in waves: who is asked now, who when seats stay free, nobody once the house is full."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, exists, func, insert, literal, select, update

from bot.events import wave_size
from store import feed
from store.dialects import insert_into
from store.event_audience import condition_of, willing
from store.seats import event_for_update
from store.tables.events import event_invitee, event_wave
from store.tables.outbound import touchpoint
from store.tables.people import consent, customer, event, rsvp

ENDLESS = timedelta(days=8)  # a wave of which nobody could be told in a week and a day (the caps') is over


@dataclass(frozen=True, slots=True)
class Wave:
    number: int
    share: int
    invited: int
    opened_at: datetime


def waves_of(conn: Connection, event_id: int) -> list[Wave]:
    rows = select(event_wave).where(event_wave.c.event_id == event_id).order_by(event_wave.c.number)
    return [Wave(row.number, row.share, row.invited, row.opened_at) for row in conn.execute(rows)]


def open_next(conn: Connection, event_id: int, now: datetime) -> int:
    """The number of the wave that was opened; 0 when there is none to open: not published, begun, full, all open."""
    row = event_for_update(conn, event_id)
    if row is None or row.state != "published" or row.starts_at <= now or row.taken >= row.capacity:
        return 0
    number = 1 + int(conn.execute(_opened(event_id)).scalar_one())
    if number > len(row.shares):
        return 0
    share = row.shares[number - 1]
    wave = insert_into(conn, event_wave).values(event_id=event_id, number=number, share=share, opened_at=now)
    if conn.execute(wave.on_conflict_do_nothing().returning(event_wave.c.id)).first() is None:
        return 0
    invited = _invite(conn, row, number, now)
    this = (event_wave.c.event_id == event_id, event_wave.c.number == number)
    conn.execute(update(event_wave).where(*this).values(invited=invited))
    feed.tell(conn, row.store_id, "event", {"event_id": event_id}, None, now)
    return number


def newest(conn: Connection) -> tuple[Any, ...]:
    """Moves whenever somebody may have come into an audience."""
    return tuple(conn.execute(select(func.max(table.c.id))).scalar() for table in (consent, customer, event_wave))


def due(conn: Connection, now: datetime) -> list[int]:
    """Events whose next wave may be opened: seats are free, and the one before had its hours since it went out."""
    open_still = (event.c.state == "published", event.c.starts_at > now, event.c.taken < event.c.capacity)
    last = select(func.max(event_wave.c.opened_at)).where(event_wave.c.event_id == event.c.id).scalar_subquery()
    count = select(func.count()).where(event_wave.c.event_id == event.c.id).scalar_subquery()
    rows = conn.execute(select(event, last.label("last"), count.label("opened")).where(*open_still))
    waiting = [row for row in rows if row.opened < len(row.shares)]
    return [row.id for row in waiting if row.last is None or _had_its_hours(conn, row, now)]


def top_up(conn: Connection, now: datetime) -> int:
    """Who came into the audience since all waves were opened (agreed, bought a car) is invited with the last one."""
    open_still = (event.c.state == "published", event.c.starts_at > now, event.c.taken < event.c.capacity)
    added = 0
    for event_id in conn.execute(select(event.c.id).where(*open_still).order_by(event.c.id)).scalars().all():
        row, number = event_for_update(conn, event_id), int(conn.execute(_opened(event_id)).scalar_one())
        if row is None or number < len(row.shares):
            continue
        late = _invite(conn, row, number, now)
        last = (event_wave.c.event_id == event_id, event_wave.c.number == number)
        conn.execute(update(event_wave).where(*last).values(invited=event_wave.c.invited + late))
        added += late
    return added


def _opened(event_id: int) -> Any:
    return select(func.count()).select_from(event_wave).where(event_wave.c.event_id == event_id)


def _invite(conn: Connection, row: Any, number: int, now: datetime) -> int:
    """Set-based; who registered by a friend's link needs no invitation."""
    chosen = willing(row.store_id, condition_of(row.audience), f"event#{row.id}", now)
    audience = int(conn.execute(select(func.count()).select_from(chosen.order_by(None).subquery())).scalar_one())
    size = wave_size(tuple(row.shares), number, audience)
    id_ = chosen.selected_columns.id
    asked = exists().where(event_invitee.c.event_id == row.id, event_invitee.c.customer_id == id_)
    there = exists().where(rsvp.c.event_id == row.id, rsvp.c.customer_id == id_)
    left = chosen.where(~asked, ~there).limit(size).subquery()
    rows = select(literal(row.id), left.c.id, literal(number))
    put = insert(event_invitee).from_select(["event_id", "customer_id", "wave"], rows)
    return len(conn.execute(put.returning(event_invitee.c.id)).scalars().all())


def _had_its_hours(conn: Connection, row: Any, now: datetime) -> bool:
    """Counted from the first message that left: what was decided at night is read in the morning."""
    hours = timedelta(hours=row.wave_hours)
    if now < row.last + hours:
        return False
    told, open_ = conn.execute(_progress(row.id, row.opened)).one()
    if told is not None:
        return bool(now >= told + hours)
    return not open_ or now >= row.last + ENDLESS


def _progress(event_id: int, number: int) -> Any:
    """(when the first of the wave's messages left, how many of its touchpoints are not decided)."""
    mine = (
        event_invitee.c.event_id == event_id, event_invitee.c.wave == number,
        touchpoint.c.customer_id == event_invitee.c.customer_id,
        touchpoint.c.occurrence == f"event#{event_id}", touchpoint.c.rule.like("event_invitation.%"),
    )  # fmt: skip
    sent = touchpoint.c.outcome.in_(("sent", "uncertain"))
    left = func.min(touchpoint.c.done_at).filter(sent)
    return select(left, func.count().filter(touchpoint.c.state != "done")).select_from(event_invitee).where(*mine)
