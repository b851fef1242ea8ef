"""`why` answers "why not" too: each gate's word in both languages, what is still to come, what was never planned, and
what left without a plan. The touchpoints are made by the real scheduler.
"""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from bot.customer import Purpose, Role, StaffMember
from bot.dealer import Sms
from bot.messages import Channel, Receipt, ReceiptState, Way
from bot.reason_words import WORDS, reason_in_words
from bot.reasons import Absence, Reason
from channels.sms_text import sms_payload
from commands import why
from store import receipts, replies
from store.engine import reading, writing
from store.tables import outbound, people
from tests.commands.conftest import Command
from tests.commands.house import House, a_house
from tests.conftest import StillClock
from tests.scheduler.stage import DEALER, JOURNEYS, Stage
from tests.store.cast import a_message, a_staff_member, add, refused, sent_touchpoint

TODAY = date(1990, 9, 17)


@pytest.fixture
def stage(engine: Engine, clock: StillClock) -> Stage:
    clock.now = clock.now.replace(hour=2, minute=0)  # 10:00 in Shanghai
    return Stage(engine, clock)


@pytest.fixture
def house(stage: Stage, clock: StillClock, tmp_path: Path) -> House:
    return a_house(stage.engine, clock, tmp_path)


def told(house: House, command: Command, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert command(why, house, "C-李雷", *words) == 0
    return capsys.readouterr().out


def test_every_code_has_its_sentence_in_both_languages() -> None:
    assert set(WORDS) == {each.value for each in (*Reason, *Absence)}
    assert all(chinese and english for chinese, english in WORDS.values())
    assert reason_in_words("43004") == ""


def test_without_consent(stage: Stage, house: House, command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    stage.a_file(birthday=TODAY)
    stage.round()
    out = told(house, command, capsys)
    assert "birthday.greeting · 2026-birthday · greeting → skipped (no_consent: 没有同意接收这类消息)" in out
    assert "consent: skip (no_consent: 没有同意接收这类消息)" in out
    english = told(house, command, capsys, "--language", "en")
    assert "skipped (no_consent: no consent to this kind of message)" in english


def test_over_the_cap(stage: Stage, house: House, command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    store_id, who = stage.a_file()
    stage.an_order((store_id, who))
    with writing(stage.engine) as conn:
        for day in (1, 2, 3):
            at = stage.clock.now - timedelta(days=day)
            sent_touchpoint(conn, store_id, who, at=at, category="reminder", key=f"R{day}")
    stage.round()
    out = told(house, command, capsys)
    assert "cap: defer (cap: 近期消息已到上限) until 2026-09-21 10:00:00" in out
    assert "    next     2026-09-21 10:00:00  by rule checkin.question; every gate and way is asked then" in out


def test_without_a_phone(stage: Stage, house: House, command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    stage.an_order(stage.a_file(phone=""))
    stage.round()
    out = told(house, command, capsys)
    assert "→ skipped (unreachable: 没有可用的联系渠道)" in out
    assert "template: passed_over (not_following: 没有关注服务号)" in out
    assert "sms: passed_over (no_phone: 没有可收短信的手机号)" in out
    assert "call: passed_over (no_phone" in out


def test_refused(stage: Stage, house: House, command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    stage.an_order(stage.a_file())
    with writing(stage.engine) as conn:
        refused(conn, "+8613900000001", Purpose.SURVEY)
    stage.round()
    assert "refusal: skip (refused: 客户拒收这类消息)" in told(house, command, capsys)


def test_with_the_rule_off(stage: Stage, house: House, command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    stage.clock.advance(hours=-1)
    stage.an_order(stage.a_file())
    stage.round()
    off = tuple(journey.model_copy(update={"enabled": journey.id != "checkin"}) for journey in JOURNEYS)
    Stage(stage.engine, stage.clock, journeys=off).round()
    assert "→ skipped (rule_off: 规则已停用或删除)" in told(house, command, capsys)


def test_what_is_still_to_come_says_when_and_by_what(
    stage: Stage, house: House, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.an_order(stage.a_file(), on="2026-09-17")
    stage.round()
    assert "next     2026-09-20 10:00:00  by rule checkin.question" in told(house, command, capsys)
    stage.clock.advance(days=3)
    assert "next     due now: the worker asks every gate at its next tick" in told(house, command, capsys)


def test_a_day_that_was_guessed_is_said_to_be_one(
    stage: Stage, house: House, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    guess = " · projected: the holidays of that year are not published yet"
    stage.clock.now = datetime.fromisoformat("2027-03-03T04:00:00+00:00")
    stage.an_order(stage.a_file(), on="2027-03-03")
    stage.round()
    assert f"next     2027-03-06 10:00:00  by rule checkin.question; every gate and way is asked then{guess}" in told(
        house, command, capsys
    )
    stage.clock.advance(days=3)
    stage.round()
    assert f"holiday: pass{guess}" in told(house, command, capsys)


def nothing(house: House, command: Command, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    (person,) = json.loads(told(house, command, capsys, "--json"))
    assert all(each["because"] for each in person["nothing"])
    return {each["rule"].partition(".")[0]: each["reason"] for each in person["nothing"]}


def test_what_was_never_planned_says_what_is_lacking(
    stage: Stage, house: House, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    store_id, who = stage.a_file()
    assert nothing(house, command, capsys) == {
        "birthday": "no_birthday", "checkin": "no_order", "event_invitation": "no_event", "quote": "no_quote",
        "recontact": "no_fix",
    }  # fmt: skip
    stage.an_event(store_id)
    stage.an_order((store_id, who), on="2026-01-05")
    with writing(stage.engine) as conn:
        conn.execute(people.customer.update().values(birthday_md="01-31"))
    stage.round()
    assert nothing(house, command, capsys) == {
        "birthday": "not_near", "checkin": "not_near", "event_invitation": "no_consent", "quote": "no_quote",
        "recontact": "no_fix",
    }  # fmt: skip
    with writing(stage.engine) as conn:
        conn.execute(people.customer.update().values(known=False))
    assert nothing(house, command, capsys)["birthday"] == "not_in_file"
    with writing(stage.engine) as conn:
        conn.execute(people.customer.update().values(merged_into=who))
    assert set(nothing(house, command, capsys).values()) == {"merged"}


def test_a_rule_that_is_off_and_never_planned(
    stage: Stage, house: House, command: Command, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.a_file()
    off = tuple(journey.model_copy(update={"enabled": False}) for journey in JOURNEYS)
    monkeypatch.setattr(House, "journeys", off)
    assert set(nothing(house, command, capsys).values()) == {"rule_off"}


def an_sms(stage: Stage, store_id: int, who: int) -> tuple[StaffMember, Any]:
    with writing(stage.engine) as conn:
        member = StaffMember(a_staff_member(conn, store_id), store_id, "韩梅梅", Role.ADVISOR)
        sms: Sms = DEALER.sms
        payload = sms_payload(sms, "staff.contact", {"name": "李雷", "staff": "韩梅梅", "subject": "复检"})
        replies.staff_sms(conn, member, who, payload, "k" * 12, stage.clock.now)
    stage.round()
    return member, stage.rows(outbound.outbox)[-1]


def test_a_colleagues_reply_shows_its_attempts_and_its_receipt(
    stage: Stage, house: House, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    store_id, who = stage.a_file()
    _, row = an_sms(stage, store_id, who)
    now = stage.clock.advance(minutes=1)
    report = Receipt(Channel.SMS, "", ReceiptState.DELIVERED, now, out_id=row.out_id)
    with writing(stage.engine) as conn:
        assert receipts.settle(conn, report, [], now) == row.id
    out = told(house, command, capsys)
    assert out.split("  conversation\n")[1].splitlines() == [
        "    2026-09-17 10:00:00  sms by 韩梅梅",
        "      message  2026-09-17 10:00:00  sms → delivered · ¥0.045",
        "        attempt 1: accepted, 2026-09-17 10:00:00 by the machine's clock",
        "        final    2026-09-17 10:01:00",
    ]
    assert "复检" not in out
    assert "13900000001" not in out


def test_what_the_bot_said_at_once_and_a_call_task_are_told_too(
    stage: Stage, house: House, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    store_id, who = stage.a_file()
    now = stage.clock.now
    with writing(stage.engine) as conn:
        a_message(conn, store_id, who, now, channel="wechat", kind="passive", text="收到")
        a_message(conn, store_id, who, now, channel="wechat", direction="in", author="customer", kind="text")
        add(
            conn, outbound.outbox, store_id=store_id, customer_id=who, way=Way.CALL.value, address="+8613900000001",
            category="service", priority="reply", payload={}, out_id="m1n0", not_before=now,
            created_at=now + timedelta(seconds=1),
        )  # fmt: skip
    out = told(house, command, capsys).split("  conversation\n")[1]
    assert out.splitlines() == [
        "    2026-09-17 10:00:00  wechat passive by bot",
        "    2026-09-17 10:00:01  call by bot",
        "      message  2026-09-17 10:00:01  call → queued",
    ]


def test_a_touchpoints_message_is_told_once(
    stage: Stage, house: House, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.an_order(stage.a_file())
    stage.round()
    (person,) = json.loads(told(house, command, capsys, "--json"))
    assert len(person["touchpoints"][0]["messages"]) == 1
    assert person["conversation"] == []
    with reading(stage.engine) as conn:
        assert conn.execute(select(outbound.outbox.c.id)).all()
