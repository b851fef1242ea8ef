"""Each kind of breach, planted into a log of sends: the referee finds that one and no other."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.customer import Purpose
from bot.dealer import Dealer, StoreConfig
from bot.messages import Category, Way
from commands.simulation.referee import KINDS, Books, Send, Word, counted, intervals, look

DEALER = Dealer(stores=[StoreConfig(code="binjiang", name="滨江"), StoreConfig(code="berlin", name="Berlin",
                time_zone="Europe/Berlin")])  # fmt: skip
NOON = datetime(2026, 3, 4, 4, tzinfo=UTC)  # 12:00 in Shanghai, 05:00 in Berlin
LILEI = "+8613900000001"
SURVEY = Send(
    NOON, 1, 1, LILEI, LILEI, Way.SMS, Category.SURVEY, "checkin.question", "RO#1", "用着还顺心吗", "binjiang"
)
GREETING = replace(SURVEY, touchpoint=2, category=Category.GREETING, rule="birthday.greeting", text="生日快乐")
AGREED = Word("1", Purpose.GREETING, True, NOON - timedelta(days=9))
BOOKS = Books(consents=[AGREED], phones={1: LILEI, 2: LILEI, 3: "+8613900000003"}, outcomes={})
MARKETED = replace(BOOKS, consents=[replace(AGREED, purpose=Purpose.MARKETING)])  # which carries greetings


def found(sends: Sequence[Send], books: Books = BOOKS) -> dict[str, int]:
    return {kind: many for kind, many in counted(look(sends, books, DEALER)).items() if many}


def later(send: Send, number: int, **delta: float) -> Send:
    """Another touchpoint of its own, with other words."""
    return replace(
        send, at=send.at + timedelta(**delta), touchpoint=100 + number, occurrence=f"other {number}", text=f"{number}"
    )


def test_all_kinds_are_counted_and_nothing_wrong_is_nothing() -> None:
    assert counted(look([SURVEY, GREETING], BOOKS, DEALER)) == dict.fromkeys(KINDS, 0)


@pytest.mark.parametrize(
    ("send", "wrong"),
    [
        (replace(SURVEY, at=datetime(2026, 3, 4, 1, 29, tzinfo=UTC)), True),  # 09:29
        (replace(SURVEY, at=datetime(2026, 3, 4, 1, 30, tzinfo=UTC)), False),
        (replace(SURVEY, at=datetime(2026, 3, 4, 12, 0, tzinfo=UTC)), True),  # 20:00, end exclusive
        (replace(SURVEY, category=Category.SERVICE, at=datetime(2026, 3, 4, 12, 59, tzinfo=UTC)), False),
        (replace(SURVEY, way=Way.CALL, at=datetime(2026, 3, 4, 4, 30, tzinfo=UTC)), True),  # lunch
        (replace(SURVEY, store="berlin"), True),
        (replace(SURVEY, store="berlin", category=Category.SAFETY), False),
    ],
)
def test_quiet_hours(send: Send, wrong: bool) -> None:
    assert found([send]) == ({"quiet_hours": 1} if wrong else {})


def test_a_fourth_in_seven_days_is_over_the_cap_also_through_another_file() -> None:
    week = [later(SURVEY, number, days=number * 2) for number in range(3)]
    other_file = replace(later(SURVEY, 3, days=6, hours=1), file=2)
    assert found(week) == {}
    assert found([*week, other_file]) == {"cap": 1}
    assert found([*week, replace(other_file, file=3, phone="+8613900000003")]) == {}
    assert found([*week, replace(other_file, case_message=True)]) == {}
    assert found([*week, replace(other_file, category=Category.SERVICE)]) == {}
    assert found([*week, later(SURVEY, 4, days=7)]) == {}


def test_greetings_have_caps_of_their_own() -> None:
    assert found([GREETING, later(GREETING, 1, days=6)]) == {"cap": 1}
    assert found([later(GREETING, number, days=number * 8) for number in range(3)]) == {"cap": 1}


def test_sms_of_a_day_and_mass_sends_of_a_month() -> None:
    service = replace(SURVEY, category=Category.SERVICE)
    assert found([later(service, number, hours=number) for number in range(4)]) == {"cap": 1}
    asked = Books(consents=[replace(AGREED, purpose=Purpose.MARKETING)], phones={1: LILEI})
    open_caps = DEALER.model_copy(update={"caps": ()})
    event = replace(SURVEY, way=Way.MASS, category=Category.MARKETING, address="o1", at=NOON)
    mass = [later(event, number, days=number * 5) for number in range(5)]
    assert counted(look(mass, asked, open_caps))["cap"] == 1
    assert counted(look(mass[:4], asked, open_caps))["cap"] == 0


def test_duplicates_by_occurrence_or_by_words() -> None:
    assert found([SURVEY, replace(SURVEY, at=NOON + timedelta(days=1), text="又问一次")]) == {"duplicate": 1}
    same_words = replace(SURVEY, file=2, touchpoint=9, occurrence="RO#2", at=NOON + timedelta(hours=1))
    assert found([SURVEY, same_words]) == {"duplicate": 1}
    assert found([SURVEY, replace(same_words, at=NOON + timedelta(days=1))]) == {}


@pytest.mark.parametrize(
    ("books", "wrong"),
    [
        (Books(phones=BOOKS.phones), True),
        (replace(BOOKS, consents=[AGREED, replace(AGREED, given=False, at=NOON - timedelta(days=1))]), True),
        (replace(BOOKS, consents=[replace(AGREED, who="2")]), False),  # a file that shares the number agreed
        (replace(BOOKS, consents=[replace(AGREED, at=NOON + timedelta(hours=1))]), True),
        (replace(BOOKS, refusals=[Word(LILEI, Purpose.GREETING, True, NOON - timedelta(days=1))]), True),
        (replace(BOOKS, refusals=[Word(LILEI, Purpose.MARKETING, True, NOON - timedelta(days=1))]), False),
        (replace(MARKETED, refusals=[]), False),
        (replace(MARKETED, refusals=[Word(LILEI, Purpose.MARKETING, True, NOON - timedelta(days=1))]), True),
        (replace(BOOKS, refusals=[Word(LILEI, Purpose.GREETING, True, NOON + timedelta(days=1))]), False),
        (replace(BOOKS, refusals=[Word(LILEI, Purpose.SURVEY, True, NOON - timedelta(days=1))]), False),
    ],
)
def test_consents_and_refusals(books: Books, wrong: bool) -> None:
    assert found([GREETING], books) == ({"no_consent": 1} if wrong else {})


def test_only_safety_passes_a_refusal_of_everything() -> None:
    books = replace(BOOKS, refusals=[Word(LILEI, Purpose.ALL, True, NOON - timedelta(days=1))])
    assert found([SURVEY], books) == {"no_consent": 1}
    assert found([replace(SURVEY, category=Category.SAFETY)], books) == {}


def test_an_open_complaint_holds_every_file_of_the_person() -> None:
    books = replace(BOOKS, complaints={2: [(NOON - timedelta(days=1), NOON + timedelta(days=1))]})
    assert found([SURVEY], books) == {"complaint_hold": 1}
    assert found([replace(SURVEY, case_message=True)], books) == {}
    assert found([replace(SURVEY, category=Category.SAFETY)], books) == {}
    assert found([replace(SURVEY, file=3, phone="+8613900000003", address="+8613900000003")], books) == {}
    assert found([replace(SURVEY, at=NOON + timedelta(days=1))], books) == {}
    since_now = replace(books, complaints={1: [(NOON, None)]})
    assert found([SURVEY], since_now) == {"complaint_hold": 1}
    call = replace(SURVEY, way=Way.CALL, at=NOON + timedelta(hours=3))
    assert found([call], replace(books, complaints={1: [(call.at, None)]})) == {}  # made in the call itself
    assert found([call], since_now) == {"complaint_hold": 1}


def test_not_exactly_one_outcome() -> None:
    assert found([], replace(BOOKS, outcomes={7: 2, 8: 0, 9: 1})) == {"two_outcomes": 2}


def test_when_a_case_was_open() -> None:
    days = [NOON + timedelta(days=each) for each in range(5)]
    steps = [(days[0], "opened"), (days[1], "contacted"), (days[2], "closed_satisfied"), (days[3], "reopened")]
    assert intervals(steps) == [(days[0], days[2]), (days[3], None)]
    assert intervals([*steps, (days[4], "closed_manager")]) == [(days[0], days[2]), (days[3], days[4])]
    assert intervals([]) == []
