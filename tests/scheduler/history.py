"""A house that lives through a drawn history, and what it may never have done: told from the log of its providers.

The model keeps its own books of who refused and who complains, and counts what left by number and by instant; nothing
of the code under test is asked about that.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, func, select, update

from bot.consent import Source
from bot.customer import Purpose
from bot.dealer import DEFAULT_CAPS, Cap, Dealer, Hours, Sms, SmsTemplate, Span, StoreConfig
from bot.errors import SendError, TryLater, Uncertain, Undeliverable
from bot.gate import REFUSABLE
from bot.journeys import Anchor, Journey
from bot.messages import Category, Outgoing, Way
from bot.phones import Phone as Number
from channels.render import Templates
from config.calendar import Calendar, OwnDays
from store import consents, refusals
from store.consents import Act, ConsentFact
from store.customers import CustomerFacts, put_customer
from store.engine import reading, writing
from store.tables import outbound, people
from store.tables.cases import cases
from tests.conftest import StillClock
from tests.scheduler.stage import Phone, Stage
from tests.store.cast import a_staff_member, add

PROMOTION = (Category.GREETING, Category.MARKETING)
MOBILE, OTHER, LANDLINE = "+8613900000001", "+8613900000002", "+8657186543210"
NUMBERS = (MOBILE, OTHER, LANDLINE)
FILES = ((0, MOBILE), (0, MOBILE), (0, LANDLINE), (1, OTHER))  # store and number at first: two files share one
PURPOSES = (Purpose.MARKETING, Purpose.GREETING, Purpose.SURVEY, Purpose.SERVICE, Purpose.ALL)
ONE_A_DAY = Cap(categories=frozenset({*PROMOTION}), limit=1, days=1)
CAPS: tuple[tuple[Cap, ...], ...] = (DEFAULT_CAPS, (), (ONE_A_DAY,))
TROUBLE: dict[str, SendError] = {
    "uncertain": Uncertain("timeout", "没有回应"),
    "busy": TryLater("busy", "忙", 30.0, costs=True),
    "refused": Undeliverable("no", "拒绝"),
}
STORES = (
    StoreConfig(code="binjiang", name="滨江"),
    StoreConfig(code="berlin", name="Berlin", time_zone="Europe/Berlin", hours=Hours(
        service=(Span.model_validate({"start": "22:00", "end": "02:00"}),
                 Span.model_validate({"start": "09:00", "end": "12:00"})),
    )),
)  # fmt: skip


def sms_template(category: Category) -> SmsTemplate:
    sells = category in PROMOTION
    return SmsTemplate(
        code="SMS_1", kind="promotion" if sells else "notification", variables=["name"],
        text="${name}您好。" + ("拒收请回复R" if sells else ""), approved_for=[category],
    )  # fmt: skip


SMS = Sms(signature="远禾", templates={f"m_{each.value}": sms_template(each) for each in Category})
DEALER = Dealer(stores=list(STORES), sms=SMS)


def step(category: Category, offset: int, at: str, expires: str, **more: str) -> dict[str, object]:
    said = {"id": category.value, "message": f"m.{category.value}", "category": category.value}
    return {**said, "offset_days": offset, "at": at, "expires_after": expires, **more}


JOURNEYS = (
    Journey.model_validate({"id": "order", "anchor": Anchor.ORDER_DELIVERED, "steps": [
        step(Category.SAFETY, 0, "02:00", "P1D"),
        step(Category.SERVICE, 0, "20:55", "P2D"),
        step(Category.SURVEY, 1, "10:00", "P7D", day_rule="not_holiday"),
        step(Category.REMINDER, 1, "19:59", "P9D", late="next"),
        step(Category.MARKETING, 0, "11:00", "P9D", day_rule="workday"),
        step(Category.GREETING, 0, "09:00", "P2D"),
    ]}),
    Journey.model_validate({"id": "birthday", "anchor": Anchor.BIRTHDAY, "steps": [
        step(Category.GREETING, 0, "10:00", "PT10H", late_after="PT4H"),
    ]}),
)  # fmt: skip


@dataclass(frozen=True)
class Left:
    """A message that reached a provider, or may have."""

    at: datetime
    address: str
    way: Way
    category: Category
    store: int


@dataclass
class Provider(Phone):
    """Keeps when each message left; one whose answer was lost may have arrived too."""

    clock: StillClock = field(default_factory=lambda: StillClock(datetime(2026, 1, 1, tzinfo=UTC)))
    log: list[tuple[datetime, Outgoing]] = field(default_factory=list)

    def send(self, out: Outgoing) -> str:
        if self.before is not None:
            self.before(out)
        with self.guard:
            error = self.errors.pop(0) if self.errors else None
            if error is None or isinstance(error, Uncertain):
                self.log.append((self.clock.now, out))
        if error is not None:
            raise error
        return out.out_id


class History:
    """do(op) carries out one drawn event; end() lives on until nothing is planned; check() looks at what left."""

    def __init__(self, engine: Engine, folder: Path, start: datetime, caps: tuple[Cap, ...]) -> None:
        self.clock = StillClock(start)
        self.dealer = DEALER.model_copy(update={"caps": caps})
        self.stage = Stage(engine, self.clock, self.dealer, JOURNEYS, calendar=Calendar(None, {"berlin": OwnDays()}))
        self.stage.gatekeeper._writer._renderer = Templates(folder, SMS)
        self.provider = self.stage.phones[Way.SMS] = Provider(clock=self.clock, before=self._looks)
        self.refused: dict[str, set[Purpose]] = defaultdict(set)
        self.phones, self.complaining = [number for _, number in FILES], set[int]()
        self.broken: list[str] = []
        with writing(engine) as conn:
            self.stores = [
                add(conn, people.store, code=each.code, name=each.name, time_zone=each.time_zone) for each in STORES
            ]
            self.owner = a_staff_member(conn, self.stores[0])
            self.files = [self._put(conn, file, number) for file, (_, number) in enumerate(FILES)]
        self.orders = 0

    def do(self, op: tuple[Any, ...]) -> None:
        name, *arguments = op
        getattr(self, name)(*arguments)

    def deliver(self, file: int) -> None:
        """A car goes home today."""
        self.orders += 1
        here = self._local(file)
        with writing(self.stage.engine) as conn:
            add(
                conn, people.repair_order, store_id=self.stores[FILES[file][0]], customer_id=self.files[file],
                external_id=f"R{self.orders}", status="delivered", delivered_on=here.date(), items=[],
                updated_at=self.clock.now, delivered_at=self.clock.now,
            )  # fmt: skip

    def birthday(self, file: int, days: int) -> None:
        day = self._local(file) + timedelta(days=days)
        with writing(self.stage.engine) as conn:
            self._put(conn, file, self.phones[file], birthday_md=day.strftime("%m-%d"))

    def bring(self, file: int, number: int, agrees: bool) -> None:
        """The DMS imports the file again, perhaps with another number; "yes" lifts nobody's own refusal."""
        before, after = self.phones[file], NUMBERS[number]
        given = ConsentFact(Purpose.MARKETING, True, self.clock.now, "paper", "同意", "scan")
        with writing(self.stage.engine) as conn:
            self._put(conn, file, after, consents=(given,) if agrees else ())
        if before != after:
            self.refused[after] |= self.refused[before]
        self.phones[file] = after

    def refuse(self, file: int, purpose: Purpose) -> None:
        with writing(self.stage.engine) as conn:
            mine = refusals.addresses_of(conn, self.files[file])
            refusals.refuse(conn, mine, _covered(purpose), "word", self.clock.now)
        self.refused[self.phones[file]] |= _covered(purpose)

    def allow(self, file: int, purpose: Purpose) -> None:
        with writing(self.stage.engine) as conn:
            for each in _covered(purpose):
                consents.give(conn, self.files[file], each, Act(Source.WORD, self.clock.now))
        mine = self.refused[self.phones[file]]
        mine |= set(refusals.SINGLE) if Purpose.ALL in mine else set()
        mine -= {*_covered(purpose), Purpose.ALL}

    def complain(self, file: int) -> None:
        row = {"level": "P3", "state": "open", "opened_at": self.clock.now, "owner_id": self.owner}
        with writing(self.stage.engine) as conn:
            add(conn, cases, store_id=self.stores[FILES[file][0]], customer_id=self.files[file], **row)
        self.complaining.add(file)

    def settle(self, file: int) -> None:
        with writing(self.stage.engine) as conn:
            conn.execute(update(cases).where(cases.c.customer_id == self.files[file]).values(state="closed"))
        self.complaining.discard(file)

    def trouble(self, kind: str) -> None:
        self.provider.errors.append(TROUBLE[kind])

    def wait(self, hours: float) -> None:
        """From one due touchpoint to the next."""
        until = self.clock.now + timedelta(hours=hours)
        self.stage.planner.tick()
        while self.clock.now < until:
            self._work()
            self._to(min(self._next(), until))
        self._work()

    def stall(self, minutes: int) -> None:
        """The next one due is handed over, and then the sending stands still for a while."""
        self.stage.planner.tick()
        self._work()
        self._to(self._next())
        self.stage.gatekeeper.tick()
        self.clock.advance(minutes=minutes)
        self._work()

    def end(self) -> None:
        self.provider.errors.clear()
        self.stage.planner.tick()  # no fact comes any more, and all that is to come lies within its seven days
        for _ in range(400):
            self._work()
            if not self._waiting():
                return
            self._to(self._next())
        raise AssertionError("deferred for ever")

    def check(self) -> None:
        left = self._left()
        assert self.broken == []
        assert [each for each in left if not self._in_hours(each)] == []
        for address in NUMBERS:
            mine = sorted((each for each in left if each.address == address), key=lambda each: each.at)
            assert [(cap, each) for cap in self.dealer.caps for each in mine if too_many(cap, mine, each)] == []
            assert [each for each in mine if self._greeted_twice(mine, each)] == []
            assert [each for each in mine if more_than_three_sms(mine, each)] == []
        self._one_outcome_each()

    def _work(self) -> None:
        """What a worker does at this moment."""
        while self.stage.gatekeeper.tick() or self.stage.deliverer.pump():
            self.stage.deliverer.drain()

    def _one_outcome_each(self) -> None:
        """One each, a copy at most, and nothing sent without one."""
        rows = self.stage.rows()
        assert {row.state for row in rows} <= {"done"}
        lines = Counter(line.touchpoint_id for line in self.stage.rows(outbound.verdict) if line.step == "outcome")
        skipped_by_plan = {row.id for row in rows if row.outcome == "skipped" and row.id not in lines}
        assert all(lines[row.id] == 1 or row.id in skipped_by_plan for row in rows)
        copies = Counter(out.out_id.split("n")[0] for _, out in self.provider.log)
        assert all(number == 1 for number in copies.values())

    def _looks(self, out: Outgoing) -> None:
        """At the moment of sending, in the model's own books."""
        category = Category(str(out.payload["template"])[2:])
        purposes = {*REFUSABLE[category], Purpose.ALL} if category is not Category.SAFETY else set()
        if self.refused[out.address] & purposes:
            self.broken.append(f"{category} to one who refused")
        if category is not Category.SAFETY and any(self.phones[file] == out.address for file in self.complaining):
            self.broken.append(f"{category} to one who complains")

    def _left(self) -> list[Left]:
        """SMS as the provider saw them; calls as the house gave them to a person."""
        with reading(self.stage.engine) as conn:
            rows = {row.out_id: row for row in conn.execute(select(outbound.outbox))}
        sms = [(at, rows[out.out_id]) for at, out in self.provider.log]
        calls = [(row.accepted_at, row) for row in rows.values() if row.way == "call" and row.accepted_at is not None]
        return [
            Left(at, row.address, Way(row.way), Category(row.category), self.stores.index(row.store_id))
            for at, row in (*sms, *calls)
        ]

    def _in_hours(self, left: Left) -> bool:
        local = left.at.astimezone(ZoneInfo(STORES[left.store].time_zone))
        minute = local.hour * 60 + local.minute
        return left.category is Category.SAFETY or all(
            any(a <= minute < b for a, b in spans) for spans in hours_in_minutes(left)
        )

    def _greeted_twice(self, mine: Sequence[Left], this: Left) -> bool:
        zone = ZoneInfo(STORES[this.store].time_zone)
        today = [
            each for each in mine
            if each.category is Category.GREETING and each.at <= this.at
            and each.at.astimezone(zone).date() == this.at.astimezone(zone).date()
        ]  # fmt: skip
        return this.category is Category.GREETING and len(today) > 1

    def _waiting(self) -> bool:
        with reading(self.stage.engine) as conn:
            rows = select(func.count()).where(outbound.touchpoint.c.state != "done")
            return bool(conn.execute(rows).scalar())

    def _next(self) -> datetime:
        """When something is due, a day from now at the latest, a minute at the soonest."""
        later = outbound.touchpoint.c.due_at > self.clock.now
        with reading(self.stage.engine) as conn:
            soonest = conn.execute(
                select(func.min(outbound.touchpoint.c.due_at)).where(outbound.touchpoint.c.state == "planned", later)
            ).scalar()
        latest = self.clock.now + timedelta(days=1)
        if any(row.state in ("queued", "sending") for row in self.stage.rows(outbound.outbox)):
            latest = self.clock.now + timedelta(minutes=1)  # a busy provider is asked again
        return min(soonest or latest, latest)

    def _to(self, moment: datetime) -> None:
        self.clock.advance(seconds=(moment - self.clock.now).total_seconds())

    def _local(self, file: int) -> datetime:
        return self.clock.now.astimezone(ZoneInfo(STORES[FILES[file][0]].time_zone))

    def _put(self, conn: Any, file: int, number: str, **more: Any) -> int:
        phone = Number(number, sms=number != LANDLINE)
        agreed = tuple(
            ConsentFact(each, True, self.clock.now, "paper", "同意", "scan")
            for each in (Purpose.MARKETING, Purpose.GREETING)
        )
        facts = {"name": f"客户{file}", "phone": phone, "consents": agreed, **more}
        store_id = self.stores[FILES[file][0]]
        return put_customer(conn, store_id, CustomerFacts(external_id=f"C{file}", **facts), self.clock.now).id


