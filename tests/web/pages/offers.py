"""The workshop's offer to 李雷: three lines, each for another reason, and a repair file with everything in it."""

from typing import Any

from sqlalchemy import select, update

from bot.quotes import LineKind, QuoteState, Urgency, Work
from store import quotes
from store.engine import reading, writing
from store.quotes import QuoteFacts
from store.tables.people import repair_order
from store.tables.quotes import quote, quote_line
from tests.web.pages.conftest import Phone, path

BRAKES = Work(
    "更换前刹车片", LineKind.PART, 82_000, Urgency.MUST, part_no="04465-0K240", brand="原厂", unit_fen=32_000,
    quantity="2", rate_fen=12_000, hours="1.5", warranty_days=365, warranty_km=20_000,
)  # fmt: skip
WASH = Work("空调系统清洗", LineKind.LABOUR, 18_050, Urgency.ADVISED, rate_fen=18_050, hours="1")
WIPER = Work("更换雨刮片", LineKind.PART, 12_000, Urgency.CAN_WAIT, unit_fen=12_000, quantity="1", warranty_days=90)

FILE: dict[str, Any] = {
    "number": "JS-2026-0917",
    "arrived_at": "2026-09-14T09:10:00+08:00",
    "finished_at": "2026-09-14T16:40:00+08:00",
    "mileage": 21_034,
    "statement": "刹车时有吱吱声",
    "findings": "前刹车片剩 2 毫米，刹车盘无沟槽",
    "work_type": "level_two",
    "work": [
        {"name": "更换前刹车片", "kind": "part", "part_no": "04465-0K240", "brand": "原厂", "unit_fen": 32_000,
         "quantity": "2", "rate_fen": 12_000, "hours": "1.5", "total_fen": 82_000, "warranty_days": 365},
        {"name": "二级维护", "kind": "labour", "rate_fen": 30_000, "hours": "2", "total_fen": 60_000},
    ],
    "towing_fen": 20_000,
    "courtesy": "备用车一天",
    "certificate": {"issued": True, "number": "HZ-330108-00917"},
    "checks": [
        {"item": "制动性能", "result": "ok"},
        {"item": "右后轮胎", "result": "attention", "note": "花纹 3 毫米"},
    ],
    "road_test": "8 公里，制动无异响",
    "signed_by_customer": True,
    "signed_by_store": True,
}  # fmt: skip


def offer(phone: Phone, *works: Work, key: str = "Q-1", **facts: Any) -> str:
    """The DMS puts a quote; the path of its page."""
    given = QuoteFacts(QuoteState.SENT, "RO-8801", works or (BRAKES, WASH, WIPER), **facts)
    with writing(phone.engine) as conn:
        conn.execute(update(repair_order).values(status="inspecting"))
        made = quotes.put_quote(conn, phone.store_id, key, given, phone.clock.now)
    return link_of(phone, made.id)


def link_of(phone: Phone, quote_id: int) -> str:
    with reading(phone.engine) as conn:
        until = conn.execute(select(quote.c.expires_at).where(quote.c.id == quote_id)).scalar_one()
    return path(phone.links.quote(quote_id, phone.customer_id, until))


def longer_link(phone: Phone, quote_id: int) -> str:
    """As messages carry it: it opens beyond the quote's end."""
    with reading(phone.engine) as conn:
        until = conn.execute(select(quote.c.expires_at).where(quote.c.id == quote_id)).scalar_one()
    return path(phone.links.quote(quote_id, phone.customer_id, until + quotes.VALID))


def answers(phone: Phone) -> list[tuple[int, str | None]]:
    """(position, answer) of every line of every version."""
    with reading(phone.engine) as conn:
        return [(row.position, row.answer) for row in conn.execute(select(quote_line).order_by(quote_line.c.id))]


def filed(phone: Phone, data: dict[str, Any] | None = None) -> str:
    """The DMS gives the file; the path of its page."""
    with writing(phone.engine) as conn:
        conn.execute(update(repair_order).values(file=FILE if data is None else data))
    return path(phone.links.file(phone.order_id, phone.customer_id, phone.clock.now))
