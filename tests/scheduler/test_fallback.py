"""One copy for the customer: the next way once for what never arrived, a late arrival noted, the cost beside it."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, update

from bot.errors import Undeliverable
from bot.messages import Category, Channel, Outgoing, Priority, Receipt, ReceiptState, Way
from channels.prices import Prices
from commands.why import Told
from store import outbox, receipts
from store.engine import reading, writing
from store.gauges import counted
from store.tables import contact, outbound
from store.why import chains_of
from tests.conftest import StillClock
from tests.scheduler.stage import DEALER, Stage
from tests.scheduler.test_touchpoints import open_case

PHONE = "+8613900000001"


@pytest.fixture
def stage(engine: Engine, clock: StillClock) -> Stage:
    """李雷's check-in, accepted as an SMS (t1n1); he follows nobody, so a call task is the next way."""
    made = Stage(engine, clock)
    made.an_order(made.a_file(phone=PHONE))
    made.round()
    assert ways(made) == [("sms", "accepted")]
    return made


def ways(stage: Stage) -> list[tuple[str, str]]:
    return [(row.way, row.state) for row in stage.rows(outbound.outbox)]


def report(stage: Stage, out_id: str, state: ReceiptState, code: str = "UNDELIV") -> None:
    said = Receipt(Channel.SMS, "aliyun", state, stage.clock.now, out_id=out_id, code=code)
    with writing(stage.engine) as conn:
        assert receipts.settle(conn, said, (), stage.clock.now)


def sms_id(stage: Stage) -> str:
    return str(stage.rows(outbound.outbox)[0].out_id)


def failed(stage: Stage) -> None:
    report(stage, sms_id(stage), ReceiptState.FAILED)


def arrived(stage: Stage) -> None:
    report(stage, sms_id(stage), ReceiptState.DELIVERED, "DELIVERED")


def goes_on(stage: Stage) -> None:
    stage.round()


def expires(stage: Stage) -> None:
    with writing(stage.engine) as conn:
        conn.execute(update(outbound.touchpoint).values(expires_at=stage.clock.now))


def two_days(stage: Stage) -> None:
    stage.clock.advance(days=2)


def is_answered(stage: Stage) -> None:
    with writing(stage.engine) as conn:
        conn.execute(update(contact.prompt).values(answered_at=stage.clock.now))


def complains(stage: Stage) -> None:
    (touch,) = stage.rows()
    open_case(stage, (touch.store_id, touch.customer_id))


def is_taken(stage: Stage) -> None:
    """A colleague has the call in hand."""
    with writing(stage.engine) as conn:
        conn.execute(update(outbound.call_task).values(taken=True))


def call_fails(stage: Stage) -> None:
    with writing(stage.engine) as conn:
        conn.execute(update(outbound.outbox).where(outbound.outbox.c.way == "call").values(way="sms"))
    report(stage, stage.rows(outbound.outbox)[1].out_id, ReceiptState.FAILED)


SMS, CALL = ("sms", "failed"), ("call", "accepted")
SENT, CALLING, LATE = ("done", "sent", ""), ("handed", None, ""), ("done", "sent", "arrived_late")


@pytest.mark.parametrize(
    ("what", "left", "ended"),
    [
        ([failed, goes_on], [SMS, CALL], CALLING),
        ([failed, failed, goes_on, failed, goes_on], [SMS, CALL], CALLING),
        ([failed, goes_on, arrived, arrived, goes_on], [SMS, ("call", "cancelled")], LATE),
        ([failed, goes_on, is_taken, arrived, goes_on], [SMS, CALL], CALLING),
        ([failed, arrived, goes_on], [SMS], LATE),
        ([arrived, failed, goes_on], [("sms", "delivered")], SENT),
        ([expires, failed, goes_on], [SMS], SENT),
        ([two_days, failed, goes_on], [SMS], SENT),
        ([is_answered, failed, goes_on], [SMS], SENT),
        ([failed, complains, goes_on], [SMS], ("planned", None, "")),
        ([failed, goes_on, call_fails, goes_on], [SMS, ("sms", "failed")], ("done", "failed", "receipt")),
    ],
)
def test_what_receipts_bring_about(
    stage: Stage, what: list[Callable[[Stage], None]], left: list[tuple[str, str]], ended: tuple[str, str | None, str]
) -> None:
    for each in what:
        each(stage)
    assert ways(stage) == left
    assert stage.outcome() == [ended]
    assert len(stage.sent(Way.SMS)) == 1, "never a second copy of the same"


