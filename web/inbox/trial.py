"""A sentence tried out: read and decided as a turn would be, with a made-up customer, and nothing kept or sent."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

import handlers
from bot.booking import Appointment, AppointmentState
from bot.booking import Visit as VisitKind
from bot.customer import Customer, Purpose, Store
from bot.dealer import Dealer
from bot.effects import Ask, Effect, PromptKind, Say
from bot.errors import RenderError
from bot.events import checkin_code
from bot.links import Links
from bot.messages import Channel, Inbound, InboundKind
from bot.ports import Calendars, EventView, Renderer
from bot.quotes import Line, LineKind, Quote, QuoteState, Urgency, Work
from bot.turn import Before, Decision, Prompt, Turn
from bot.understanding.classifier import Classifier
from bot.understanding.intents import Stands
from bot.understanding.setting import Setting
from bot.understanding.trace import Trace, traced
from bot.understanding.understand import understand
from handlers.dialogue import carried
from handlers.reading import reading
from handlers.setting import lines, setting_of
from store.read import StoreRead
from store.stores import store_of
from web.apply import resolved

NAME = "李先生"  # nobody's: what the bot would say needs a name
MADE = {"case": 0, "checkin_code": checkin_code(0, 0)}  # what a kept turn would have made rows for
OPEN = (
    PromptKind.SURVEY, PromptKind.RECONTACT, PromptKind.QUOTE, PromptKind.APPOINTMENT, PromptKind.OPTIONS,
    PromptKind.BOOKING, PromptKind.TEST_DRIVE, PromptKind.EVENT, PromptKind.MEMBERSHIP, PromptKind.CHURN,
)  # fmt: skip
SCALES = ("1-5", "0-10", "1=满意,2=一般,3=不满意")
EVENT_ID = QUOTE_ID = 1
WORK = ("更换前刹车片", "空调滤芯", "轮胎两条")
FEN = (68000, 9800, 120000)
NOBODY = 0  # no row has this id


@dataclass(frozen=True, slots=True)
class Sentence:
    """said: what the customer writes. opened: the questions open, newest first. told: our line before it.

    before: the customer's own line before that.
    """

    said: str
    opened: tuple[PromptKind, ...] = ()
    scale: str = SCALES[0]
    told: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class House:
    """What deciding needs besides the database."""

    dealer: Dealer
    calendars: Calendars
    classifier: Classifier
    renderer: Renderer
    links: Links


@dataclass(frozen=True, slots=True)
class Tried:
    """subjects: the handlers that answer, in order. deeds: names of effects other than words. replies: as on WeChat.

    trace is of the words alone; decision.intent may be another, where the house knows more (handlers/reading.py).
    """

    trace: Trace
    decision: Decision
    stands: Stands
    subjects: tuple[str, ...]
    deeds: tuple[str, ...]
    replies: tuple[str, ...]


def tried(conn: Connection, house: House, store_id: int, sentence: Sentence, now: datetime) -> Tried:
    """Raises RuleBroken where a turn would: a store without staff cannot be given a case."""
    store = store_of(conn, store_id)
    turn = _turn(sentence, store, now)
    read = MadeUp(conn, turn, house, sentence.opened, now)
    setting = _setting(turn, read, now, house.classifier)
    if sentence.before:
        earlier = Before(sentence.before, understand(sentence.before, setting=setting).intent)
        turn = replace(turn, before=earlier)
        setting = replace(setting, before=earlier)
    decision = handlers.decide(turn, read, now, house.classifier)
    understood, answered = reading(turn, read, now, house.classifier)
    understood = carried(understood, answered, setting)
    return Tried(
        traced(sentence.said, turn.prompts, setting),
        decision,
        understood.stands,
        tuple(str(each.INTENT) for each in handlers.chosen(understood, answered)),
        tuple(dict.fromkeys(type(each).__name__ for each in decision.effects if not isinstance(each, Say | Ask))),
        tuple(_words(house, store, each, now) for each in _spoken(decision.effects)),
    )


def _setting(turn: Turn, read: "MadeUp", now: datetime, classifier: Classifier) -> Setting:
    quote = read.open_quote(now)
    return replace(setting_of(turn, read, now, classifier), lines=lines(quote) if quote else ())


class MadeUp(StoreRead):
    """The real house, with a customer who is nobody and whatever the sentence says lies open."""

    def __init__(self, conn: Connection, turn: Turn, house: House, opened: Sequence[PromptKind], now: datetime) -> None:
        super().__init__(conn, turn, house.dealer, house.calendars)
        self._opened, self._zone, self._start = opened, ZoneInfo(turn.store.time_zone), now

    def event(self, event_id: int) -> EventView | None:
        return self.invited_event(self._start) if event_id == EVENT_ID else None

    def invited_event(self, now: datetime) -> EventView | None:
        at = _local(now + timedelta(days=3), 14, self._zone)
        return EventView(EVENT_ID, "车主讲堂", at, "二楼会议室", 20, 8, 0) if PromptKind.EVENT in self._opened else None

    def quote(self, quote_id: int) -> Quote | None:
        return self.open_quote(self._start) if quote_id == QUOTE_ID else None

    def open_quote(self, now: datetime) -> Quote | None:
        if PromptKind.QUOTE not in self._opened:
            return None
        offered = [Work(name, LineKind.PART, fen, Urgency.ADVISED) for name, fen in zip(WORK, FEN, strict=True)]
        rows = tuple(Line(place, place, work) for place, work in enumerate(offered, 1))
        return Quote(QUOTE_ID, "Q1", 1, QuoteState.SENT, NOBODY, NOBODY, None, "", False, now + timedelta(days=1), rows)

    def appointments(self, now: datetime) -> tuple[Appointment, ...]:
        if PromptKind.APPOINTMENT not in self._opened:
            return ()
        at = _local(now + timedelta(days=1), 10, self._zone)
        return (Appointment(NOBODY, VisitKind.SERVICE, at, 60, AppointmentState.BOOKED, "maintenance"),)


def _turn(sentence: Sentence, store: Store, now: datetime) -> Turn:
    inbound = Inbound(Channel.WECHAT, "main", "nobody", InboundKind.TEXT, "trial", now, sentence.said)
    allowed = frozenset({Purpose.SERVICE, Purpose.MARKETING, Purpose.SURVEY})
    who = Customer(NOBODY, store.id, NAME, known=True, bound=True, consents=allowed)
    return Turn(inbound, who, store, _prompts(sentence, store, now), told=sentence.told)


def _local(moment: datetime, hour: int, zone: ZoneInfo) -> datetime:
    """That hour of the moment's local day, in UTC."""
    return datetime.combine(moment.astimezone(zone).date(), time(hour), zone).astimezone(UTC)


