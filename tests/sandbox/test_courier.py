"""Callbacks on their way: order, patience, and what a kill between push and note leaves."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from sandbox import followers
from sandbox.courier import AGAIN_S, Courier, post
from sandbox.tables import sandbox_metadata
from store.engine import open_engine, reading, writing
from tests.conftest import StillClock


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path / 'sandbox.sqlite'}")
    sandbox_metadata.create_all(engine)
    yield engine
    engine.dispose()


class Door:
    """Where callbacks are brought; takes them unless told otherwise."""

    def __init__(self, *answers: bool) -> None:
        self.answers, self.brought = list(answers), list[Any]()

    def __call__(self, body: dict[str, Any]) -> bool:
        self.brought.append(body["n"])
        return self.answers.pop(0) if self.answers else True


def hand_in(engine: Engine, clock: StillClock, kind: str, *numbers: int) -> None:
    with writing(engine) as connection:
        for number in numbers:
            post(connection, kind, {"n": number}, clock.machine())


def test_they_are_brought_in_order_and_once(own: Engine, clock: StillClock) -> None:
    door = Door()
    courier = Courier(own, clock.machine, {"wechat": door})
    hand_in(own, clock, "wechat", 1, 2, 3)
    assert [courier.deliver_due(), courier.deliver_due(), courier.waiting()] == [3, 0, 0]
    assert door.brought == [1, 2, 3]


def test_what_is_not_taken_waits_longer_each_time_and_is_given_up(own: Engine, clock: StillClock) -> None:
    door = Door(*[False] * 9)
    courier = Courier(own, clock.machine, {"sms_report": door})
    hand_in(own, clock, "sms_report", 1)
    assert courier.deliver_due() == 1
    for pause in AGAIN_S["sms_report"]:
        clock.advance(seconds=pause - 0.1)
        assert courier.deliver_due() == 0
        clock.advance(seconds=0.1)
        assert courier.deliver_due() == 1
    assert (door.brought, courier.waiting()) == ([1] * 4, 0)


def test_one_that_is_refused_holds_up_no_other(own: Engine, clock: StillClock) -> None:
    door = Door(False)
    courier = Courier(own, clock.machine, {"sms_reply": door})
    hand_in(own, clock, "sms_reply", 1, 2)
    courier.deliver_due()
    assert (door.brought, courier.waiting()) == ([1, 2], 1)


def test_killed_between_push_and_note_it_comes_again(own: Engine, clock: StillClock) -> None:
    class Killed(BaseException):
        pass

    def die(_body: dict[str, Any]) -> bool:
        raise Killed

    hand_in(own, clock, "wechat", 1)
    with pytest.raises(Killed):
        Courier(own, clock.machine, {"wechat": die}).deliver_due()
    door = Door()
    Courier(own, clock.machine, {"wechat": door}).deliver_due()
    assert door.brought == [1]


def test_a_window_counts_and_ends(own: Engine, clock: StillClock) -> None:
    def look() -> tuple[int, bool]:
        with reading(own) as connection:
            seen = followers.find(connection, "main", "o1", clock.now)
        assert seen is not None
        return seen.left, seen.until is not None

    with writing(own) as connection:
        assert followers.ensure(connection, "main", "o1", clock.now, following=True)
        assert not followers.ensure(connection, "main", "o1", clock.now, following=False)
    assert look() == (0, False)
    with writing(own) as connection:
        followers.typed(connection, "main", "o1", clock.now)
        followers.tapped(connection, "main", "o1", clock.now)
        followers.spend(connection, "main", "o1", clock.now)
    assert look() == (4, True)
    clock.now += timedelta(hours=47, minutes=59)
    assert look() == (4, True)
    clock.now += timedelta(minutes=1)
    assert look() == (0, False)
    with writing(own) as connection:
        followers.typed(connection, "main", "o1", clock.now)
        followers.unfollow(connection, "main", "o1")
    assert look() == (0, False)
