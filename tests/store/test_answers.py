"""Edited answers over those of the file: two persons, the last approval counts, and what ran out is said no more."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from bot.customer import StaffMember
from bot.errors import RuleBroken
from bot.faq import Entry, Faq, Standing
from store import answers
from store.engine import reading, writing
from tests.conftest import StillClock
from tests.staff_cast import Cast, seed

TODAY = date(2026, 9, 17)
RECALL = Entry(id="recall", title="召回", answer="召回是免费的。", source="条例", reviewed=date(2026, 8, 20))
FAQ = Faq(entries=(RECALL,), reviewer="服务经理")


@pytest.fixture
def cast(engine: Engine, clock: StillClock) -> Cast:
    return seed(engine, clock.now)


def edit(engine: Engine, clock: StillClock, who: StaffMember, words: str, until: date | None = None) -> int:
    entry = RECALL.model_copy(update={"answer": words, "valid_until": until})
    with writing(engine) as conn:
        return answers.propose(conn, who, entry, clock.advance(minutes=1))


def settle(engine: Engine, clock: StillClock, who: StaffMember, version: int, *, approve: bool = True) -> None:
    with writing(engine) as conn:
        answers.settle(conn, who, version, approve, clock.advance(minutes=1), TODAY)


def said(engine: Engine, today: date = TODAY, faq: Faq = FAQ) -> str | None:
    with reading(engine) as conn:
        found = answers.answer(conn, faq, "recall", today)
    return found.answer if found else None


def test_only_what_another_manager_approved_is_said(engine: Engine, cast: Cast, clock: StillClock) -> None:
    made = edit(engine, clock, cast.lilei, "召回免费，先预约。")
    assert said(engine) == "召回是免费的。"
    with pytest.raises(RuleBroken, match="另一位经理"):
        settle(engine, clock, cast.lilei, made)
    assert said(engine) == "召回是免费的。"
    settle(engine, clock, cast.wanglei, made)
    assert said(engine) == "召回免费，先预约。"
    with reading(engine) as conn:
        (entry,) = answers.in_force(conn, FAQ).entries
    assert (entry.reviewer, entry.reviewed) == ("王磊", TODAY)


def test_an_advisor_neither_edits_nor_approves(engine: Engine, cast: Cast, clock: StillClock) -> None:
    with pytest.raises(RuleBroken, match="只有经理"):
        edit(engine, clock, cast.hanmeimei, "随便改改")
    made = edit(engine, clock, cast.lilei, "召回免费，先预约。")
    with pytest.raises(RuleBroken, match="只有经理"):
        settle(engine, clock, cast.hanmeimei, made)


def test_settled_once(engine: Engine, cast: Cast, clock: StillClock) -> None:
    made = edit(engine, clock, cast.lilei, "召回免费，先预约。")
    settle(engine, clock, cast.wanglei, made, approve=False)
    assert said(engine) == "召回是免费的。"
    with pytest.raises(RuleBroken, match="已经处理过了"):
        settle(engine, clock, cast.wanglei, made)
    with pytest.raises(RuleBroken, match="已经处理过了"):
        settle(engine, clock, cast.wanglei, made + 99)


def test_a_newer_edit_replaces_the_one_that_waited(engine: Engine, cast: Cast, clock: StillClock) -> None:
    first = edit(engine, clock, cast.lilei, "第一版的话。")
    second = edit(engine, clock, cast.wanglei, "第二版的话。")
    with pytest.raises(RuleBroken):
        settle(engine, clock, cast.admin, first)
    settle(engine, clock, cast.admin, second)
    with reading(engine) as conn:
        assert [each.state for each in answers.history(conn, "faq", "recall")] == ["approved", "replaced"]
        assert answers.waiting(conn) == []


def test_an_edit_that_ran_out_hides_the_files_words_too(engine: Engine, cast: Cast, clock: StillClock) -> None:
    settle(
        engine, clock, cast.wanglei, edit(engine, clock, cast.lilei, "活动期间免费检查。", TODAY + timedelta(days=1))
    )
    assert said(engine) == said(engine, TODAY + timedelta(days=1)) == "活动期间免费检查。"
    assert said(engine, TODAY + timedelta(days=2)) is None


def test_a_file_looked_at_later_counts_before_an_edit(engine: Engine, cast: Cast, clock: StillClock) -> None:
    settle(engine, clock, cast.wanglei, edit(engine, clock, cast.lilei, "召回免费，先预约。"))
    newer = RECALL.model_copy(update={"answer": "文件里的新话。", "reviewed": TODAY + timedelta(days=1)})
    faq = FAQ.model_copy(update={"entries": (newer,)})
    assert said(engine, faq=faq) == "文件里的新话。"
    with reading(engine) as conn:
        assert answers.in_force(conn, faq) == faq


@pytest.mark.parametrize(
    ("until", "reviewed", "standing"),
    [
        (None, TODAY, Standing.GOOD),
        (None, TODAY - timedelta(days=334), Standing.GOOD),
        (None, TODAY - timedelta(days=336), Standing.DUE),
        (TODAY - timedelta(days=1), TODAY, Standing.EXPIRED),
        (TODAY, TODAY, Standing.SOON),
        (TODAY + timedelta(days=29), TODAY, Standing.SOON),
        (TODAY + timedelta(days=30), TODAY, Standing.GOOD),
    ],
)
def test_the_house_is_warned_a_month_ahead(until: date | None, reviewed: date, standing: Standing) -> None:
    entry = RECALL.model_copy(update={"valid_until": until, "reviewed": reviewed})
    assert entry.standing(TODAY, 365) is standing
