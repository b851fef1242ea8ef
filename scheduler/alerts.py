"""Alerts to people: raised rows become copies for destinations, pages repeat until somebody has them, copies leave.

Routing is a tick of its own transaction; sending talks to each destination on a thread of its own, so that one that
does not answer holds up no other.
"""

import logging
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from bot.alert_config import AlertConfig
from bot.alerts import RANK, RINGS_ITSELF, Level, burst, concerned, summary_of, text_of
from bot.errors import ChannelStopped, ContentRefused, SendError, TryLater
from bot.links import Links
from bot.ports import AlertWay, Clock
from store import alert_copies, alerts, feed
from store.alert_copies import Copy
from store.alerts import Raised
from store.engine import reading, writing
from store.notices import deaf

log = logging.getLogger("huifang.alerts")
BACK_OFF = tuple(timedelta(seconds=seconds) for seconds in (5, 15, 60, 300, 900))
AT_ONCE = 5  # messages to one destination in one turn: their time-outs together stay below the lease
AT_THE_SAME_TIME = 4  # destinations spoken to side by side
LINK_HOLDS = timedelta(days=2)

OnDuty = Callable[[Connection, int, datetime], Collection[int]]


class AlertRouter:
    """Who is told of what. on_duty: (connection, store, business time) → ids of staff a page goes to first."""

    def __init__(
        self, engine: Engine, clock: Clock, config: AlertConfig, connected: Collection[str], on_duty: OnDuty
    ) -> None:
        self._engine, self._clock, self._config = engine, clock, config
        self._connected, self._on_duty = connected, on_duty

    def tick(self) -> int:
        now = self._clock.business()
        with reading(self._engine) as conn:
            if not alerts.any_new(conn) and not alerts.repeating(conn, now):
                return 0
        with writing(self._engine) as conn:
            fresh, again = alerts.fresh(conn), alerts.repeating(conn, now)
            for one in fresh:
                self._begin(conn, one, now)
            for one in again:
                self._repeat(conn, one, now)
            return len(fresh) + len(again)

    def _begin(self, conn: Connection, one: Raised, now: datetime) -> None:
        if alerts.merge(conn, one):
            return
        alerts.opened(conn, one.id, now + self._pause if _repeats(one) else None)
        self._copy(conn, one, 0, now)

    def _repeat(self, conn: Connection, one: Raised, now: datetime) -> None:
        """Up the chain, and once more in every open page."""
        round_ = alerts.next_round(conn, one.id, now + self._pause)
        self._copy(conn, one, round_, now)
        ref = {"reason": one.reason, "again": round_, "staff": list(one.meant)}
        feed.show(conn, one.store_id, "alert", ref, one.customer_id, now)

    def _copy(self, conn: Connection, one: Raised, round_: int, now: datetime) -> None:
        team = alerts.team(conn, one.store_id)
        told = concerned(one.level, round_, one.meant, team, self._on_duty(conn, one.store_id, now))
        silent, resting = deaf(conn, told, one.level)
        people = alerts.usernames(conn, told - silent)
        group = "" if one.personal and one.level is Level.NORMAL else one.store_code
        names = [
            name
            for name, each in self._config.destinations.items()
            if name in self._connected
            and RANK[one.level] >= RANK[each.least]
            and ((each.store and each.store == group) or each.staff in people.values())
            and name not in resting
        ]
        alerts.copy_to(conn, one.id, names, round_, self._clock.machine())

    @property
    def _pause(self) -> timedelta:
        return timedelta(minutes=self._config.page_minutes)


def _repeats(one: Raised) -> bool:
    return one.level is Level.PAGE and one.reason != RINGS_ITSELF


@dataclass(frozen=True, slots=True)
class _Message:
    text: str
    ids: tuple[int, ...]
    tries: int


