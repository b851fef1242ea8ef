"""Whom an event would reach, on which way, and who not and why: the gate is asked, nothing is planned or written."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from bot.conditions import Condition
from bot.gate import Decision
from bot.journeys import Anchor, Journey, version
from bot.ports import Foreseen
from bot.reasons import Reason
from scheduler.hand import Asked, Gatekeeper
from store import event_audience, persons
from store.engine import reading
from store.event_words import FORESEEN
from store.touchpoints import Due

MOST = 2000  # asked one by one, about a second; the answer for a bigger file is reckoned from these
BATCH = 500
LIVES = timedelta(days=14)
SOON = (Reason.QUIET_HOURS, Reason.HOLIDAY)  # only the hour is wrong: it goes out the same way in the morning


class EventForesight:
    """Implements `bot.ports.Foresee`. gatekeeper: with the journey that invites."""

    def __init__(self, engine: Engine, gatekeeper: Gatekeeper, journeys: Sequence[Journey]) -> None:
        self._engine, self._gatekeeper = engine, gatekeeper
        living = (each for each in journeys if each.enabled and each.anchor is Anchor.EVENT_PUBLISHED)
        self._journey = next(living, None)

    def __call__(self, store_id: int, audience: Condition | None, now: datetime) -> Foreseen:
        with reading(self._engine) as conn:
            counted = event_audience.counted(conn, store_id, audience, now)
            chosen = event_audience.willing(store_id, audience, "foreseen", now).limit(MOST)
            ids = list(conn.execute(chosen).scalars())
            asked = [each for part in _parts(ids) for each in self._ask(conn, store_id, part, now)]
        by_way, later, never = _sorted(asked)
        scale = counted.agreed / len(ids) if ids else 1.0
        told = [_scaled(each, scale) for each in (by_way, later, never)]
        return Foreseen(counted.matching, counted.agreed, counted.refused, len(ids), *told)

    def _ask(self, conn: Connection, store_id: int, ids: Sequence[int], now: datetime) -> list[Asked]:
        if self._journey is None:
            return []
        journey, step = self._journey, self._journey.steps[0]
        ref = {"event_id": -1, "fact": FORESEEN}
        rule, current, ends = journey.rule(step), version(step), now + LIVES
        due = [
            Due(-number, store_id, who, rule, current, "event#0", step.category, now, ends, ref)
            for number, who in enumerate(ids, 1)
        ]
        return self._gatekeeper.ask(conn, due, now, persons.persons(conn, ids))


def _parts(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]


def _sorted(asked: Sequence[Asked]) -> tuple[Counter[str], Counter[str], Counter[str]]:
    by_way: Counter[str] = Counter()
    later: Counter[str] = Counter()
    never: Counter[str] = Counter()
    for each in asked:
        verdict, way = each.verdict, each.route.way
        soon = verdict.decision is Decision.DEFER and verdict.reason in SOON and way is not None
        if way is not None and (soon or verdict.decision is Decision.SEND):
            by_way[way.value] += 1
        else:
            (later if verdict.decision is Decision.DEFER else never)[str(verdict.reason)] += 1
    return by_way, later, never


def _scaled(counts: Mapping[str, int], scale: float) -> dict[str, int]:
    return {name: round(count * scale) for name, count in sorted(counts.items(), key=lambda pair: -pair[1])}
