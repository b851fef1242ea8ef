"""What a message costs at WeChat: a consent, one of four copies a month. Taken before the call, back when refused."""

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import Connection, Engine

from bot.customer import Purpose
from bot.dealer import Dealer
from bot.errors import ContentRefused, Mark, SendError, TryLater, Uncertain, Undeliverable
from bot.messages import Category, Channel, Outgoing, Priority, Receipt, ReceiptState, Way
from channels.wechat.mass import mass
from commands.why import Told
from scheduler.deliver import LEASE_S
from scheduler.hand import BATCH, mass_parts
from store import mass_quota, outbox, receipts, stakes, subscriptions, why, windows
from store.engine import reading, writing
from store.tables import contact
from store.tables.outbound import outbox as table
from store.tables.outbound import verdict
from tests.conftest import StillClock
from tests.scheduler.stage import DEALER, Stage

TEN = datetime.fromisoformat("2026-09-17T02:00:00+00:00")  # 10:00 in Shanghai
SENT = [("done", "sent", "")]
WHO = ("main", "o-lilei", "SUB-checkin")


def without_templates() -> Dealer:
    """The template is gone; the subscription notification is the next way."""
    main = DEALER.accounts["main"].model_copy(update={"templates": {}})
    return DEALER.model_copy(update={"accounts": {"main": main}})


@pytest.fixture
def stage(engine: Engine, clock: StillClock) -> Stage:
    """李雷 follows and tapped "notify me" once; his car went home three days ago."""
    clock.now = TEN
    made = Stage(engine, clock, without_templates())
    made.an_order(made.a_file(openid="o-lilei"))
    with writing(engine) as conn:
        subscriptions.give(conn, *WHO, TEN)
    return made


def left(stage: Stage) -> int:
    with reading(stage.engine) as conn:
        return subscriptions.left(conn, *WHO[:2]).get(WHO[2], 0)


def states(stage: Stage) -> list[tuple[str, str]]:
    return [(row.way, row.state) for row in stage.rows(table)]


def test_a_consent_in_hand_carries_the_check_in(stage: Stage) -> None:
    stage.round()
    (out,) = stage.sent(Way.SUBSCRIPTION)
    assert (out.account, out.address, out.payload["template_id"]) == WHO
    assert out.payload["data"] == {
        "car_number1": {"value": "浙A12345"}, "thing2": {"value": "维修保养后回访"},
        "time3": {"value": "2026年09月17日 10:00"},
    }  # fmt: skip
    assert str(out.payload["page"]).startswith("http://127.0.0.1:8000/s/")
    assert stage.outcome() == SENT
    assert left(stage) == 0
    assert ("route", "template", "passed_over", "no_template") in stage.chain()
    (line,) = stage.rows(contact.message)
    assert (line.channel, line.kind) == ("wechat", "subscription")
    assert "维修保养后回访" in line.text


@pytest.mark.parametrize(
    ("error", "consents", "ends"),
    [
        (Undeliverable("43101", "没有订阅"), 0, [("subscription", "failed"), ("sms", "accepted")]),
        (Undeliverable("43004", "没有关注", Mark.UNFOLLOWED), 1, [("subscription", "failed"), ("sms", "accepted")]),
        (ContentRefused("47003", "参数"), 1, [("subscription", "failed")]),
        (TryLater("45011", "太快", 60.0, channel_wide=True), 1, [("subscription", "queued")]),
        (Uncertain("no_answer", "没有回应"), 0, [("subscription", "uncertain")]),
    ],
)
def test_a_consent_comes_back_unless_it_may_have_been_used(
    stage: Stage, error: SendError, consents: int, ends: list[tuple[str, str]]
) -> None:
    """43101: WeChat's count stands. No answer: it may have arrived, is never sent again, and the consent is gone."""
    stage.phones[Way.SUBSCRIPTION].errors.append(error)
    stage.round()
    stage.round()
    assert states(stage) == ends
    assert left(stage) == consents


def test_after_a_wait_the_same_consent_is_used(stage: Stage) -> None:
    stage.phones[Way.SUBSCRIPTION].errors.append(TryLater("-1", "忙", 4.0, costs=True))
    stage.round()
    stage.clock.advance(minutes=2)
    stage.round()
    assert (states(stage), left(stage)) == ([("subscription", "accepted")], 0)


def test_a_consent_used_meanwhile_sends_the_message_another_way(stage: Stage) -> None:
    stage.planner.tick()
    stage.gatekeeper.tick()
    with writing(stage.engine) as conn:
        assert subscriptions.take(conn, *WHO, TEN)
    stage.round()
    stage.round()
    assert states(stage) == [("subscription", "failed"), ("sms", "accepted")]
    assert stage.rows(table)[0].code == "no_subscription"
    assert len(stage.sent(Way.SUBSCRIPTION)) == 0


