"""Sending what the outbox holds: claimed with a lease, sent by a bounded pool, each answer stored.

1. claim a batch of each priority class, most urgent first, no more than there are free threads;
2. a token of the channel's bucket, else the row rests;
3. commit `sending` and the attempt, taking what it costs (window's slot, consent); only then does the request leave;
4. store the answer. A worker killed between 3 and 4 leaves `sending` with a lease that ends: scheduler/sweep.py.
"""

import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from threading import Event, Lock

from sqlalchemy import Connection

from bot.dealer import Dealer, Span, StoreConfig
from bot.errors import SendError, Uncertain
from bot.messages import Category, Priority, Way
from bot.permitted import in_hours
from bot.ports import Bucket, Clock, Sender
from bot.reasons import Reason
from scheduler.settle import Settler
from store import batches, calls, outbox, ready, sendable, stakes, templates, threads, touchpoints, troubles, windows
from store.anchors import Place
from store.engine import reading
from store.outbox import Job
from store.ready import Ready
from store.together import Together
from store.touchpoints import Line
from store.writer import Writer

log = logging.getLogger("huifang.scheduler")

USUAL_OPENING: Span = StoreConfig.model_fields["opening"].default  # of a store that left dealer.yaml
LEASE_S = 60.0  # longer than any call's time-outs, so that no living worker is overtaken
AHEAD = 24  # bulk rows claimed at once: one commit for all, and sent within their lease
RESERVED = 2  # threads only safety and replies may use: a slow bulk send never delays an answer
STALE = timedelta(minutes=10)  # a touchpoint's message older than this is decided anew
SOON = timedelta(minutes=1)  # should this look and the gate ever disagree, they argue once a minute
FIRST_PAUSE_S = 0.05
# WeChat remembers the id of a template message for ten minutes (wechat.md §3.3); our own call takes up to 16 s of them.
SAFE_AGAIN = timedelta(minutes=9, seconds=30)
EVERY_CLASS = (Priority.SAFETY, Priority.REPLY, Priority.SERVICE, Priority.BULK)


@dataclass(frozen=True, slots=True)
class Rate:
    """Calls a second, and how many at once after a rest."""

    per_second: float
    burst: int


# E-mail: providers of dealers' mail shut accounts that send in bursts; none says at how many a second (not verified).
# wechat.md §3: mass ≤ 60/min; bursts of templates are answered with -1 for minutes, so ≤ 20 in any second (§3.8).
RATES: Mapping[Way, Rate] = {
    Way.CUSTOM: Rate(50, 50),
    Way.TEMPLATE: Rate(10, 10),
    Way.SUBSCRIPTION: Rate(10, 10),
    Way.MASS: Rate(1, 5),
    Way.SMS: Rate(20, 40),
    Way.EMAIL: Rate(2, 10),
}


