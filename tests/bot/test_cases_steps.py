"""Every step of a case against every state: what may follow, and the code of each refusal."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from bot import cases
from bot.cases import CaseFacts, CaseState
from bot.customer import Role, StaffMember
from bot.errors import RuleBroken

NOW = datetime(2026, 9, 17, 2, 20, tzinfo=UTC)
OWNER = StaffMember(1, 1, "韩梅梅", Role.ADVISOR)
COLLEAGUE = StaffMember(2, 1, "孙丽", Role.ADVISOR)
MANAGER = StaffMember(3, 1, "李雷", Role.MANAGER)
FRESH = CaseFacts(1, 1, 1, CaseState.OPEN, "P3", 1, OWNER.id)
CLAIMED = replace(FRESH, state=CaseState.ASSIGNED)
PLANNED = replace(FRESH, state=CaseState.PLANNED, plan="复检")
FIXED = replace(PLANNED, state=CaseState.FIXED, fixed_at=NOW)
CLOSED = replace(FIXED, state=CaseState.CLOSED, closed_at=NOW)


def refused(step: Callable[[], object]) -> str:
    with pytest.raises(RuleBroken) as refusal:
        step()
    assert str(refusal.value), "staff read the sentence beside the button"
    return refusal.value.code


def test_the_way_through() -> None:
    assert cases.claimed(FRESH, OWNER) is CaseState.ASSIGNED
    assert cases.contacted(CLAIMED) is CaseState.CONTACTED
    assert cases.planned(CLAIMED, OWNER, "复检") is CaseState.PLANNED
    assert cases.fixing(PLANNED, OWNER) is CaseState.FIXING
    assert cases.fixed(PLANNED, OWNER, "已换") is CaseState.FIXED
    assert cases.recontacted(FIXED) is CaseState.RECONTACTED
    assert cases.closed_by_customer(FIXED, "satisfied") is CaseState.CLOSED


@pytest.mark.parametrize("stage", [CaseState.PLANNED, CaseState.FIXING, CaseState.FIXED, CaseState.RECONTACTED])
def test_contact_and_claim_never_set_a_case_back(stage: CaseState) -> None:
    assert cases.contacted(replace(FRESH, state=stage)) is stage
    assert cases.claimed(replace(FRESH, state=stage), OWNER) is stage


@pytest.mark.handbook("H1.5.2")
def test_no_recontact_without_a_recorded_fix() -> None:
    for facts in (FRESH, CLAIMED, PLANNED, replace(PLANNED, state=CaseState.FIXING)):
        assert refused(partial(cases.recontacted, facts)) == "not_fixed"


@pytest.mark.handbook("H1.5.2")
def test_only_the_owner_or_a_manager_handles_a_case() -> None:
    assert refused(lambda: cases.planned(FRESH, OWNER, "复检")) == "not_claimed"
    assert refused(lambda: cases.planned(CLAIMED, COLLEAGUE, "复检")) == "not_yours"
    assert refused(lambda: cases.fixed(PLANNED, COLLEAGUE, "已换")) == "not_yours"
    assert cases.fixed(PLANNED, MANAGER, "已换") is CaseState.FIXED


def test_who_was_complained_about_keeps_out() -> None:
    about = replace(CLAIMED, about_staff_id=COLLEAGUE.id)
    assert refused(lambda: cases.claimed(about, COLLEAGUE)) == "about_you"
    assert refused(lambda: cases.planned(about, COLLEAGUE, "复检")) == "about_you"


def test_unless_nobody_else_was_there_to_own_it() -> None:
    alone = replace(FRESH, about_staff_id=OWNER.id)
    assert cases.claimed(alone, OWNER) is CaseState.ASSIGNED


def test_words_are_needed() -> None:
    assert refused(lambda: cases.planned(CLAIMED, OWNER, "  ")) == "no_plan_text"
    assert refused(lambda: cases.fixed(PLANNED, OWNER, "")) == "no_fix_text"
    assert refused(lambda: cases.closed_by_manager(CLAIMED, MANAGER, " ")) == "no_reason"


def test_a_fix_follows_a_plan_and_is_recorded_once() -> None:
    assert refused(lambda: cases.fixed(CLAIMED, OWNER, "已换")) == "not_planned"
    assert refused(lambda: cases.fixing(CLAIMED, OWNER)) == "not_planned"
    assert refused(lambda: cases.fixed(FIXED, OWNER, "又换")) == "already_fixed"
    assert refused(lambda: cases.planned(FIXED, OWNER, "再议")) == "already_fixed"


@pytest.mark.handbook("H1.5.2")
def test_a_case_ends_in_three_ways_only() -> None:
    assert cases.closed_by_customer(CLAIMED, "declined") is CaseState.CLOSED
    assert cases.closed_by_manager(CLAIMED, MANAGER, "客户已出国") is CaseState.CLOSED
    assert refused(lambda: cases.closed_by_customer(CLAIMED, "manager")) == "not_the_customers_word"
    assert refused(lambda: cases.closed_by_manager(CLAIMED, OWNER, "算了")) == "not_a_manager"


def test_a_closed_case_takes_no_step() -> None:
    steps: list[Callable[[], object]] = [
        lambda: cases.claimed(CLOSED, OWNER),
        lambda: cases.contacted(CLOSED),
        lambda: cases.planned(CLOSED, OWNER, "复检"),
        lambda: cases.fixing(CLOSED, OWNER),
        lambda: cases.fixed(CLOSED, MANAGER, "已换"),
        lambda: cases.recontacted(CLOSED),
        lambda: cases.closed_by_customer(CLOSED, "satisfied"),
        lambda: cases.closed_by_manager(CLOSED, MANAGER, "好"),
    ]
    assert {refused(step) for step in steps} == {"closed"}


def test_it_reopens_within_seven_days() -> None:
    assert cases.reopened(FIXED, NOW) is CaseState.OPEN
    assert cases.reopened(CLOSED, NOW + timedelta(days=7)) is CaseState.OPEN
    assert refused(lambda: cases.reopened(CLOSED, NOW + timedelta(days=7, seconds=1))) == "closed_too_long"
