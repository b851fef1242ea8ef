"""SIGKILL at every point of an alert and of a giving: nothing is lost, nothing is given twice, and an alert leaves a
second time only where nobody could know that the first arrived."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from bot.visits import NUDGED_BEFORE
from store import feed, presence, showroom, threads
from store.alert_copies import LEASE
from store.engine import reading, writing
from store.presence import Presence
from store.showroom import Arrival
from store.tables.alerts import alert, alert_copy
from store.tables.contact import thread
from store.tables.visits import assignment
from tests.conftest import StillClock
from tests.kill.doomed import TEN
from tests.kill.doomed_alerts import Ticks
from tests.robots import Robots, robots
from tests.staff_cast import Cast, seed

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture
def clock() -> StillClock:
    return StillClock(TEN)


@pytest.fixture
def cast(engine: Engine) -> Cast:
    return seed(engine, TEN)


@pytest.fixture
def group(clock: StillClock) -> Iterator[Robots]:
    with robots(clock.machine) as made:
        yield made


def killed(url: str, point: str, group: Robots) -> None:
    command = [sys.executable, "-m", "tests.kill.doomed_alerts", url, point, group.house.base]
    ended = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=90, check=False)
    assert ended.returncode == -signal.SIGKILL


def go_on(url: str, group: Robots, clock: StillClock) -> None:
    """Another process, once the dead one's lease is over."""
    clock.advance(seconds=LEASE.total_seconds())
    Ticks(url, "none", group.house.base, clock, "clock:next").run()


@pytest.mark.parametrize(("point", "messages"), [("routing", 1), ("before", 1), ("after", 2)])
def test_an_alert_is_told_whatever_moment_its_teller_dies_in(
    engine: Engine, database_url: str, cast: Cast, group: Robots, clock: StillClock, point: str, messages: int
) -> None:
    with writing(engine) as conn:
        feed.tell(conn, cast.store_id, "alert", {"reason": "turn_failed"}, cast.zhang, TEN)
    killed(database_url, point, group)
    go_on(database_url, group, clock)
    assert len(group.told["wecom"]) == messages
    with reading(engine) as conn:
        assert [row.state for row in conn.execute(select(alert_copy))] == ["sent"]


def test_a_conversation_is_given_once_whatever_its_giver_dies_in(
    engine: Engine, database_url: str, cast: Cast, group: Robots, clock: StillClock
) -> None:
    with writing(engine) as conn:
        presence.beat(conn, cast.hanmeimei.id, TEN + LEASE, Presence.ONLINE)
        threads.hand_off(conn, cast.zhang, cast.store_id, reason="human", priority="normal", at=TEN)
    killed(database_url, "giving", group)
    with reading(engine) as conn:
        assert conn.execute(select(thread.c.owner_id)).scalar_one() is None
        assert conn.execute(select(func.count()).select_from(assignment)).scalar_one() == 0
    go_on(database_url, group, clock)
    with reading(engine) as conn:
        assert conn.execute(select(thread.c.owner_id)).scalar_one() == cast.hanmeimei.id
        assert conn.execute(select(func.count()).select_from(assignment)).scalar_one() == 1


def test_a_nudge_whose_teller_dies_is_told_by_the_next(
    engine: Engine, database_url: str, cast: Cast, group: Robots, clock: StillClock
) -> None:
    with writing(engine) as conn:
        arrival = Arrival("page", TEN + NUDGED_BEFORE, "展厅", "", "cars")
        showroom.check_in(conn, cast.store_id, arrival, TEN - timedelta(minutes=2))
    killed(database_url, "nudging", group)
    with reading(engine) as conn:
        assert conn.execute(select(func.count()).select_from(alert)).scalar_one() == 0
    go_on(database_url, group, clock)
    with reading(engine) as conn:
        told = set(conn.execute(select(alert.c.reason)).scalars())
    assert "visit_long" in told, "a minute later it is the graver of the two"
