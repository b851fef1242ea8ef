"""What becomes of a message after the call: accepted, again later, another way, failed, or nobody knows.

One row of `BRANCHES` per error of bot/errors; each runs in one transaction of its own.
"""

import logging
import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from threading import Event

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from bot.errors import (
    ChannelStopped,
    ContentRefused,
    SendError,
    TemplateRefused,
    TryLater,
    Uncertain,
    Undeliverable,
)
from bot.messages import Outgoing, Way
from bot.ports import Clock
from bot.reasons import Reason
from scheduler.breaker import LASTING_S, STOPPED_S, Breaker
from store import batches, feed, marks, outbox, ready, recontacts, stakes, templates, touchpoints, troubles
from store.dialects import locked
from store.outbox import Job
from store.together import Together
from store.touchpoints import Line
from store.writer import Writer

BASE_S, LONGEST_S = 5.0, 900.0  # full jitter (scheduling.md §5)
TRIES = 6
NO_ANSWER, NO_CONNECTION = "no_answer", "no_connection"  # codes of the senders: the request may have left, it did not
TOLD_FROM_S = 3600.0  # a pause of a minute mends itself before anybody could look
SILENT_CALLS = 3  # in a row: one lost answer is a lost answer, three are a provider that is down
# Each try of a provider that takes calls and says nothing may be one more message nobody knows the outcome of. Of SMS
# the reconciler asks every five minutes, which costs nobody a message; what cannot even be reached costs nothing.
SILENT_S, SILENT_SMS_S, UNREACHED_S = STOPPED_S, 3600.0, 30.0
STORE_TRIES, STORE_PAUSE_S = 6, 0.5  # with up to 8 s of waiting for a lock each: shorter than the row's lease
log = logging.getLogger("huifang.scheduler")


