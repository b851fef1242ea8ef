"""Every WeChat code through the whole sending half, over real HTTP: what is raised, what is stored, what comes next.

One row a code (wechat.md §3.8; §7.2: errcode read on send, -1 backed off; §7.3 nos. 5 and 16). The call fails by the
sandbox's fault, so WeChat carried nothing out; what the fault has left says how often we really called.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.customer import Purpose
from bot.errors import (
    ChannelStopped,
    ContentRefused,
    SendError,
    TemplateRefused,
    TryLater,
    Undeliverable,
)
from bot.messages import Outgoing, Way
from channels.http import Http
from channels.wechat.errors import RULES
from channels.wechat.send import WeChatApi, WeChatSender
from channels.wechat.token import AccessTokens
from sandbox.accounts import SandboxAccount
from store import windows
from store.engine import writing
from store.losable import Losable
from store.tables import contact, people, runtime
from store.tables.outbound import outbox
from store.tables.trouble import channel_trouble, disabled_template
from tests.conftest import StillClock
from tests.sandbox.conftest import ACCOUNT, Running
from tests.scheduler.stage import DEALER, Phone, Stage

pytestmark = pytest.mark.slow
TEN = datetime.fromisoformat("2026-09-17T02:00:00+00:00")
LILEI, MEIMEI = "o-lilei", "o-meimei"
PATHS = {Way.TEMPLATE: "template", Way.CUSTOM: "custom", Way.MASS: "mass"}
# Their reactions are tested where they are made: without the mini-program, and as plain text.
ELSEWHERE = {40165, 40200}


@dataclass
class Wire(Phone):
    """The real sender over HTTP; keeps what it raised and how often it was asked."""

    sender: WeChatSender | None = None
    raised: list[SendError] = field(default_factory=list)
    made: int = 0

    def send(self, out: Outgoing) -> str:
        assert self.sender is not None
        self.made += 1
        try:
            return self.sender.send(out)
        except SendError as error:
            self.raised.append(error)
            raise


@dataclass(frozen=True)
class Row:
    """after: state of the row, then its next way if one was taken. next: (way, state) of the following message;
    "" where the message itself must come first.

    next_of: whose message follows, the same customer's or another's.
    """

    code: int
    raises: type[SendError] | None
    after: str
    alert: str = ""
    stored: str = ""
    next: str = "template accepted"
    next_of: str = "another"
    way: Way = Way.TEMPLATE
    calls: int = 1


def person(code: int, stored: str = "", next: str = "template accepted", way: Way = Way.TEMPLATE, **more: Any) -> Row:
    after = "failed sms" if way is Way.TEMPLATE else "failed template"
    return Row(code, Undeliverable, after, "", stored, next, "same", way, **more)


def stop(code: int) -> Row:
    return Row(code, ChannelStopped, "queued", "channel_stopped", "* stopped", "template queued")


def gone(code: int) -> Row:
    after = "failed sms"
    return Row(code, TemplateRefused, after, "template_disabled", "TPL-checkin", "sms accepted")


def content(code: int, way: Way = Way.TEMPLATE) -> Row:
    return Row(code, ContentRefused, "failed", "content_refused", next=f"{way.value} accepted", way=way)


TABLE = [
    Row(-1, TryLater, "queued"),
    *(Row(code, None, "accepted", calls=1) for code in (40001, 40014, 42001)),
    *(stop(code) for code in (40013, 40125, 40164, 40243, 41001, 48001, 48004, 89501, 89503, 89506, 89507)),
    person(40003, "unfollowed", "sms accepted"),
    person(43004, "unfollowed", "sms accepted"),
    person(50005, "unfollowed", "sms accepted"),
    person(43019, "rejects", "sms accepted"),
    person(48002, "rejects", "sms accepted"),
    person(50001, "rejects", "sms accepted"),
    person(50002, "rejects", "sms accepted"),
    person(43101),
    person(45015, "window shut", "template accepted", Way.CUSTOM),
    person(45047, "window shut", "template accepted", Way.CUSTOM),
    *(gone(code) for code in (40036, 40037, 43102, 43103, 43104, 43105, 43116, 45026, 45027)),
    Row(47003, TemplateRefused, "failed sms", "template_refused"),
    *(content(code) for code in (40033, 44004, 45002, 45067, 47001, 48008, 87009)),
    *(
        content(code, Way.CUSTOM)
        for code in (40004, 40005, 40006, 40007, 40008, 40009, 45008, 61451, 61452, 65400, 65415)
    ),
    Row(45009, TryLater, "queued", "channel_paused", "template rests", "template queued"),
    Row(45011, TryLater, "queued", "", "template rests", "template queued"),
    Row(48006, TryLater, "queued", "channel_paused", "template rests", "template queued"),
    content(40130, Way.MASS),
    Row(45028, Undeliverable, "failed sms", "", "", "sms accepted", way=Way.MASS),
    Row(45065, None, "accepted", "", "", "mass accepted", way=Way.MASS),
    Row(45066, TryLater, "queued", next="", way=Way.MASS),
]


@pytest.fixture
def wechat_account() -> SandboxAccount:
    known = DEALER.accounts["main"].templates.values()
    return replace(ACCOUNT, templates={one.template_id: tuple(one.fields) for one in known})


@pytest.fixture
def stage(engine: Engine, clock: StillClock, box: Running) -> Stage:
    clock.now = TEN
    stage, http, losable = Stage(engine, clock), Http(box.base, (10.0, 10.0)), Losable(None, clock.monotonic)
    tokens = AccessTokens(
        ACCOUNT.app_id, ACCOUNT.app_secret, http, cache=losable.tokens, lock=losable.locks, wakeups=losable.wakeups,
        monotonic=clock.monotonic, machine=clock.machine,
    )  # fmt: skip
    sender = WeChatSender(WeChatApi(tokens, http, clock.machine))
    for way in PATHS:
        stage.phones[way] = Wire(sender=sender)
    return stage


def wire(stage: Stage, way: Way) -> Wire:
    found = stage.phones[way]
    assert isinstance(found, Wire)
    return found


def write_to_us(stage: Stage, box: Running, openid: str) -> None:
    box.control(f"wechat/{openid}/text", {"content": "你好"})
    with writing(stage.engine) as conn:
        windows.open_window(conn, "main", openid, "typed", stage.clock.now)


def left(box: Running, way: Way) -> int:
    armed = box.control("faults")["faults"]
    return sum(each["times"] for each in armed if each["api"].endswith(f"{way.value}/send"))


def arm(box: Running, row: Row, times: int) -> None:
    box.control("faults", {"api": PATHS[row.way], "code": str(row.code), "times": times})


def cast(stage: Stage, box: Running, way: Way) -> dict[str, tuple[int, int]]:
    marketing = (Purpose.MARKETING,)
    files = {
        "same": stage.a_file(openid=LILEI, consents=marketing),
        "another": stage.a_file(name="韩梅梅", phone="+8613900000002", openid=MEIMEI, consents=marketing),
    }
    for openid in (LILEI, MEIMEI):
        box.control(f"wechat/{openid}/follow", {})
        if way is Way.CUSTOM:
            write_to_us(stage, box, openid)
    return files


def an_occasion(stage: Stage, files: dict[str, tuple[int, int]], row: Row, whose: str, number: int) -> None:
    """What makes one message of the row's way due: a delivered car, or an event for both."""
    if row.way is Way.MASS:
        stage.an_event(files["same"][0], name=f"爱车讲座{number}")
    else:
        stage.an_order(files[whose], key=str(8812 + number))