def _prompts(sentence: Sentence, store: Store, now: datetime) -> tuple[Prompt, ...]:
    scored = (PromptKind.SURVEY, PromptKind.RECONTACT)
    return tuple(
        Prompt(
            number, kind, sentence.scale if kind in scored else "", now, now + timedelta(days=1),
            ref={PromptKind.EVENT: {"event_id": EVENT_ID}, PromptKind.QUOTE: {"quote_id": QUOTE_ID}}.get(kind, {}),
            known=_options(store, now) if kind is PromptKind.OPTIONS else {},
        )
        for number, kind in enumerate(sentence.opened, 1)
    )  # fmt: skip


def _options(store: Store, now: datetime) -> dict[str, object]:
    """Three times as the bot offers them: tomorrow morning and afternoon, the morning after."""
    today = now.astimezone(ZoneInfo(store.time_zone)).date()
    offered: list[tuple[date, str]] = [
        (today + timedelta(days=1), "09:00"), (today + timedelta(days=1), "14:00"),
        (today + timedelta(days=2), "10:30"),
    ]  # fmt: skip
    options = [{"n": n, "date": day.isoformat(), "time": at} for n, (day, at) in enumerate(offered, 1)]
    return {"intent": "service_book", "service": "maintenance", "options": options}


def _spoken(effects: Sequence[Effect]) -> list[Say | Ask]:
    """As `web.apply` orders them when nothing loses a race: the question last."""
    said: list[Say | Ask] = [each for each in effects if isinstance(each, Say)]
    return said + [each for each in effects if isinstance(each, Ask)]


def _words(house: House, store: Store, each: Say | Ask, now: datetime) -> str:
    say = each.say if isinstance(each, Ask) else each
    common: dict[str, object] = {
        "name": NAME, "store": store.name, "hotline": store.hotline, "rescue": store.rescue, "now": now,
        "zone": store.time_zone, "prompt_id": 0, "link": f"{house.links.base}/s/…",
    }  # fmt: skip
    try:
        return house.renderer.text(say.message_id, "wechat", common | resolved(say.params, MADE))
    except RenderError as error:
        return f"[{say.message_id}: {error}]"
