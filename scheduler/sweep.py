"""What time does by itself: calls whose worker died, questions and touchpoints that expired, deadlines of cases."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Connection, Engine

from bot.messages import Way
from bot.ports import Clock
from scheduler.deliver import SAFE_AGAIN
from scheduler.escalate import Chains
from scheduler.settle import Settler
from store import aside, expiry, feed, outbox, resting
from store.engine import reading, writing
from store.expiry import Ran
from store.outbox import Job

AT_ONCE = 100


class CallSweeper:
    """Runs beside the worker: rows left `sending` by a process that died during the call or before its answer."""

    def __init__(self, engine: Engine, clock: Clock, settler: Settler) -> None:
        self._engine, self._clock, self._settler = engine, clock, settler

    def tick(self) -> int:
        with reading(self._engine) as conn:
            if not outbox.any_lost(conn, self._clock.machine()):
                return 0
        with writing(self._engine) as conn:
            left = outbox.expired_sending(conn, self._clock.machine(), AT_ONCE)
            for job in left:
                self._settle(conn, job)
        return len(left)

    def _settle(self, conn: Connection, job: Job) -> None:
        """Sent again only where the provider itself would refuse the second copy."""
        if self._repeatable(conn, job):
            self._settler.again(conn, job, outbox.WORKER_LOST)
        else:
            self._settler.uncertain(conn, job, outbox.WORKER_LOST)

    def _repeatable(self, conn: Connection, job: Job) -> bool:
        way = job.outgoing.way
        if way is Way.CALL:
            return True  # it never left the house
        started = outbox.attempt_started(conn, job.id)
        known = started is not None and self._clock.machine() - started < SAFE_AGAIN
        return way in (Way.TEMPLATE, Way.MASS) and known


class DeadlineSweeper:
    """The one-second tick: warnings and breaches, whom they reach, questions and touchpoints past their end."""

    def __init__(self, engine: Engine, clock: Clock, chains: Chains) -> None:
        self._engine, self._clock, self._chains = engine, clock, chains

    def tick(self) -> int:
        now = self._clock.business()
        with writing(self._engine) as conn:
            warned, breached = expiry.warn(conn, now), expiry.breach(conn, now)
            self._tell(conn, warned, "deadline_warning")
            self._tell(conn, breached, "deadline_breach")
            self._chains.begin(conn, breached)
            told = len(warned) + len(breached) + self._chains.tell(conn, now)
            return told + expiry.end_prompts(conn, now) + expiry.end_touchpoints(conn, now)

    def _tell(self, conn: Connection, ran: Sequence[Ran], reason: str) -> None:
        for each in ran:
            ref = {"case_id": each.case_id, "deadline": each.kind, "reason": reason}
            feed.tell(conn, each.store_id, "alert", ref, each.customer_id, self._clock.business())


class ReminderSweeper:
    """Each second: what was put aside until now is told to the pages of who put it aside."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    def tick(self) -> int:
        now = self._clock.business()
        with reading(self._engine) as conn:
            if not aside.any_back(conn, now):
                return 0
        with writing(self._engine) as conn:
            return aside.come_back(conn, now)


class RestingSweeper:
    """A thread a person answered a day ago, with nothing open, is the bot's again."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    def tick(self) -> int:
        with writing(self._engine) as conn:
            return len(resting.give_back(conn, self._clock.business()))


class FeedSweeper:
    """Hourly: the feed of the inbox's live streams keeps two days; an older page loads afresh."""

    KEEP = timedelta(days=2)

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    def tick(self) -> int:
        with writing(self._engine) as conn:
            return feed.prune(conn, self._clock.business() - self.KEEP)
