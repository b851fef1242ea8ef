"""A sentence tried out: what managers see of rules, scores, slots and reply; nothing is kept, nothing is sent."""

from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from bot.effects import PromptKind
from store.engine import reading
from store.tables import metadata
from tests.staff_cast import Cast
from tests.web.inbox.conftest import Enter
from tests.web.inbox.day import Day

PAGE = "/inbox/understanding"


def counted(engine: Engine) -> dict[str, int]:
    with reading(engine) as conn:
        return {
            table.name: conn.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }


@pytest.mark.parametrize(("who", "status"), [("lilei", 200), ("admin", 200), ("hanmeimei", 403), ("advisor", 403)])
def test_for_managers_only(enter: Enter, cast: Cast, who: str, status: int) -> None:
    browser = enter(getattr(cast, who))
    assert browser.get(PAGE).status_code == status
    assert browser.post(PAGE, data={"said": "你好"}).status_code == status
    assert ("机器人的理解" in browser.get("/inbox").text) is (status == 200)


@pytest.mark.parametrize(
    ("form", "seen"),
    [
        ({"said": "周六上午想做个保养"}, ["service_book", "约保养维修", "date", "会这样回"]),
        ({"said": "3分吧，等太久了", "open": "survey"}, ["survey_reply", "评分 3", "立投诉单", "评分、评价、抱怨"]),
        ({"said": "8", "open": "survey", "scale": "0-10"}, ["survey_reply", "评分 8"]),
        ({"said": "刹车踩不动了，在路边"}, ["emergency", "<td>危险</td>", "brake_failure", "转人工"]),
        ({"said": "1和3换，2不用", "open": "quote"}, ["quote_reply", "approved", "记下报价答复"]),
        ({"said": "第二个", "open": "options"}, ["service_book", "14:00"]),
        ({"said": "去，两个人", "open": "event"}, ["event_rsvp", "party_size", "报名占座"]),
        ({"said": "牧野有现车吗"}, ["model_enquiry", "牧野"]),
        ({"said": "退订"}, ["opt_out", "拒收或恢复", "记下拒收"]),
        ({"said": "雨刮呢", "before": "换前刹车片多少钱"}, ["service_price", "接着上一句说"]),
        ({"said": "2", "told": "回复1确认 2改期 3取消", "open": "appointment"}, ["appt_change"]),
        ({"said": "qwrtpsdfg"}, ["unclear", "先问一次，再转人工"]),
    ],
)
def test_rules_scores_slots_and_reply_are_shown(
    enter: Enter, cast: Cast, day: Day, form: dict[str, Any], seen: list[str]
) -> None:
    page = enter(cast.lilei).post(PAGE, data=form).text
    for words in seen:
        assert words in page, words
    assert page.count("<progress") == 5


def test_nothing_is_kept_or_sent(enter: Enter, cast: Cast, day: Day, engine: Engine) -> None:
    browser = enter(cast.lilei)
    before = counted(engine)
    for said in ("太差了，我要投诉", "退订", "约周六上午保养"):
        assert browser.post(PAGE, data={"said": said, "open": [each.value for each in PromptKind]}).status_code == 200
    assert counted(engine) == before


def test_words_are_shown_as_words(enter: Enter, cast: Cast, day: Day) -> None:
    page = enter(cast.lilei).post(PAGE, data={"said": "<script>alert(1)</script>", "scale": "7-9", "open": "no"}).text
    assert "<script>alert" not in page
