"""The table of docs/gate.md: each situation, for each category, through the real gate."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot import gate as gate_module
from bot.customer import Customer, Purpose
from bot.dealer import DEFAULT_CAPS, Hours
from bot.gate import GATES, Decision, GateContext, Sent, Verdict, gate
from bot.journey_state import Before, JourneyState, Ruling, held_out, ruling
from bot.journeys import Journey, Step
from bot.messages import Category, Way
from bot.reasons import Reason
from bot.routing import Route
from config.calendar import Calendar, OwnDays
from config.yaml_lines import read_yaml
from docs.make_gate import PAGE, main
from tests.bot import cases

TABLE: list[dict[str, Any]] = read_yaml(Path(__file__).with_name("gate_table.yaml"))[0]
COLUMNS = (*(each.value for each in Category), "case")
KNOWN = frozenset({
    "step", "edited", "anchor", "goal_met", "expires_in_hours", "late", "late_hours", "refuses", "consents", "served",
    "open_case", "now", "way", "day_rule", "calendar", "sent", "caps", "journey",
    "upset_days", "quiet_from",
})  # fmt: skip
STATES: dict[str, dict[str, Any]] = {
    "unapproved": {"approved": False},
    "held_out": {},
    "left": {"left": True},
    "outside": {"entered": False},
    "resting": {"rested": False},
    "held": {"held": True},
    "earlier_unsent": {"before": None},
    "earlier_open": {"before": Before("handed", None, None, answered=False)},
    "earlier_answered": {"before": Before("done", "sent", datetime(2026, 9, 14, tzinfo=UTC), answered=True)},
}
MAINLAND = Calendar()
EVERYTHING = ("marketing", "greeting", "survey", "service")


def said(row: Mapping[str, Any], column: str) -> str:
    return str(row["says"].get(column, row["says"].get("others")))


def context(given: Mapping[str, Any], column: str) -> GateContext:
    """A touchpoint of this column at 11:00 on a Thursday, but for what is given. Times of the table are Shanghai's."""
    assert set(given) <= KNOWN
    category = Category.SERVICE if column == "case" else Category(column)
    now = datetime.fromisoformat(f"{given.get('now', '2026-09-17 11:00')}+08:00").astimezone(UTC)
    way = given.get("way", "sms")
    return GateContext(
        now=now,
        due_at=now - timedelta(hours=given.get("late_hours", 0)),
        expires_at=now + timedelta(hours=given.get("expires_in_hours", 24 * 60)),
        rule_version="2" if given.get("edited") else "1",
        step=None if given.get("step") == "gone" else step(given, category, case=column == "case"),
        current_version="1",
        zone="Asia/Shanghai",
        customer=person(given),
        calendar=OwnDays() if given.get("calendar") == "none" else MAINLAND,
        hours=Hours(),
        caps=() if given.get("caps") == "none" else DEFAULT_CAPS,
        route=Route(None if way == "none" else Way(way)),
        anchor=given.get("anchor", True),
        served=given.get("served", True),
        goal_met=given.get("goal_met", False),
        open_case=given.get("open_case", False),
        sent=tuple(before(each, now) for each in given.get("sent", ())),
        category=category,
        ruling=ruled(given["journey"], now) if "journey" in given else None,
        upset_at=now - timedelta(days=given["upset_days"]) if "upset_days" in given else None,
        quiet_from=time.fromisoformat(given["quiet_from"]) if "quiet_from" in given else None,
    )


def ruled(what: str, now: datetime) -> Ruling | None:
    """What a journey says of the second of its two steps, asked for when the first stayed unanswered."""
    said = {"id": "one", "message": "x", "category": "survey", "at": "10:00", "expires_after": "P60D"}
    steps = [said, {**said, "id": "two", "after": "one", "wait": "P1D"}]
    journey = Journey.model_validate({
        "id": "journey", "anchor": "repair_order.delivered", "steps": steps, "hold_out": 50 * (what == "held_out")
    })  # fmt: skip
    compared = next(number for number in range(1, 1000) if held_out(journey, number) or not journey.hold_out)
    state = {"before": Before("done", "sent", now - timedelta(days=2), answered=False), **STATES[what]}
    return ruling(journey, journey.steps[1], JourneyState(**state), compared, now)


def step(given: Mapping[str, Any], category: Category, *, case: bool) -> Step:
    return Step.model_validate({
        "id": "question", "message": "x", "category": category.value, "at": "10:00", "expires_after": "P60D",
        "late": given.get("late", "send"), "day_rule": given.get("day_rule", "any"), "case_message": case,
    })  # fmt: skip


def person(given: Mapping[str, Any]) -> Customer:
    consents = frozenset(Purpose(each) for each in given.get("consents", EVERYTHING))
    refusals = frozenset({Purpose(given["refuses"])} if "refuses" in given else ())
    return Customer(1, 1, "李雷", known=True, phone="+8613900000001", consents=consents, refusals=refusals)


def before(text: str, now: datetime) -> Sent:
    """`greeting 3`: a greeting three days before."""
    category, days = text.split()
    return Sent(Category(category), now - timedelta(days=float(days)))


@cache
def cells() -> list[tuple[int, str]]:
    return [(row, column) for row in range(len(TABLE)) for column in COLUMNS]


def verdict(row: int, column: str) -> Verdict:
    return gate(context(TABLE[row]["given"], column))


@pytest.mark.parametrize(("row", "column"), cells())
def test_the_gate_says_what_the_table_says(row: int, column: str) -> None:
    found = verdict(row, column)
    words = "sends" if found.decision is Decision.SEND else f"{found.decision.value} {found.reason}"
    assert words == said(TABLE[row], column), TABLE[row]["when"]
    assert (found.until is not None) == (found.decision is Decision.DEFER)


@pytest.mark.parametrize("row", range(len(TABLE)))
def test_a_row_stands_under_the_gate_that_decides_it(row: int) -> None:
    """In a row whose gate lets all pass, nobody decides."""
    deciding = {verdict(row, column).chain[-1].gate for column in COLUMNS if said(TABLE[row], column) != "sends"}
    assert TABLE[row]["gate"] in deciding or not deciding


def reasons_of_the_gate() -> Iterator[Reason]:
    source = Path(gate_module.__file__ or "").read_text("utf-8")
    return (Reason[name] for name in re.findall(r"Reason\.([A-Z_]+)", source))


def test_every_reason_the_gate_can_give_is_in_the_table() -> None:
    given = {verdict(row, column).reason for row, column in cells()}
    assert {each.value for each in reasons_of_the_gate()} <= given


@pytest.mark.parametrize("name", GATES)
def test_every_gate_is_decided_for_every_category(name: str) -> None:
    """Each column has a word in a row of this gate that stops at least one of them."""
    rows = [row for row in TABLE if row["gate"] == name]
    stopping = [row for row in rows if any(said(row, column) != "sends" for column in COLUMNS)]
    assert stopping
    assert all(said(row, column) != "None" for row in rows for column in COLUMNS)


def test_the_page_is_current_and_names_the_cases_run() -> None:
    assert main(["--check"]) == 0
    page = PAGE.read_text("utf-8")
    for number in (cases.HOURS_CASES, cases.CAP_CASES, cases.HISTORIES, cases.MORE_HISTORIES):
        assert f"{number} " in page
