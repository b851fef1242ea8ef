"""A turn taker on a real database with real templates, and messages to give it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, insert, select

from bot.dealer import Dealer, Sms, SmsTemplate, StoreConfig, WeChatAccount
from bot.effects import Effect, Say
from bot.links import Links
from bot.messages import Category, Channel, Inbound, InboundKind
from bot.ports import Read
from bot.turn import Decision, Turn
from channels.render import Templates
from store.engine import reading, writing
from store.tables.people import identity
from store.writer import Writer
from tests.conftest import StillClock
from tests.staff_cast import Cast, seed
from web.turn import Decide, TurnTaker

PHONE = "+8613900000001"
OPENID = "oLiLei"
TEXTS = {
    "hello": "{{ name }}您好",
    "more": "还有一句",
    "echo": "{{ text }}",
    "fallback.person": "已为您转接工作人员",
    "event.full": "座位已满",
    "event.booked": "已为您留座",
}
ACK = SmsTemplate(
    code="SMS_1", kind="notification", variables=["name"], text="${name}您好，抱歉。", approved_for=[Category.SERVICE]
)
NOT_APPROVED = SmsTemplate(code="SMS_2", kind="notification", variables=["name"], text="${name}您好，有进展。")
SMS = Sms(signature="远禾滨江店", templates={"case_ack": ACK, "case_progress": NOT_APPROVED})


class EveryDay:
    def of(self, store_code: str) -> "EveryDay":
        return self

    def is_holiday(self, day: date) -> bool:
        return False

    def is_workday(self, day: date) -> bool:
        return True

    def projected(self, day: date) -> bool:
        return False


@dataclass
class Wakes:
    """Notes the topics woken, and whether the message was on disk by then."""

    topics: list[str] = field(default_factory=list)

    def wake(self, topic: str) -> None:
        self.topics.append(topic)

    def wait(self, topic: str, seconds: float) -> bool:
        return False


@dataclass
class TurnHouse:
    engine: Engine
    clock: StillClock
    cast: Cast
    wakes: Wakes
    taker: TurnTaker
    dealer: Dealer
    messages: Path
    numbers: Any = field(default_factory=lambda: count(1))

    def follower(self, customer_id: int, openid: str = OPENID, bound_by: str = "qr") -> str:
        self.add(
            identity, customer_id=customer_id, channel="wechat", account="main", address=openid, following=True,
            bound_by=bound_by, changed_at=self.clock.now,
        )  # fmt: skip
        return openid

    def typed(self, words: str = "你好", openid: str = OPENID, **more: Any) -> Inbound:
        values = {"kind": InboundKind.TEXT, "provider_key": f"k{next(self.numbers)}", "text": words, **more}
        return Inbound(Channel.WECHAT, "main", openid, sent_at=self.clock.now, **values)

    def texted(self, words: str, phone: str = PHONE, **more: Any) -> Inbound:
        values = {"kind": InboundKind.TEXT, "provider_key": f"s{next(self.numbers)}", "text": words, **more}
        return Inbound(Channel.SMS, "aliyun", phone, sent_at=self.clock.now, **values)

    def add(self, table: Table, **values: Any) -> int:
        with writing(self.engine) as conn:
            return int(conn.execute(insert(table).values(**values).returning(table.c.id)).scalar_one())

    def rows(self, table: Table, **where: Any) -> list[Any]:
        query = select(table).where(*(table.c[name] == value for name, value in where.items()))
        with reading(self.engine) as conn:
            return list(conn.execute(query.order_by(*table.primary_key.columns)))

    def do(self, fn: Callable[[Connection], Any]) -> Any:
        with writing(self.engine) as conn:
            return fn(conn)

    def deciding(self, decide: Decide) -> TurnTaker:
        return taker(self.engine, self.clock, self.dealer, self.wakes, self.taker._speech._renderer, decide)

    def effects(self, *effects: Effect) -> TurnTaker:
        """A taker whose every decision comes to these effects."""
        return self.deciding(lambda turn, read, now: Decision(effects, intent="unclear"))

    def watching(self, seen: list[Turn]) -> TurnTaker:
        """A taker that notes the turns it is given."""

        def decide(turn: Turn, _read: Read, _now: Any) -> Decision:
            seen.append(turn)
            return Decision((Say("hello"),), intent="greet")

        return self.deciding(decide)


def taker(engine: Engine, clock: StillClock, dealer: Dealer, wakes: Wakes, renderer: Any, decide: Decide) -> TurnTaker:
    links = Links("secret", "http://127.0.0.1:8000")
    return TurnTaker(Writer(engine, wakes.wake), clock, dealer, EveryDay(), renderer, links, decide)


def turn_house(engine: Engine, clock: StillClock, folder: Path) -> TurnHouse:
    """Answers `hello` to everything, unless a test decides otherwise."""
    for name, words in TEXTS.items():
        file = folder / f"{name.replace('.', '/')}.wechat.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(words, "utf-8")
    dealer = Dealer(
        stores=[StoreConfig(code="binjiang", name="远禾滨江店")],
        accounts={"main": WeChatAccount(store="binjiang")},
        sms=SMS,
    )
    cast, wakes = seed(engine, clock.now), Wakes()
    made = taker(engine, clock, dealer, wakes, Templates(folder, SMS), say_hello)
    return TurnHouse(engine, clock, cast, wakes, made, dealer, folder)


def say_hello(_turn: Turn, _read: Read, _now: Any) -> Decision:
    return Decision((Say("hello"),), intent="greet")
