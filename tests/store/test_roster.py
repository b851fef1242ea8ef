"""Who is on duty: by the instant, of the store, edited by its managers alone."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, update

from bot.customer import StaffMember
from bot.errors import RuleBroken
from bot.escalation import Rung
from store import roster
from store.engine import reading, writing
from store.tables.staff import staff
from tests.conftest import StillClock
from tests.staff_cast import Cast, seed

HOUR = timedelta(hours=1)


@pytest.fixture
def cast(engine: Engine, clock: StillClock) -> Cast:
    return seed(engine, clock.now)


def on(engine: Engine, cast: Cast, clock: StillClock, who: StaffMember, rung: Rung, start: int, end: int) -> int:
    with writing(engine) as conn:
        return roster.put_on(conn, cast.lilei, who, rung, [(clock.now + start * HOUR, clock.now + end * HOUR)])


def test_a_shift_begins_with_its_first_instant_and_ends_before_its_last(
    engine: Engine, cast: Cast, clock: StillClock
) -> None:
    on(engine, cast, clock, cast.hanmeimei, Rung.OWNER, 0, 8)
    on(engine, cast, clock, cast.advisor, Rung.OWNER, 8, 20)
    for hours, who in ((-1, []), (0, [cast.hanmeimei]), (7.99, [cast.hanmeimei]), (8, [cast.advisor]), (20, [])):
        with reading(engine) as conn:
            found = roster.on_duty(conn, cast.store_id, clock.now + hours * HOUR)
        assert found.get(Rung.OWNER, []) == [each.id for each in who], hours


def test_it_is_of_one_store_and_of_who_still_works_there(engine: Engine, cast: Cast, clock: StillClock) -> None:
    on(engine, cast, clock, cast.hanmeimei, Rung.SUPERVISOR, 0, 8)
    with writing(engine) as conn:
        assert roster.on_duty(conn, cast.elsewhere_id, clock.now) == {}
        conn.execute(update(staff).where(staff.c.id == cast.hanmeimei.id).values(active=False))
        assert roster.on_duty(conn, cast.store_id, clock.now) == {}


def test_the_same_shift_twice_is_one(engine: Engine, cast: Cast, clock: StillClock) -> None:
    assert on(engine, cast, clock, cast.hanmeimei, Rung.OWNER, 0, 8) == 1
    assert on(engine, cast, clock, cast.hanmeimei, Rung.OWNER, 0, 8) == 0
    assert on(engine, cast, clock, cast.hanmeimei, Rung.SUPERVISOR, 0, 8) == 1


def test_last_week_is_copied_once(engine: Engine, cast: Cast, clock: StillClock) -> None:
    on(engine, cast, clock, cast.hanmeimei, Rung.OWNER, 0, 8)
    on(engine, cast, clock, cast.advisor, Rung.OWNER, 24, 32)
    start = clock.now + timedelta(days=7)
    with writing(engine) as conn:
        assert roster.copied(conn, cast.lilei, cast.store_id, start, 7) == 2
        assert roster.copied(conn, cast.lilei, cast.store_id, start, 7) == 0
        assert roster.on_duty(conn, cast.store_id, start + HOUR) == {Rung.OWNER: [cast.hanmeimei.id]}


@pytest.mark.parametrize(
    ("by", "who", "rung", "hours", "code"),
    [
        ("hanmeimei", "advisor", Rung.OWNER, 8, "not_a_manager"),
        ("wanglei", "advisor", Rung.OWNER, 8, "other_store"),
        ("lilei", "wanglei", Rung.MANAGER, 8, "other_store"),
        ("lilei", "hanmeimei", Rung.MANAGER, 8, "wrong_role"),
        ("lilei", "lilei", Rung.ADMIN, 8, "wrong_role"),
        ("lilei", "hanmeimei", Rung.OWNER, 0, "bad_span"),
    ],
)
def test_what_may_not_be_is_refused(
    engine: Engine, cast: Cast, clock: StillClock, by: str, who: str, rung: Rung, hours: int, code: str
) -> None:
    span = (clock.now, clock.now + hours * HOUR)
    with writing(engine) as conn, pytest.raises(RuleBroken) as refused:
        roster.put_on(conn, getattr(cast, by), getattr(cast, who), rung, [span])
    assert refused.value.code == code


def test_a_shift_is_taken_off_by_its_own_manager(engine: Engine, cast: Cast, clock: StillClock) -> None:
    on(engine, cast, clock, cast.hanmeimei, Rung.OWNER, 0, 8)
    with writing(engine) as conn:
        (shift,) = roster.shifts(conn, cast.lilei, cast.store_id, clock.now, clock.now + HOUR)
        for user, code in ((cast.wanglei, "no_shift"), (cast.advisor, "not_a_manager")):
            with pytest.raises(RuleBroken) as refused:
                roster.take_off(conn, user, shift.id)
            assert refused.value.code == code
        assert roster.shifts(conn, cast.wanglei, cast.store_id, clock.now, clock.now + HOUR) == []
        roster.take_off(conn, cast.lilei, shift.id)
        assert roster.on_duty(conn, cast.store_id, clock.now) == {}
