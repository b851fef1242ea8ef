"""Everything stopped for twelve hours, over night and over midday: what goes out afterwards, when, and what does not.

docs/operations.md shows the result as a table; the test compares.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, select, update

from bot.customer import Purpose
from bot.messages import Category, Priority, Way
from bot.quotes import LineKind, QuoteState, Urgency, Work
from scheduler.deliver import RATES
from store import outbox, quotes
from store.engine import reading, writing
from store.quotes import QuoteFacts
from store.tables import outbound, people
from tests.conftest import StillClock
from tests.scheduler.at_providers import AtProviders, at_providers
from tests.scheduler.stage import DEALER
from tests.scheduler.test_touchpoints import open_case

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
SHANGHAI = ZoneInfo("Asia/Shanghai")
PAGE = Path(__file__).parents[2] / "docs" / "operations.md"
AWAY = timedelta(hours=12)
NIGHT, DAY = "2026-09-17T19:59", "2026-09-17T09:29"  # a Thursday
CROWD = 70  # further check-ins due with the first
BRAKES = Work("更换前刹车片", LineKind.PART, 82_000, Urgency.MUST)
HOURS = {"survey": ("09:30", "20:00"), "greeting": ("09:30", "20:00"), "marketing": ("09:30", "20:00"),
         "service": ("08:00", "21:00"), "safety": ("00:00", "24:00")}  # fmt: skip
NAMES = ("safety notice", "answer to a customer", "quote", "quote that ended meanwhile", "question about a fixed case",
         "check-in", "birthday", "invitation", "second invitation within a week")  # fmt: skip


@contextmanager
def away(engine: Engine, clock: StillClock, folder: Path, stopped: str) -> Iterator[AtProviders]:
    """The facts of the last minute, then nothing runs for twelve hours."""
    clock.now = datetime.fromisoformat(stopped).replace(tzinfo=SHANGHAI)
    with at_providers(engine, clock, folder) as stage:
        facts(stage)
        stage.planner.tick()
        clock.advance(hours=12)
        yield stage


def facts(stage: AtProviders) -> None:
    """Each person is called by what they are owed."""
    now = stage.clock.now
    a_file(stage, "birthday", (Purpose.GREETING,), (now + timedelta(hours=12)).astimezone(SHANGHAI).date())
    checked = (now + timedelta(hours=12)).astimezone(SHANGHAI).date() - timedelta(days=3)
    for number in range(CROWD):
        stage.an_order(a_file(stage, f"crowd {number}"), on=str(checked), key=f"crowd{number}")
    stage.an_order(a_file(stage, "check-in"), on=str(checked), key="checkin")
    case = a_file(stage, "question about a fixed case")
    open_case(stage, case, state="fixed", fixed_at=now)
    for name, end in (("quote", None), ("quote that ended meanwhile", now + timedelta(hours=11))):
        a_quote(stage, a_file(stage, name), name, end)
    queued(stage, "safety notice", Category.SAFETY, Priority.SAFETY)
    queued(stage, "answer to a customer", Category.SERVICE, Priority.REPLY)
    guest = a_file(stage, "invitation", (Purpose.MARKETING,))
    for number in range(2):
        stage.an_event(guest[0], at=now + timedelta(days=5 + number))


def a_file(
    stage: AtProviders, name: str, consents: tuple[Purpose, ...] = (), born: date | None = None
) -> tuple[int, int]:
    phone = f"+86139{len(stage.rows(people.customer)):08d}"
    return stage.a_file(name=name, phone=phone, consents=consents, birthday=born)


def a_quote(stage: AtProviders, file: tuple[int, int], key: str, end: datetime | None) -> None:
    stage.an_order(file, key=key)
    order = people.repair_order
    with writing(stage.engine) as conn:
        here = {"status": "inspecting", "delivered_on": None, "delivered_at": None}
        conn.execute(update(order).where(order.c.external_id == key).values(here))
        offered = QuoteFacts(QuoteState.SENT, key, (BRAKES,), expires_at=end)
        quotes.put_quote(conn, file[0], key, offered, stage.clock.now)


def queued(stage: AtProviders, name: str, category: Category, priority: Priority) -> None:
    """In the outbox already when all stopped."""
    store_id, customer_id = a_file(stage, name)
    params = {"name": "车主", "owner": "韩梅梅", "contact_by": "11:30"}
    code = DEALER.sms.templates["case_ack"].code
    payload = {"template": "case_ack", "code": code, "params": params, "sign": DEALER.sms.signature}
    with writing(stage.engine) as conn:
        outbox.enqueue(
            conn, store_id=store_id, customer_id=customer_id, way=Way.SMS, account="",
            address=stage.rows(people.customer)[-1].phone, category=category, priority=priority, payload=payload,
            out_id=priority.value, not_before=stage.clock.now,
        )  # fmt: skip


def live_on(stage: AtProviders, back: datetime) -> None:
    """To the evening of the next day, by the second where much is due at once."""
    half_past_nine = datetime.combine((back + timedelta(hours=6)).date(), time(9, 30), SHANGHAI)
    stage.until(stage.clock.now + timedelta(minutes=2), minutes=1)
    stage.until(max(half_past_nine - timedelta(minutes=92), stage.clock.now), minutes=30)
    for moment in (half_past_nine, half_past_nine + timedelta(minutes=30)):
        stage.until(max(moment, stage.clock.now), minutes=1)
        stage.until(stage.clock.now + timedelta(seconds=8), seconds=1)
    stage.until(half_past_nine + timedelta(hours=12), minutes=30)


def sent(stage: AtProviders) -> list[Any]:
    """Every message that went out: who, category, when, out_id, touchpoint or None."""
    box, who, carried = outbound.outbox, people.customer, outbound.carries
    rows = select(box, who.c.name, who.c.phone, carried.c.touchpoint_id).join(who, who.c.id == box.c.customer_id)
    rows = rows.outerjoin(carried, carried.c.outbox_id == box.c.id).where(box.c.accepted_at.is_not(None))
    with reading(stage.engine) as conn:
        return list(conn.execute(rows.order_by(box.c.accepted_at, box.c.id)))


def table(stage: AtProviders) -> dict[str, str]:
    """What became of each: the time it left, or why not."""
    told = {row.name: clock_of(row.accepted_at) for row in sent(stage)}
    who = {row.id: row.name for row in stage.rows(people.customer)}
    for touch in stage.rows():
        if touch.outcome != "sent":
            name = who[touch.customer_id]
            told["second invitation within a week" if name == "invitation" else name] = (
                f"{touch.outcome}: `{touch.reason}`"
            )
    return told


def clock_of(moment: datetime) -> str:
    here = moment.astimezone(SHANGHAI)
    return here.strftime("%H:%M") if here.date() == date(2026, 9, 17) else here.strftime("%H:%M the next day")


@pytest.mark.parametrize(("stopped", "column"), [(NIGHT, 0), (DAY, 1)], ids=["night", "midday"])
def test_what_goes_out_after_twelve_hours(
    engine: Engine, clock: StillClock, tmp_path: Path, stopped: str, column: int
) -> None:
    with away(engine, clock, tmp_path, stopped) as stage:
        live_on(stage, clock.now.astimezone(SHANGHAI))
        told = table(stage)
        assert {name: told.get(name) for name in NAMES} == documented(column)
        in_its_hours(stage)
        no_burst(stage)
        once_each(stage)


def documented(column: int) -> dict[str, str]:
    rows = [line.strip("| ").split(" | ") for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")]
    return {cells[0]: cells[1 + column] for cells in rows if cells[0] in NAMES}


def in_its_hours(stage: AtProviders) -> None:
    for row in sent(stage):
        if row.priority != "reply":
            start, end = HOURS[row.category]
            assert start <= row.accepted_at.astimezone(SHANGHAI).strftime("%H:%M") < end, row.name


def no_burst(stage: AtProviders) -> None:
    """The bucket's burst once, then no more than its rate."""
    rate = RATES[Way.SMS]
    seconds = Counter(row.accepted_at for row in sent(stage) if row.way == "sms")
    assert max(seconds.values()) <= rate.burst
    first = min(at for at, count in seconds.items() if count == max(seconds.values()))
    for passed in range(1, 6):
        upto = sum(count for at, count in seconds.items() if first <= at <= first + timedelta(seconds=passed))
        assert upto <= rate.burst + rate.per_second * passed


def once_each(stage: AtProviders) -> None:
    assert {(row.state, row.outcome is not None) for row in stage.rows()} == {("done", True)}
    for row in (each for each in sent(stage) if each.way == "sms"):
        assert len(stage.on_phone(row.phone)) == 1, row.name
    went = Counter(row.touchpoint_id for row in sent(stage) if row.touchpoint_id)
    assert set(went.values()) == {1}
    assert all(row.reason for row in stage.rows() if row.outcome != "sent")