def die_during_the_call(stage: Stage) -> None:
    """The row stays as it was committed before the request; its lease ends."""
    stage.planner.tick()
    stage.gatekeeper.tick()
    (job,) = stage.jobs()
    assert stage.writer.run(lambda conn: stage.deliverer._begin(conn, job))
    stage.clock.advance(seconds=LEASE_S + 1)
    assert stage.calls.tick() == 1


def test_killed_during_a_notification_it_is_uncertain_and_its_consent_is_gone(stage: Stage) -> None:
    """WeChat knows no id of ours for it: it may have arrived, and a second one would be a second copy."""
    die_during_the_call(stage)
    stage.round()
    assert stage.sent(Way.SUBSCRIPTION) == []
    assert stage.outcome() == [("done", "uncertain", "no_answer")]
    assert left(stage) == 0


@pytest.mark.parametrize(
    ("error", "used"),
    [
        (TryLater("-1", "微信系统繁忙", 4.0, costs=True), 0),
        (Undeliverable("48002", "关闭了消息", Mark.REJECTS_ACCOUNT), 0),
        (ContentRefused("45002", "太长"), 0),
        (Uncertain("no_answer", "没有回应"), 1),
    ],
    ids=lambda each: type(each).__name__ if isinstance(each, SendError) else "",
)
def test_a_slot_comes_back_unless_it_may_have_been_used(
    engine: Engine, clock: StillClock, error: SendError, used: int
) -> None:
    clock.now = TEN
    made = Stage(engine, clock)
    made.an_order(made.a_file(openid="o-lilei"))
    with writing(engine) as conn:
        windows.open_window(conn, "main", "o-lilei", "typed", TEN)
    made.phones[Way.CUSTOM].errors = [error]
    made.round()
    (window,) = made.rows(contact.wechat_window)
    assert window.used == used


def test_a_slot_given_back_twice_is_one_slot(engine: Engine) -> None:
    with writing(engine) as conn:
        windows.open_window(conn, "main", "o-lilei", "typed", TEN)
        assert windows.take_slot(conn, "main", "o-lilei", TEN)
        for _ in range(2):
            windows.give_slot_back(conn, "main", "o-lilei")
        found = windows.view(conn, "main", "o-lilei", TEN)
    assert found is not None
    assert found.left == 5


