"""What a script says stands or lies open before its customer writes: appointments, offers, a quote, a question."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.booking import Visit, Wanted
from bot.cases import NO_ORDER_OPEN
from bot.dealer import Span, StoreConfig
from bot.effects import PromptKind
from bot.quotes import LineKind, Urgency, Work
from commands.conversations import SHANGHAI, Context, Shop
from store import stage
from store.tables.contact import KNOWN

HOURS = re.compile(r"(\d{1,2}:\d{2})\D{1,3}(\d{1,2}:\d{2})")
DRIVE = re.compile("试驾|test_?drive|drive")
CONFIRMS = re.compile("预约|试驾|确认|提醒|到店")
ASKS_WHY = re.compile(
    "(?:告知|告诉|说说?)[^,。]{0,4}(?:原因|为什么)|[未没](?:到|来|回)店|好久|很久|许久|一直没|没来|没见|哪里(?:没|不)|为什么|不(?:再)?来"
)
ASKS_WHEN = re.compile(
    "(?:哪[一]?天|什么时候|几点|哪个时间|时间).{0,8}(?:方便|合适|可以|过来|到|来|约)|方便.{0,6}(?:时间|哪天)|(?:约|想).{0,4}哪[一]?天|"
    "车牌号?(?:是|多少|码)|(?:告诉|提供|报).{0,6}车牌|(?:多少|几)公里|里程(?:是|多少)"
)
ASKS_NEEDS = re.compile(
    "预算|(?:做什么|主要|什么)(?:用途|用)|充电桩|几个人(?:坐|开)|几座|(?:suv|轿车|mpv).{0,6}还是|偏好|(?:想要|喜欢|考虑)(?:什么|哪).{0,4}车",
    re.IGNORECASE,
)
ASKS_WHICH_DRIVE = re.compile("试(?:驾)?哪|哪.{0,4}试驾|试驾.{0,8}(?:哪|什么时候|几点)")
ASKS_WHICH_PRICE = re.compile(
    "(?:小|大)保养还是|(?:想)?(?:问|了解)(?:的是)?(?:哪|什么).{0,4}(?:项目|价)|前.{0,4}还是后"
)
QUESTION = re.compile("[?？]|请(?:问|告|提供|回复|说)|吗|呢")
ARRANGES = (PromptKind.BOOKING, PromptKind.TEST_DRIVE, PromptKind.OPTIONS)
SERVICES = {"保养": "maintenance", "维修": "repair", "检": "inspection"}


def set_scene(conn: Connection, store_id: int, customer_id: int, context: Context, changed: set[str]) -> None:
    """Rows for what is new in this turn's context. A date without a time means nine in the morning."""
    me, now = customer_id, context.now
    if "appointments" in changed:
        stage.drop_appointments(conn, me, now)
        for each in _listed(context.appointments):
            _appointment(conn, store_id, me, each, now)
    if "order" in changed and isinstance(context.order, Mapping):
        stage.add_sale(
            conn, store_id, me, str(context.order.get("model", "")), _day(context.order.get("delivery_date"))
        )
    if "pending_quote" in changed and isinstance(context.pending_quote, Mapping):
        _quote(conn, store_id, me, context, now)
    if "pending_options" in changed and (options := _listed(context.pending_options)):
        drive = "test_drive_book" if DRIVE.search(context.last_outbound) else "service_book"
        intent = "appt_change" if _listed(context.appointments) else drive
        known = {"intent": intent, "options": [_option(each, n) for n, each in enumerate(options, 1)]}
        stage.ask(conn, me, PromptKind.OPTIONS, "", {KNOWN: known}, now)
    if changed & {"last_outbound", "appointments"}:
        _asked(conn, me, context, now)


def housed(configured: StoreConfig, given: Shop | None) -> StoreConfig:
    """The store as a script wants it: name, numbers and opening hours."""
    if given is None:
        return configured
    told = {name: value for name in ("name", "hotline", "rescue") if (value := getattr(given, name))}
    found = HOURS.search(given.hours)
    opening = {"opening": Span(start=_clock(found[1]), end=_clock(found[2]))} if found else {}
    return configured.model_copy(update={**told, **opening})


def _clock(text: str) -> time:
    hour, minute = text.split(":")
    return time(int(hour) % 24, int(minute))


