"""Tencent's receipts and replies, pushed and pulled: one effect each, in whatever order and however often they come."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import Engine, select
from structlog.testing import capture_logs

from bot.errors import ChannelStopped, SendError, TryLater
from bot.messages import Category, Inbound, Priority, Way
from channels.http import Http
from channels.sms_tencent import PAGE, TencentSms
from channels.sms_tencent_callbacks import parse_replies, parse_reports, phone_or_nobody
from scheduler.callbacks import AGAIN_S, CallbackTick
from scheduler.pull import PullTick
from scheduler.reconcile import EVERY_S, SmsReconciler
from store import callbacks, outbox
from store.engine import reading, writing
from store.tables.contact import callback, message
from store.tables.outbound import outbox as sent
from store.tables.outbound import touchpoint, verdict
from store.tables.people import customer, refusal
from store.writer import Writer
from tests.conftest import StillClock
from tests.provider import provider, says
from tests.store.cast import a_customer, a_store, a_touchpoint
from tests.turn_house import turn_house

PHONE, SERIAL = "+8613900000001", "5000:1045"
REPORT = {
    "user_receive_time": "2026-09-17 10:20:03", "nationcode": "86", "mobile": "13900000001",
    "report_status": "SUCCESS", "errmsg": "DELIVRD", "sid": SERIAL, "ext": "out-1",
}  # fmt: skip
REPLY = {"extend": "", "mobile": "13900000001", "nationcode": "86", "sign": "远禾", "text": "2", "time": 1789611600}
PULLED_REPLY = {
    "ExtendCode": "", "CountryCode": "86", "SubscriberNumber": "13900000001", "PhoneNumber": PHONE, "SignName": "远禾",
    "ReplyContent": "2", "ReplyTime": 1789611600,
}  # fmt: skip
PULLED_STATUS = {
    "UserReceiveTime": 1789611603, "CountryCode": "86", "SubscriberNumber": "13900000001", "PhoneNumber": PHONE,
    "SerialNo": SERIAL, "ReportStatus": "SUCCESS", "Description": "DELIVRD", "SessionContext": "out-1",
}  # fmt: skip


@dataclass
class House:
    """The web process's part (`push`) and the worker's (`work`)."""

    engine: Engine
    clock: StillClock
    taken: list[Inbound] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tick = CallbackTick(Writer(self.engine), self.clock, self.taken.append)

    def push(self, kind: str, **values: object) -> None:
        base, parse = (REPLY, parse_replies) if kind == "reply" else (REPORT, parse_reports)
        items = [(key, item, phone_or_nobody(item)) for key, item in parse(json.dumps([base | values]).encode())]
        with writing(self.engine) as conn:
            callbacks.keep(conn, "tencent", kind, items, self.clock.now)

    def work(self) -> None:
        self.tick.tick()

    def rows(self, table: Any) -> list[Any]:
        with reading(self.engine) as conn:
            return list(conn.execute(select(table).order_by(*table.primary_key.columns)))

    def states(self, table: Any = sent) -> list[str]:
        return [row.state for row in self.rows(table)]


@pytest.fixture
def house(engine: Engine, clock: StillClock) -> House:
    return House(engine, clock)


@pytest.fixture
def put(engine: Engine, clock: StillClock) -> Callable[..., int]:
    """One SMS that is on its way, carrying one touchpoint; accepted when its serial number is given."""

    def put(serial: str = "") -> int:
        with writing(engine) as conn:
            store_id = a_store(conn)
            customer_id = a_customer(conn, store_id)
            planned = a_touchpoint(conn, store_id, customer_id, clock.now, state="done", outcome="sent")
            row = outbox.enqueue(
                conn, store_id=store_id, customer_id=customer_id, way=Way.SMS, account="", address=PHONE,
                category=Category.SERVICE, priority=Priority.SERVICE, payload={}, out_id="out-1",
                not_before=clock.now, touchpoint_ids=[planned],
            )  # fmt: skip
            (job,) = outbox.claim(
                conn, Priority.SERVICE, limit=1, now=clock.now, machine_now=clock.now, worker="w", lease_s=30
            )
            outbox.begin(conn, job, "w", clock.now, 30)
            if serial:
                outbox.mark_accepted(conn, row, serial, clock.now, clock.now)
        return row

    return put


@pytest.mark.parametrize("named", [{}, {"ext": ""}, {"sid": "other's"}, {"ext": "nobody's"}])
def test_a_receipt_is_matched_by_our_id_then_by_theirs(
    house: House, put: Callable[..., int], named: dict[str, str]
) -> None:
    put(SERIAL)
    house.push("report", **named)
    house.work()
    assert house.states() == ["delivered"]


def test_a_receipt_before_the_answer_is_matched_by_our_id(house: House, put: Callable[..., int]) -> None:
    row = put()
    house.push("report")
    house.work()
    assert house.states() == ["delivered"]
    with writing(house.engine) as conn:
        outbox.mark_accepted(conn, row, SERIAL, house.clock.now, house.clock.now)
    assert house.states() == ["delivered"], "the answer that comes late takes nothing back"


def test_without_our_id_a_receipt_before_the_answer_waits_for_it(house: House, put: Callable[..., int]) -> None:
    row = put()
    house.push("report", ext="")
    house.work()
    assert (house.states(), house.states(callback)) == (["sending"], ["unmatched"])
    with writing(house.engine) as conn:
        outbox.mark_accepted(conn, row, SERIAL, house.clock.now, house.clock.now)
    house.clock.advance(seconds=AGAIN_S + 1)
    house.work()
    assert (house.states(), house.states(callback)) == (["delivered"], ["done"])


def test_six_times_the_same_report_and_a_late_contrary_one_change_nothing(
    house: House, put: Callable[..., int]
) -> None:
    put(SERIAL)
    for number in range(6):
        house.push("report", user_receive_time=f"2026-09-17 10:20:0{number}")
        house.work()
    house.push("report", report_status="FAIL", errmsg="MK:0001")
    house.work()
    assert house.states() == ["delivered"]
    assert house.states(callback) == ["done", "done"]
    assert len(house.rows(verdict)) == 1


def test_a_failed_receipt_fails_the_message_and_is_kept_verbatim(house: House, put: Callable[..., int]) -> None:
    put(SERIAL)
    house.push("report", report_status="FAIL", errmsg="MK:0012")
    house.work()
    assert [(row.state, row.code) for row in house.rows(sent)] == [("failed", "MK:0012")]


def test_a_blacklisted_number_is_remembered_of_the_number_it_was_sent_to(house: House, put: Callable[..., int]) -> None:
    put(SERIAL)
    house.push("report", report_status="FAIL", errmsg="MBBLACK", mobile="13999999999")
    house.work()
    assert {row.address for row in house.rows(refusal)} == {PHONE}
    assert [row.phone_state for row in house.rows(customer)] == ["blocked"]


def test_a_receipt_settles_what_was_uncertain(house: House, put: Callable[..., int]) -> None:
    row = put()
    with writing(house.engine) as conn:
        outbox.mark_uncertain(conn, row, "no_answer", house.clock.now, house.clock.now)
        conn.execute(touchpoint.update().values(outcome="uncertain"))
    house.push("report")
    house.work()
    assert house.states() == ["delivered"]
    assert [row.outcome for row in house.rows(touchpoint)] == ["sent"]


def test_a_reply_through_the_real_turn_is_one_message_however_often_it_comes(
    house: House, clock: StillClock, tmp_path: Any
) -> None:
    real = turn_house(house.engine, clock, tmp_path / "messages")
    tick = CallbackTick(Writer(house.engine), clock, real.taker.take)
    for _ in range(3):
        house.push("reply", mobile="13911112222", text="你好")
        tick.tick()
    received = [row for row in real.rows(message) if row.direction == "in"]
    assert [(row.text, row.channel) for row in received] == [("你好", "sms")]


@dataclass
class Held:
    """What Tencent still holds: each record is given once, a hundred at a time."""

    replies: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[dict[str, Any]] = field(default_factory=list)
    refuses: dict[str, SendError] = field(default_factory=dict)
    pages: int = 0

    def pull_replies(self) -> list[dict[str, Any]]:
        return self._give("replies")

    def pull_statuses(self) -> list[dict[str, Any]]:
        return self._give("statuses")

    def _give(self, kind: str) -> list[dict[str, Any]]:
        if kind in self.refuses:
            raise self.refuses[kind]
        self.pages += 1
        held: list[dict[str, Any]] = getattr(self, kind)
        given = held[:PAGE]
        del held[:PAGE]
        return given


@pytest.fixture
def held() -> Held:
    return Held()


@pytest.fixture
def pull(house: House, held: Held) -> Callable[[], int]:
    return PullTick(Writer(house.engine), house.clock, held).tick


def test_what_our_downtime_lost_is_pulled_and_has_its_effect(
    house: House, put: Callable[..., int], held: Held, pull: Callable[[], int]
) -> None:
    put(SERIAL)
    held.replies, held.statuses = [dict(PULLED_REPLY)], [dict(PULLED_STATUS)]
    assert pull() == 2
    house.work()
    assert house.states() == ["delivered"]
    assert [(each.address, each.text) for each in house.taken] == [(PHONE, "2")]
    assert pull() == 0


@pytest.mark.parametrize("pushed_first", [True, False])
def test_pulled_and_pushed_is_one(
    house: House, put: Callable[..., int], held: Held, pull: Callable[[], int], pushed_first: bool
) -> None:
    put(SERIAL)
    held.replies, held.statuses = [dict(PULLED_REPLY)], [dict(PULLED_STATUS)]

    def push() -> None:
        house.push("reply")
        house.push("report")

    ways: list[Callable[[], object]] = [push, pull]
    for way in ways if pushed_first else reversed(ways):
        way()
        house.work()
    assert house.states(callback) == ["done", "done"]
    assert len(house.taken) == 1
    assert len(house.rows(verdict)) == 1


def test_all_pages_are_pulled_in_one_tick(house: House, held: Held, pull: Callable[[], int]) -> None:
    held.statuses = [{**PULLED_STATUS, "SerialNo": f"5000:{number}"} for number in range(250)]
    assert pull() == 250
    assert held.pages == 1 + 3
    assert len(house.rows(callback)) == 250


@pytest.mark.parametrize("refused", ["replies", "statuses"])
def test_one_kind_that_cannot_be_pulled_does_not_hold_up_the_other(
    house: House, held: Held, pull: Callable[[], int], refused: str
) -> None:
    held.replies, held.statuses = [dict(PULLED_REPLY)], [dict(PULLED_STATUS)]
    held.refuses = {refused: ChannelStopped("UnauthorizedOperation.RequestPermissionDeny", "没有权限")}
    with capture_logs() as logs:
        assert pull() == 1
    failed = [each for each in logs if each["event"] == "sms_pull_failed"]
    assert [each["code"] for each in failed] == ["UnauthorizedOperation.RequestPermissionDeny"]
    held.refuses = {}
    assert pull() == 1


def test_a_page_is_kept_though_the_next_one_fails(house: House, held: Held, pull: Callable[[], int]) -> None:
    pages = [[{**PULLED_STATUS, "SerialNo": f"5000:{number}"} for number in range(PAGE)]]

    def fails_second() -> list[dict[str, Any]]:
        if pages:
            return pages.pop()
        raise TryLater("no_connection", "无法连接", 10)

    held.pull_statuses = fails_second  # type: ignore[method-assign]  # the very call this test breaks
    assert pull() == PAGE
    assert len(house.rows(callback)) == PAGE


def test_odd_records_break_nothing(house: House, held: Held, pull: Callable[[], int]) -> None:
    held.replies, held.statuses = [{}, {"ReplyContent": None}], [{}, {"ReportStatus": 5}]
    pull()
    house.work()
    assert house.taken == []
    assert set(house.states(callback)) <= {"failed", "unmatched"}


def test_an_uncertain_sms_is_settled_by_asking_tencent(house: House, put: Callable[..., int]) -> None:
    """Over real HTTP: the reconciler, the sender and Tencent's answer."""
    row = put()
    with writing(house.engine) as conn:
        outbox.mark_uncertain(conn, row, "no_answer", house.clock.now, house.clock.now)
    with provider() as tencent:
        tencent.script(
            "/",
            says({"Response": {"PullSmsSendStatusSet": [{**PULLED_STATUS, "SessionContext": "other"}]}}),
            says({"Response": {"Error": {"Code": "InternalError.UnknownError", "Message": "m"}}}),
            says({"Response": {"PullSmsSendStatusSet": [PULLED_STATUS]}}),
        )
        sms = TencentSms("i", "k", "1400000000", "ap-guangzhou", Http(tencent.base), now=lambda: house.clock.now)
        reconciler, settled = SmsReconciler(Writer(house.engine), house.clock, sms, "tencent"), []
        for _ in range(4):
            house.clock.advance(seconds=EVERY_S)
            settled.append(reconciler.tick())
        assert settled == [0, 0, 1, 0]
        assert len(tencent.asked) == 3, "what is settled is not asked for again"
    assert house.states() == ["delivered"]
