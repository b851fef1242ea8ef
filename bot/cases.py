"""The rules of a complaint: how grave it is, who owns it, by when (domain.md §1.9)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.customer import RepairOrder, Role, StaffMember
from bot.dealer import Dealer, StoreConfig
from bot.errors import RuleBroken
from bot.hours import add_business_time
from bot.ports import BusinessCalendar, Due

PRIORITY = {"P0": "emergency", "P1": "high", "P2": "high", "P3": "normal", "P4": "normal"}
NO_ORDER_OPEN = frozenset({"delivered", "cancelled"})


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
    terms, zone = dealer.levels[level], ZoneInfo(store.time_zone)

    def due(amount: timedelta) -> datetime:
        if not terms.business:
            return opened_at + amount
        whole = timedelta(days=amount.days)
        return add_business_time(opened_at + whole, amount - whole, store.opening, zone, calendar)

    return Due(due(terms.contact), due(terms.plan), due(terms.close))


def _distance(member: StaffMember, order: RepairOrder | None) -> tuple[int, int]:
    if order is not None and member.id == order.advisor_id:
        return 0, member.id
    roles = [Role.MANAGER, Role.CARE, Role.ADVISOR, Role.CONSULTANT, Role.ADMIN]
    return 1 + roles.index(member.role), member.id
