"""Answers edited in the inbox: two managers, the lint, and a file to commit; the bot says what is in force."""

from datetime import timedelta

import pytest
import yaml

from bot.faq import Faq
from tests.conftest import StillClock
from tests.staff_cast import Cast
from tests.web.inbox.conftest import DEALER, Enter
from tests.web.inbox.day import Day

PAGE = "/inbox/understanding/answers"
FORM = {"title": "召回", "answer": "召回免费，带上行驶证来就行。", "source": "缺陷汽车产品召回管理条例"}
ASKED = {"said": "召回怎么查，要钱吗"}


@pytest.mark.parametrize(("who", "status"), [("lilei", 200), ("admin", 200), ("hanmeimei", 403)])
def test_for_managers_only(enter: Enter, cast: Cast, who: str, status: int) -> None:
    browser = enter(getattr(cast, who))
    for path in (PAGE, f"{PAGE}/faq.yaml", f"{PAGE}/faq/recall"):
        assert browser.get(path).status_code == status, path
    if status == 403:
        assert browser.post(f"{PAGE}/faq/recall", data=FORM).status_code == 403
        assert browser.post(f"{PAGE}/1/approve").status_code == 403


def test_each_answer_stands_with_source_reviewer_and_end(enter: Enter, cast: Cast, clock: StillClock) -> None:
    page = enter(cast.lilei).get(PAGE).text
    assert page.count("<article") == len(DEALER.content.faq.entries)
    assert "服务经理（演示数据）" in page
    assert "缺陷汽车产品召回管理条例" in page
    clock.advance(days=800)
    assert "该复核了" in enter(cast.lilei).get(PAGE).text


def test_the_bot_says_it_once_another_manager_approved(enter: Enter, cast: Cast, day: Day) -> None:
    maker, checker = enter(cast.lilei), enter(cast.admin)
    assert maker.post(f"{PAGE}/faq/recall", data=FORM).status_code == 303
    assert FORM["answer"] not in maker.post("/inbox/understanding", data=ASKED).text
    page = maker.get(PAGE).text
    assert "等另一位经理批准" in page
    version = page.split("/refuse")[0].rsplit("/", 1)[-1]
    refused = maker.post(f"{PAGE}/{version}/approve")
    assert (refused.status_code, "另一位经理" in refused.text) == (409, True)
    assert checker.post(f"{PAGE}/{version}/approve").status_code == 303
    assert FORM["answer"] in maker.post("/inbox/understanding", data=ASKED).text
    assert "总部" in maker.get(PAGE).text
    assert checker.post(f"{PAGE}/{version}/approve").status_code == 409


def test_instead_of_an_answer_that_ran_out_a_person_is_offered(
    enter: Enter, cast: Cast, day: Day, clock: StillClock
) -> None:
    maker, checker = enter(cast.lilei), enter(cast.admin)
    until = (clock.now + timedelta(days=3)).date().isoformat()
    maker.post(f"{PAGE}/faq/recall", data={**FORM, "valid_until": until})
    version = checker.get(PAGE).text.split("/approve")[0].rsplit("/", 1)[-1]
    checker.post(f"{PAGE}/{version}/approve")
    assert "快到期" in maker.get(PAGE).text
    clock.advance(days=5)
    assert "已过期，由人来答" in maker.get(PAGE).text
    asked = maker.post("/inbox/understanding", data=ASKED).text
    assert FORM["answer"] not in asked
    assert "召回是免费的" not in asked
    assert "要请同事来回复您吗" in asked


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        ({"answer": "召回保证给您打八折，全额退款。"}, "findings"),
        ({"answer": "短"}, "at least 4"),
        ({"source": ""}, "at least 2"),
        ({"valid_until": "明年"}, "valid date"),
    ],
)
def test_a_bad_edit_is_refused_and_its_words_stay(enter: Enter, cast: Cast, change: dict[str, str], seen: str) -> None:
    answer = enter(cast.lilei).post(f"{PAGE}/faq/recall", data=FORM | change)
    assert answer.status_code == 409
    assert seen in answer.text
    assert "等批准" not in enter(cast.lilei).get(f"{PAGE}/faq/recall").text


def test_what_is_not_there_is_not_found(enter: Enter, cast: Cast) -> None:
    browser = enter(cast.lilei)
    for path in (f"{PAGE}/faq/nonsense", f"{PAGE}/nonsense/recall"):
        assert browser.get(path).status_code == 404
    assert browser.post(f"{PAGE}/1/delete").status_code == 404


def test_the_file_to_commit_holds_the_edit_and_all_else(enter: Enter, cast: Cast, day: Day) -> None:
    maker, checker = enter(cast.lilei), enter(cast.admin)
    maker.post(f"{PAGE}/faq/recall", data=FORM)
    version = checker.get(PAGE).text.split("/approve")[0].rsplit("/", 1)[-1]
    checker.post(f"{PAGE}/{version}/approve")
    file = maker.get(f"{PAGE}/faq.yaml").data.decode()
    faq, before = Faq.model_validate(yaml.safe_load(file)), DEALER.content.faq
    assert [each.id for each in faq.entries] == [each.id for each in before.entries]
    changed = [each for each in faq.entries if each not in before.entries]
    assert [(each.id, each.answer, each.reviewer) for each in changed] == [("recall", FORM["answer"], "总部")]
    assert file.startswith("# Approved answers.")
