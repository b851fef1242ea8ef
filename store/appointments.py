"""Booking, moving and giving back appointments. The unique key on (store, resource, slot) is the lock: insert first."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, case, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.booking import (
    NO_SHOW_AFTER,
    STANDING,
    Appointment,
    AppointmentState,
    Capacity,
    Hold,
    House,
    Visit,
    Wanted,
    free_starts,
    open_on,
    places,
    slots_of,
)
from bot.dealer import StoreConfig
from bot.ports import BusinessCalendar
from store.tables.booking import appointment, slot_hold
from store.tables.people import fact, repair_order, vehicle

EARLY = timedelta(hours=2)  # who comes two hours before their time has come
TRIES = 8  # as many others may take a place between our look and our insert
CALLED_OFF = timedelta(days=1)
MAY_MISS = [state.value for state in STANDING]


@dataclass(frozen=True, slots=True)
class NewBooking:
    customer_id: int
    wanted: Wanted
    starts_at: datetime
    service: str = ""
    vehicle_id: int | None = None
    plate: str = ""
    note: str = ""
    message_id: int | None = None


def taken(conn: Connection, store_id: int, since: datetime, until: datetime) -> frozenset[Hold]:
    """The places held between two moments."""
    rows = select(slot_hold.c.resource, slot_hold.c.starts_at).where(
        slot_hold.c.store_id == store_id, slot_hold.c.starts_at >= since, slot_hold.c.starts_at < until
    )
    return frozenset((row.resource, row.starts_at) for row in conn.execute(rows))


def book(conn: Connection, store_id: int, new: NewBooking, capacity: Capacity, now: datetime) -> int | None:
    """The appointment's id; None when nothing is free then any more."""
    row = {
        "store_id": store_id, "customer_id": new.customer_id, "vehicle_id": new.vehicle_id, "plate": new.plate,
        "message_id": new.message_id, "kind": new.wanted.kind.value, "service": new.service,
        "model": new.wanted.model, "note": new.note, "starts_at": new.starts_at, "minutes": new.wanted.minutes,
        "created_at": now, "changed_at": now,
    }  # fmt: skip
    made = int(conn.execute(insert(appointment).values(**row).returning(appointment.c.id)).scalar_one())
    if _hold(conn, store_id, made, new.wanted, new.starts_at, capacity):
        return made
    conn.execute(delete(appointment).where(appointment.c.id == made))
    return None


def move(conn: Connection, appointment_id: int, starts_at: datetime, capacity: Capacity, now: datetime) -> bool:
    """False when it does not stand any more or nothing is free then: the old time is kept."""
    row = conn.execute(_standing(appointment_id).with_for_update()).one_or_none()
    if row is None:
        return False
    wanted = Wanted(Visit(row.kind), row.minutes, row.model)
    with conn.begin_nested() as change:
        conn.execute(delete(slot_hold).where(slot_hold.c.appointment_id == appointment_id))
        if not _hold(conn, row.store_id, appointment_id, wanted, starts_at, capacity):
            change.rollback()
            return False
    values = {"starts_at": starts_at, "state": AppointmentState.BOOKED.value, "moves": row.moves + 1}
    conn.execute(update(appointment).where(appointment.c.id == appointment_id).values(**values, changed_at=now))
    return True


def leave(conn: Connection, appointment_id: int, state: AppointmentState, now: datetime) -> bool:
    """Cancelled, missed, done: its places are free again. False when it stood no more."""
    here = (appointment.c.id == appointment_id, appointment.c.state.in_(MAY_MISS))
    moved = conn.execute(update(appointment).where(*here).values(state=state.value, changed_at=now)).rowcount == 1
    if moved:
        conn.execute(delete(slot_hold).where(slot_hold.c.appointment_id == appointment_id))
    return moved


def mark(conn: Connection, appointment_id: int, state: AppointmentState, now: datetime) -> bool:
    """Confirmed by the customer, or arrived; the places stay held."""
    here = (appointment.c.id == appointment_id, appointment.c.state.in_(MAY_MISS))
    return conn.execute(update(appointment).where(*here).values(state=state.value, changed_at=now)).rowcount == 1


def add_note(conn: Connection, appointment_id: int, note: str, now: datetime) -> bool:
    """Beside what was noted before."""
    here = (appointment.c.id == appointment_id, appointment.c.state.in_(MAY_MISS))
    noted = case((appointment.c.note == "", note), else_=appointment.c.note + "；" + note)
    return conn.execute(update(appointment).where(*here).values(note=noted, changed_at=now)).rowcount == 1


def hold_anew(conn: Connection, row: Any, wanted: Wanted | None, capacity: Capacity) -> bool:
    """Gives back what the appointment of `row` held and takes what is wanted; False: nothing is free, it stands all
    the same. wanted None: nothing more is needed."""
    conn.execute(delete(slot_hold).where(slot_hold.c.appointment_id == row.id))
    return wanted is None or _hold(conn, row.store_id, row.id, wanted, row.starts_at, capacity)


