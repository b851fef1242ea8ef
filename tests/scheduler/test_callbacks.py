"""What was pushed becomes turns and receipts, once each, in order, and one bad item holds up no other."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select
from structlog.testing import capture_logs

from bot.messages import Category, Channel, Inbound, Priority, Receipt, ReceiptState, Way
from channels.sms_callbacks import parse_replies, parse_reports, phone_or_nobody
from scheduler.callbacks import AGAIN_S, PER_HOUR, CallbackTick, settle_wechat
from store import callbacks, outbox
from store.engine import reading, writing
from store.tables.contact import callback, message
from store.tables.outbound import outbox as sent
from store.tables.outbound import touchpoint, verdict
from store.tables.people import customer, identity, refusal
from store.tables.runtime import feed
from store.writer import Writer
from tests.conftest import StillClock
from tests.store.cast import a_customer, a_store, a_touchpoint
from tests.turn_house import TurnHouse, turn_house

PHONE = "+8613900000001"


@dataclass
class Taker:
    """Notes what it is given; raises for the texts in `bad`."""

    taken: list[Inbound] = field(default_factory=list)
    bad: set[str] = field(default_factory=set)

    def __call__(self, inbound: Inbound) -> None:
        if inbound.text in self.bad:
            raise RuntimeError("broken")
        self.taken.append(inbound)


@dataclass
class Post:
    """Pushes items as the web process would keep them, and ticks."""

    engine: Engine
    clock: StillClock
    taker: Taker
    tick: CallbackTick

    def replies(self, *texts: str, phone: str = "13900000001", start: int = 1) -> None:
        items = [
            {"phone_number": phone, "content": text, "send_time": "2026-09-17 10:20:00", "sequence_id": start + number}
            for number, text in enumerate(texts)
        ]
        self._keep("reply", parse_replies(json.dumps(items).encode()))

    def report(self, **values: object) -> None:
        item = {"phone_number": "13900000001", "success": True, "err_code": "DELIVERED", "biz_id": "B^0", **values}
        self._keep("report", parse_reports(json.dumps([item]).encode()))

    def states(self) -> list[str]:
        return [row.state for row in self.rows(callback)]

    def rows(self, table: Any) -> list[Any]:
        with reading(self.engine) as conn:
            return list(conn.execute(select(table).order_by(*table.primary_key.columns)))

    def _keep(self, kind: str, parsed: list[tuple[str, dict[str, Any]]]) -> None:
        items = [(key, item, phone_or_nobody(item)) for key, item in parsed]
        with writing(self.engine) as conn:
            callbacks.keep(conn, "aliyun", kind, items, self.clock.now)


@pytest.fixture
def post(engine: Engine, clock: StillClock) -> Post:
    taker = Taker()
    return Post(engine, clock, taker, CallbackTick(Writer(engine), clock, taker))


@pytest.fixture
def put(engine: Engine, clock: StillClock) -> Callable[..., tuple[int, int]]:
    """One row that left the house, carrying one touchpoint; (outbox id, touchpoint id)."""

    def put(way: Way = Way.SMS, address: str = PHONE, account: str = "", provider_id: str = "") -> tuple[int, int]:
        with writing(engine) as conn:
            store_id = a_store(conn)
            customer_id = a_customer(conn, store_id, openid="oLiLei")
            planned = a_touchpoint(conn, store_id, customer_id, clock.now, state="done", outcome="sent")
            outbox_id = outbox.enqueue(
                conn, store_id=store_id, customer_id=customer_id, way=way, account=account, address=address,
                category=Category.SERVICE, priority=Priority.SERVICE, payload={}, out_id="out-1",
                not_before=clock.now, touchpoint_ids=[planned],
            )  # fmt: skip
            (job,) = outbox.claim(
                conn, Priority.SERVICE, limit=1, now=clock.now, machine_now=clock.now, worker="w", lease_s=30
            )
            outbox.begin(conn, job, "w", clock.now, 30)
            if provider_id:
                outbox.mark_accepted(conn, outbox_id, provider_id, clock.now, clock.now)
        return outbox_id, planned

    return put


def test_replies_are_taken_in_order_and_once(post: Post) -> None:
    post.replies("2", "空调还是不凉")
    assert post.tick.tick() == 2
    assert [(each.address, each.text, each.provider_key) for each in post.taker.taken] == [
        (PHONE, "2", "1"),
        (PHONE, "空调还是不凉", "2"),
    ]
    assert post.states() == ["done", "done"]
    assert post.tick.tick() == 0


def test_a_reply_through_the_real_turn_is_one_message(post: Post, clock: StillClock, tmp_path: Any) -> None:
    house: TurnHouse = turn_house(post.engine, clock, tmp_path / "messages")
    workers = [CallbackTick(Writer(post.engine), clock, house.taker.take) for _ in range(2)]
    post.replies("你好", phone="13911112222")
    with writing(post.engine) as conn:
        (pushed,) = callbacks.fresh(conn)
    for worker in workers:  # both read it before either was done
        worker._work_off(pushed)
    received = [row for row in house.rows(message) if row.direction == "in"]
    assert [(row.text, row.channel) for row in received] == [("你好", "sms")]
    strangers = house.rows(customer, phone="+8613911112222")
    assert [row.known for row in strangers] == [False]


def test_an_item_that_fails_is_tried_again_and_holds_up_no_other(post: Post, clock: StillClock) -> None:
    post.taker.bad = {"bad"}
    post.replies("bad", "good")
    with capture_logs() as logs:
        post.tick.tick()
    assert [each.text for each in post.taker.taken] == ["good"]
    assert post.states() == ["again", "done"]
    assert [(each["event"], each["error"]) for each in logs] == [("callback_failed", "RuntimeError")]
    post.taker.bad = set()
    clock.advance(seconds=AGAIN_S + 1)
    post.tick.tick()
    assert [each.text for each in post.taker.taken] == ["good", "bad"]
    assert post.states() == ["done", "done"]


def test_after_five_tries_an_item_is_left_for_people(post: Post, clock: StillClock) -> None:
    post.taker.bad = {"bad"}
    post.replies("bad")
    for _ in range(8):
        post.tick.tick()
        clock.advance(seconds=AGAIN_S + 1)
    (row,) = post.rows(callback)
    assert (row.state, row.tries, row.note) == ("failed", 5, "RuntimeError")


def test_a_number_that_is_none_fails_at_once(post: Post) -> None:
    post.replies("你好", phone="12345")
    post.tick.tick()
    assert post.states() == ["failed"]
    assert post.taker.taken == []


def test_more_than_twenty_replies_an_hour_are_stored_only(post: Post, clock: StillClock) -> None:
    post.replies(*map(str, range(PER_HOUR + 5)))
    post.replies("someone else", phone="13900000002", start=100)
    post.tick.tick()
    assert len(post.taker.taken) == PER_HOUR + 1
    assert post.states() == ["done"] * PER_HOUR + ["kept"] * 5 + ["done"]
    clock.advance(minutes=61)
    post.replies("later", start=200)
    post.tick.tick()
    assert post.taker.taken[-1].text == "later"


@pytest.mark.parametrize("named", [{"out_id": "out-1"}, {"biz_id": "B^0"}, {"out_id": "other's", "biz_id": "B^0"}])
def test_a_receipt_finds_its_message(post: Post, put: Callable[..., tuple[int, int]], named: dict[str, str]) -> None:
    outbox_id, touchpoint_id = put(provider_id="B^0")
    post.report(**named)
    post.tick.tick()
    (row,) = post.rows(sent)
    assert (row.id, row.state) == (outbox_id, "delivered")
    (line,) = post.rows(verdict)
    assert (line.touchpoint_id, line.step, line.name, line.verdict) == (touchpoint_id, "receipt", "sms", "delivered")
    told = [(row.kind, row.ref["outbox_id"]) for row in post.rows(feed)]
    assert told == [("outbox", outbox_id)]


def test_a_receipt_before_the_answer_of_the_call_is_matched_by_our_id(
    post: Post, put: Callable[..., tuple[int, int]]
) -> None:
    put()
    post.report(out_id="out-1")
    post.tick.tick()
    assert [row.state for row in post.rows(sent)] == ["delivered"]


def test_three_times_the_same_report_and_a_late_contrary_one_change_nothing(
    post: Post, put: Callable[..., tuple[int, int]]
) -> None:
    put(provider_id="B^0")
    for late in ({}, {"report_time": "2026-09-17 10:30:00"}, {"success": False, "err_code": "UNDELIV"}):
        post.report(**late)
        post.tick.tick()
    assert post.states() == ["done", "done"]
    assert [row.state for row in post.rows(sent)] == ["delivered"]
    assert len(post.rows(verdict)) == 1


def test_an_unmatched_receipt_waits_for_its_message_and_not_for_ever(
    post: Post, put: Callable[..., tuple[int, int]], clock: StillClock
) -> None:
    post.report(biz_id="B^0")
    post.tick.tick()
    assert post.states() == ["unmatched"]
    put(provider_id="B^0")
    post.tick.tick()
    assert post.states() == ["unmatched"], "not looked at every second"
    clock.advance(seconds=AGAIN_S + 1)
    post.tick.tick()
    assert post.states() == ["done"]
    post.report(biz_id="nobody's")
    post.tick.tick()
    clock.advance(hours=2)
    assert post.tick.tick() == 0
    assert post.states() == ["done", "unmatched"]


@pytest.mark.parametrize(
    ("code", "purposes", "phone_state"),
    [
        ("isv.CUSTOMER_REFUSED", {"marketing", "greeting"}, "ok"),
        ("MOBILE_IN_BLACK", {"marketing", "greeting"}, "blocked"),
        ("INVALID_NUMBER", set(), "dead"),
        ("MOBILE_NOT_ON_SERVICE", set(), "ok"),
    ],
)
def test_a_receipt_teaches_about_the_number_it_was_sent_to(
    post: Post, put: Callable[..., tuple[int, int]], code: str, purposes: set[str], phone_state: str
) -> None:
    put(provider_id="B^0")
    post.report(success=False, err_code=code, phone_number="13999999999")
    post.tick.tick()
    assert {(row.address, row.purpose) for row in post.rows(refusal)} == {(PHONE, each) for each in purposes}
    assert [row.phone_state for row in post.rows(customer)] == [phone_state]
    (row,) = post.rows(sent)
    assert (row.state, row.code) == ("failed", code)
    assert [(each.kind, each.ref["code"]) for each in post.rows(feed)] == [("alert", code)], "it was shown as sent"


def test_a_forged_refusal_of_a_message_nobody_sent_records_nothing(post: Post) -> None:
    post.report(success=False, err_code="MOBILE_IN_BLACK", biz_id="guessed")
    post.tick.tick()
    assert post.rows(refusal) == []


def test_a_receipt_settles_what_was_uncertain(
    post: Post, put: Callable[..., tuple[int, int]], clock: StillClock
) -> None:
    outbox_id, touchpoint_id = put()
    with writing(post.engine) as conn:
        outbox.mark_uncertain(conn, outbox_id, "no_answer", clock.now, clock.now)
        conn.execute(touchpoint.update().where(touchpoint.c.id == touchpoint_id).values(outcome="uncertain"))
    post.report(out_id="out-1")
    post.tick.tick()
    assert [row.state for row in post.rows(sent)] == ["delivered"]
    assert [row.outcome for row in post.rows(touchpoint)] == ["sent"]


def wechat_receipt(clock: StillClock, **values: Any) -> Receipt:
    said = {"state": ReceiptState.DELIVERED, "provider_id": "200228332", "address": "oLiLei", **values}
    return Receipt(channel=Channel.WECHAT, account="main", at=clock.now, **said)


def test_a_template_report_finds_its_message(
    post: Post, put: Callable[..., tuple[int, int]], clock: StillClock
) -> None:
    put(Way.TEMPLATE, "oLiLei", "main", "200228332")
    settle_wechat(Writer(post.engine), clock)(wechat_receipt(clock))
    assert [row.state for row in post.rows(sent)] == ["delivered"]
    assert post.rows(callback) == []


def test_a_template_report_faster_than_the_answer_is_kept_and_matched_later(
    post: Post, put: Callable[..., tuple[int, int]], clock: StillClock
) -> None:
    settle = settle_wechat(Writer(post.engine), clock)
    for _ in range(3):
        settle(wechat_receipt(clock))
    assert post.states() == ["unmatched"]
    put(Way.TEMPLATE, "oLiLei", "main", "200228332")
    post.tick.tick()
    assert post.states() == ["done"]
    assert [row.state for row in post.rows(sent)] == ["delivered"]


def test_a_person_who_turned_messages_off_is_remembered(
    post: Post, put: Callable[..., tuple[int, int]], clock: StillClock
) -> None:
    put(Way.TEMPLATE, "oLiLei", "main", "200228332")
    refused = wechat_receipt(clock, state=ReceiptState.FAILED, code="failed:user block")
    settle_wechat(Writer(post.engine), clock)(refused)
    assert [row.state for row in post.rows(sent)] == ["failed"]
    assert [row.rejects for row in post.rows(identity)] == [True]


@pytest.mark.parametrize(
    ("way", "account"), [(Way.SMS, ""), (Way.TEMPLATE, "second")], ids=["other_channel", "other_account"]
)
def test_the_same_number_of_another_channel_or_account_is_another_message(
    post: Post, put: Callable[..., tuple[int, int]], clock: StillClock, way: Way, account: str
) -> None:
    put(way, PHONE, account, "200228332")
    settle_wechat(Writer(post.engine), clock)(wechat_receipt(clock))
    assert [row.state for row in post.rows(sent)] == ["accepted"]


def test_a_message_kept_too_long_is_not_looked_for(post: Post, clock: StillClock) -> None:
    settle_wechat(Writer(post.engine), clock)(wechat_receipt(clock))
    clock.now += timedelta(hours=2)
    assert post.tick.tick() == 0
