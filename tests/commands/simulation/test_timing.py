"""The virtual clock only goes forward, and stops on the half hour."""

from datetime import UTC, datetime, timedelta

import pytest

from commands.simulation.timing import VirtualClock, on_grid

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(("minutes", "stop"), [(0, 0), (1, 30), (29.5, 30), (30, 30), (31, 60)])
def test_stops(minutes: float, stop: int) -> None:
    assert on_grid(NOON + timedelta(minutes=minutes)) == NOON + timedelta(minutes=stop)


def test_both_clocks_and_the_monotonic_one_agree() -> None:
    clock = VirtualClock(NOON)
    clock.to(NOON + timedelta(days=1))
    assert clock.business() == clock.machine() == NOON + timedelta(days=1)
    assert clock.monotonic() == 86_400
    with pytest.raises(AssertionError):
        clock.to(NOON)
