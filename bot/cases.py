"""The rules of a complaint: how grave it is, who owns it, by when (domain.md §1.9), and which step may follow which.

They hold whoever calls: page, turn, API or worker. A step returns the new state or raises `RuleBroken`, whose
sentence staff read beside the disabled button.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.customer import RepairOrder, Role, StaffMember
from bot.dealer import Dealer, StoreConfig
from bot.errors import RuleBroken
from bot.hours import opening_of
from bot.ports import BusinessCalendar, Due

PRIORITY = {"P0": "emergency", "P1": "high", "P2": "high", "P3": "normal", "P4": "normal"}
NO_ORDER_OPEN = frozenset({"delivered", "cancelled"})


class CaseState(StrEnum):
    """In the order of a case's life; a case only goes back by a new round."""

    OPEN = "open"
    ASSIGNED = "assigned"
    CONTACTED = "contacted"
    PLANNED = "planned"
    FIXING = "fixing"
    FIXED = "fixed"
    RECONTACTED = "recontacted"
    CLOSED = "closed"


class Ended(StrEnum):
    SATISFIED = "satisfied"
    DECLINED = "declined"
    MANAGER = "manager"


REOPENS_WITHIN = timedelta(days=7)
MANAGERS = frozenset({Role.MANAGER, Role.ADMIN})
_STAGES = tuple(CaseState)


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What the rules look at. fixed_at belongs to the current round: a new round clears it."""

    id: int
    store_id: int
    customer_id: int
    state: CaseState
    level: str
    round: int
    owner_id: int
    about_staff_id: int | None = None
    plan: str = ""
    fixed_at: datetime | None = None
    closed_at: datetime | None = None


def level(
    *,
    danger: bool = False,
    threat: bool = False,
    injury: bool = False,
    repeat: bool = False,
    anger: bool = False,
    order: RepairOrder | None = None,
    neutral: bool = False,
) -> str:
    """P0–P4 by the gravest trigger. order: the one this is about; still in the workshop makes it P2."""
    if danger:
        return "P0"
    if threat or injury:
        return "P1"
    if repeat or anger or is_open(order):
        return "P2"
    return "P4" if neutral else "P3"


def is_open(order: RepairOrder | None) -> bool:
    """The car is still with us."""
    return order is not None and order.status not in NO_ORDER_OPEN | {"booked"}


def raised(level: str) -> str:
    """One level graver at a second dissatisfaction; P1 is reached only by its own triggers (design §5)."""
    return {"P4": "P3", "P3": "P2"}.get(level, level)


def owner(staff: Sequence[StaffMember], order: RepairOrder | None, about_staff_id: int | None) -> StaffMember:
    """The order's advisor unless complained about, else a manager, else anyone.

    The person complained about gets it only if nobody else is there: better than nobody.
    Raises RuleBroken("no_staff") in a store without active staff.
    """
    others = [member for member in staff if member.id != about_staff_id] or list(staff)
    if not others:
        raise RuleBroken("no_staff", "这家门店没有可接待的员工，请先添加员工。")
    return min(others, key=lambda member: _distance(member, order))


def manager(staff: Sequence[StaffMember], about_staff_id: int | None = None) -> StaffMember:
    """Who gets a case that came back. Raises as `owner` does."""
    return owner(staff, None, about_staff_id)


def deadlines(level: str, opened_at: datetime, dealer: Dealer, store: StoreConfig, calendar: BusinessCalendar) -> Due:
    """Business levels count in the store's opening hours, P0 and P1 around the clock.

    A day of the plan and the close is a day of the calendar (24 h, 72 h), not 24 opening hours: what ends
    while the store is closed ends when it opens again.
    """
    terms, opening = dealer.levels[level], opening_of(store, calendar)

    def due(amount: timedelta) -> datetime:
        if not terms.business:
            return opened_at + amount
        whole = timedelta(days=amount.days)
        return opening.after(opened_at + whole, amount - whole)

    return Due(due(terms.contact), due(terms.plan), due(terms.close))


def _distance(member: StaffMember, order: RepairOrder | None) -> tuple[int, int]:
    if order is not None and member.id == order.advisor_id:
        return 0, member.id
    roles = [Role.MANAGER, Role.CARE, Role.ADVISOR, Role.CONSULTANT, Role.ADMIN]
    return 1 + roles.index(member.role), member.id


def claimed(case: CaseFacts, staff: StaffMember) -> CaseState:
    """The person complained about does not handle the complaint, unless nobody else was there to own it."""
    _alive(case)
    _not_about(case, staff)
    return _at_least(case, CaseState.ASSIGNED)


def contacted(case: CaseFacts) -> CaseState:
    _alive(case)
    return _at_least(case, CaseState.CONTACTED)


def acknowledged(case: CaseFacts, staff: StaffMember) -> None:
    """Somebody answers the call of a P0: anybody of the house but the person complained about."""
    _alive(case)
    _not_about(case, staff)


def assigned(case: CaseFacts, staff: StaffMember, to: StaffMember) -> CaseState:
    """A manager gives a case to whom they like, its owner hands it on; never to the person complained about."""
    _alive(case)
    _not_about(case, staff)
    if staff.role not in MANAGERS and case.owner_id != staff.id:
        raise RuleBroken("not_yours", "由其他同事负责")
    if to.id == case.about_staff_id:
        raise RuleBroken("about_them", "客户投诉涉及这位同事，须由他人处理")
    if to.store_id != case.store_id and to.role is not Role.ADMIN:
        raise RuleBroken("other_store", "这位同事不在本店")
    return _at_least(case, CaseState.ASSIGNED)


def releveled(case: CaseFacts, staff: StaffMember, level: str, reason: str) -> None:
    """Who handles a case may raise it; only a manager lowers it. Each change says why."""
    _alive(case)
    _not_about(case, staff)
    if level not in PRIORITY:
        raise RuleBroken("no_such_level", "没有这个等级")
    if level == case.level:
        raise RuleBroken("same_level", "已经是这个等级")
    if level > case.level and staff.role not in MANAGERS:
        raise RuleBroken("not_a_manager", "降低等级须由经理决定")
    if staff.role not in MANAGERS and case.owner_id != staff.id:
        raise RuleBroken("not_yours", "由其他同事负责")
    _said(reason, "no_reason", "请写明原因")


def planned(case: CaseFacts, staff: StaffMember, text: str) -> CaseState:
    _handled_by(case, staff)
    _before_fix(case)
    _said(text, "no_plan_text", "请写下处理方案")
    return CaseState.PLANNED


def planned_for(case: CaseFacts, doer: StaffMember, by: datetime | None, now: datetime) -> None:
    """By whom, and by when: not by the person complained about, unless nobody else was there; not in the past."""
    if case.about_staff_id == doer.id != case.owner_id:
        raise RuleBroken("about_them", "客户投诉涉及这位同事，须由他人处理")
    if doer.store_id != case.store_id and doer.role is not Role.ADMIN:
        raise RuleBroken("other_store", "这位同事不在本店")
    if by is not None and by <= now:
        raise RuleBroken("plan_in_the_past", "完成时间已经过去")


def fixing(case: CaseFacts, staff: StaffMember) -> CaseState:
    _handled_by(case, staff)
    _before_fix(case)
    if not case.plan:
        raise RuleBroken("not_planned", "请先记录处理方案")
    return CaseState.FIXING


def fixed(case: CaseFacts, staff: StaffMember, text: str) -> CaseState:
    _handled_by(case, staff)
    _before_fix(case)
    if not case.plan:
        raise RuleBroken("not_planned", "请先记录处理方案")
    _said(text, "no_fix_text", "请写下整改结果")
    return CaseState.FIXED


def recontacted(case: CaseFacts) -> CaseState:
    """No re-contact without a recorded fix in this round."""
    _alive(case)
    if case.fixed_at is None:
        raise RuleBroken("not_fixed", "尚未记录整改，不能再次回访")
    return CaseState.RECONTACTED


def recontacted_by(case: CaseFacts, staff: StaffMember) -> CaseState:
    """Somebody asked the customer themselves, by telephone or at the counter."""
    _handled_by(case, staff)
    return recontacted(case)


def closed_by_customer(case: CaseFacts, ended: str) -> CaseState:
    _alive(case)
    if ended not in {Ended.SATISFIED, Ended.DECLINED}:
        raise RuleBroken("not_the_customers_word", "客户只能以满意或不再联系结束")
    return CaseState.CLOSED


def closed_for_customer(case: CaseFacts, staff: StaffMember, ended: str, words: str) -> CaseState:
    """The customer said it to a person, who writes it down: satisfied only when asked again after the fix."""
    _handled_by(case, staff)
    if ended == Ended.SATISFIED and case.state is not CaseState.RECONTACTED:
        raise RuleBroken("not_recontacted", "整改后尚未再次回访，不能以满意结案")
    _said(words, "no_reason", "请写下客户的原话")
    return closed_by_customer(case, ended)


def closed_by_manager(case: CaseFacts, staff: StaffMember, reason: str) -> CaseState:
    _alive(case)
    if staff.role not in MANAGERS:
        raise RuleBroken("not_a_manager", "须客户确认满意，或由经理结案")
    _said(reason, "no_reason", "请写明结案原因")
    return CaseState.CLOSED


def reopened(case: CaseFacts, now: datetime) -> CaseState:
    """Dissatisfied at re-contact, or within seven days of closing. Later it is a new case."""
    if case.closed_at is not None and now - case.closed_at > REOPENS_WITHIN:
        raise RuleBroken("closed_too_long", "结案已超过七天，请另立新单")
    return CaseState.OPEN


def reopened_by(case: CaseFacts, staff: StaffMember, words: str, now: datetime) -> CaseState:
    """Somebody heard that the customer is not satisfied after all: a closed case, or one asked again after its fix."""
    _not_about(case, staff)
    if case.state is not CaseState.CLOSED and case.fixed_at is None:
        raise RuleBroken("still_open", "此单还在处理，不用重开")
    _said(words, "no_reason", "请写下客户的原话")
    return reopened(case, now)


def _alive(case: CaseFacts) -> None:
    if case.state is CaseState.CLOSED:
        raise RuleBroken("closed", "此单已结案")


def _handled_by(case: CaseFacts, staff: StaffMember) -> None:
    _alive(case)
    _not_about(case, staff)
    if staff.role in MANAGERS:
        return
    if case.state is CaseState.OPEN:
        raise RuleBroken("not_claimed", "请先认领")
    if case.owner_id != staff.id:
        raise RuleBroken("not_yours", "由其他同事负责")


def _not_about(case: CaseFacts, staff: StaffMember) -> None:
    if case.about_staff_id == staff.id != case.owner_id:
        raise RuleBroken("about_you", "客户投诉涉及您本人，须由同事处理")


def _before_fix(case: CaseFacts) -> None:
    if case.fixed_at is not None:
        raise RuleBroken("already_fixed", "整改已记录，等待客户确认")


def _said(text: str, code: str, sentence: str) -> None:
    if not text.strip():
        raise RuleBroken(code, sentence)


def _at_least(case: CaseFacts, state: CaseState) -> CaseState:
    return max(case.state, state, key=_STAGES.index)