class Deliverer:
    """`pump` starts what it can and returns how many calls are on their way; `drain` waits until nothing is left."""

    def __init__(
        self,
        writer: Writer,
        clock: Clock,
        senders: Mapping[Way, Sender],
        bucket: Bucket,
        settler: Settler,
        dealer: Dealer,
        worker: str,
        *,
        threads: int = 8,
    ) -> None:
        self._writer, self._clock, self._senders = writer, clock, senders
        self._bucket, self._settler, self._dealer, self._worker = bucket, settler, dealer, worker
        self._size = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="send")
        self._flying: set[Future[None]] = set()
        self._ahead: list[Job] = []
        self._guard = Lock()  # of `_ahead`
        self._news = Event()  # a thread is free, or soon has nothing left to do
        self._begun = Together(writer, self._begin_all)

    def pump(self) -> int:
        self._reap()
        waiting = self._waiting()
        for priority in EVERY_CLASS:
            if priority is Priority.BULK:
                self._fly(self._bulk(priority in waiting))
            elif priority in waiting:
                self._fly(self.claim(priority, self._free(priority)))
        return len(self._flying)

    def _fly(self, jobs: Sequence[Job]) -> None:
        self._flying |= {self._pool.submit(self._work, job) for job in jobs}

    def _work(self, job: Job) -> None:
        """One row; a bulk thread goes on with those claimed ahead, without a look at the database between them."""
        following: Job | None = job
        try:
            while following is not None:
                self.deliver(following)
                following = self._following() if job.priority is Priority.BULK else None
        finally:
            self._news.set()

    def _following(self) -> Job | None:
        closed = self._settler.closed()
        with self._guard:
            job = self._ahead.pop(0) if self._ahead else None
            if job is not None and (job.outgoing.way.value, job.outgoing.account) in closed:
                self._ahead.insert(0, job)  # the next round gives it back
                job = None
            if len(self._ahead) < self._size:
                self._news.set()
        return job

    def _waiting(self) -> set[Priority]:
        with reading(self._writer.engine) as conn:
            return outbox.waiting(conn, self._clock.business(), self._clock.machine())

    def _free(self, priority: Priority) -> int:
        reserved = 0 if priority in (Priority.SAFETY, Priority.REPLY) else RESERVED
        return self._size - reserved - len(self._flying)

    def _bulk(self, more: bool) -> list[Job]:
        """As many as threads are free, from the rows claimed ahead."""
        free = max(self._free(Priority.BULK), 0)
        more = more and len(self._ahead) < self._size
        claimed = self.claim(Priority.BULK, AHEAD) if more else []
        closed = self._settler.closed()
        with self._guard:
            ahead = self._ahead + claimed
            shut = [job for job in ahead if (job.outgoing.way.value, job.outgoing.account) in closed]
            good = [job for job in ahead if job not in shut]
            jobs, self._ahead = good[:free], good[free:]
        self._give_back(shut)
        return jobs

    def _give_back(self, jobs: Sequence[Job]) -> None:
        for job in jobs:
            self._writer.run(partial(_release, job.id))

    def drain(self) -> None:
        while self.pump():
            self.rest()

    def rest(self, seconds: float = FIRST_PAUSE_S) -> None:
        """Wait until a thread is free or will be, no longer than this."""
        self._news.wait(seconds)
        self._news.clear()

    def close(self) -> None:
        """Calls on their way are finished; nothing new starts."""
        with self._guard:
            ahead, self._ahead = self._ahead, []
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._give_back(ahead)

    def _reap(self) -> None:
        done = {future for future in self._flying if future.done()}
        self._flying -= done
        for future in done:
            if (error := future.exception()) is not None:
                log.error("a send ended outside its rules", exc_info=error)

    def claim(self, priority: Priority, limit: int) -> list[Job]:
        if limit <= 0:
            return []
        now, machine = self._clock.business(), self._clock.machine()
        return self._writer.run(
            lambda conn: outbox.claim(
                conn,
                priority,
                limit=limit,
                now=now,
                machine_now=machine,
                worker=self._worker,
                lease_s=LEASE_S,
                closed=[*self._settler.closed(), *troubles.shut(conn, machine)],
            )
        )

    def deliver(self, job: Job) -> None:
        """One claimed row, to its end."""
        out = job.outgoing
        if out.way is Way.CALL:
            self._writer.run(lambda conn: self._call_task(conn, job))
            return
        if (resting := self._token(job)) > 0:
            until = self._clock.machine() + timedelta(seconds=resting)
            self._writer.run(lambda conn: outbox.release(conn, job.id, until))
            return
        if self._begun.do(job) and (provider_id := self._sent(job)) is not None:
            self._settler.accepted(job, provider_id)

    def deliver_all(self, jobs: Sequence[Job]) -> None:
        """Claimed rows by one caller, who paces: one transaction for all that begin, one for all that were taken."""
        messages = [job for job in jobs if job.outgoing.way is not Way.CALL]
        for call in (job for job in jobs if job.outgoing.way is Way.CALL):
            self.deliver(call)
        begun = self._writer.run(lambda conn: self._begin_all(conn, messages)) if messages else ()
        good = [job for job, ours in zip(messages, begun, strict=True) if ours]
        ids = [(job, self._sent(job)) for job in good]
        self._settler.accepted_all([(job, provider_id) for job, provider_id in ids if provider_id is not None])

    def _sent(self, job: Job) -> str | None:
        """The provider's id; None: refused, and that is written down."""
        out = job.outgoing
        try:
            return self._senders[out.way].send(out)
        except SendError as error:
            self._settler.refused(job, error)
        except Exception as error:
            log.exception("send failed in an unknown way", extra={"out_id": out.out_id})
            self._settler.refused(job, Uncertain("error", f"发送程序出错（{type(error).__name__}）"))
        return None

    def _token(self, job: Job) -> float:
        rate = RATES[job.outgoing.way]
        name = f"send:{job.outgoing.way.value}:{job.outgoing.account}"
        return self._bucket.take(name, rate.per_second, rate.burst)

    def _begin_all(self, conn: Connection, jobs: Sequence[Job]) -> Sequence[bool]:
        """What is plain in a few statements for all, the rest one by one."""
        now, known = self._clock.business(), ready.load(conn, jobs)
        plain = [job for job in jobs if self._plain(job, known, now)]
        ours = batches.begin_all(conn, plain, self._worker, self._clock.machine(), LEASE_S) if plain else ()
        together = {job.id: job.id in ours and self._paid(conn, job, now) for job in plain}
        return [together[job.id] if job.id in together else self._begin(conn, job) for job in jobs]

    def _plain(self, job: Job, known: Ready, now: datetime) -> bool:
        place = known.places[job.store_id] if known.carried.get(job.id) else None
        timely = self._timely(job, place, now)
        return timely and ready.plain(job, known)

    def _begin(self, conn: Connection, job: Job) -> bool:
        """queued → sending, unless the message should no longer leave. The request leaves after the commit."""
        now = self._clock.business()
        lost = outbox.lost_since(conn, job.id) if job.outgoing.way in (Way.TEMPLATE, Way.MASS) else None
        if (lost is None and not self._still_good(conn, job, now)) or not self._way_open(conn, job):
            return False
        if outbox.begin(conn, job, self._worker, self._clock.machine(), LEASE_S) is None:
            return False
        if lost is not None and not self._repeatable(conn, job, lost, now):
            self._settler.uncertain(conn, job, outbox.WORKER_LOST)
            return False
        return lost is not None or self._paid(conn, job, now)

    def _paid(self, conn: Connection, job: Job, now: datetime) -> bool:
        """What WeChat counts is taken before the call: a slot of the window, a consent, a copy of the month."""
        out = job.outgoing
        if out.way is Way.CUSTOM and not self._slot(conn, job, now):
            self._settler.fall_back(conn, job, Reason.NO_WINDOW.value, "微信窗口已关闭或只剩人工名额")
            return False
        if out.way is Way.SUBSCRIPTION and not stakes.take_consent(conn, out, now):
            self._settler.fall_back(conn, job, Reason.NO_SUBSCRIPTION.value, "客户的订阅次数已用完")
            return False
        if out.way is Way.MASS:
            stakes.count_copies(conn, job.id, out, now)
        return True

    def _way_open(self, conn: Connection, job: Job) -> bool:
        """Another worker may have learned since this row was claimed that its way or its template is refused to all."""
        out = job.outgoing
        until = troubles.hold(conn, out.way.value, out.account, self._clock.machine())
        if until is not None:
            outbox.release(conn, job.id, until)
            return False
        template_id = str(out.payload.get("template_id") or "")
        if not template_id or not templates.is_disabled(conn, out.account, template_id):
            return True
        self._settler.fall_back(conn, job, Reason.TEMPLATE_DISABLED.value, "模板已停用，改用其他方式")
        return False

    def _repeatable(self, conn: Connection, job: Job, lost: datetime, now: datetime) -> bool:
        """The call of a worker that died may have arrived. Deciding anew would make a second message of it, and so
        would the same call once WeChat has forgotten its id: then nobody knows, and a person looks."""
        fresh = self._clock.machine() - lost < SAFE_AGAIN
        return fresh and self._fits(conn, job, outbox.touchpoints_of(conn, job.id), now)

    def _slot(self, conn: Connection, job: Job, now: datetime) -> bool:
        """Staff may use the last one; the bot leaves it (design §4)."""
        keep = 0 if sendable.by_staff(conn, job.id) else 1
        return windows.take_slot(conn, job.outgoing.account, job.outgoing.address, now, keep)

    def _still_good(self, conn: Connection, job: Job, now: datetime) -> bool:
        """Between queueing and leaving hours may pass (a paused channel, a stopped house): look once more."""
        carried = outbox.touchpoints_of(conn, job.id)
        if self._fits(conn, job, carried, now):
            return True
        if not carried:
            outbox.mark_suppressed(conn, job.id, Reason.EXPIRED.value, now)
        elif outbox.cancel(conn, job.id, Reason.TAKEN_BACK.value, now):
            line = Line("send", job.outgoing.way.value, "taken_back", Reason.TAKEN_BACK.value, {"outbox_id": job.id})
            touchpoints.take_back(conn, carried, line, now, SOON)
        return False

    def _fits(self, conn: Connection, job: Job, carried: list[int], now: datetime) -> bool:
        place = sendable.place(conn, job.store_id) if carried else None
        return self._timely(job, place, now) and not self._barred(conn, job, carried)

    def _timely(self, job: Job, place: Place | None, now: datetime) -> bool:
        """place: None for what no touchpoint carries; an answer goes at any hour."""
        if job.expires_at is not None and now >= job.expires_at:
            return False
        if place is None:
            return True
        hours = self._dealer.hours_of(place.code).of(job.category, job.outgoing.way)
        return in_hours(hours, now, place.time_zone) and now - job.created_at < STALE

    def _barred(self, conn: Connection, job: Job, carried: list[int]) -> bool:
        """Somebody refused or complained since the gate was asked."""
        return bool(carried) and job.category is not Category.SAFETY and sendable.barred(conn, carried, job.category)

    def _call_task(self, conn: Connection, job: Job) -> None:
        """Nothing leaves the house: a person finds the task, and the touchpoint ends as the call does."""
        now = self._clock.business()
        if not self._still_good(conn, job, now):
            return
        if outbox.begin(conn, job, self._worker, self._clock.machine(), LEASE_S) is None:
            return
        code = sendable.place(conn, job.store_id).code
        opening = next((store.opening for store in self._dealer.stores if store.code == code), USUAL_OPENING)
        hours = self._dealer.hours_of(code).of(job.category, Way.CALL)
        calls.open_task(conn, job, hours, opening, now)
        if job.customer_id is not None and not outbox.touchpoints_of(conn, job.id):  # somebody waits for this answer
            threads.hand_off(conn, job.customer_id, job.store_id, reason="call_task", priority="normal", at=now)
        self._settler.note_handed(conn, job)


def _release(outbox_id: int, conn: Connection) -> None:
    outbox.release(conn, outbox_id)
