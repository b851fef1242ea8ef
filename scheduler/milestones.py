"""Once a day, and whenever a car's file has changed: the dates its journeys hang on, a batch of cars at a time."""

from sqlalchemy import Engine

from bot.ports import Clock
from bot.upkeep import Upkeep
from store import milestones
from store.engine import reading, writing
from store.milestones import Renewed

BATCHES = 4  # of one tick: two thousand cars, so that a large house is through within minutes of its midnight


class MilestoneTick:
    """`tick` is repeatable; reads first, so that an idle one takes no lock."""

    def __init__(self, engine: Engine, clock: Clock, upkeep: Upkeep) -> None:
        self._engine, self._clock, self._upkeep = engine, clock, upkeep

    def tick(self) -> Renewed:
        cars = changed = 0
        for _ in range(BATCHES):
            now = self._clock.business()
            with reading(self._engine) as conn:
                ids = milestones.stale(conn, now)
            if not ids:
                break
            with writing(self._engine) as conn:
                done = milestones.renew(conn, ids, self._upkeep, now)
            cars, changed = cars + done.cars, changed + done.changed
        return Renewed(cars, changed)
