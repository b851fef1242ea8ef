"""What time does to events: an offered seat that was not confirmed goes on, the next wave is invited."""

from sqlalchemy import Engine

from bot.ports import Clock
from store import seats, waves
from store.engine import reading, writing

LOOK_S = 600.0  # who came into an audience without a new consent (bought the car it asks for) is found after this


class EventTick:
    """Runs in the clock process; two at once do no harm, the event's row is locked and the wave's key unique.

    What it remembers only spares asking a whole file who is new in it.
    """

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        self._seen: tuple[float, object] = (-LOOK_S, None)

    def tick(self) -> int:
        """How many offers ended, waves were opened and late comers invited. Writes only when there is something."""
        now = self._clock.business()
        with reading(self._engine) as conn:
            over, ready, newest = seats.any_over(conn, now), waves.due(conn, now), waves.newest(conn)
        asked = self._asked(newest)
        if not (over or ready or asked):
            return 0
        with writing(self._engine) as conn:
            done = seats.lapse(conn, now)
            done += sum(bool(waves.open_next(conn, event_id, now)) for event_id in ready)
            done += waves.top_up(conn, now) if asked else 0
        self._seen = (self._clock.monotonic(), newest) if asked else self._seen
        return done

    def _asked(self, newest: object) -> bool:
        at, before = self._seen
        return before != newest or self._clock.monotonic() - at >= LOOK_S
