"""How grave, whose, by when: the first decisions about a complaint."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.cases import deadlines, level, manager, owner, raised
from bot.customer import RepairOrder, Role, StaffMember
from bot.dealer import Dealer, StoreConfig
from bot.errors import RuleBroken

SHANGHAI = ZoneInfo("Asia/Shanghai")
HAN = StaffMember(2, 1, "韩梅梅", Role.ADVISOR)
CHEN = StaffMember(3, 1, "陈店长", Role.MANAGER)
LIN = StaffMember(4, 1, "林顾问", Role.ADVISOR)
STORE = StoreConfig(code="binjiang", name="远禾滨江店")
DEALER = Dealer(stores=[STORE])


class NoHolidays:
    def is_holiday(self, day: date) -> bool:
        return False

    def is_workday(self, day: date) -> bool:
        return True

    def projected(self, day: date) -> bool:
        return False


def order(status: str = "delivered", advisor_id: int | None = 2) -> RepairOrder:
    return RepairOrder(8812, "RO8812", status, None, advisor_id, "韩梅梅", None)


@pytest.mark.parametrize(
    ("triggers", "expected"),
    [
        ({"danger": True, "neutral": True}, "P0"),
        ({"threat": True, "repeat": True}, "P1"),
        ({"injury": True}, "P1"),
        ({"repeat": True}, "P2"),
        ({"anger": True, "neutral": True}, "P2"),
        ({"order": order("in_progress")}, "P2"),
        ({"order": order("rework")}, "P2"),
        ({"order": order("delivered")}, "P3"),
        ({"order": order("booked")}, "P3"),
        ({"neutral": True}, "P4"),
        ({}, "P3"),
    ],
)
def test_the_gravest_trigger_decides(triggers: dict[str, object], expected: str) -> None:
    assert level(**triggers) == expected  # type: ignore[arg-type]  # a table of mixed triggers


@pytest.mark.handbook("H1.5.2")
def test_a_second_dissatisfaction_rises_but_never_to_p1() -> None:
    assert [raised(name) for name in ("P4", "P3", "P2", "P1", "P0")] == ["P3", "P2", "P2", "P1", "P0"]


@pytest.mark.handbook("H1.5.2")
@pytest.mark.parametrize(
    ("staff", "about", "expected"),
    [
        ([LIN, HAN, CHEN], None, HAN),
        ([LIN, HAN, CHEN], HAN.id, CHEN),
        ([LIN, HAN], HAN.id, LIN),
        ([HAN], HAN.id, HAN),
    ],
)
def test_the_owner_is_the_advisor_unless_complained_about(
    staff: list[StaffMember], about: int | None, expected: StaffMember
) -> None:
    assert owner(staff, order(), about) == expected


def test_without_an_order_a_manager_owns_it() -> None:
    assert owner([LIN, HAN, CHEN], None, None) == CHEN
    assert manager([LIN, CHEN]) == CHEN


def test_nobody_at_all_is_an_error_that_names_itself() -> None:
    with pytest.raises(RuleBroken) as refused:
        owner([], order(), None)
    assert refused.value.code == "no_staff"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


@pytest.mark.parametrize(
    ("level", "opened", "contact", "plan", "close"),
    [
        ("P0", "2026-09-17 23:00", "2026-09-17 23:05", "2026-09-18 00:00", "2026-09-20 23:00"),
        ("P1", "2026-09-17 23:00", "2026-09-17 23:30", "2026-09-18 03:00", "2026-09-20 23:00"),
        ("P2", "2026-09-17 10:20", "2026-09-17 10:50", "2026-09-18 09:20", "2026-09-20 10:20"),
        ("P3", "2026-09-17 10:20", "2026-09-17 12:20", "2026-09-18 10:20", "2026-09-20 10:20"),
        ("P3", "2026-09-17 20:00", "2026-09-18 10:30", "2026-09-19 08:30", "2026-09-21 08:30"),
        ("P4", "2026-09-17 10:20", "2026-09-18 10:20", "2026-09-18 10:20", "2026-09-24 10:20"),
    ],
)
def test_deadlines_count_opening_hours_save_for_danger(
    level: str, opened: str, contact: str, plan: str, close: str
) -> None:
    due = deadlines(level, at(opened), DEALER, STORE, NoHolidays())
    assert due == (at(contact), at(plan), at(close))
