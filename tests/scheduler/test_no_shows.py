"""Half an hour past an appointment: who came is marked so, who did not is a note for colleagues; each once."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, insert

from bot.booking import Capacity, Visit, Wanted
from scheduler.no_shows import NoShowSweeper
from store import appointments
from store.appointments import NewBooking
from store.engine import writing
from store.tables import contact
from store.tables.booking import appointment
from store.tables.people import fact
from tests.conftest import StillClock
from tests.scheduler.stage import Stage


@pytest.fixture
def stage(engine: Engine, clock: StillClock) -> Stage:
    return Stage(engine, clock)


def booked(stage: Stage) -> int:
    """A test drive an hour from now; returns the customer."""
    store_id, customer_id = stage.a_file()[:2]
    new = NewBooking(customer_id, Wanted(Visit.TEST_DRIVE, 60, "长风"), stage.clock.now + timedelta(hours=1))
    capacity = Capacity(consultants=1, drive_cars={"长风": 1})
    with writing(stage.engine) as conn:
        assert appointments.book(conn, store_id, new, capacity, stage.clock.now) is not None
    return customer_id


@pytest.mark.handbook("H2.2.2")
@pytest.mark.parametrize("came", [False, True])
def test_half_an_hour_later(stage: Stage, came: bool) -> None:
    customer_id, sweeper = booked(stage), NoShowSweeper(stage.engine, stage.clock)
    if came:
        with writing(stage.engine) as conn:
            values = {"key": "visit", "value": "展厅门口", "at": stage.clock.now + timedelta(minutes=50)}
            conn.execute(insert(fact).values(customer_id=customer_id, **values))
    stage.clock.advance(minutes=89)
    assert sweeper.tick() == 0
    stage.clock.advance(minutes=2)
    assert (sweeper.tick(), sweeper.tick()) == (0 if came else 1, 0)
    assert [row.state for row in stage.rows(appointment)] == ["arrived" if came else "no_show"]
    notes = [row for row in stage.rows(contact.message) if row.direction == "note"]
    assert len(notes) == (0 if came else 1)
