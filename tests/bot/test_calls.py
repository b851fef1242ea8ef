"""What follows each result of a call, when it is tried again, when the channel changes, when people like to be rung."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.call_words import WORDS
from bot.calls import (
    INSURANCE_GROUP,
    INVALID_GROUP,
    MEANS,
    MISSED_GROUP,
    REACHED_GROUP,
    BestTime,
    Mark,
    Next,
    Result,
    Try,
    best_time,
    failed_days,
    first_time,
    following,
    groups,
)
from bot.dealer import Span

ZONE = "Asia/Shanghai"
TEN = datetime(2026, 9, 17, 2, 0, tzinfo=UTC)  # 10:00 there, a Thursday
HOURS = ((Span(start=time(9, 30), end=time(20, 0)),),)
OPEN = Span(start=time(8, 30), end=time(17, 30))
MORNING = BestTime((Span(start=time(9, 30), end=time(12, 0)),), "usual")


def missed(*days_ago: int) -> list[Try]:
    return [Try(TEN - timedelta(days=ago), Result.NO_ANSWER) for ago in days_ago]


def test_every_code_has_a_meaning_words_and_one_place_on_the_form() -> None:
    shown = [*REACHED_GROUP, *MISSED_GROUP, *INVALID_GROUP, *INSURANCE_GROUP]
    assert sorted(shown) == sorted(Result) == sorted(MEANS) == sorted(WORDS)


def test_the_insurers_codes_stand_only_on_an_insurance_call() -> None:
    assert "insurance" not in groups("checkin.question")
    assert Result.POLICY_ISSUED in groups("insurance.renewal")["insurance"]


@pytest.mark.parametrize(
    ("result", "comes"),
    [(result, Next.REACHED) for result in (
        Result.INTERESTED, Result.BOOKED, Result.DONE, Result.MILEAGE_NOT_REACHED, Result.AWAY, Result.REFUSED,
        Result.CAR_SOLD, Result.TAXI, Result.GIVEN_AWAY, *INSURANCE_GROUP,
    )] + [(result, Next.AGAIN) for result in (
        Result.OTHER_TIME, Result.NO_TIME, Result.DECLINED, Result.SWITCHED_OFF, Result.SUSPENDED, Result.NO_ANSWER,
        Result.HUNG_UP, Result.CUT_OFF,
    )] + [(Result.EMPTY_NUMBER, Next.OTHER_WAY), (Result.WRONG_PERSON, Next.OTHER_WAY), (Result.OTHER, Next.CLOSED)],
)  # fmt: skip
def test_what_comes_of_a_first_call(result: Result, comes: Next) -> None:
    assert following(result, (), TEN, ZONE, MORNING, HOURS).next is comes


def test_a_dead_number_and_a_stranger_are_marked_and_asked_about_at_once() -> None:
    dead, stranger = (
        following(result, (), TEN, ZONE, MORNING, HOURS) for result in (Result.EMPTY_NUMBER, Result.WRONG_PERSON)
    )
    assert (dead.meaning.mark, dead.confirm) == (Mark.DEAD, True)
    assert (stranger.meaning.mark, stranger.confirm) == (Mark.STRANGER, True)


def test_no_answer_is_tried_the_next_day_at_the_best_time() -> None:
    comes = following(Result.NO_ANSWER, (), TEN, ZONE, MORNING, HOURS)
    assert comes.at == datetime(2026, 9, 18, 1, 30, tzinfo=UTC)


@pytest.mark.handbook("H1.5.1")
def test_the_fifth_day_without_contact_changes_the_channel() -> None:
    fourth = following(Result.NO_ANSWER, missed(3, 2, 1), TEN, ZONE, MORNING, HOURS)
    fifth = following(Result.SWITCHED_OFF, missed(4, 3, 2, 1), TEN, ZONE, MORNING, HOURS)
    assert (fourth.next, fourth.confirm) == (Next.AGAIN, False)
    assert (fifth.next, fifth.confirm, fifth.spent) == (Next.OTHER_WAY, True, True)


def test_several_tries_of_one_day_are_one() -> None:
    twice = [*missed(3, 2, 1), *missed(3, 2, 1)]
    assert failed_days(twice, ZONE) == 3
    assert following(Result.NO_ANSWER, twice, TEN, ZONE, MORNING, HOURS).next is Next.AGAIN


def test_the_day_is_the_stores_own() -> None:
    late = datetime(2026, 9, 16, 17, 0, tzinfo=UTC)  # 01:00 on the 17th there
    assert failed_days([Try(late, Result.NO_ANSWER), Try(TEN, Result.NO_ANSWER)], ZONE) == 1


def test_who_was_spoken_to_starts_the_count_anew() -> None:
    spoken = [*missed(4, 3), Try(TEN - timedelta(days=2), Result.NO_TIME), *missed(1)]
    assert failed_days(spoken, ZONE) == 1


def test_the_time_the_customer_asked_for_is_kept() -> None:
    wanted = TEN + timedelta(hours=5)
    assert following(Result.OTHER_TIME, (), TEN, ZONE, MORNING, HOURS, wanted).at == wanted


def test_a_line_that_broke_off_is_rung_again_once_the_same_day() -> None:
    first = following(Result.CUT_OFF, (), TEN, ZONE, MORNING, HOURS)
    again = following(Result.CUT_OFF, [Try(TEN, Result.CUT_OFF)], TEN + timedelta(hours=1), ZONE, MORNING, HOURS)
    evening = following(Result.CUT_OFF, (), TEN + timedelta(hours=9, minutes=45), ZONE, MORNING, HOURS)
    assert first.at == TEN + timedelta(minutes=30)
    assert again.at == evening.at == datetime(2026, 9, 18, 1, 30, tzinfo=UTC)


def test_days_that_do_not_count_are_stepped_over() -> None:
    def counts(day: date) -> bool:
        return day.isoformat() not in ("2026-09-18", "2026-09-19")

    comes = following(Result.NO_ANSWER, (), TEN, ZONE, MORNING, HOURS, counts=counts)
    assert comes.at == datetime(2026, 9, 20, 1, 30, tzinfo=UTC)


def spans(best: BestTime) -> list[str]:
    return [f"{span.start:%H:%M}-{span.end:%H:%M}" for span in best.spans]


@pytest.mark.parametrize(
    ("told", "heard", "expected", "why"),
    [
        ("", [], ["09:30-12:00", "13:30-17:30"], "usual"),
        ("afternoon", [time(10)] * 9, ["13:30-17:30"], "told"),
        ("noon", [], ["12:00-13:30"], "told"),
        ("", [time(18, 30), time(19), time(10)], ["17:30-20:00"], "learnt"),
        ("", [time(18, 30), time(19)], ["09:30-12:00", "13:30-17:30"], "usual"),
        ("", [time(12, 10)] * 5, ["09:30-12:00", "13:30-17:30"], "usual"),
        ("", [time(23), time(3), time(2)], ["09:30-12:00", "13:30-17:30"], "usual"),
    ],
)
def test_when_people_like_to_be_rung(told: str, heard: list[time], expected: list[str], why: str) -> None:
    best = best_time(told, heard, HOURS, OPEN)
    assert (spans(best), best.why) == (expected, why)


@pytest.mark.parametrize(
    ("hour", "urgent", "first"),
    [(10, False, (10, 0)), (8, False, (9, 30)), (8, True, (8, 0)), (12, False, (13, 30)), (19, False, (19, 0))],
)
def test_the_first_try_waits_for_the_best_time_of_the_same_day(hour: int, urgent: bool, first: tuple[int, int]) -> None:
    best = best_time("", [], HOURS, OPEN)
    now = datetime(2026, 9, 17, hour - 8 if hour >= 8 else hour + 16, 0, tzinfo=UTC)
    at = first_time(now, ZONE, best, urgent=urgent)
    assert ((at.hour + 8) % 24, at.minute) == first
