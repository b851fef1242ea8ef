"""Who stands on a rung: on duty first, then by role, never the person complained about while anybody else is there."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from bot.customer import Role, StaffMember
from bot.dealer import Dealer, StoreConfig
from bot.escalation import Chain, Escalation, Rung, due, people

HANMEIMEI = StaffMember(1, 1, "韩梅梅", Role.ADVISOR)
SUNLI = StaffMember(2, 1, "孙丽", Role.ADVISOR)
LILEI = StaffMember(3, 1, "李雷", Role.MANAGER)
HOME = StaffMember(4, 1, "总部", Role.ADMIN)
ALL = [HANMEIMEI, SUNLI, LILEI, HOME]
NOW = datetime(2026, 9, 17, 2, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rung", "duty", "who"),
    [
        (Rung.OWNER, {}, (1,)),
        (Rung.OWNER, {Rung.OWNER: [2]}, (1,)),  # only danger calls the first line besides the owner
        (Rung.SUPERVISOR, {}, (3,)),  # nobody: the manager
        (Rung.SUPERVISOR, {Rung.SUPERVISOR: [2]}, (2,)),
        (Rung.SUPERVISOR, {Rung.MANAGER: [4]}, (4,)),
        (Rung.MANAGER, {}, (3,)),
        (Rung.MANAGER, {Rung.MANAGER: [4]}, (4,)),  # who is on duty stands before the role
        (Rung.ADMIN, {}, (4,)),
    ],
)
def test_a_rung_is_filled_by_duty_then_by_role(rung: Rung, duty: dict[Rung, list[int]], who: tuple[int, ...]) -> None:
    assert people(rung, ALL, duty, owner_id=1) == who


def test_danger_calls_the_owner_and_the_first_line() -> None:
    assert people(Rung.OWNER, ALL, {Rung.OWNER: [2, 1]}, owner_id=1, danger=True) == (1, 2)


def test_an_owner_who_left_is_stood_in_for() -> None:
    assert people(Rung.OWNER, ALL, {Rung.OWNER: [2]}, owner_id=99) == (2,)
    assert people(Rung.OWNER, ALL, {}, owner_id=99) == (3,), "and without a roster the manager is told"


def test_who_is_complained_about_is_passed_over() -> None:
    assert people(Rung.MANAGER, ALL, {}, owner_id=1, about_staff_id=3) == (4,)
    assert people(Rung.SUPERVISOR, ALL, {Rung.SUPERVISOR: [2]}, owner_id=1, about_staff_id=2) == (3,)


def test_but_better_them_than_nobody() -> None:
    assert people(Rung.MANAGER, [LILEI], {}, owner_id=3, about_staff_id=3) == (3,)
    assert people(Rung.ADMIN, [HANMEIMEI], {}, owner_id=1) == (1,)


def test_the_rungs_come_in_order_each_at_its_time() -> None:
    chain = Chain(after={Rung.ADMIN: timedelta(hours=1), Rung.SUPERVISOR: timedelta()})
    assert due(chain, NOW, lambda start, amount: start + amount) == [
        (Rung.SUPERVISOR, NOW),
        (Rung.ADMIN, NOW + timedelta(hours=1)),
    ]


def test_a_dealer_sets_one_level_and_keeps_the_rest() -> None:
    store = StoreConfig(code="a", name="A")
    own = {"chains": {"P3": {"after": {"manager": "PT1H"}}}}
    dealer = Dealer.model_validate({"stores": [store], "escalation": own})
    assert dealer.escalation.of("P3").after == {Rung.MANAGER: timedelta(hours=1)}
    assert dealer.escalation.of("P0") == Escalation().of("P0")


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"chains": {"P9": {}}}, "no such level: P9"),
        ({"chains": {"P3": {"after": {"boss": "PT1H"}}}}, "boss"),
        ({"chains": {"P3": {"after": {"admin": "-PT1H"}}}}, "greater than or equal"),
        ({"page_every": "PT1S"}, "greater than or equal"),
    ],
)
def test_what_cannot_be_is_refused(given: dict[str, object], where: str) -> None:
    with pytest.raises(ValidationError, match=where):
        Escalation.model_validate(given)
