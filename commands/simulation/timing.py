"""The virtual clock, and which moments it stops at."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
GRID = timedelta(minutes=30)  # what is due within it is seen to at its end, as after a short stop of the house


class VirtualClock:
    """Implements `bot.ports.Clock`: both clocks stand where the simulation puts them, and only go forward."""

    def __init__(self, start: datetime) -> None:
        self._start = self.now = start

    def business(self) -> datetime:
        return self.now

    def machine(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return (self.now - self._start).total_seconds()

    def to(self, moment: datetime) -> None:
        assert moment >= self.now
        self.now = moment


def on_grid(moment: datetime) -> datetime:
    """The first stop at or after it."""
    return moment + (EPOCH - moment) % GRID
