"""Who came to an event has a code; who gave it is counted once."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from bot.effects import Remember
from bot.friends import REFERRED_BY
from store import arrivals, friends, prompts
from store.engine import reading, writing
from store.event_figures import figures_of
from store.tables.contact import message
from tests.conftest import StillClock
from tests.staff_cast import Cast, seed
from tests.store.cast import a_customer, add, an_event


@pytest.fixture
def cast(engine: Engine, clock: StillClock) -> Cast:
    return seed(engine, clock.now, "!")


@pytest.mark.handbook("H2.5.4")
def test_who_came_has_a_code_and_the_friends_who_give_it_are_counted(
    engine: Engine, cast: Cast, clock: StillClock
) -> None:
    with writing(engine) as conn:
        event_id = an_event(conn, cast.store_id, at=clock.now + timedelta(days=9), now=clock.now)
        for who, key in ((cast.zhang, "a"), (None, "b")):  # one of the file, one of none
            assert arrivals.check_in(conn, cast.hanmeimei, event_id, who, 1, 0, how="name", key=key, now=clock.now)
        code = friends.code_of_customer(conn, cast.zhang)
        assert len(code) == 6
        assert friends.code_of_customer(conn, cast.chen) == ""
        assert friends.recommended_by(conn, cast.store_id, code) == cast.zhang
        assert friends.recommended_by(conn, cast.elsewhere_id, code) is None
        assert friends.recommended_by(conn, cast.store_id, "ZZ0000") is None
        for name in ("新客一", "新客二"):
            newcomer = a_customer(conn, cast.store_id, name=name)
            said = add(
                conn, message, store_id=cast.store_id, customer_id=newcomer, direction="in", channel="wechat",
                kind="text", author="customer", text=code, at=clock.now,
            )  # fmt: skip
            for _ in range(2):
                prompts.remember(conn, newcomer, said, Remember(REFERRED_BY, code), clock.now)
    with reading(engine) as conn:
        assert figures_of(conn, event_id).friends == 2


def test_a_code_somebody_has_is_not_drawn_again(
    engine: Engine, cast: Cast, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter([0, 0, 1, 0, 0, 1, 0, 0, 2])
    monkeypatch.setattr("store.friends.secrets.randbelow", lambda _below: next(drawn))
    with writing(engine) as conn:
        event_id = an_event(conn, cast.store_id, at=clock.now + timedelta(days=9), now=clock.now)
        for who in (cast.zhang, cast.chen):
            arrivals.check_in(conn, cast.hanmeimei, event_id, who, 1, 0, how="name", key=f"k{who}", now=clock.now)
        assert [friends.code_of_customer(conn, who) for who in (cast.zhang, cast.chen)] == ["AA0001", "AA0002"]
