"""What a turn may ask about bookings, facts and quotes, on both databases; only of its own customer."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from bot.booking import AppointmentState, Capacity, Visit, Wanted
from bot.customer import CarOrder
from bot.effects import Book, Remember, Say
from bot.turn import Decision
from config.calendar import Calendar, OwnDays
from store import appointments, stage
from store.engine import writing
from store.tables.booking import appointment
from store.tables.ownership import sale
from store.tables.people import fact
from tests.turn_house import TurnHouse

SERVICE = Wanted(Visit.SERVICE, 60)


@pytest.fixture(autouse=True)
def one_bay(house: TurnHouse) -> None:
    house.follower(house.cast.zhang)
    house.follower(house.cast.chen, "oChenJing")
    house.dealer.stores[0] = house.dealer.stores[0].model_copy(update={"booking": Capacity(bays=1, advisors=1)})


def asked(house: TurnHouse, openid: str = "oLiLei") -> dict[str, Any]:
    """The answers a decision gets."""
    seen: dict[str, Any] = {}

    def decide(_turn: Any, read: Any, now: datetime) -> Decision:
        seen["free"] = read.free_slots(SERVICE, tomorrow(now), now)
        seen["visits"] = read.appointments(now)
        seen["facts"], seen["lately"] = read.facts(), read.facts_since(now - timedelta(days=90))
        seen["quote"] = read.open_quote(now)
        return Decision((Say("hello"),), intent="greet")

    house.deciding(decide).take(house.typed("在吗", openid))
    return seen


def tomorrow(now: datetime) -> date:
    return (now + timedelta(hours=8, days=1)).date()


def test_what_is_booked_is_not_free_for_anybody_and_stands_for_its_own_customer(house: TurnHouse) -> None:
    before = asked(house)["free"]
    assert len(before) == 17
    house.effects(Book(SERVICE, before[2], "maintenance")).take(house.typed("约"))
    mine, theirs = asked(house), asked(house, "oChenJing")
    assert before[2] not in theirs["free"]
    assert [(each.starts_at, each.service) for each in mine["visits"]] == [(before[2], "maintenance")]
    assert (theirs["visits"], theirs["quote"]) == ((), None)


def test_the_newest_word_counts_and_old_ones_rest(house: TurnHouse) -> None:
    long_ago = {"key": "hint.camping", "value": "offered", "at": house.clock.now - timedelta(days=91)}
    house.do(lambda conn: conn.execute(insert(fact).values(customer_id=house.cast.zhang, **long_ago)))
    for value in ("about:150000", "max:180000"):
        house.effects(Remember("need.budget", value)).take(house.typed(value))
    seen = asked(house)
    assert seen["facts"]["need.budget"] == "max:180000"
    assert seen["lately"] == {"need.budget"}
    assert asked(house, "oChenJing")["facts"] == {}


def read_in_a_turn(house: TurnHouse, ask: Any, calendars: Any = None) -> Any:
    seen: list[Any] = []

    def decide(_turn: Any, read: Any, now: datetime) -> Decision:
        seen.append(ask(read, now))
        return Decision((Say("hello"),), intent="greet")

    taker = house.deciding(decide)
    taker._calendars = calendars or taker._calendars
    taker.take(house.typed("在吗"))
    return seen[0]


@pytest.mark.handbook("H2.2.2")
def test_a_day_the_stores_calendar_closes_has_no_free_time(house: TurnHouse) -> None:
    """The National Day of 2026; a store abroad is open."""
    closed, open_again = date(2026, 10, 1), date(2026, 10, 8)

    def ask(read: Any, now: datetime) -> Any:
        return [(read.opens_on(day), len(read.free_slots(SERVICE, day, now))) for day in (closed, open_again)]

    assert read_in_a_turn(house, ask, Calendar()) == [(False, 0), (True, 17)]
    abroad = Calendar(others={house.dealer.stores[0].code: OwnDays()})
    assert read_in_a_turn(house, ask, abroad) == [(True, 17), (True, 17)]


def test_a_store_of_workdays_is_closed_on_saturday_but_not_on_one_worked_to_make_up(house: TurnHouse) -> None:
    house.dealer.stores[0] = house.dealer.stores[0].model_copy(update={"open_days": "workdays"})
    days = (date(2026, 9, 19), date(2026, 9, 20))  # the Sunday is worked for the National Day

    def ask(read: Any, now: datetime) -> Any:
        return [(read.opens_on(day), len(read.free_slots(SERVICE, day, now))) for day in days]

    assert read_in_a_turn(house, ask, Calendar()) == [(False, 0), (True, 17)]


def test_one_appointment_whatever_became_of_it_and_nobody_elses(house: TurnHouse) -> None:
    before = asked(house)["free"]
    house.effects(Book(SERVICE, before[2], "maintenance")).take(house.typed("约"))
    (row,) = house.rows(appointment)
    with writing(house.engine) as conn:
        appointments.leave(conn, row.id, AppointmentState.NO_SHOW, house.clock.now)
        conn.execute(insert(appointment).values(
            store_id=house.cast.store_id, customer_id=house.cast.chen, kind="service", starts_at=before[3],
            minutes=60, created_at=house.clock.now, changed_at=house.clock.now,
        ))  # fmt: skip
    found = read_in_a_turn(house, lambda read, _now: (read.appointment(row.id), read.appointment(row.id + 1)))
    assert (found[0].state, found[0].service, found[1]) == (AppointmentState.NO_SHOW, "maintenance", None)


@pytest.mark.handbook("H2.4.1")
def test_the_car_on_order_with_its_day_is_no_car_to_bring_in_yet(house: TurnHouse) -> None:
    with writing(house.engine) as conn:
        stage.add_sale(conn, house.cast.store_id, house.cast.zhang, "云栖", date(2026, 9, 28))
        stage.add_sale(conn, house.cast.store_id, house.cast.chen, "牧野", date(2026, 9, 29))
    plates = [car.model for car in read_in_a_turn(house, lambda read, _now: read.vehicles())]
    assert "云栖" not in plates
    assert read_in_a_turn(house, lambda read, _now: read.car_on_order()) == CarOrder("云栖", date(2026, 9, 28))
    with writing(house.engine) as conn:
        conn.execute(update(sale).values(state="delivered"))
    assert read_in_a_turn(house, lambda read, _now: read.car_on_order()) is None
    assert "云栖" in [car.model for car in read_in_a_turn(house, lambda read, _now: read.vehicles())]


@pytest.mark.handbook("H2.2.1")
def test_a_fact_carries_how_sure_the_reading_was(house: TurnHouse) -> None:
    house.effects(Remember("need.budget", "max:180000", 0.85), Remember("no_call", "true")).take(
        house.typed("18万以内")
    )
    assert [(row.key, row.confidence) for row in house.rows(fact)] == [("need.budget", 0.85), ("no_call", 1.0)]
