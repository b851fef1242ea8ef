"""Each gate by a table; the quiet hours by every hour there is; the order by what decides when two would."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.customer import Customer, Purpose
from bot.dealer import DEFAULT_CAPS, Hours
from bot.gate import GATES, Decision, GateContext, Sent, fits_at, gate
from bot.journeys import Late, Step
from bot.messages import Category, Way
from bot.reasons import Reason
from bot.routing import Route
from config.calendar import Calendar

SHANGHAI = "Asia/Shanghai"
NOON = datetime.fromisoformat("2026-09-17T12:00:00+08:00").astimezone(UTC)
LILEI = Customer(1, 1, "李雷", known=True, phone="+8613900000001")
SMS = Route(Way.SMS, address="+8613900000001")


def step(**values: object) -> Step:
    settings = {
        "id": "question", "message": "checkin.question", "category": "survey", "offset_days": 3, "at": "10:00",
        "day_rule": "not_holiday", "late": "send", "expires_after": "P7D", **values,
    }  # fmt: skip
    return Step.model_validate(settings)


def context(now: datetime = NOON, category: Category = Category.SURVEY, **values: object) -> GateContext:
    settings: dict[str, object] = {
        "now": now, "due_at": now, "expires_at": now + timedelta(days=7), "rule_version": "1",
        "step": step(category=category), "current_version": "1", "zone": SHANGHAI, "customer": LILEI,
        "calendar": Calendar(), "hours": Hours(), "caps": DEFAULT_CAPS, "route": SMS, "category": category, **values,
    }  # fmt: skip
    return GateContext(**settings)  # type: ignore[arg-type]  # a table of keywords


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


def agreed(*purposes: Purpose) -> Customer:
    return replace(LILEI, consents=frozenset(purposes))


def refusing(*purposes: Purpose) -> Customer:
    return replace(LILEI, refusals=frozenset(purposes), consents=frozenset(Purpose) - {Purpose.ALL})


def test_all_gates_pass_and_each_is_recorded() -> None:
    verdict = gate(context())
    assert verdict.decision is Decision.SEND
    assert [each.gate for each in verdict.chain] == list(GATES)


@pytest.mark.parametrize(
    ("values", "decision", "reason"),
    [
        ({"step": None}, Decision.SKIP, Reason.RULE_OFF),
        ({"current_version": "2"}, Decision.DEFER, Reason.RULE_CHANGED),
        ({"anchor": False}, Decision.SKIP, Reason.ANCHOR_GONE),
        ({"goal_met": True}, Decision.SKIP, Reason.GOAL_MET),
        ({"expires_at": NOON}, Decision.SKIP, Reason.EXPIRED),
        ({"customer": refusing(Purpose.SURVEY)}, Decision.SKIP, Reason.REFUSED),
        ({"customer": refusing(Purpose.ALL)}, Decision.SKIP, Reason.REFUSED),
        ({"served": False}, Decision.SKIP, Reason.NO_SERVICE),
        ({"open_case": True}, Decision.DEFER, Reason.COMPLAINT_HOLD),
        ({"route": Route(None)}, Decision.SKIP, Reason.UNREACHABLE),
    ],
)
def test_each_gate_says_no_in_its_own_words(values: dict[str, object], decision: Decision, reason: Reason) -> None:
    verdict = gate(replace(context(), **values))  # type: ignore[arg-type]  # a table of keywords
    assert (verdict.decision, verdict.reason) == (decision, reason)
    assert verdict.chain[-1].reason == reason
    assert (verdict.until is not None) == (decision is Decision.DEFER)


@pytest.mark.parametrize(
    ("category", "customer", "expected"),
    [
        (Category.MARKETING, LILEI, Reason.NO_CONSENT),
        (Category.MARKETING, agreed(Purpose.GREETING), Reason.NO_CONSENT),
        (Category.MARKETING, agreed(Purpose.MARKETING), ""),
        (Category.GREETING, LILEI, Reason.NO_CONSENT),
        (Category.GREETING, agreed(Purpose.GREETING), ""),
        (Category.GREETING, agreed(Purpose.MARKETING), ""),
        (Category.GREETING, refusing(Purpose.MARKETING), ""),  # a box of its own on the preference page
        (Category.GREETING, refusing(Purpose.GREETING), Reason.REFUSED),
        (
            Category.GREETING,
            replace(agreed(Purpose.MARKETING), refusals=frozenset({Purpose.MARKETING})),
            Reason.REFUSED,
        ),
        (Category.SURVEY, LILEI, ""),
        (Category.SURVEY, refusing(Purpose.MARKETING), ""),
        (Category.SERVICE, LILEI, ""),
        (Category.SERVICE, refusing(Purpose.SERVICE), Reason.REFUSED),
        (Category.SAFETY, refusing(Purpose.ALL), ""),
    ],
)
def test_consent_by_category_and_refusal_beats_it(category: Category, customer: Customer, expected: str) -> None:
    assert gate(context(category=category, customer=customer)).reason == expected


def test_safety_passes_complaint_night_and_cap() -> None:
    sent = tuple(Sent(Category.SURVEY, NOON - timedelta(hours=hour)) for hour in range(9))
    night = local("2026-09-17T03:00:00")
    assert gate(context(night, Category.SAFETY, open_case=True, sent=sent)).decision is Decision.SEND


def test_the_cases_own_message_passes_the_hold_and_the_cap_but_not_the_night() -> None:
    own = step(category="service", case_message=True, day_rule="any")
    assert gate(context(category=Category.SERVICE, step=own, open_case=True)).decision is Decision.SEND
    night = local("2026-09-17T21:00:00")
    verdict = gate(context(night, Category.SERVICE, step=own, open_case=True))
    assert (verdict.reason, verdict.until) == (Reason.QUIET_HOURS, local("2026-09-18T08:00:00"))


@pytest.mark.parametrize(
    ("category", "now", "until"),
    [
        (Category.SURVEY, "2026-09-17T09:29:59", "2026-09-17T09:30:00"),
        (Category.SURVEY, "2026-09-17T09:30:00", None),
        (Category.SURVEY, "2026-09-17T19:59:59", None),
        (Category.SURVEY, "2026-09-17T20:00:00", "2026-09-18T09:30:00"),
        (Category.SERVICE, "2026-09-17T20:30:00", None),
        (Category.SERVICE, "2026-09-17T21:00:00", "2026-09-18T08:00:00"),
        (Category.SERVICE, "2026-09-17T07:59:00", "2026-09-17T08:00:00"),
        (Category.REMINDER, "2026-09-17T23:59:00", "2026-09-18T09:30:00"),
        (Category.SURVEY, "2026-09-24T20:30:00", "2026-09-28T10:00:00"),  # the night before 中秋, three days long
    ],
)
def test_quiet_hours_and_the_next_allowed_moment(category: Category, now: str, until: str | None) -> None:
    verdict = gate(context(local(now), category))
    assert verdict.until == (local(until) if until else None)


def test_a_survey_on_a_statutory_holiday_goes_at_ten_on_the_first_day_after() -> None:
    verdict = gate(context(local("2026-10-01T12:00:00"), expires_at=local("2026-11-01T00:00:00")))
    assert (verdict.reason, verdict.until) == (Reason.HOLIDAY, local("2026-10-08T10:00:00"))
    anywhen = step(day_rule="any")
    assert gate(context(local("2026-10-01T12:00:00"), step=anywhen)).reason == Reason.HOLIDAY


def test_a_deferral_that_would_pass_the_expiry_is_a_skip_with_the_same_reason() -> None:
    verdict = gate(context(local("2026-09-17T22:00:00"), expires_at=local("2026-09-18T09:30:00")))
    assert (verdict.decision, verdict.reason, verdict.until) == (Decision.SKIP, Reason.QUIET_HOURS, None)


@pytest.mark.parametrize(
    ("late", "decision", "reason"),
    [
        (Late.SEND, Decision.SEND, ""),
        (Late.SKIP, Decision.SKIP, Reason.LATE),
        (Late.NEXT, Decision.DEFER, Reason.LATE_NEXT),
    ],
)
def test_what_a_rule_does_when_it_is_late(late: Late, decision: Decision, reason: str) -> None:
    rule = step(late=late, late_after="PT2H")
    in_time = context(step=rule, due_at=NOON - timedelta(hours=2))
    assert gate(in_time).decision is Decision.SEND
    verdict = gate(context(step=rule, due_at=NOON - timedelta(hours=2, seconds=1)))
    assert (verdict.decision, verdict.reason) == (decision, reason)
    if late is Late.NEXT:
        assert verdict.until == local("2026-09-18T10:00:00")


def test_the_first_gate_that_says_no_decides() -> None:
    everything = context(
        local("2026-09-17T23:00:00"), anchor=False, open_case=True, customer=refusing(Purpose.ALL), route=Route(None)
    )
    assert gate(everything).reason == Reason.ANCHOR_GONE


def sent(category: Category, *days_ago: float) -> tuple[Sent, ...]:
    return tuple(Sent(category, NOON - timedelta(days=days)) for days in days_ago)


@pytest.mark.parametrize(
    ("category", "before", "days_until"),
    [
        (Category.MARKETING, (), None),
        (Category.MARKETING, sent(Category.GREETING, 6), 1),
        (Category.MARKETING, sent(Category.GREETING, 7), None),
        (Category.MARKETING, sent(Category.GREETING, 8, 20), 10),
        (Category.MARKETING, sent(Category.GREETING, 3, 20), 10),
        (Category.SURVEY, sent(Category.REMINDER, 1, 2, 6.5), 0.5),
        (Category.SURVEY, sent(Category.REMINDER, 1, 2), None),
        (Category.SURVEY, sent(Category.SERVICE, 1, 2, 3, 4), None),
        (Category.SERVICE, sent(Category.MARKETING, 1, 2, 3, 4), None),
    ],
)
def test_caps_slide(category: Category, before: tuple[Sent, ...], days_until: float | None) -> None:
    free = fits_at(DEFAULT_CAPS, category, before, NOON)
    assert free == (None if days_until is None else NOON + timedelta(days=days_until))


@settings(deadline=None)  # the first look at a year loads its calendar
@given(
    st.lists(st.floats(0.01, 40), max_size=12),
    st.sampled_from([Category.SURVEY, Category.MARKETING, Category.GREETING, Category.REMINDER]),
)
def test_waiting_until_it_fits_keeps_every_window_within_its_limit(days_ago: list[float], category: Category) -> None:
    before = sent(Category.MARKETING, *days_ago)
    at = fits_at(DEFAULT_CAPS, category, before, NOON) or NOON
    assert fits_at(DEFAULT_CAPS, category, before, at) is None
    for cap in DEFAULT_CAPS:
        if category in cap.categories:
            window = [each for each in before if each.category in cap.categories and each.at > at - timedelta(cap.days)]
            assert len(window) < cap.limit