class Settler:
    """Stores the answer to a call. chance: 0 ≤ x < 1, for jitter; price: fen a copy."""

    def __init__(
        self,
        writer: Writer,
        clock: Clock,
        breaker: Breaker,
        chance: random.Random,
        price: Callable[[Outgoing], float],
    ) -> None:
        self._writer, self._clock, self._breaker, self._chance = writer, clock, breaker, chance
        self._price = price
        self._accepted = Together(writer, self.note_accepted)
        self.pause: Callable[[float], object] = Event().wait

    def closed(self) -> list[tuple[str, str]]:
        """(way, account) pairs this worker leaves alone for a moment; the lasting ones stand in store/troubles."""
        return self._breaker.closed()

    def accepted(self, job: Job, provider_id: str) -> None:
        self._breaker.heard(job.outgoing.way, job.outgoing.account)
        # Said twice it adds a line to the chain and no more: stored again even if the commit's answer was lost.
        self._stored(lambda: self._accepted.do((job, provider_id)), lambda error: True)

    def accepted_all(self, told: Sequence[tuple[Job, str]]) -> None:
        """Each (row, the provider's id), in one transaction."""
        for job, _ in told:
            self._breaker.heard(job.outgoing.way, job.outgoing.account)
        if told:
            self._stored(lambda: self._writer.run(lambda conn: self.note_accepted(conn, told)), lambda error: True)

    def note_accepted(self, conn: Connection, told: Sequence[tuple[Job, str]]) -> Sequence[None]:
        """Each (row, the provider's id); several cost hardly more than one."""
        now = self._clock.business()
        jobs, told = [job for job, _ in told], sorted(told, key=lambda each: each[0].id)  # two workers never cross
        rows = [batches.Accepted(job.id, provider_id, self._price(job.outgoing)) for job, provider_id in told]
        moved = batches.accept_all(conn, rows, now, self._clock.machine())
        for way, account in sorted({(job.outgoing.way.value, job.outgoing.account) for job in jobs}):
            troubles.end(conn, way, account, now)
        carried = ready.carried_by(conn, [job.id for job in jobs])
        lines = {each: [_took(job)] for job in jobs for each in carried.get(job.id, ())}
        touchpoints.note_all(conn, lines, now)
        # A receipt may have been faster than this answer, and may have said failed.
        arrived = [job.id for job in jobs if job.id in moved or outbox.state_of(conn, job.id) != "failed"]
        sent = [each for outbox_id in arrived for each in carried.get(outbox_id, ())]
        if sent:
            touchpoints.finish(conn, sent, "sent", "", now)
            recontacts.asked(conn, sent, now)
        feed.show_all(conn, "outbox", [(job.store_id, {"outbox_id": job.id}, job.customer_id) for job in jobs], now)
        return [None] * len(jobs)

    def note_handed(self, conn: Connection, job: Job) -> None:
        """A person has the call: no outcome yet."""
        now = self._clock.business()
        batches.accept_all(conn, [batches.Accepted(job.id, "", self._price(job.outgoing))], now, self._clock.machine())
        line = Line("send", job.outgoing.way.value, "handed", detail={"outbox_id": job.id})
        touchpoints.note(conn, outbox.touchpoints_of(conn, job.id), line, now)
        self._tell(conn, job, "outbox", now)

    def refused(self, job: Job, error: SendError) -> None:
        if isinstance(error, TryLater) and error.channel_wide:
            self._breaker.pause(job.outgoing.way, job.outgoing.account, error.after)
        rest = self._silence(job, error)
        # Before the database is asked: a host that is cut off reaches it only afterwards.
        since = self._clock.business() - timedelta(
            seconds=self._breaker.silent_for(job.outgoing.way, job.outgoing.account)
        )
        self._stored(lambda: self._writer.run(lambda conn: self._refused(conn, job, error, rest, since)), locked)

    def _silence(self, job: Job, error: SendError) -> float | None:
        """Seconds for which a provider without answers is left alone; 0: not yet; None: it answered."""
        out = job.outgoing
        if error.code not in (NO_ANSWER, NO_CONNECTION):
            self._breaker.heard(out.way, out.account)
            return None
        calls, seconds = self._breaker.unheard(out.way, out.account)
        if error.code == NO_CONNECTION:
            return UNREACHED_S if seconds >= LASTING_S else 0.0
        if calls < SILENT_CALLS:
            return 0.0
        return SILENT_SMS_S if out.way is Way.SMS else SILENT_S

    def _stored(self, store: Callable[[], object], again: Callable[[OperationalError], bool]) -> None:
        """An answer is known once: a lock must not lose it, or the sweep would call the message uncertain."""
        for _ in range(STORE_TRIES - 1):
            try:
                store()
                return
            except OperationalError as error:
                if not again(error):
                    raise
                log.warning("the answer of a provider could not be stored yet", exc_info=error)
                self.pause(STORE_PAUSE_S)
        store()

    def _refused(self, conn: Connection, job: Job, error: SendError, rest: float | None, since: datetime) -> None:
        """rest: as `_silence` says. since: when it began."""
        stakes.settle(conn, job.id, job.outgoing, error, self._clock.business())
        if rest is None:
            out = job.outgoing
            troubles.end_silence(conn, out.way.value, out.account, self._clock.business())
        elif rest and outbox.answered_since(conn, job.outgoing.way, job.outgoing.account, since):
            # The provider answers others: what is down is this host's own line, and only this host waits.
            self._breaker.pause(job.outgoing.way, job.outgoing.account, STOPPED_S)
        elif rest:
            self._silent(conn, job, rest)
        match error:
            case TryLater():
                self._later(conn, job, error)
            case Undeliverable():
                self._another_way(conn, job, error)
            case ChannelStopped():
                self._stopped(conn, job, error)
            case TemplateRefused():
                self._other_template(conn, job, error)
            case Uncertain():
                self.uncertain(conn, job, error.code)
            case ContentRefused() | _:
                self._failed(conn, job, error, Reason.CONTENT_REFUSED, alert=True)

    def uncertain(self, conn: Connection, job: Job, code: str) -> None:
        """Never sent again by itself; a receipt settles it, else a person looks."""
        now = self._clock.business()
        outbox.mark_uncertain(conn, job.id, code, now, self._clock.machine(), self._price(job.outgoing))
        carried = outbox.touchpoints_of(conn, job.id)
        self._said(conn, job, "uncertain", Reason.NO_ANSWER.value, code, now)
        touchpoints.finish(conn, carried, "uncertain", Reason.NO_ANSWER.value, now)
        self._tell(conn, job, "alert", now, reason="uncertain")

    def again(self, conn: Connection, job: Job, code: str) -> None:
        """The worker died during a call that may be repeated: the provider knows the message by its out_id."""
        machine = self._clock.machine()
        outbox.retry(conn, job.id, code, machine, machine, costs=False)
        self._said(conn, job, "again", "lease_expired", code, self._clock.business())

    def _later(self, conn: Connection, job: Job, error: TryLater) -> None:
        machine = self._clock.machine()
        if error.costs and job.outgoing.attempt >= TRIES:
            self._failed(conn, job, error, Reason.RETRIES_SPENT, alert=True)
            return
        if error.channel_wide and error.after >= LASTING_S:
            self._pause(conn, job, error)
        wait = error.after
        if error.costs:
            backoff = min(LONGEST_S, BASE_S * 2 ** (job.outgoing.attempt - 1))
            wait = max(wait, self._chance.random() * backoff)
        outbox.retry(conn, job.id, error.code, machine + timedelta(seconds=wait), machine, costs=error.costs)
        self._said(conn, job, "later", "", error.code, self._clock.business())

    def _pause(self, conn: Connection, job: Job, error: TryLater) -> None:
        """One way for everybody; a day's quota that is used up is worth a word to staff."""
        way = job.outgoing.way.value
        news = self._trouble(conn, job, way, error, stops=False, seconds=error.after)
        if news and error.after >= TOLD_FROM_S:
            self._tell(conn, job, "alert", self._clock.business(), reason="channel_paused", code=error.code, way=way)

    def _stopped(self, conn: Connection, job: Job, error: ChannelStopped) -> None:
        """The rows stay; staff are told once."""
        machine = self._clock.machine()
        outbox.retry(conn, job.id, error.code, machine + timedelta(seconds=STOPPED_S), machine, costs=False)
        now, way = self._clock.business(), job.outgoing.way.value
        self._said(conn, job, "channel_stopped", "", error.code, now)
        if self._trouble(conn, job, troubles.scope(way), error, stops=True, seconds=STOPPED_S):
            self._tell(conn, job, "alert", now, reason="channel_stopped", code=error.code, way=way)

    def _silent(self, conn: Connection, job: Job, seconds: float) -> None:
        """A provider that is down: its rows wait, staff are told once, one at a time tries whether it is back."""
        way = job.outgoing.way.value
        silence = ChannelStopped(troubles.SILENT, "平台一直没有回应，消息先等着，恢复后自动继续")
        if self._trouble(conn, job, troubles.scope(way), silence, stops=True, seconds=seconds):
            now = self._clock.business()
            self._tell(conn, job, "alert", now, reason="channel_stopped", code=troubles.SILENT, way=way)

    def _trouble(self, conn: Connection, job: Job, way: str, error: SendError, *, stops: bool, seconds: float) -> bool:
        """True when staff have not been told of it."""
        machine = self._clock.machine()
        return troubles.begin(
            conn,
            way,
            job.outgoing.account,
            code=error.code,
            sentence=error.sentence,
            stops=stops,
            now=self._clock.business(),
            machine_now=machine,
            until=machine + timedelta(seconds=seconds),
        )

    def _other_template(self, conn: Connection, job: Job, error: TemplateRefused) -> None:
        """Staff are told, of a template that is gone once; the message is not lost, it takes the next way."""
        now, template_id = self._clock.business(), str(job.outgoing.payload.get("template_id") or "")
        account = job.outgoing.account
        if not error.gone or templates.disable(conn, account, template_id, error.code, now):
            reason = "template_disabled" if error.gone else "template_refused"
            self._tell(conn, job, "alert", now, reason=reason, code=error.code)
        self.fall_back(conn, job, error.code, error.sentence)

    def _another_way(self, conn: Connection, job: Job, error: Undeliverable) -> None:
        """This person, this way: remember why, then the next way. Touchpoints go back to gate and router."""
        now = self._clock.business()
        outgoing = job.outgoing
        marks.remember(conn, error.marks, outgoing.way, outgoing.account, outgoing.address, now, error.code)
        self.fall_back(conn, job, error.code, error.sentence)

    def fall_back(self, conn: Connection, job: Job, code: str, sentence: str) -> None:
        now, machine = self._clock.business(), self._clock.machine()
        outbox.mark_failed(conn, job.id, code=code, reason=sentence, now=now, machine_now=machine)
        refused = Line("send", job.outgoing.way.value, "refused", Reason.REFUSED_BY_PROVIDER.value, {"code": code})
        carried = outbox.touchpoints_of(conn, job.id)
        if carried:
            touchpoints.take_back(conn, carried, refused, now)
        elif not outbox.next_way(conn, job.id, now):
            self._tell(conn, job, "alert", now, reason="undeliverable", code=code)
        self._tell(conn, job, "outbox", now)

    def _failed(self, conn: Connection, job: Job, error: SendError, reason: Reason, *, alert: bool) -> None:
        now, machine = self._clock.business(), self._clock.machine()
        outbox.mark_failed(conn, job.id, code=error.code, reason=error.sentence, now=now, machine_now=machine)
        self._said(conn, job, "refused", reason.value, error.code, now)
        touchpoints.finish(conn, outbox.touchpoints_of(conn, job.id), "failed", reason.value, now)
        self._tell(conn, job, "alert" if alert else "outbox", now, reason=reason.value, code=error.code)

    def _said(self, conn: Connection, job: Job, verdict: str, reason: str, code: str, now: datetime) -> None:
        line = Line("send", job.outgoing.way.value, verdict, reason, {"code": code, "outbox_id": job.id})
        touchpoints.note(conn, outbox.touchpoints_of(conn, job.id), line, now)

    def _tell(self, conn: Connection, job: Job, kind: str, now: datetime, **ref: str) -> None:
        feed.tell(conn, job.store_id, kind, {"outbox_id": job.id, **ref}, job.customer_id, now)


def _took(job: Job) -> Line:
    return Line("send", job.outgoing.way.value, "accepted", detail={"outbox_id": job.id})