class AlertSender:
    """name: what its leases bear. `tick` starts what is due and comes back at once; `rest` waits for it."""

    def __init__(
        self, engine: Engine, clock: Clock, config: AlertConfig, ways: Mapping[str, AlertWay], links: Links, name: str
    ) -> None:
        self._engine, self._clock, self._config = engine, clock, config
        self._ways, self._links, self._name = ways, links, name
        self._pool = ThreadPoolExecutor(AT_THE_SAME_TIME, thread_name_prefix="alerts")
        self._flying: dict[str, Future[int]] = {}

    def tick(self) -> int:
        """How many destinations something waits for."""
        with reading(self._engine) as conn:
            due = alert_copies.busy(conn, self._clock.machine())
        for name in due:
            flying = self._flying.get(name)
            if name in self._ways and (flying is None or flying.done()):
                self._flying[name] = self._pool.submit(self._guarded, name)
        return len(due)

    def rest(self) -> int:
        """Messages that left since; waits for what is on its way."""
        flying, self._flying = self._flying, {}
        wait(flying.values())
        return sum(each.result() for each in flying.values())

    def _guarded(self, destination: str) -> int:
        try:
            return self._speak(destination)
        except Exception:
            log.exception("an alert destination failed", extra={"destination": destination})
            return 0

    def _speak(self, destination: str) -> int:
        with writing(self._engine) as conn:
            if not alert_copies.take(conn, destination, self._name, self._clock.machine()):
                return 0
            messages = self._messages(conn, destination)
        left = 0
        try:
            for message in messages[:AT_ONCE]:
                if not self._say(destination, message):
                    break
                left += 1
        finally:
            with writing(self._engine) as conn:
                alert_copies.give_back(conn, destination, self._name)
        return left

    def _messages(self, conn: Connection, destination: str) -> list[_Message]:
        now = self._clock.machine()
        waiting = alert_copies.waiting(conn, destination, now)
        room = self._config.per_minute - alert_copies.sent_lately(conn, destination, now)
        split = burst(len(waiting), room)
        alone = [_Message(self._text(each), (each.id,), each.tries) for each in waiting[: split.alone]]
        rest = waiting[split.alone : split.alone + split.summed]
        if not rest:
            return alone
        gravest = max((each.level for each in rest), key=RANK.__getitem__)
        words = summary_of(len(rest), gravest, f"{self._links.base}/inbox")
        return [*alone, _Message(words, tuple(each.id for each in rest), max(each.tries for each in rest))]

    def _text(self, copy: Copy) -> str:
        """A page carries a link that says "I have it"; looking at it changes nothing."""
        where = f"/inbox/c/{copy.customer_id}" if copy.customer_id else "/inbox"
        if copy.level is not Level.PAGE:
            return text_of(replace(copy.told, link=f"{self._links.base}{where}"))
        receipt = self._links.alert(copy.alert_id, self._clock.business() + LINK_HOLDS)
        return text_of(replace(copy.told, link=f"{self._links.base}{where}", receipt=receipt))

    def _say(self, destination: str, message: _Message) -> bool:
        """False: this destination rests for now."""
        try:
            self._ways[destination].tell(message.text)
        except SendError as error:
            log.warning("alert_refused", extra={"destination": destination, "code": error.code})
            with writing(self._engine) as conn:
                self._settle(conn, destination, message, error)
            return isinstance(error, ContentRefused)
        with writing(self._engine) as conn:
            alert_copies.sent(conn, destination, message.ids, self._clock.machine())
        return True

    def _settle(self, conn: Connection, destination: str, message: _Message, error: SendError) -> None:
        """Busy: all wait. Unknown or away: again with back-off, five times. Refused for good: failed, and shown."""
        now = self._clock.machine()
        spent = message.tries >= len(BACK_OFF)
        if isinstance(error, ChannelStopped | ContentRefused) or spent:
            alert_copies.failed(conn, destination, message.ids, error.code, now)
        elif isinstance(error, TryLater) and not error.costs:
            alert_copies.hold(conn, destination, error.code, now + timedelta(seconds=error.after), now)
        else:
            alert_copies.again(conn, destination, message.ids, error.code, now + BACK_OFF[message.tries], now)