def _asked(conn: Connection, me: int, context: Context, now: datetime) -> None:
    """What the last message asked, as far as its words tell."""
    last = context.last_outbound
    if _listed(context.appointments) and CONFIRMS.search(last):
        stage.ask(conn, me, PromptKind.APPOINTMENT, "", {}, now)
    elif ASKS_WHY.search(last) and not context.pending_survey:
        stage.ask(conn, me, PromptKind.CHURN, "", {}, now)
    elif QUESTION.search(last) and not context.pending_options and (kind := _asks_on(last)):
        _ask_on(conn, me, kind, now)


def _asks_on(last: str) -> PromptKind | None:
    """What a question that goes on with a subject is about: the drive, the visit, the car wanted, the work."""
    if ASKS_WHICH_DRIVE.search(last):
        return PromptKind.TEST_DRIVE
    if ASKS_WHEN.search(last):
        return PromptKind.TEST_DRIVE if DRIVE.search(last) else PromptKind.BOOKING
    if ASKS_NEEDS.search(last):
        return PromptKind.NEEDS
    return PromptKind.PRICE if ASKS_WHICH_PRICE.search(last) else None


def _ask_on(conn: Connection, me: int, kind: PromptKind, now: datetime) -> None:
    """A question of a talk that goes on keeps what was said before; a time being looked for is one talk."""
    same = ARRANGES if kind in ARRANGES else (kind,)
    if not stage.lies_open(conn, me, same):
        stage.ask(conn, me, kind, "", {KNOWN: {}}, now)


def _appointment(conn: Connection, store_id: int, me: int, given: Mapping[str, Any], now: datetime) -> None:
    kind = str(given.get("kind", ""))
    drive = DRIVE.search(kind) is not None
    wanted = Wanted(Visit.TEST_DRIVE if drive else Visit.SERVICE, 60, str(given.get("model", "")) if drive else "")
    service = next((name for word, name in SERVICES.items() if word in kind), "maintenance")
    stage.add_appointment(conn, store_id, me, wanted, _moment(given, now), "test_drive" if drive else service, now)


def _quote(conn: Connection, store_id: int, me: int, context: Context, now: datetime) -> None:
    """Its lines in order; prices that are not given share the total."""
    given = context.pending_quote
    items = _listed(given.get("items")) or [{"name": "维修项目"}]
    share = round(float(given.get("total") or 0) * 100) // len(items)
    works = [Work(_name(each), LineKind.OTHER, _fen(each, share), Urgency.ADVISED) for each in items]
    order = context.repair_order
    stands = order is not None and order.status not in NO_ORDER_OPEN
    number = f"{order.id if order and stands else given.get('id', 'Q')}/{me}"  # files reuse order numbers
    if not stands:
        stage.add_order(conn, store_id, me, number, "awaiting_approval", None, now)
    made = stage.add_quote(
        conn, store_id, number, f"{given.get('id', 'Q')}/{number}", works, now
    )  # goes with its order
    stage.ask(conn, me, PromptKind.QUOTE, "", {"quote_id": made}, now)


def _name(item: Any) -> str:
    return str(item.get("name") or item.get("item") or "维修项目") if isinstance(item, Mapping) else str(item)


def _fen(item: Any, share: int) -> int:
    price = item.get("price", item.get("total", item.get("amount"))) if isinstance(item, Mapping) else None
    return max(1, round(float(price) * 100) if isinstance(price, int | float) else share)


def _option(given: Any, number: int) -> dict[str, Any]:
    values = given if isinstance(given, Mapping) else {}
    moment = {name: str(values[name]) for name in ("date", "time") if values.get(name)}
    return {"n": int(values.get("n", number)), **moment}


def _day(given: Any) -> date | None:
    try:
        return given if isinstance(given, date) else date.fromisoformat(str(given))
    except ValueError:
        return None


def _moment(given: Mapping[str, Any], now: datetime) -> datetime:
    zone: ZoneInfo = SHANGHAI
    try:
        day = date.fromisoformat(str(given.get("date"))[:10])
    except ValueError:
        day = (now + timedelta(days=1)).date()
    try:
        at = time.fromisoformat(str(given.get("time")))
    except ValueError:
        at = time(9)
    return datetime.combine(day, at, zone)


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else []
