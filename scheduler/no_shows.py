"""Who did not come to an appointment: marked after half an hour, the places free again, colleagues told (H2.2.2)."""

from sqlalchemy import Connection, Engine

from bot.booking import Visit
from bot.ports import Clock
from store import appointments, feed, threads
from store.engine import writing

TOLD = {Visit.SERVICE.value: "预约的保养维修", Visit.TEST_DRIVE.value: "预约的试驾"}


class NoShowSweeper:
    """Runs in the clock process."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    def tick(self) -> int:
        now = self._clock.business()
        with writing(self._engine) as conn:
            rows = appointments.missed(conn, now)
            for row in rows:
                self._tell(conn, row.customer_id, row.store_id, f"{TOLD[row.kind]}没有来，已过半小时，记为未到店")
        return len(rows)

    def _tell(self, conn: Connection, customer_id: int, store_id: int, words: str) -> None:
        now = self._clock.business()
        threads.note(conn, customer_id, store_id, words, now)
        feed.tell(conn, store_id, "appointment", {}, customer_id, now)
