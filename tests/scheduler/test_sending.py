"""What becomes of a message after the call: each error has its own end, and the customer gets one copy."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Thread

import pytest
from sqlalchemy import Engine, select, update

from bot.customer import Purpose
from bot.errors import ChannelStopped, ContentRefused, Mark, SendError, TryLater, Uncertain, Undeliverable
from bot.messages import Category, Channel, Outgoing, Priority, Receipt, ReceiptState, Way
from scheduler.deliver import LEASE_S
from store import outbox, receipts, windows
from store.engine import reading, writing
from store.tables import contact, people, runtime
from store.tables.outbound import attempt, touchpoint
from store.tables.outbound import outbox as table
from tests.conftest import StillClock
from tests.scheduler.stage import Stage
from tests.store.cast import a_message, refused

SENT = [("done", "sent", "")]
TEN = datetime.fromisoformat("2026-09-17T02:00:00+00:00")


@pytest.fixture
def stage(engine: Engine, clock: StillClock) -> Stage:
    clock.now = TEN
    return Stage(engine, clock)


@pytest.fixture
def lilei(stage: Stage) -> tuple[int, int]:
    """A bound follower with a car delivered three days ago."""
    file = stage.a_file(openid="o-lilei")
    stage.an_order(file)
    return file


def states(stage: Stage) -> list[tuple[str, str]]:
    return [(row.way, row.state) for row in stage.rows(table)]


def alerts(stage: Stage) -> list[str]:
    return [row.ref["reason"] for row in stage.rows(runtime.feed) if row.kind == "alert"]


def fails(stage: Stage, way: Way, *errors: SendError | None) -> None:
    stage.phones[way].errors.extend(errors)


def test_a_refused_way_falls_back_to_the_next_and_is_remembered(stage: Stage, lilei: tuple[int, int]) -> None:
    fails(stage, Way.TEMPLATE, Undeliverable("43004", "没有关注", Mark.UNFOLLOWED))
    stage.round()
    stage.round()
    assert states(stage) == [("template", "failed"), ("sms", "accepted")]
    assert len(stage.sent(Way.SMS)) == 1
    assert stage.outcome() == SENT
    assert stage.rows(people.identity)[0].following is False
    assert ("send", "template", "refused", "refused_by_provider") in stage.chain()
    open_ones = [row for row in stage.rows(contact.prompt) if row.state == "open"]
    assert len(open_ones) == 1


def test_every_way_refused_is_a_failure_not_a_silence(stage: Stage, lilei: tuple[int, int]) -> None:
    fails(stage, Way.TEMPLATE, Undeliverable("43101", "用户拒收", Mark.REJECTS_ACCOUNT))
    fails(stage, Way.SMS, Undeliverable("isv.MOBILE_NUMBER_ILLEGAL", "号码无效", Mark.BAD_ADDRESS))
    stage.round()
    assert states(stage) == [("template", "failed"), ("sms", "failed")]
    assert stage.outcome() == [("done", "failed", "refused_by_provider")]
    assert stage.rows(people.customer)[0].phone_state == "dead"
    assert stage.rows(people.identity)[0].rejects is True


@pytest.mark.parametrize(
    ("mark", "phone_state", "purposes"),
    [(Mark.REFUSED_MARKETING, "ok", {"marketing", "greeting"}), (Mark.REFUSED_ALL, "blocked", set())],
)
def test_what_a_refusal_teaches_is_written_down(stage: Stage, mark: Mark, phone_state: str, purposes: set[str]) -> None:
    stage.an_order(stage.a_file())
    fails(stage, Way.SMS, Undeliverable("isv.X", "拒收", mark))
    stage.round()
    assert stage.rows(people.customer)[0].phone_state == phone_state
    assert {row.purpose for row in stage.rows(people.refusal)} == purposes


def test_a_window_the_provider_says_is_shut_is_shut(stage: Stage, lilei: tuple[int, int]) -> None:
    with writing(stage.engine) as conn:
        windows.open_window(conn, "main", "o-lilei", "typed", stage.clock.now)
    fails(stage, Way.CUSTOM, Undeliverable("45015", "窗口已关闭", Mark.WINDOW_CLOSED))
    stage.round()
    assert states(stage) == [("custom", "failed"), ("template", "accepted")]
    with reading(stage.engine) as conn:
        assert windows.view(conn, "main", "o-lilei", stage.clock.now) is None


def test_a_rate_limit_waits_and_costs_no_try(stage: Stage, lilei: tuple[int, int]) -> None:
    fails(stage, Way.TEMPLATE, *[TryLater("45009", "频率限制", 60)] * 12)
    for _ in range(30):
        stage.round()
        assert {row.attempts for row in stage.rows(table)} <= {0, 1}
        stage.clock.advance(seconds=30)
    # What waited longer than ten minutes was decided anew, under a new id.
    assert states(stage) == [("template", "cancelled"), ("template", "accepted")]
    assert stage.outcome() == SENT
    assert len(stage.sent(Way.TEMPLATE)) == 1


def queue(stage: Stage, lilei: tuple[int, int], **values: object) -> int:
    row: dict[str, object] = {
        "store_id": lilei[0], "customer_id": lilei[1], "way": Way.CUSTOM, "account": "main", "address": "o-lilei",
        "category": Category.SERVICE, "priority": Priority.REPLY, "payload": {"text": "您好"}, "out_id": "m1",
        "not_before": stage.clock.now, **values,
    }  # fmt: skip
    with writing(stage.engine) as conn:
        return outbox.enqueue(conn, **row)  # type: ignore[arg-type]  # a table of keywords


def test_a_reply_is_tried_six_times_with_growing_pauses(stage: Stage) -> None:
    file = stage.a_file(openid="o-lilei")
    queue(stage, file, way=Way.SMS, address="+8613900000001")
    fails(stage, Way.SMS, *[TryLater("isp.SYSTEM_ERROR", "繁忙", 0, costs=True)] * 9)
    waits = []
    for _ in range(6):
        stage.deliverer.drain()
        row = stage.rows(table)[0]
        if row.state == "queued":
            waits.append((row.retry_at - stage.clock.now).total_seconds())
            stage.clock.now = row.retry_at
    assert len(waits) == 5
    assert all(wait <= 5 * 2**number for number, wait in enumerate(waits))
    assert stage.rows(table)[0].state == "failed"
    assert len(stage.rows(attempt)) == 6
    assert alerts(stage) == ["retries_spent"]


def test_a_reply_goes_the_ways_that_stand_in_its_row(stage: Stage) -> None:
    file = stage.a_file(openid="o-lilei")
    sms = {"way": "sms", "address": "+8613900000001", "payload": {"text": "您好"}}
    queue(stage, file, fallback=[sms])  # no window is open
    stage.deliverer.drain()
    assert states(stage) == [("custom", "failed"), ("sms", "accepted")]
    assert stage.sent(Way.CUSTOM) == []


def test_content_refused_fails_and_tells_staff(stage: Stage, lilei: tuple[int, int]) -> None:
    fails(stage, Way.TEMPLATE, ContentRefused("47003", "字段过长"))
    stage.round()
    assert stage.outcome() == [("done", "failed", "content_refused")]
    assert stage.sent(Way.SMS) == []
    assert alerts(stage) == ["content_refused"]


def test_a_stopped_channel_keeps_its_rows_and_alerts_once(stage: Stage, lilei: tuple[int, int]) -> None:
    queue(stage, lilei, way=Way.TEMPLATE, out_id="m2")
    fails(stage, Way.TEMPLATE, *[ChannelStopped("40164", "IP 不在白名单")] * 40)
    for _ in range(3):
        stage.round()
        stage.clock.advance(seconds=301)
    assert {state for _, state in states(stage)} <= {"queued", "cancelled"}
    assert alerts(stage).count("channel_stopped") == 1
    stage.phones[Way.TEMPLATE].errors.clear()
    stage.round()
    stage.clock.advance(seconds=301)
    stage.round()
    assert stage.outcome() == SENT


def test_while_a_channel_is_stopped_others_go_on(stage: Stage, lilei: tuple[int, int]) -> None:
    fails(stage, Way.TEMPLATE, ChannelStopped("40164", "IP 不在白名单"))
    stage.round()
    queue(stage, lilei, way=Way.SMS, address="+8613900000001", account="")
    queue(stage, lilei, way=Way.CUSTOM, out_id="m2")
    stage.deliverer.drain()
    assert len(stage.sent(Way.SMS)) == 1
    assert stage.sent(Way.CUSTOM) == []


def test_no_answer_is_uncertain_and_never_sent_again(stage: Stage) -> None:
    stage.an_order(stage.a_file())
    fails(stage, Way.SMS, Uncertain("timeout", "没有回应"))
    stage.round()
    stage.clock.advance(hours=5)
    stage.round()
    stage.calls.tick()
    assert states(stage) == [("sms", "uncertain")]
    assert stage.sent(Way.SMS) == []
    assert stage.outcome() == [("done", "uncertain", "no_answer")]
    assert alerts(stage) == ["uncertain"]
    with writing(stage.engine) as conn:
        said = Receipt(Channel.SMS, "", ReceiptState.DELIVERED, stage.clock.now, out_id=stage.rows(table)[0].out_id)
        receipts.settle(conn, said, (), stage.clock.now)
    assert stage.outcome() == [("done", "sent", "receipt")]


def test_a_sender_that_breaks_is_uncertain_too(stage: Stage, lilei: tuple[int, int]) -> None:
    def breaks(_out: Outgoing) -> None:
        raise ZeroDivisionError

    stage.phones[Way.TEMPLATE].before = breaks
    stage.round()
    assert states(stage) == [("template", "uncertain")]


def test_without_a_token_of_the_bucket_the_row_rests_unbegun(stage: Stage, lilei: tuple[int, int]) -> None:
    stage.bucket.wait = 2.0
    stage.round()
    (row,) = stage.rows(table)
    assert (row.state, row.attempts, row.retry_at) == ("queued", 0, stage.clock.now + timedelta(seconds=2))
    stage.bucket.wait = 0.0
    stage.clock.advance(seconds=2)
    stage.round()
    assert stage.outcome() == SENT


def test_what_waited_into_the_night_is_taken_back_and_goes_in_the_morning(stage: Stage, lilei: tuple[int, int]) -> None:
    stage.clock.now = TEN + timedelta(hours=9, minutes=55)  # 19:55
    stage.planner.tick()
    stage.gatekeeper.tick()
    stage.clock.advance(minutes=5)
    stage.deliverer.drain()
    assert states(stage) == [("template", "cancelled")]
    stage.clock.advance(minutes=1)
    stage.round()
    assert stage.rows()[0].due_at == TEN + timedelta(hours=23, minutes=30)
    stage.clock.now = TEN + timedelta(hours=23, minutes=30)
    stage.round()
    assert stage.outcome() == SENT
    assert len(stage.sent(Way.TEMPLATE)) == 1


def test_a_refusal_between_queue_and_call_still_counts(stage: Stage) -> None:
    store_id, _ = stage.a_file(openid="o-1", consents=(Purpose.MARKETING,))
    stage.a_file(name="韩梅梅", phone="+8613900000002", openid="o-2", consents=(Purpose.MARKETING,))
    stage.a_file(name="张伟", phone="+8613900000003", openid="o-3", consents=(Purpose.MARKETING,))
    stage.an_event(store_id)
    stage.planner.tick()
    stage.gatekeeper.tick()
    with writing(stage.engine) as conn:
        refused(conn, "o-2", Purpose.MARKETING)
    stage.round()
    stage.clock.advance(minutes=1)
    stage.round()
    (mass,) = stage.sent(Way.MASS)
    assert sorted(mass.payload["openids"]) == ["o-1", "o-3"]  # type: ignore[call-overload]  # a list in an object
    assert sorted(stage.outcome()) == [*SENT, *SENT, ("done", "skipped", "refused")]


def test_the_last_slot_is_a_humans(stage: Stage) -> None:
    file = stage.a_file(openid="o-lilei")
    with writing(stage.engine) as conn:
        windows.open_window(conn, "main", "o-lilei", "touch", stage.clock.now)
    rows = [queue(stage, file, out_id=f"m{number}") for number in range(3)]
    stage.deliverer.drain()
    assert sorted(state for _, state in states(stage)) == ["accepted", "accepted", "failed"]
    staffs = queue(stage, file, out_id="staff-1")
    with writing(stage.engine) as conn:
        a_message(conn, *file, stage.clock.now, channel="wechat", kind="custom", author="staff", outbox_id=staffs)
    stage.deliverer.drain()
    assert states(stage)[-1] == ("custom", "accepted")
    assert len(rows) == 3


def test_sending_is_committed_before_the_request_leaves(stage: Stage, lilei: tuple[int, int]) -> None:
    seen = []

    def look(_out: Outgoing) -> None:
        with reading(stage.engine) as conn:
            seen.append((conn.execute(select(table.c.state)).scalar(), conn.execute(select(attempt.c.result)).scalar()))

    stage.phones[Way.TEMPLATE].before = look
    stage.round()
    assert seen == [("sending", "open")]


def leave_sending(stage: Stage) -> None:
    """The worker dies during the call: the row stays as it was committed before it."""
    stage.planner.tick()
    stage.gatekeeper.tick()
    now = stage.clock.now
    with writing(stage.engine) as conn:
        for priority in Priority:
            claimed = outbox.claim(
                conn, priority, limit=9, now=now, machine_now=now, worker="dead:1", lease_s=LEASE_S
            )  # fmt: skip
            for job in claimed:
                assert outbox.begin(conn, job, "dead:1", now, LEASE_S) == 1


def test_killed_during_a_template_it_is_sent_again_under_the_same_id(stage: Stage, lilei: tuple[int, int]) -> None:
    leave_sending(stage)
    assert stage.calls.tick() == 0
    stage.clock.advance(seconds=LEASE_S + 1)
    assert stage.calls.tick() == 1
    stage.deliverer.drain()
    (out,) = stage.sent(Way.TEMPLATE)
    assert out.out_id == stage.rows(table)[0].out_id
    assert stage.outcome() == SENT


def test_killed_during_a_template_and_found_too_late_it_is_uncertain(stage: Stage, lilei: tuple[int, int]) -> None:
    leave_sending(stage)
    stage.clock.advance(minutes=11)
    stage.calls.tick()
    stage.round()
    assert stage.sent(Way.TEMPLATE) == []
    assert stage.outcome() == [("done", "uncertain", "no_answer")]


def test_killed_during_an_sms_it_is_uncertain(stage: Stage) -> None:
    stage.an_order(stage.a_file())
    leave_sending(stage)
    stage.clock.advance(seconds=LEASE_S + 1)
    stage.calls.tick()
    stage.round()
    assert stage.sent(Way.SMS) == []
    assert stage.outcome() == [("done", "uncertain", "no_answer")]


def test_killed_before_the_call_was_begun_it_is_simply_claimed_again(stage: Stage) -> None:
    stage.an_order(stage.a_file())
    stage.planner.tick()
    stage.gatekeeper.tick()
    with writing(stage.engine) as conn:
        outbox.claim(
            conn, Priority.BULK, limit=9, now=stage.clock.now, machine_now=stage.clock.now, worker="dead:1", lease_s=60
        )
    stage.deliverer.drain()
    assert stage.sent(Way.SMS) == []
    stage.clock.advance(seconds=61)
    stage.round()
    assert len(stage.sent(Way.SMS)) == 1
    assert stage.outcome() == SENT


def test_killed_while_the_gate_was_asked_the_lease_ends_and_another_takes_over(
    stage: Stage, lilei: tuple[int, int]
) -> None:
    stage.planner.tick()
    with writing(stage.engine) as conn:
        conn.execute(update(touchpoint).values(lease_by="dead:1", lease_until=stage.clock.now + timedelta(seconds=60)))
    stage.round()
    assert stage.outcome() == [("planned", None, "")]
    stage.clock.advance(seconds=60)
    stage.round()
    assert stage.outcome() == SENT


def test_two_workers_at_once_send_each_message_once(engine: Engine, clock: StillClock) -> None:
    clock.now = TEN
    stages = [Stage(engine, clock, worker=f"worker:{number}") for number in range(2)]
    first = stages[0]
    for number in range(40):
        file = first.a_file(name=f"客户{number}", phone=f"+86139{number:08d}")
        first.an_order(file, key=str(number))
    first.planner.tick()

    def work(stage: Stage) -> None:
        while stage.gatekeeper.tick() or stage.deliverer.pump():
            stage.deliverer.drain()

    threads = [Thread(target=work, args=(stage,)) for stage in stages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    first.round()
    sent = [out.address for stage in stages for out in stage.sent(Way.SMS)]
    assert len(sent) == 40
    assert len(set(sent)) == 40
    assert first.outcome() == SENT * 40


def test_a_slow_bulk_send_leaves_threads_for_replies(stage: Stage) -> None:
    file = stage.a_file(openid="o-lilei")
    go_on = Event()
    slow = stage.phones[Way.TEMPLATE]
    slow.before = lambda _out: _wait(go_on)
    for number in range(12):
        queue(stage, file, way=Way.TEMPLATE, priority=Priority.BULK, out_id=f"b{number}")
    stage.deliverer.pump()
    queue(stage, file, way=Way.SMS, address="+8613900000001", account="")
    stage.deliverer.pump()
    until(lambda: len(stage.sent(Way.SMS)) == 1)
    go_on.set()
    stage.deliverer.drain()
    assert len(slow.sent) == 12


def _wait(event: Event) -> None:
    event.wait(20)


def until(holds: Callable[[], bool]) -> None:
    pause = Event()
    for _ in range(400):
        if holds():
            return
        pause.wait(0.05)
    raise AssertionError("it did not happen in time")
