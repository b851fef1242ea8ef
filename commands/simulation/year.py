"""One dealership lived through by the real planner, gate, routing and turns, from one due moment to the next.

1. go to the next stop: something due, somebody speaks, or the evening;
2. what people do, then in the evening what the DMS tells and the staff settle, and the plan;
3. gate and send until nothing moves; then people hear of it, and will do something later.
"""

import heapq
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, bindparam, func, select

from bot.links import Links
from bot.messages import Category, Way
from bot.ports import Calendars, Renderer
from bot.upkeep import Upkeep
from channels.prices import Prices
from channels.render import Templates
from commands.simulation import desk
from commands.simulation.dms import Dms, House
from commands.simulation.drawn import Person
from commands.simulation.people import Customers, Deed
from commands.simulation.providers import FreeBucket, Providers
from commands.simulation.referee import Word
from commands.simulation.timing import VirtualClock, on_grid
from commands.simulation.together import OneTransaction
from scheduler.breaker import Breaker
from scheduler.call_watch import CallWatch
from scheduler.deliver import EVERY_CLASS, Deliverer
from scheduler.event_tick import EventTick
from scheduler.hand import Gatekeeper
from scheduler.letters import Writer as Letters
from scheduler.milestones import MilestoneTick
from scheduler.no_shows import NoShowSweeper
from scheduler.plan import Planner
from scheduler.settle import Settler
from store import milestones
from store import outbox as outbox_rows
from store.engine import reading, take_stock
from store.tables.base import Instant
from store.tables.outbound import outbox, touchpoint
from store.tables.people import vehicle
from web.inbox import Telephone
from web.turn import TurnTaker

EVENING = (17, 30)  # the DMS tells of the day before thanks are due at 18:30
EVERY = 7  # days
AT_ONCE = 200  # rows in one transaction
WORKER = "simulation"
_DUE = select(func.min(touchpoint.c.due_at)).where(
    touchpoint.c.state == "planned", touchpoint.c.category == bindparam("category"),
    touchpoint.c.due_at > bindparam("now", type_=Instant),
)  # fmt: skip
_WAITING = select(func.min(func.coalesce(outbox.c.retry_at, outbox.c.not_before))).where(outbox.c.state == "queued")


@dataclass(frozen=True, slots=True)
class Given:
    """What a year is made of, besides its people. messages: the folder of templates."""

    house: House
    calendars: Calendars
    upkeep: Upkeep
    messages: Path


