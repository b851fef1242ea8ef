"""Why and why not, as staff read it: reasons in words of either language, what is to come, what was never planned."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from store.engine import writing
from store.tables import outbound
from tests.conftest import StillClock
from tests.staff_cast import Cast
from tests.web.inbox.conftest import Enter
from tests.web.inbox.day import Day, add
from tests.web.inbox.test_pages import MOST, counting

HX = {"HX-Request": "true"}


@pytest.fixture
def skipped(engine: Engine, cast: Cast, clock: StillClock, day: Day) -> int:
    """An invitation put off by the cap, then given up; a birthday still to come stands in `day`."""
    now = clock.now
    with writing(engine) as conn:
        made = add(
            conn, outbound.touchpoint, store_id=cast.store_id, customer_id=cast.zhang,
            rule="event_invitation.invitation", occurrence="event#1", rule_version="1", category="marketing",
            due_at=now, planned_for=now, ref={}, state="done", outcome="skipped", reason="no_consent",
        )  # fmt: skip
        until = {"until": (now + timedelta(days=7)).isoformat()}
        for name, said, why, detail in (("cap", "defer", "cap", until), ("consent", "skip", "no_consent", None)):
            row = {"at": now, "step": "gate", "name": name, "verdict": said, "reason": why, "detail": detail}
            add(conn, outbound.verdict, touchpoint_id=made, **row)
    return made


def test_the_whole_story_of_a_customer(enter: Enter, cast: Cast, skipped: int) -> None:
    page = enter(cast.hanmeimei).get(f"/inbox/customers/{cast.zhang}/why").text
    assert "没有同意接收这类消息" in page
    assert "近期消息已到上限 · 推迟到 2026-09-24 10:20" in page
    assert "2026-10-27 10:20 由规则“生日问候”发起，届时逐关判断" in page
    assert '<dt>没有已整改、待回访的投诉单</dt><dd class="quiet"><span>整改后回访</span>' in page
    assert "当场回复，没有回执" in page
    assert "空调" not in page, "reasons, not words"


def test_a_colleagues_reply_is_in_it(enter: Enter, cast: Cast, day: Day) -> None:
    browser = enter(cast.hanmeimei)
    browser.post(f"/inbox/c/{cast.chen}/reply", data={"text": "四点可取", "key": "k" * 12}, headers=HX)
    page = browser.get(f"/inbox/customers/{cast.chen}/why").text
    assert "<b>韩梅梅</b> · 微信" in page
    assert "微信客服消息 · 发送中" in page


def test_one_touchpoint_in_words(enter: Enter, cast: Cast, skipped: int) -> None:
    browser = enter(cast.hanmeimei)
    page = browser.get(f"/inbox/touchpoints/{skipped}").text
    assert "没有同意接收这类消息 <code>no_consent</code>" in page
    assert "推迟到 2026-09-24 10:20" in page
    assert "为什么没发这条</h1>" in page
    coming = browser.get(f"/inbox/touchpoints/{skipped - 1}").text
    assert "接下来" in coming
    assert "由规则“生日问候”发起" in coming


def test_in_english_by_switch(enter: Enter, cast: Cast, skipped: int) -> None:
    browser = enter(cast.hanmeimei)
    browser.post("/language/en", data={"next": "/inbox"})
    page = browser.get(f"/inbox/customers/{cast.zhang}/why").text
    assert "no consent to this kind of message" in page
    assert "no case with a recorded fix waits for a re-contact" in page
    assert "2026-10-27 10:20 by the rule" in page


def test_it_asks_few_questions(engine: Engine, enter: Enter, cast: Cast, skipped: int) -> None:
    browser = enter(cast.hanmeimei)
    with counting(engine) as asked:
        assert browser.get(f"/inbox/customers/{cast.zhang}/why").status_code == 200
    assert len(asked) <= MOST, "\n".join(asked)


def test_the_file_leads_to_it(enter: Enter, cast: Cast, day: Day) -> None:
    page = enter(cast.hanmeimei).get(f"/inbox/c/{cast.zhang}/ledger").text
    assert f'href="/inbox/customers/{cast.zhang}/why">为什么发、为什么没发' in page