def told(stage: Stage, since: int) -> list[tuple[str, str]]:
    return [(row.way, row.state) for row in stage.rows(outbox) if row.id > since]


def alerts(stage: Stage) -> list[str]:
    return [row.ref["reason"] for row in stage.rows(runtime.feed) if row.kind == "alert"]


def stored(stage: Stage) -> str:
    """The one thing the code left behind."""
    for trouble in stage.rows(channel_trouble):
        return f"{trouble.way} {'stopped' if trouble.stops else 'rests'}"
    for disabled in stage.rows(disabled_template):
        return str(disabled.template_id)
    person = next(each for each in stage.rows(people.identity) if each.address == LILEI)
    if not person.following:
        return "unfollowed"
    if person.rejects:
        return "rejects"
    opened = [each for each in stage.rows(contact.wechat_window) if each.openid == LILEI]
    return "window shut" if opened and opened[0].expires_at <= stage.clock.now else ""


@pytest.mark.parametrize("row", TABLE, ids=lambda row: str(row.code))
def test_what_is_raised_stored_and_done_next(stage: Stage, box: Running, row: Row) -> None:
    files = cast(stage, box, row.way)
    arm(box, row, row.calls)
    an_occasion(stage, files, row, "same", 0)
    stage.round()
    assert left(box, row.way) == 0, "called so often as the row says"
    raised = wire(stage, row.way).raised
    assert [type(error) for error in raised] == ([row.raises] if row.raises else [])
    if raised and row.code != -1:
        assert raised[0].code == str(row.code)
    if row.after.startswith("failed"):
        stage.round()  # taken back, decided anew
    state, _, other = row.after.partition(" ")
    ways = [(row.way.value, state)]
    if other:
        ways += [(other, "accepted")] * (2 if row.way is Way.MASS else 1)
    assert told(stage, 0) == ways
    assert alerts(stage) == ([row.alert] if row.alert else [])
    assert stored(stage) == row.stored
    _next(stage, box, files, row)