class Year:
    """`live` goes through it; then `dms.files`, `providers.arrived` and `refused` tell what nothing else knows."""

    def __init__(self, engine: Engine, given: Given, people: Sequence[Person]) -> None:
        house = self._house = given.house
        self.engine = engine
        self.start = house.at(house.first_day, 0).astimezone(UTC)
        self.end = house.at(house.first_day + timedelta(days=house.days), 0).astimezone(UTC)
        clock = self._clock = VirtualClock(self.start)
        self._writer = OneTransaction(engine)
        self.dms = Dms(house, people)
        dead = {each.phone for each in people if each.dead}
        blocked = {each.phone for each in people if each.blocked}
        self.providers = Providers(house.seed, clock, dead, blocked)
        self.refused: list[Word] = []
        self._people, self._customers = people, Customers(house, self.dms.files)
        self._deeds: list[_Queued] = []
        self._queued = 0
        self._compose(given, Templates(given.messages, house.dealer.sms))

    def _compose(self, given: Given, renderer: Renderer) -> None:
        """As the worker and the clock are composed, on one clock and one writer."""
        dealer, journeys, clock = self._house.dealer, self._house.journeys, self._clock
        links = Links("simulated", "https://example.com")
        settler = Settler(
            self._writer, clock, Breaker(clock.monotonic), random.Random(self._house.seed), Prices(dealer).of
        )
        letters = Letters(dealer, renderer, links)
        senders = dict.fromkeys(Way, self.providers)
        self._upkeep, self._milestones = given.upkeep, MilestoneTick(self.engine, clock, given.upkeep)
        self._planner = Planner(self.engine, clock, journeys, given.calendars, alone=True)
        self._gatekeeper = Gatekeeper(self.engine, clock, dealer, journeys, given.calendars, letters, WORKER)
        self._deliverer = Deliverer(self._writer, clock, senders, FreeBucket(), settler, dealer, WORKER, threads=1)
        self._calls = CallWatch(self.engine, clock, dealer, journeys, given.calendars)
        self._events, self._no_shows = EventTick(self.engine, clock), NoShowSweeper(self.engine, clock)
        self._turns = TurnTaker(self._writer, clock, dealer, given.calendars, renderer, links)
        self._telephone = Telephone(self._turns, given.calendars)

    def live(self, told: Callable[[date], None] = lambda _day: None) -> None:
        """told: of each day that is over."""
        self._open()
        evening = self._evening_of(self._house.first_day)
        while (stop := self._next(evening)) < self.end:
            self._clock.to(stop)
            self._act()
            if stop >= evening:
                self._evening()
                told(self._today())
                evening = self._evening_of(self._today() + timedelta(days=1))
            self._send()
            self._listen()
        self._settle()
        self._deliverer.close()

    def _open(self) -> None:
        with self._writer.opened() as conn:
            self.dms.open(conn, self.start)
        self._plan()
        for person in self._people:
            self._queue(self._customers.unasked(person))
            self.refused += [Word(person.phone, each, True, self.start) for each in person.refuses]

    def _next(self, evening: datetime) -> datetime:
        with reading(self.engine) as conn:
            due = [conn.execute(_DUE, {"category": each.value, "now": self._clock.now}).scalar() for each in Category]
            waiting = conn.execute(_WAITING).scalar()
        soonest = [on_grid(each) for each in (*due, waiting) if each is not None]
        said = [self._deeds[0].at] if self._deeds else []
        return max(min([evening, *soonest, *said]), self._clock.now + timedelta(minutes=1))

    def _act(self) -> None:
        due = []
        while self._deeds and self._deeds[0].at <= self._clock.now:
            due.append(heapq.heappop(self._deeds).deed)
        if not due:
            return
        with self._writer.opened(savepoints=True):
            for deed in due:
                self._turns.take(deed.inbound)
                self._note(deed)

    def _note(self, deed: Deed) -> None:
        """In the referee's own books."""
        if deed.refuses:
            addresses = sorted({deed.person.phone, deed.inbound.address})
            self.refused += [
                Word(each, purpose, True, self._clock.now) for each in addresses for purpose in deed.refuses
            ]

    def _evening(self) -> None:
        with self._writer.opened() as conn:
            self.dms.tell(conn, self._today(), self._clock.now)
            desk.work(conn, self._clock.now)
        self._no_shows.tick()
        self._calls.tick()
        with self._writer.opened() as conn:
            desk.ring(conn, self._house, self._telephone, self._clock.now)
        self._plan()

    def _plan(self) -> None:
        self._dates()
        self._events.tick()
        self._planner.tick()

    def _dates(self) -> None:
        """Of cars whose file has changed; once a week of all, since what a day more changes lies months ahead."""
        if (self._today() - self._house.first_day).days % EVERY == 0:
            while self._milestones.tick().cars:
                pass
            take_stock(self.engine)
            return
        with self._writer.opened() as conn:
            changed = conn.execute(select(vehicle.c.id).where(vehicle.c.dated_on.is_(None))).scalars().all()
            milestones.renew(conn, changed, self._upkeep, self._clock.now)

    def _send(self) -> None:
        while self._gatekeeper.tick() or self._left():
            pass

    def _left(self) -> int:
        """How many rows were begun."""
        total = 0
        with reading(self.engine) as conn:
            waiting = outbox_rows.waiting(conn, self._clock.now, self._clock.now)
        for priority in EVERY_CLASS:
            if priority in waiting:
                with self._writer.opened():
                    jobs = self._deliverer.claim(priority, AT_ONCE)
                    self._deliverer.deliver_all(jobs)
                total += len(jobs)
        return total

    def _listen(self) -> None:
        with reading(self.engine) as conn:
            self._queue(self._customers.listen(conn, self._clock.now))

    def _queue(self, deeds: Iterable[Deed]) -> None:
        for deed in deeds:
            self._queued += 1
            heapq.heappush(self._deeds, _Queued(on_grid(deed.at), self._queued, deed))

    def _settle(self) -> None:
        """What a busy provider put off beyond the end still gets its answer."""
        self._clock.to(self.end)
        while True:
            self._send()
            with reading(self.engine) as conn:
                if (waiting := conn.execute(_WAITING).scalar()) is None:
                    return
            self._clock.to(max(waiting, self._clock.now + timedelta(minutes=1)))

    def _today(self) -> date:
        return self._clock.now.astimezone(self._house.zone).date()

    def _evening_of(self, day: date) -> datetime:
        return self._house.at(day, *EVENING).astimezone(UTC)


@dataclass(order=True, slots=True)
class _Queued:
    at: datetime
    number: int
    deed: Deed = field(compare=False)
