"""A quote sent to the customer at once, by the best way, with the link to its page; never twice, never too late."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, update

from bot.dealer import Sms
from bot.links import Link
from bot.messages import Way
from bot.quotes import LineAnswer, LineKind, QuoteState, Urgency, Work
from store import quotes, windows
from store.engine import writing
from store.quotes import QuoteFacts
from store.tables import contact, outbound, people
from tests.conftest import StillClock
from tests.scheduler.stage import DEALER, Stage
from tests.store.cast import a_message

AFTERNOON = datetime.fromisoformat("2026-09-17T06:20:00+00:00")  # 14:20 in Shanghai
BRAKES = Work("更换前刹车片", LineKind.PART, 82_000, Urgency.MUST, unit_fen=41_000, quantity="2")
WASH = Work("空调系统清洗", LineKind.LABOUR, 18_050, Urgency.ADVISED)


@pytest.fixture
def stage(engine: Engine, clock: StillClock) -> Stage:
    clock.now = AFTERNOON
    return Stage(engine, clock)


def offer(stage: Stage, *works: Work, key: str = "Q-1", file: tuple[int, int] | None = None, **facts: Any) -> int:
    """The DMS puts a quote on the newest order of the file, in the workshop since this morning."""
    store_id, _ = file or stage.a_file()
    if file is None:
        stage.an_order((store_id, stage.rows(people.customer)[-1].id))
    with writing(stage.engine) as conn:
        conn.execute(update(people.repair_order).values(status="inspecting", delivered_on=None, delivered_at=None))
        given = QuoteFacts(QuoteState.SENT, "8812", works or (BRAKES, WASH), **facts)
        return quotes.put_quote(conn, store_id, key, given, stage.clock.now).id


def again(stage: Stage, *works: Work, **facts: Any) -> int:
    with writing(stage.engine) as conn:
        given = QuoteFacts(QuoteState.SENT, "8812", works, **facts)
        return quotes.put_quote(conn, 1, "Q-1", given, stage.clock.now).id


def agree(stage: Stage, quote_id: int) -> None:
    with writing(stage.engine) as conn:
        found = quotes.by_id(conn, quote_id)
        assert found is not None
        said = a_message(conn, 1, found.customer_id, stage.clock.now)
        assert quotes.answer(
            conn, quote_id, {line.id: LineAnswer.APPROVED for line in found.lines}, customer_id=found.customer_id,
            channel="page", message_id=said, text="同意", now=stage.clock.now,
        )  # fmt: skip


def opened(stage: Stage, url: str) -> tuple[int, ...]:
    return stage.links.read(Link.QUOTE, url.rsplit("/", 1)[1], stage.clock.now).ids


@pytest.mark.handbook("H1.4.2")
def test_a_quote_plans_one_service_touchpoint_due_at_once(stage: Stage) -> None:
    made = offer(stage)
    stage.planner.tick()
    stage.planner.tick()
    (row,) = stage.rows()
    assert (row.rule, row.occurrence, row.category) == ("quote.sent", "quote#Q-1/v1", "service")
    assert row.due_at == AFTERNOON
    assert row.expires_at == AFTERNOON + quotes.VALID
    assert row.ref == {"quote_id": made, "order_id": stage.rows(people.repair_order)[0].id}


@pytest.mark.handbook("H1.4.2")
def test_by_sms_the_two_halves_make_the_link(stage: Stage) -> None:
    made = offer(stage)
    stage.round()
    stage.round()
    (out,) = stage.sent(Way.SMS)
    assert out.payload["params"] | {"seal": "", "stub": ""} == {  # type: ignore[operator]  # a payload is plain JSON
        "name": "李雷", "lines": "2", "total": "1000.50", "seal": "", "stub": "",
    }  # fmt: skip
    text = str(out.payload["text"])
    assert all(len(str(value)) <= 35 for value in out.payload["params"].values())  # type: ignore[attr-defined]  # same
    assert opened(stage, text[text.index("http") :]) == (made, stage.rows(people.customer)[0].id)
    assert stage.outcome() == [("done", "sent", "")]
    assert [row.kind for row in stage.rows(contact.prompt)] == ["quote"]  # answered by line number, or on its page


def test_a_follower_gets_a_template_message_that_opens_the_page(stage: Stage) -> None:
    file = stage.a_file(openid="o-lilei")
    stage.an_order(file)
    made = offer(stage, file=file)
    stage.round()
    (out,) = stage.sent(Way.TEMPLATE)
    assert opened(stage, str(out.payload["url"])) == (made, file[1])
    assert out.payload["data"]["amount3"] == {"value": "1000.50"}  # type: ignore[index]  # a payload is plain JSON


def test_an_open_window_gets_the_whole_text(stage: Stage) -> None:
    file = stage.a_file(openid="o-lilei")
    stage.an_order(file)
    with writing(stage.engine) as conn:
        windows.open_window(conn, "main", "o-lilei", "typed", stage.clock.now)
    offer(stage, file=file, ready_at=AFTERNOON + timedelta(hours=3))
    stage.round()
    text = str(stage.sent(Way.CUSTOM)[0].payload["text"])
    for words in ("浙A12345", "2项", "1000.50元", "今天 17:20", "没有同意的项目，我们不会动手", "/q/"):
        assert words in text


def test_where_no_sms_with_a_link_is_approved_a_person_telephones(engine: Engine, clock: StillClock) -> None:
    clock.now = AFTERNOON
    plain = {name: one for name, one in DEALER.sms.templates.items() if name != "quote_sent"}
    sms = Sms(signature=DEALER.sms.signature, templates=plain)
    stage = Stage(engine, clock, DEALER.model_copy(update={"sms": sms}))
    offer(stage)
    stage.round()
    assert stage.sent(Way.SMS) == []
    (row,) = stage.rows(outbound.outbox)
    assert (row.way, row.payload["why"]) == ("call", "quote.sent")


def test_at_night_it_waits_for_the_morning(stage: Stage) -> None:
    stage.clock.now = datetime.fromisoformat("2026-09-17T14:00:00+00:00")  # 22:00
    offer(stage)
    stage.round()
    assert stage.outcome() == [("planned", None, "")]
    stage.clock.now = datetime.fromisoformat("2026-09-18T00:00:00+00:00")  # 08:00
    stage.round()
    assert stage.outcome() == [("done", "sent", "")]


@pytest.mark.handbook("H1.4.3")
def test_a_changed_quote_is_sent_anew_and_the_old_one_no_more(stage: Stage) -> None:
    offer(stage)
    stage.planner.tick()
    newer = again(stage, BRAKES)
    stage.round()
    assert stage.outcome() == [("done", "cancelled", "quote_replaced"), ("done", "sent", "")]
    (out,) = stage.sent(Way.SMS)
    text = str(out.payload["text"])
    assert opened(stage, text[text.index("http") :])[0] == newer


def test_after_the_answer_nothing_is_sent_until_something_changes(stage: Stage) -> None:
    stage.clock.now = datetime.fromisoformat("2026-09-17T14:00:00+00:00")  # 22:00: planned, not sent yet
    made = offer(stage)
    stage.planner.tick()
    agree(stage, made)
    stage.until(datetime.fromisoformat("2026-09-18T01:00:00+00:00"), hours=1)
    assert stage.outcome() == [("done", "skipped", "goal_met")]
    again(stage, BRAKES, WASH, Work("更换雨刮片", LineKind.PART, 12_000, Urgency.CAN_WAIT))
    stage.round()
    assert stage.outcome()[1] == ("done", "sent", "")
    assert stage.sent(Way.SMS)[0].payload["params"]["lines"] == "1"  # type: ignore[index]  # a payload is plain JSON


@pytest.mark.parametrize("status", ["cancelled", "delivered"])
def test_a_closed_order_ends_it(stage: Stage, status: str) -> None:
    offer(stage)
    stage.planner.tick()
    with writing(stage.engine) as conn:
        conn.execute(update(people.repair_order).values(status=status))
    stage.clock.advance(minutes=2)
    stage.round()
    assert stage.sent(Way.SMS) == []
    assert stage.outcome() == [("done", "skipped", "anchor_gone")]


def test_prices_that_ended_are_not_sent(stage: Stage) -> None:
    stage.clock.now = datetime.fromisoformat("2026-09-17T14:00:00+00:00")  # 22:00
    offer(stage, expires_at=stage.clock.now + timedelta(hours=2))
    stage.round()
    stage.clock.advance(hours=11)
    stage.round()
    assert stage.sent(Way.SMS) == []
    assert stage.outcome() == [("done", "skipped", "quiet_hours")]  # the morning would be too late