def _next(stage: Stage, box: Running, files: dict[str, tuple[int, int]], row: Row) -> None:
    """The following message, while a call of the same way would be counted."""
    if not row.next:  # this very message, a minute later
        stage.clock.advance(seconds=61)
        stage.round()
        assert told(stage, 0) == [(row.way.value, "accepted")]
        return
    before, calls = max(each.id for each in stage.rows(outbox)), len(wire(stage, row.way).raised)
    way, state = row.next.split()
    if way != row.way.value or state == "queued":
        arm(box, row, 9)
    stage.clock.advance(seconds=20)
    if row.way is Way.MASS:
        stage.clock.advance(days=8)  # caps
    an_occasion(stage, files, row, row.next_of, 1)
    stage.round()
    many = 2 if row.way is Way.MASS and way != row.way.value else 1  # an event is for both
    assert told(stage, before) == [(way, state)] * many
    assert len(wire(stage, row.way).raised) == calls, "what is shut is not called"
    assert alerts(stage) == ([row.alert] if row.alert else []), "staff were told once"


def test_every_code_of_the_table_has_a_row() -> None:
    assert {row.code for row in TABLE} | ELSEWHERE == set(RULES)


def test_a_stopped_account_is_tried_again_by_one_message_and_goes_on_with_the_first_accepted(
    stage: Stage, box: Running
) -> None:
    files = cast(stage, box, Way.TEMPLATE)
    box.control("faults", {"api": "template", "code": "40164", "times": 2})
    stage.an_order(files["same"])
    stage.an_order(files["another"], key="8813")
    stage.round()
    first = left(box, Way.TEMPLATE)
    stage.clock.advance(seconds=290)
    stage.round()
    assert left(box, Way.TEMPLATE) == first, "nobody tries before its time"
    box.control("faults", {"api": "template", "code": "40164", "times": 5})
    stage.clock.advance(seconds=20)
    stage.round()
    assert left(box, Way.TEMPLATE) == 4, "one probe, not two"
    box.control("faults", {"api": "template", "code": "40164", "times": 0})
    for _ in range(4):
        stage.clock.advance(seconds=301)
        stage.round()
    assert {outcome for _, outcome, _ in stage.outcome()} == {"sent"}
    assert [row.ended_at is not None for row in stage.rows(channel_trouble)] == [True]
    assert alerts(stage) == ["channel_stopped"]
    assert "203.0.113.7" in stage.rows(channel_trouble)[0].sentence


def test_two_workers_do_not_hammer_a_stopped_account(
    stage: Stage, engine: Engine, clock: StillClock, box: Running
) -> None:
    files = cast(stage, box, Way.TEMPLATE)
    other = Stage(engine, clock, worker="worker:2")
    other.phones.update({way: wire(stage, way) for way in PATHS})
    box.control("faults", {"api": "template", "code": "48004", "times": 9})
    stage.an_order(files["same"])
    stage.round()
    stage.an_order(files["another"], key="8813")
    for _ in range(3):
        other.round()
        stage.clock.advance(seconds=60)
    assert left(box, Way.TEMPLATE) == 8
    assert alerts(stage) == ["channel_stopped"]


def test_the_days_quota_rests_until_midnight_in_china_and_only_its_own_way(stage: Stage, box: Running) -> None:
    files = cast(stage, box, Way.TEMPLATE)
    box.control("faults", {"api": "template", "code": "45009"})
    stage.an_order(files["same"])
    stage.round()
    (trouble,) = stage.rows(channel_trouble)
    assert trouble.until - TEN == timedelta(hours=14)
    write_to_us(stage, box, MEIMEI)
    stage.an_order(files["another"], key="8813")
    stage.round()
    assert told(stage, 1) == [("custom", "accepted")]
    stage.until(TEN + timedelta(days=1, minutes=5), minutes=30)
    assert {outcome for _, outcome, _ in stage.outcome()} == {"sent"}


def test_a_template_whose_id_changed_goes_again(engine: Engine, stage: Stage, box: Running, clock: StillClock) -> None:
    files = cast(stage, box, Way.TEMPLATE)
    box.control("faults", {"api": "template", "code": "40037"})
    stage.an_order(files["same"])
    stage.round()
    main = DEALER.accounts["main"]
    fresh = main.templates["checkin_question"].model_copy(update={"template_id": "TPL-new"})
    account = main.model_copy(update={"templates": {**main.templates, "checkin_question": fresh}})
    again = Stage(engine, clock, DEALER.model_copy(update={"accounts": {"main": account}}))
    again.an_order(files["another"], key="8813")
    again.round()
    (out,) = again.sent(Way.TEMPLATE)
    assert out.payload["template_id"] == "TPL-new"
