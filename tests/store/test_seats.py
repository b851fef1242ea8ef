"""Seats of an event on both databases: the last one goes once, the waiting list moves up once, nothing overbooks."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.exc import IntegrityError

from store import seats
from store.engine import reading, writing
from store.tables.people import event, rsvp
from tests.conftest import StillClock
from tests.store.cast import a_customer, a_store, an_event


@pytest.fixture
def guests(engine: Engine) -> list[int]:
    """李雷, 韩梅梅 and six more of the same store."""
    with writing(engine) as conn:
        store_id = a_store(conn)
        names = ["李雷", "韩梅梅", "张伟", "王芳", "陈静", "赵强", "孙丽", "周涛"]
        return [a_customer(conn, store_id, name=name, phone=f"+861390000{n:04}") for n, name in enumerate(names)]


@pytest.fixture
def lecture(engine: Engine, clock: StillClock, guests: list[int]) -> int:
    """Two seats, in nine days."""
    with writing(engine) as conn:
        return an_event(conn, 1, at=clock.now + timedelta(days=9), now=clock.now, capacity=2)


Do = Callable[..., Any]


@pytest.fixture
def do(engine: Engine, clock: StillClock, lecture: int) -> Do:
    """One act of one guest, in a transaction of its own."""

    def act(how: Callable[..., Any], customer_id: int, *party: int) -> Any:
        with writing(engine) as conn:
            return how(conn, lecture, customer_id, *party, clock.now)

    return act


def states(engine: Engine) -> list[tuple[int, str, int]]:
    with reading(engine) as conn:
        rows = conn.execute(select(rsvp).order_by(rsvp.c.customer_id))
        return [(row.customer_id, row.state, row.seats) for row in rows]


def taken(engine: Engine) -> int:
    with reading(engine) as conn:
        return int(conn.execute(select(event.c.taken)).scalar_one())


@pytest.mark.handbook("H1.7.4")
def test_a_party_of_three_four_and_five_takes_as_many_seats(engine: Engine, do: Do, guests: list[int]) -> None:
    with writing(engine) as conn:
        conn.execute(update(event).values(capacity=6))
    for party in (3, 5, 4):
        assert do(seats.book, guests[0], party, 1)
        assert taken(engine) == party
    assert not do(seats.book, guests[0], 7, 0)
    assert (taken(engine), states(engine)) == (4, [(guests[0], "going", 4)])


@pytest.mark.handbook("H1.7.4")
def test_two_who_take_the_last_seat_at_once_are_one_guest_and_one_who_waits(
    engine: Engine, do: Do, guests: list[int]
) -> None:
    do(seats.book, guests[0], 1, 0)

    def come(customer_id: int) -> bool:
        return bool(do(seats.book, customer_id, 1, 0)) or not do(seats.wait, customer_id, 1, 0)

    with ThreadPoolExecutor(7) as pool:
        got = list(pool.map(come, guests[1:]))
    assert (got.count(True), taken(engine)) == (1, 2)
    assert sorted(state for _, state, _ in states(engine)) == ["going"] * 2 + ["waiting"] * 6


@pytest.mark.handbook("H1.7.4")
def test_the_first_who_waits_moves_up_once_however_many_give_back(engine: Engine, do: Do, guests: list[int]) -> None:
    do(seats.book, guests[0], 1, 0)
    do(seats.book, guests[1], 1, 0)
    for each in guests[2:5]:
        do(seats.wait, each, 1, 0)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: do(seats.give_back, guests[0]), range(8)))
    assert taken(engine) == 2
    moved = [(who, state) for who, state, _ in states(engine) if state in ("offered", "waiting")]
    assert moved == [(guests[2], "offered"), (guests[3], "waiting"), (guests[4], "waiting")]


def test_a_party_too_big_for_what_is_free_keeps_its_place(engine: Engine, do: Do, guests: list[int]) -> None:
    do(seats.book, guests[0], 1, 0)
    do(seats.book, guests[1], 1, 0)
    do(seats.wait, guests[2], 2, 1)
    do(seats.wait, guests[3], 1, 0)
    do(seats.give_back, guests[0])
    assert (guests[3], "offered", 1) in states(engine)
    do(seats.give_back, guests[3])
    do(seats.give_back, guests[1])
    assert (guests[2], "offered", 2) in states(engine), "two seats free at last"
    assert taken(engine) == 2


def test_fewer_who_come_free_a_seat_for_the_next(engine: Engine, do: Do, guests: list[int]) -> None:
    do(seats.book, guests[0], 2, 1)
    do(seats.wait, guests[1], 1, 0)
    do(seats.book, guests[0], 1, 0)
    assert states(engine)[1] == (guests[1], "offered", 1)


def test_an_offer_nobody_confirms_goes_to_the_next(
    engine: Engine, do: Do, guests: list[int], clock: StillClock
) -> None:
    do(seats.book, guests[0], 2, 0)
    do(seats.wait, guests[1], 1, 0)
    do(seats.wait, guests[2], 2, 0)
    do(seats.give_back, guests[0])
    assert [state for _, state, _ in states(engine)] == ["cancelled", "offered", "waiting"]
    clock.advance(hours=23)
    with writing(engine) as conn:
        assert (seats.any_over(conn, clock.now), seats.lapse(conn, clock.now)) == (False, 0)
    clock.advance(hours=2)
    with writing(engine) as conn:
        assert (seats.any_over(conn, clock.now), seats.lapse(conn, clock.now)) == (True, 1)
        assert seats.lapse(conn, clock.now) == 0
    assert [state for _, state, _ in states(engine)] == ["cancelled", "lapsed", "offered"]
    assert do(seats.book, guests[2], 2, 0)
    assert (taken(engine), states(engine)[2]) == (2, (guests[2], "going", 2))


def test_nobody_moves_up_when_the_doors_are_about_to_open(
    engine: Engine, do: Do, guests: list[int], clock: StillClock
) -> None:
    do(seats.book, guests[0], 2, 0)
    do(seats.wait, guests[1], 1, 0)
    clock.advance(days=8, hours=23, minutes=10)
    do(seats.give_back, guests[0])
    assert states(engine)[1][1] == "waiting"


def test_a_code_is_the_guests_own_and_stays(engine: Engine, do: Do, guests: list[int]) -> None:
    with writing(engine) as conn:
        conn.execute(update(event).values(capacity=100))
    codes = [do(seats.book, each, 1, 0) for each in guests]
    assert len(set(codes)) == len(guests)
    assert all(1000 <= code <= 9999 for code in codes)
    do(seats.give_back, guests[0])
    assert do(seats.book, guests[0], 2, 0) == codes[0]


def test_the_check_of_the_table_holds_what_the_code_promises(engine: Engine, lecture: int) -> None:
    for wrong in (3, -1):
        with pytest.raises(IntegrityError), writing(engine) as conn:
            conn.execute(update(event).values(taken=wrong))


@pytest.mark.parametrize("how", [seats.book, seats.wait])
def test_an_event_called_off_or_begun_takes_nobody(
    engine: Engine, do: Do, guests: list[int], clock: StillClock, how: Callable[..., Any]
) -> None:
    clock.advance(days=10)
    assert not do(how, guests[0], 1, 0)
    clock.advance(days=-10)
    with writing(engine) as conn:
        conn.execute(update(event).values(state="cancelled"))
    assert not do(how, guests[0], 1, 0)