def test_sixteen_at_once_use_one_consent_once(engine: Engine) -> None:
    out = Outgoing("o", Way.SUBSCRIPTION, "main", "o-lilei", {"template_id": "SUB-checkin"})
    with writing(engine) as conn:
        subscriptions.give(conn, *WHO, TEN)
        subscriptions.give(conn, *WHO, TEN)
    start, took = Barrier(16), []

    def take() -> None:
        start.wait()
        with writing(engine) as conn:
            took.append(stakes.take_consent(conn, out, TEN))

    threads = [Thread(target=take) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(took) == [False] * 14 + [True] * 2


# --- mass sends --------------------------------------------------------------------------------------------------


@pytest.fixture
def guests(engine: Engine, clock: StillClock) -> Stage:
    """Two followers who agreed to invitations, and a published event."""
    clock.now = TEN
    stage = Stage(engine, clock)
    for number in (1, 2):
        file = stage.a_file(
            name=f"车主{number}", phone=f"+861390000000{number}", openid=f"o-{number}", consents=(Purpose.MARKETING,)
        )
    stage.an_event(file[0])
    return stage


def used(stage: Stage, openid: str = "o-1") -> int:
    with reading(stage.engine) as conn:
        return mass_quota.used(conn, [openid], stage.clock.now).get(("main", openid), 0)


def sent_before(stage: Stage, times: int, at: datetime = TEN) -> None:
    """Batches of this month that 车主1 was in."""
    for number in range(times):
        with writing(stage.engine) as conn:
            row = a_batch(stage, conn, f"before-{number}-{at:%m}")
            mass_quota.count(conn, row, "main", ["o-1"], at)


def a_batch(stage: Stage, conn: Connection, out_id: str) -> int:
    row = outbox.enqueue(
        conn, store_id=1, customer_id=None, way=Way.MASS, account="main", address="", category=Category.MARKETING,
        priority=Priority.BULK, payload={"text": "x", "openids": ["o-1", "o-9"]}, out_id=out_id,
        not_before=stage.clock.now,
    )  # fmt: skip
    outbox.cancel(conn, row, "test", stage.clock.now)
    return row


def test_a_mass_send_counts_one_copy_for_each(guests: Stage) -> None:
    guests.round()
    assert len(guests.sent(Way.MASS)) == 1
    assert (used(guests, "o-1"), used(guests, "o-2"), used(guests, "o-3")) == (1, 1, 0)


@pytest.mark.parametrize(
    ("before", "ways"),
    [(3, [("mass", "accepted")]), (4, [("sms", "accepted"), ("sms", "accepted")])],
)
def test_the_fifth_of_a_month_goes_another_way(guests: Stage, before: int, ways: list[tuple[str, str]]) -> None:
    """Without 车主1 the other one is alone, and after ten minutes gets an SMS too."""
    sent_before(guests, before)
    guests.until(TEN + timedelta(minutes=12), minutes=1)
    assert [each for each in states(guests) if each[1] != "cancelled"] == ways
    assert (("route", "mass", "passed_over", "mass_quota") in guests.chain()) is (before == 4)


def test_the_month_is_chinas(guests: Stage) -> None:
    """Four in August, the last of them at 23:59 on the 31st there: September is free."""
    sent_before(guests, 4, datetime.fromisoformat("2026-08-31T15:59:00+00:00"))
    assert used(guests) == 0
    assert mass_quota.month(datetime.fromisoformat("2026-08-31T16:00:00+00:00")) == "2026-09"
    guests.round()
    assert len(guests.sent(Way.MASS)) == 1


@pytest.mark.parametrize(
    ("error", "copies"),
    [
        (Undeliverable("45028", "群发额度已用完"), 4),
        (Undeliverable("43004", "没有关注"), 0),
        (ContentRefused("45002", "太长"), 0),
        (TryLater("45066", "太快", 60.0), 1),
        (Uncertain("no_answer", "没有回应"), 1),
    ],
)
def test_what_a_refused_mass_send_leaves_counted(guests: Stage, error: SendError, copies: int) -> None:
    """45028: out until next month, whatever we counted. Refused: nobody got one. No answer: they may have."""
    guests.phones[Way.MASS].errors.append(error)
    guests.round()
    assert used(guests) == copies


def test_without_quota_the_invitation_goes_by_sms_until_the_month_ends(guests: Stage) -> None:
    guests.phones[Way.MASS].errors.append(Undeliverable("45028", "群发额度已用完"))
    guests.until(TEN + timedelta(minutes=3), minutes=1)
    assert [row.way for row in guests.rows(table) if row.state == "accepted"] == ["sms", "sms"]
    guests.an_event(1, name="自驾游", now=guests.clock.advance(days=8))
    guests.round()
    assert len(guests.sent(Way.MASS)) == 0
    assert ("route", "mass", "passed_over", "mass_quota") in guests.chain()


def test_a_second_try_of_the_same_batch_is_the_same_copy(guests: Stage) -> None:
    """45066: a minute later, with the same clientmsgid."""
    guests.phones[Way.MASS].errors.append(TryLater("45066", "太快", 60.0))
    guests.round()
    guests.clock.advance(seconds=61)
    guests.round()
    assert [row.state for row in guests.rows(table)] == ["accepted"]
    assert used(guests) == 1


def test_killed_during_a_mass_send_it_is_sent_again_and_counted_once(guests: Stage) -> None:
    die_during_the_call(guests)
    guests.deliverer.drain()
    assert len(guests.sent(Way.MASS)) == 1
    assert used(guests) == 1


@pytest.mark.parametrize(
    ("people", "sizes"),
    [(2, [2]), (5, [5]), (6, [3, 3]), (7, [4, 3]), (11, [4, 4, 3]), (10_001, None)],
)
def test_a_crowd_is_cut_into_batches_of_at_least_two(people: int, sizes: list[int] | None) -> None:
    """Ten thousand a call (40130 below two): here five, and once the real limit."""
    most = 10_000 if sizes is None else 5
    parts = mass_parts(range(people), most)
    assert [len(part) for part in parts] == (sizes or [5_001, 5_000])
    assert [each for part in parts for each in part] == list(range(people))


def test_a_batch_of_the_gate_fits_one_mass_send() -> None:
    openids = [f"o-{number}" for number in range(max(BATCH.values()))]
    asked = mass(Outgoing("o", Way.MASS, "main", "", {"text": "x", "openids": openids}))
    assert asked.payload["touser"] == openids


def test_a_batchs_receipt_says_counts_not_people(guests: Stage) -> None:
    """Stored on each touchpoint's chain as `batch`, and shown by `why`."""
    guests.round()
    told_by_wechat = Receipt(
        Channel.WECHAT, "main", ReceiptState.DELIVERED, guests.clock.now, provider_id="id-1",
        counts={"total": 2, "filtered": 2, "sent": 1, "failed": 1},
    )  # fmt: skip
    with writing(guests.engine) as conn:
        assert receipts.settle(conn, told_by_wechat, (), guests.clock.now)
    lines = [row for row in guests.rows(verdict) if row.step == "receipt"]
    assert [(row.verdict, row.reason, row.detail["sent"]) for row in lines] == [("delivered", "batch", 1)] * 2
    assert {row[1] for row in guests.outcome()} == {"sent"}
    with reading(guests.engine) as conn:
        person = {"name": "车主1", "external_id": "C", "id": 1, "store": "店", "time_zone": "Asia/Shanghai"}
        shown = "\n".join(Told(person | {"touchpoints": why.chains_of(conn, 1)}, guests.clock.now, "zh").lines())
    assert "wechat: delivered (batch) · 2 total, 2 filtered, 1 sent, 1 failed" in shown
