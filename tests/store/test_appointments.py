"""Appointments on both databases: no bay, advisor or car is given twice, whoever asks at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from bot.booking import AppointmentState, Capacity, Visit, Wanted
from store import appointments
from store.appointments import NewBooking
from store.engine import reading, writing
from store.tables.booking import appointment, slot_hold
from tests.staff_cast import Cast, seed

TWO = Capacity(bays=2, advisors=9, consultants=9, drive_cars={"长风": 1})
SERVICE, DRIVE = Wanted(Visit.SERVICE, 60), Wanted(Visit.TEST_DRIVE, 60, "长风")
NOON = datetime.fromisoformat("2026-11-26T12:00:00+08:00")
NINE = datetime.fromisoformat("2026-12-05T09:00:00+08:00")


@pytest.fixture
def cast(engine: Engine) -> Cast:
    return seed(engine, NOON)


def book(engine: Engine, cast: Cast, wanted: Wanted = SERVICE, at: datetime = NINE) -> int | None:
    new = NewBooking(cast.zhang, wanted, at, "minor_maintenance")
    with writing(engine) as conn:
        return appointments.book(conn, cast.store_id, new, TWO, NOON)


def holds(engine: Engine) -> set[tuple[str, datetime]]:
    with reading(engine) as conn:
        return {(row.resource, row.starts_at) for row in conn.execute(select(slot_hold))}


@pytest.mark.handbook("H2.2.2")
def test_two_bays_take_two_cars_and_no_third(engine: Engine, cast: Cast) -> None:
    assert [book(engine, cast) is not None for _ in range(3)] == [True, True, False]
    with reading(engine) as conn:
        assert len(conn.execute(select(appointment)).all()) == 2
    assert {name for name, _ in holds(engine) if name.startswith("bay")} == {"bay:1", "bay:2"}


@pytest.mark.handbook("H2.2.2")
def test_six_at_once_get_two_bays(engine: Engine, cast: Cast) -> None:
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda _: book(engine, cast), range(6)))
    assert sum(each is not None for each in made) == 2


@pytest.mark.handbook("H2.2.2")
def test_the_same_car_is_not_driven_twice(engine: Engine, cast: Cast) -> None:
    assert book(engine, cast, DRIVE) is not None
    assert book(engine, cast, DRIVE, NINE + timedelta(minutes=30)) is None
    assert book(engine, cast, DRIVE, NINE + timedelta(minutes=60)) is not None


def test_a_move_frees_the_old_time_and_a_lost_one_keeps_it(engine: Engine, cast: Cast) -> None:
    first, _ = book(engine, cast, DRIVE), book(engine, cast, DRIVE, NINE + timedelta(hours=2))
    assert first is not None
    with writing(engine) as conn:
        assert not appointments.move(conn, first, NINE + timedelta(hours=2), TWO, NOON)
        assert appointments.upcoming(conn, cast.zhang, NOON)[0].starts_at == NINE
        assert appointments.move(conn, first, NINE + timedelta(minutes=30), TWO, NOON)
    assert ("car:长风:1", NINE) not in holds(engine)
    assert ("car:长风:1", NINE + timedelta(minutes=60)) in holds(engine)


def test_what_is_cancelled_is_free_again_and_only_once(engine: Engine, cast: Cast) -> None:
    made = book(engine, cast)
    assert made is not None
    with writing(engine) as conn:
        assert appointments.leave(conn, made, AppointmentState.CANCELLED, NOON)
        assert not appointments.leave(conn, made, AppointmentState.CANCELLED, NOON)
        assert not appointments.move(conn, made, NINE, TWO, NOON)
        assert appointments.upcoming(conn, cast.zhang, NOON) == ()
    assert holds(engine) == set()


@pytest.mark.handbook("H2.2.2")
def test_who_does_not_come_within_half_an_hour_is_marked_once(engine: Engine, cast: Cast) -> None:
    made, came = book(engine, cast), book(engine, cast)
    assert made is not None
    assert came is not None
    with writing(engine) as conn:
        assert appointments.mark(conn, came, AppointmentState.ARRIVED, NINE)
        assert appointments.missed(conn, NINE + timedelta(minutes=29)) == []
        assert [row.id for row in appointments.missed(conn, NINE + timedelta(minutes=31))] == [made]
        assert appointments.missed(conn, NINE + timedelta(minutes=40)) == []
