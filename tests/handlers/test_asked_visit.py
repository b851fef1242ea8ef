"""What is answered to a reminder acts on the appointment it was about; a missed one is arranged anew."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.booking import AppointmentState, Visit, Wanted
from bot.effects import Answer, Ask, Book, CancelBooking, ChangeBooking, ConfirmBooking, HandOff, PromptKind
from bot.messages import Channel, InboundKind
from bot.turn import Decision
from handlers import decide
from tests.handlers.table import NOW, Table, of, prompt, said, turn
from tests.handlers.test_booking import DRIVE, TABLE, VISIT, at
from tests.learnt import classifier

BOTH = replace(TABLE, visits=(VISIT, DRIVE))
MISSED = replace(DRIVE, state=AppointmentState.NO_SHOW, starts_at=NOW - timedelta(hours=1))
ABSENT = replace(TABLE, past_visits=(MISSED,))


def answered(words: str, table: Table, **more: Any) -> Decision:
    """To the reminder of DRIVE, which is the later of the two."""
    asked = prompt(PromptKind.APPOINTMENT, ref={"appointment_id": DRIVE.id})
    return decide(turn(words, asked, **more), table, NOW, classifier())


@pytest.mark.handbook("H2.2.2")
@pytest.mark.parametrize("words", ["好的", "好的，谢谢", "没问题，准时到", "1", "可以", "会来的"])
@pytest.mark.parametrize("channel", [Channel.WECHAT, Channel.SMS])
def test_a_yes_confirms_that_very_one(words: str, channel: Channel) -> None:
    decision = answered(words, BOTH, channel=channel)
    assert of(decision, ConfirmBooking) == [ConfirmBooking(DRIVE.id)]
    assert [each.prompt_id for each in of(decision, Answer)] == [11]


@pytest.mark.handbook("H2.2.2")
@pytest.mark.parametrize("words", ["来不了了", "去不了了，帮我取消吧", "2", "不好意思，临时有事来不了"])
def test_a_no_gives_that_very_one_up(words: str) -> None:
    decision = answered(words, BOTH)
    assert [each.appointment_id for each in of(decision, CancelBooking)] == [DRIVE.id]
    assert "booking.cancelled" in said(decision)


@pytest.mark.handbook("H2.2.2")
@pytest.mark.parametrize("words", ["改到周六上午十点", "周六上午10点可以吗，换个时间"])
def test_another_time_moves_that_very_one(words: str) -> None:
    decision = answered(words, BOTH)
    (moved,) = of(decision, ChangeBooking)
    assert (moved.appointment_id, moved.starts_at) == (DRIVE.id, at(10))


def test_another_day_keeps_the_time_it_stood_at() -> None:
    (moved,) = of(answered("改到周六", BOTH), ChangeBooking)
    assert (moved.appointment_id, moved.starts_at) == (DRIVE.id, at(10))


def test_words_that_name_the_other_one_mean_the_other_one() -> None:
    (moved,) = of(answered("保养改到周六上午十一点", BOTH), ChangeBooking)
    assert moved.appointment_id == VISIT.id


@pytest.mark.handbook("H2.2.2")
def test_a_yes_to_the_question_after_a_missed_one_is_offered_times() -> None:
    decision = answered("好的", ABSENT)
    (asked,) = of(decision, Ask)
    assert (asked.say.message_id, asked.kind) == ("booking.options", PromptKind.OPTIONS)
    assert len(asked.known["options"]) == 3
    assert of(decision, Answer) == of(decision, HandOff) == []


@pytest.mark.handbook("H2.2.2")
def test_a_time_after_a_missed_one_books_the_same_drive_again() -> None:
    decision = answered("改到周六上午十点", ABSENT)
    (booked,) = of(decision, Book)
    assert (booked.wanted, booked.starts_at) == (Wanted(Visit.TEST_DRIVE, 60, "长风"), at(10))
    assert said(decision) == ["booking.done"]
    assert [each.prompt_id for each in of(decision, Answer)] == [11]


def test_the_option_picked_then_books_it() -> None:
    known = {"intent": "appt_change", "options": [{"n": 1, "date": "2026-09-19", "time": "10:00"}]}
    asked = (
        prompt(PromptKind.OPTIONS, id=12, known=known, ref={}),
        prompt(PromptKind.APPOINTMENT, ref={"appointment_id": DRIVE.id}),
    )
    decision = decide(turn("1", *asked), ABSENT, NOW, classifier())
    assert [each.starts_at for each in of(decision, Book)] == [at(10)]


@pytest.mark.parametrize("words", ["不用了", "来不了了", "暂时不去了"])
def test_a_no_after_a_missed_one_is_taken_as_it_is(words: str) -> None:
    decision = answered(words, ABSENT)
    assert of(decision, Book) == of(decision, CancelBooking) == of(decision, HandOff) == []
    assert "booking.options" not in said(decision)


def test_who_has_another_drive_by_now_means_that_one() -> None:
    standing = replace(DRIVE, id=80)
    decision = answered("改到周六上午十点", replace(ABSENT, visits=(standing,)))
    assert [each.appointment_id for each in of(decision, ChangeBooking)] == [80]


@pytest.mark.parametrize(
    ("option", "kind"),
    [("visit:come", ConfirmBooking), ("visit:cancel", CancelBooking), ("visit:2026-09-19T10:00", ChangeBooking)],
)
def test_what_the_page_sends_is_read_without_a_classifier(option: str, kind: type) -> None:
    asked = prompt(PromptKind.APPOINTMENT, ref={"appointment_id": DRIVE.id})
    sent = turn("", asked, kind=InboundKind.ANSWER, option=option, channel=Channel.PAGE)
    (done,) = of(decide(sent, BOTH, NOW), kind)
    assert done.appointment_id == DRIVE.id


def test_a_closed_day_is_said_to_be_closed_and_the_next_open_ones_are_offered() -> None:
    holiday = replace(BOTH, closed_days=frozenset({date(2026, 9, 18)}))
    (asked,) = of(answered("改到明天上午十点", holiday), Ask)
    assert (asked.say.message_id, asked.say.params["closed"], asked.say.params["full"]) == (
        "booking.options", True, False,
    )  # fmt: skip
