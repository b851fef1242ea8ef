"""The rules of a visit: who attends, hands over, ends; being left alone and calling."""

import pytest

from bot.errors import RuleBroken
from bot.visits import Rate, VisitFacts, VisitState, alone, attended, calls, ended, handed_over, receivers


def visit(state: VisitState, consultant_id: int | None = 7) -> VisitFacts:
    return VisitFacts(1, 1, None, state, "cars", consultant_id, "韩梅梅", None)


def test_whoever_gets_there_first_attends_and_the_next_is_told() -> None:
    assert attended(visit(VisitState.WAITING), 9) is VisitState.ATTENDED
    assert attended(visit(VisitState.ALONE), 9) is VisitState.ATTENDED
    assert attended(visit(VisitState.ATTENDED), 7) is VisitState.ATTENDED
    with pytest.raises(RuleBroken, match="韩梅梅 正在接待"):
        attended(visit(VisitState.ATTENDED), 9)


@pytest.mark.parametrize("rule", [lambda one: attended(one, 7), ended, alone, calls])
def test_what_is_over_is_over(rule: object) -> None:
    with pytest.raises(RuleBroken) as refused:
        rule(visit(VisitState.ENDED))  # type: ignore[operator]  # one of the four above
    assert refused.value.code == "visit_over"


def test_handing_over_is_for_who_attends_or_a_manager() -> None:
    assert handed_over(visit(VisitState.ATTENDED), 7, manager=False) is VisitState.ATTENDED
    assert handed_over(visit(VisitState.ATTENDED), 9, manager=True) is VisitState.ATTENDED
    for state, staff in ((VisitState.ATTENDED, 9), (VisitState.WAITING, 7)):
        with pytest.raises(RuleBroken):
            handed_over(visit(state), staff, manager=False)


def test_alone_stops_the_waiting_but_takes_no_consultant_away() -> None:
    assert alone(visit(VisitState.WAITING)) is VisitState.ALONE
    assert alone(visit(VisitState.ATTENDED)) is VisitState.ATTENDED
    assert calls(visit(VisitState.ALONE)) is VisitState.WAITING
    assert calls(visit(VisitState.WAITING)) is VisitState.WAITING


def test_a_rate_of_nothing_is_none() -> None:
    assert Rate(0, 0).share is None
    assert Rate(3, 4).share == 0.75


def test_the_workshop_is_received_by_advisors_all_else_by_consultants() -> None:
    assert receivers("service")[0] == "advisor"
    assert receivers("cars")[0] == receivers("")[0] == "consultant"
