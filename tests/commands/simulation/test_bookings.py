"""Appointments and events of a simulation: in the shares they say, and the same for the same seed."""

from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, select

from bot.customer import StaffMember
from commands.simulation import bookings, gatherings
from commands.simulation.bookings import Call
from store import events, seats
from store.dms_appointments import Word
from store.engine import reading, writing
from store.tables.events import event_arrival
from store.tables.people import event
from tests.conftest import StillClock
from tests.staff_cast import Cast, seed
from tests.store.cast import a_customer

FIRST = date(2026, 3, 1)
ZONE = ZoneInfo("Asia/Shanghai")
VISIT = datetime(2026, 6, 1, 10, 17, tzinfo=ZONE)
MANY = 2000


def calls(number: int, at: datetime = VISIT) -> list[Call]:
    return list(bookings.calls(1, f"RO{number}", at, FIRST))


@pytest.fixture
def cast(engine: Engine, clock: StillClock) -> Cast:
    return seed(engine, clock.now, "!")


@pytest.fixture
def manager(cast: Cast) -> StaffMember:
    return cast.lilei


def test_half_of_the_visits_are_arranged_and_some_bookings_come_to_nothing() -> None:
    told = [each for number in range(MANY) for each in calls(number)]
    real = Counter(each.word for each in told if not each.id.endswith("/x"))
    vain = Counter(each.word for each in told if each.id.endswith("/x"))
    assert real[Word.BOOKED] / MANY == pytest.approx(bookings.ARRANGED, abs=0.04)
    assert real[Word.CHANGED] / real[Word.BOOKED] == pytest.approx(bookings.MOVED, abs=0.04)
    assert vain[Word.BOOKED] / MANY == pytest.approx(bookings.IN_VAIN, abs=0.02)
    assert vain[Word.CANCELLED] / vain[Word.BOOKED] == pytest.approx(bookings.CANCELLED, abs=0.12)
    assert told == [each for number in range(MANY) for each in calls(number)]


def test_a_booking_ends_at_its_visit_and_is_told_before() -> None:
    for number in range(200):
        kept = [each for each in calls(number) if not each.id.endswith("/x")]
        if kept:
            assert kept[-1].starts_at == VISIT.replace(minute=0)  # bookings stand on the half hour
            assert all(each.on < VISIT.date() for each in kept)


def test_what_would_have_been_arranged_before_the_first_day_is_left_out() -> None:
    early = [each for number in range(MANY) for each in calls(number, VISIT.replace(month=3, day=2))]
    assert [each for each in early if each.on < FIRST] == []


def test_of_six_events_one_moves_and_one_is_called_off(engine: Engine, manager: StaffMember, clock: StillClock) -> None:
    year = gatherings.of_the_year(FIRST, 365)
    assert [each.published for each in year[:2]] == [FIRST + timedelta(days=20), FIRST + timedelta(days=80)]
    assert sum(each.changes for each in year[:6]) == 2
    starts = clock.now + timedelta(days=21)
    with writing(engine) as conn:
        for each in year[:2]:
            made = gatherings.publish(conn, manager, each.name, starts, clock.now)
            gatherings.change(conn, manager, made, each, clock.now)
    with reading(engine) as conn:
        rows = conn.execute(select(event.c.state, event.c.starts_at).order_by(event.c.id)).all()
    assert [(row.state, row.starts_at) for row in rows] == [
        ("published", starts + timedelta(hours=1)),
        ("cancelled", starts),
    ]


def test_who_has_seats_mostly_comes_and_nobody_twice(
    engine: Engine, cast: Cast, manager: StaffMember, clock: StillClock
) -> None:
    with writing(engine) as conn:
        made = gatherings.publish(conn, manager, "爱车养护讲座", clock.now + timedelta(days=21), clock.now)
        for number in range(gatherings.SEATS):
            guest = a_customer(conn, cast.store_id, name=f"客人{number}", phone=f"+861390000{number:04}")
            assert seats.book(conn, made, guest, 1, 0, clock.now, "chat")
        for _ in range(2):
            gatherings.receive(conn, manager, made, 1, clock.now)
        came = len(conn.execute(select(event_arrival.c.id)).all())
    assert came / gatherings.SEATS == pytest.approx(gatherings.COME, abs=0.2)


def test_nobody_is_received_at_an_event_called_off(engine: Engine, manager: StaffMember, clock: StillClock) -> None:
    with writing(engine) as conn:
        made = gatherings.publish(conn, manager, "亲子自驾日", clock.now + timedelta(days=21), clock.now)
        events.call_off(conn, manager, made, clock.now)
        gatherings.receive(conn, manager, made, 1, clock.now)
        assert conn.execute(select(event_arrival.c.id)).all() == []