def hours_in_minutes(left: Left) -> Iterable[Sequence[tuple[int, int]]]:
    """Written out once more, in minutes of the day."""
    usual = [(9 * 60 + 30, 20 * 60)]
    service = [[(8 * 60, 21 * 60)], [(22 * 60, 24 * 60), (0, 2 * 60), (9 * 60, 12 * 60)]][left.store]
    yield service if left.category is Category.SERVICE else usual
    if left.way is Way.CALL:
        yield [(9 * 60 + 30, 12 * 60), (14 * 60, 20 * 60)]


def too_many(cap: Cap, mine: Sequence[Left], this: Left) -> bool:
    """In the window that ends with this one; every other window holds no more than one of these."""
    window = [
        each for each in mine
        if each.category in cap.categories and timedelta() <= this.at - each.at < timedelta(days=cap.days)
    ]  # fmt: skip
    return this.category in cap.categories and len(window) > cap.limit


def more_than_three_sms(mine: Sequence[Left], this: Left) -> bool:
    counted = [each for each in mine if each.way is Way.SMS and each.category is not Category.SAFETY]
    window = [each for each in counted if timedelta() <= this.at - each.at < timedelta(days=1)]
    return this in counted and len(window) > 3


def _covered(purpose: Purpose) -> set[Purpose]:
    """As 退订 and 订阅 have it: marketing takes greetings along."""
    return {Purpose.MARKETING, Purpose.GREETING} if purpose is Purpose.MARKETING else {purpose}