def missed(conn: Connection, now: datetime) -> list[Any]:
    """Half an hour past: who came is marked so, nobody else, each once. Returns the rows of who did not come."""
    late = (appointment.c.state.in_(MAY_MISS), appointment.c.starts_at < now - NO_SHOW_AFTER)
    rows = conn.execute(select(appointment).where(*late).order_by(appointment.c.id)).all()
    here = [row for row in rows if _came(conn, row)]
    for row in here:
        mark(conn, row.id, AppointmentState.ARRIVED, now)
    return [row for row in rows if row not in here and leave(conn, row.id, AppointmentState.NO_SHOW, now)]


def _came(conn: Connection, row: Any) -> bool:
    """The workshop opened or moved an order, or the showroom's code was scanned, about that time."""
    since = row.starts_at - EARLY
    order = select(repair_order.c.id).where(
        repair_order.c.customer_id == row.customer_id,
        repair_order.c.status.not_in(["booked", "cancelled"]),
        repair_order.c.updated_at > since,
    )
    visit = select(fact.c.id).where(fact.c.customer_id == row.customer_id, fact.c.key == "visit", fact.c.at > since)
    return any(conn.execute(rows.limit(1)).first() is not None for rows in (order, visit))


def upcoming(conn: Connection, customer_id: int, now: datetime) -> tuple[Appointment, ...]:
    """Standing appointments not over yet, soonest first."""
    mine = (appointment.c.customer_id == customer_id, appointment.c.state.in_(MAY_MISS))
    rows = _with_car().where(*mine, appointment.c.starts_at > now - NO_SHOW_AFTER)
    return tuple(_appointment(row) for row in conn.execute(rows.order_by(appointment.c.starts_at)))


def of_customer(conn: Connection, customer_id: int, appointment_id: int) -> Appointment | None:
    """Whatever became of it; None when it is somebody else's."""
    mine = (appointment.c.customer_id == customer_id, appointment.c.id == appointment_id)
    row = conn.execute(_with_car().where(*mine)).first()
    return None if row is None else _appointment(row)


def called_off(conn: Connection, customer_id: int, now: datetime) -> Appointment | None:
    """The newest cancelled within CALLED_OFF that would still lie ahead."""
    mine = (appointment.c.customer_id == customer_id, appointment.c.state == AppointmentState.CANCELLED.value)
    lately = (appointment.c.changed_at > now - CALLED_OFF, appointment.c.starts_at > now)
    row = conn.execute(_with_car().where(*mine, *lately).order_by(appointment.c.changed_at.desc())).first()
    return None if row is None else _appointment(row)


def free_times(
    conn: Connection, store_id: int, store: StoreConfig, calendar: BusinessCalendar, wanted: Wanted, day: date,
    now: datetime,
) -> tuple[datetime, ...]:  # fmt: skip
    """Starts still free on that local day, soonest first, UTC; none on a day the store is closed."""
    if not open_on(day, calendar, store.open_days):
        return ()
    house = House(store.opening.start, store.opening.end, store.time_zone, store.booking)
    morning = datetime.combine(day, time(), ZoneInfo(store.time_zone))
    held = taken(conn, store_id, morning, morning + timedelta(days=1))
    return tuple(free_starts(wanted, day, house, held, now))


def _hold(
    conn: Connection, store_id: int, appointment_id: int, wanted: Wanted, starts_at: datetime, capacity: Capacity
) -> bool:
    """Looks for free places and takes them; who loses the race for one looks again."""
    slots = slots_of(starts_at, wanted.minutes, capacity)
    for _ in range(TRIES):
        busy = taken(conn, store_id, slots[0], slots[-1] + timedelta(seconds=1))
        free = places(wanted, starts_at, capacity, busy)
        if not free:
            return False
        rows = [
            {"store_id": store_id, "appointment_id": appointment_id, "resource": name, "starts_at": at}
            for name, at in free
        ]
        try:
            with conn.begin_nested():
                conn.execute(insert(slot_hold), rows)
        except IntegrityError:
            continue
        return True
    return False


def _with_car() -> Any:
    return select(appointment, vehicle.c.plate.label("own_plate"), vehicle.c.model.label("own_model")).outerjoin(
        vehicle, vehicle.c.id == appointment.c.vehicle_id
    )


def _standing(appointment_id: int) -> Any:
    return select(appointment).where(appointment.c.id == appointment_id, appointment.c.state.in_(MAY_MISS))


def _appointment(row: Any) -> Appointment:
    return Appointment(
        row.id, Visit(row.kind), row.starts_at, row.minutes, AppointmentState(row.state), row.service,
        row.model or row.own_model or "", row.plate or row.own_plate or "", row.note, row.vehicle_id,
    )  # fmt: skip