def test_the_chain_tells_the_way_there_and_the_late_arrival_once(stage: Stage) -> None:
    failed(stage)
    goes_on(stage)
    arrived(stage)
    arrived(stage)
    said = [line for line in stage.chain() if line[0] != "gate" and line[3] != "not_following"]
    assert said[-9:] == [
        ("receipt", "sms", "failed", "UNDELIV"),
        ("send", "sms", "taken_back", "not_delivered"),
        ("route", "sms", "passed_over", "tried"),
        ("route", "email", "passed_over", "email_off"),
        ("route", "call", "chosen", ""),
        ("send", "call", "handed", ""),
        ("receipt", "sms", "delivered", "arrived_late"),
        ("send", "call", "taken_back", "arrived_late"),
        ("outcome", "touchpoint", "sent", "arrived_late"),
    ]
    first, _ = stage.rows(outbound.outbox)
    assert (first.state, first.late_at) == ("failed", stage.clock.now)


def test_a_copy_that_has_not_left_is_spared(stage: Stage) -> None:
    failed(stage)
    stage.gatekeeper.tick()
    assert ways(stage) == [SMS, ("call", "queued")]
    arrived(stage)
    goes_on(stage)
    assert ways(stage) == [SMS, ("call", "cancelled")]
    assert stage.outcome() == [LATE]


def test_a_receipt_faster_than_the_answer_to_the_call(engine: Engine, clock: StillClock) -> None:
    stage = Stage(engine, clock)
    stage.an_order(stage.a_file(phone=PHONE))
    stage.phones[Way.SMS].before = lambda out: report(stage, out.out_id, ReceiptState.FAILED)
    stage.round()
    assert ways(stage) == [SMS, CALL]
    assert stage.outcome() == [CALLING]


def test_refused_at_once_then_not_delivered_still_finds_the_person(engine: Engine, clock: StillClock) -> None:
    """Template refused, SMS accepted and not delivered, a call: three ways, each with its reason."""
    stage = Stage(engine, clock)
    file = stage.a_file(phone=PHONE, openid="oLiLei")
    stage.phones[Way.TEMPLATE].errors = [Undeliverable("43004", "没有关注")]
    stage.an_order(file)
    stage.round()
    report(stage, stage.rows(outbound.outbox)[1].out_id, ReceiptState.FAILED)
    goes_on(stage)
    assert ways(stage) == [("template", "failed"), SMS, CALL]


def test_a_message_of_a_conversation_takes_its_next_way_once(stage: Stage) -> None:
    (touch,) = stage.rows()
    call = {"way": "call", "account": "", "address": PHONE, "payload": {"why": "x", "script": ""}}
    with writing(stage.engine) as conn:
        outbox.enqueue(
            conn, store_id=touch.store_id, customer_id=touch.customer_id, way=Way.SMS, account="", address=PHONE,
            category=Category.SERVICE, priority=Priority.REPLY, payload={"text": "您好"}, out_id="reply-1",
            not_before=stage.clock.now, fallback=[call],
        )  # fmt: skip
    stage.round()
    for state in (ReceiptState.FAILED, ReceiptState.FAILED, ReceiptState.DELIVERED):
        report(stage, "reply-1", state)
        stage.round()
    assert ways(stage)[1:] == [SMS, CALL]


LONG = "这" * 71


@pytest.mark.parametrize(
    ("way", "payload", "fen"),
    [
        (Way.SMS, {"template": "checkin_question", "text": "您好"}, 4.5),
        (Way.SMS, {"template": "checkin_question", "text": LONG}, 9.0),
        (Way.SMS, {"template": "birthday_greeting", "text": "您好"}, 5.5),
        (Way.SMS, {"template": "birthday_greeting", "text": LONG}, 11.0),
        (Way.SMS, {"template": "gone", "text": "您好"}, 4.5),
        (Way.CALL, {"why": "checkin.question", "script": ""}, 500.0),
        *((way, {"text": LONG}, 0.0) for way in Way if way not in (Way.SMS, Way.CALL)),
    ],
)
def test_what_a_copy_costs(way: Way, payload: dict[str, object], fen: float) -> None:
    assert Prices(DEALER).of(Outgoing("o", way, "", PHONE, payload)) == fen


def test_the_cost_stands_beside_each_copy_and_is_told(stage: Stage) -> None:
    failed(stage)
    goes_on(stage)
    assert [row.cost_fen for row in stage.rows(outbound.outbox)] == [4.5, 500.0]
    (touch,) = stage.rows()
    with reading(stage.engine) as conn:
        chains = chains_of(conn, touch.customer_id)
        day = {labels["way"]: value for name, _, value, labels in counted(conn, stage.clock.now) if "cost" in name}
    person = {"name": "李雷", "external_id": "C1", "store": "店", "time_zone": "Asia/Shanghai", "touchpoints": chains}
    told = "\n".join(Told(person, stage.clock.now, "zh").lines())
    assert "sms → failed (UNDELIV) · ¥0.045" in told
    assert "call → accepted · ¥5.000" in told
    assert day == {"sms": 4.5, "call": 500.0}
