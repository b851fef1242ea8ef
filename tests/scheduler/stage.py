"""A whole scheduler on one database with senders that obey the test: planner, gate, outbox, sweeps."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Engine, select

from bot.dealer import Dealer
from bot.errors import SendError
from bot.journeys import Journey
from bot.links import Links
from bot.messages import Outgoing, Way
from channels.prices import Prices
from channels.render import Templates
from config.calendar import Calendar
from config.load import load_dealer, load_journeys
from scheduler.breaker import Breaker
from scheduler.deliver import EVERY_CLASS, Deliverer
from scheduler.escalate import Chains
from scheduler.event_tick import EventTick
from scheduler.hand import Gatekeeper
from scheduler.letters import Writer as LetterWriter
from scheduler.plan import Planner
from scheduler.settle import Settler
from scheduler.sweep import CallSweeper, DeadlineSweeper
from store.engine import reading, writing
from store.outbox import Job
from store.tables import outbound, people
from store.writer import Writer
from tests.conftest import StillClock
from tests.scheduler.mechanics import mechanics
from tests.store.cast import a_customer, a_store, add, an_event

ROOT = Path(__file__).parents[2]
DEALER = load_dealer(ROOT / "config")
JOURNEYS = mechanics(load_journeys(ROOT / "config"))


@dataclass
class Phone:
    """Implements `Sender`: keeps what was sent; raises what stands in `errors`, in order."""

    sent: list[Outgoing] = field(default_factory=list)
    errors: list[SendError | None] = field(default_factory=list)
    before: Callable[[Outgoing], None] | None = None
    guard: Lock = field(default_factory=Lock)

    def send(self, out: Outgoing) -> str:
        if self.before is not None:
            self.before(out)
        with self.guard:
            error = self.errors.pop(0) if self.errors else None
            if error is not None:
                raise error
            self.sent.append(out)
            return f"id-{len(self.sent)}"


class FreeBucket:
    """Implements `Bucket`: always a token, unless `wait` says otherwise."""

    wait = 0.0

    def take(self, name: str, rate: float, burst: int) -> float:
        return self.wait


class Stage:
    def __init__(
        self,
        engine: Engine,
        clock: StillClock,
        dealer: Dealer = DEALER,
        journeys: tuple[Journey, ...] = JOURNEYS,
        worker: str = "worker:1",
        calendar: Calendar | None = None,
    ) -> None:
        self.engine, self.clock, self.bucket = engine, clock, FreeBucket()
        self.writer = Writer(engine)
        self.phones = {way: Phone() for way in Way}
        calendar = calendar or Calendar()
        self.links = Links("secret", "http://127.0.0.1:8000")
        self.settler = Settler(self.writer, clock, Breaker(clock.monotonic), random.Random(7), Prices(dealer).of)
        writer = LetterWriter(dealer, Templates(ROOT / "templates" / "messages", dealer.sms), self.links)
        self.planner = Planner(engine, clock, journeys, calendar)
        self.gatekeeper = Gatekeeper(engine, clock, dealer, journeys, calendar, writer, worker)
        self.deliverer = Deliverer(self.writer, clock, self.phones, self.bucket, self.settler, dealer, worker)
        self.calls = CallSweeper(engine, clock, self.settler)
        self.events = EventTick(engine, clock)
        self.deadlines = DeadlineSweeper(engine, clock, Chains(dealer, calendar))

    def jobs(self) -> list[Job]:
        """What a worker would claim now, most urgent class first."""
        return [job for priority in EVERY_CLASS for job in self.deliverer.claim(priority, 8)]

    def round(self) -> None:
        """Plan, hand over and send until nothing moves at this moment."""
        self.events.tick()
        self.planner.tick()
        while self.gatekeeper.tick() or self.deliverer.pump():
            self.deliverer.drain()

    def until(self, moment: datetime, **step: float) -> None:
        """Live through the time in steps, as the house does."""
        while self.clock.now < moment:
            self.round()
            self.clock.advance(**step)
        self.clock.now = moment
        self.round()

    def sent(self, way: Way) -> list[Outgoing]:
        return self.phones[way].sent

    def rows(self, table: Any = outbound.touchpoint) -> list[Any]:
        with reading(self.engine) as conn:
            return list(conn.execute(select(table).order_by(table.c.id)))

    def outcome(self) -> list[tuple[str, str | None, str]]:
        """(state, outcome, reason) of every touchpoint."""
        return [(row.state, row.outcome, row.reason) for row in self.rows()]

    def chain(self) -> list[tuple[str, str, str, str]]:
        return [(row.step, row.name, row.verdict, row.reason) for row in self.rows(outbound.verdict)]

    def a_file(self, **customer: Any) -> tuple[int, int]:
        with writing(self.engine) as conn:
            found = conn.execute(select(people.store.c.id)).scalar()
            store_id = found or a_store(conn)
            return store_id, a_customer(conn, store_id, **customer)

    def an_order(self, file: tuple[int, int], on: str = "2026-09-14", key: str = "8812") -> int:
        with writing(self.engine) as conn:
            car = add(
                conn, people.vehicle, store_id=file[0], customer_id=file[1], external_id=f"V{key}", plate="浙A12345",
                model="长风",
            )  # fmt: skip
            return add(
                conn, people.repair_order, store_id=file[0], customer_id=file[1], vehicle_id=car, external_id=key,
                status="delivered", delivered_on=date.fromisoformat(on), items=[], updated_at=self.clock.now,
                delivered_at=self.clock.now,
            )  # fmt: skip

    def an_event(self, store_id: int, **values: Any) -> int:
        starts = datetime.fromisoformat("2026-09-26T06:00:00+00:00")
        with writing(self.engine) as conn:
            return an_event(conn, store_id, **{"at": starts, "now": self.clock.now, **values})
