"""Visits and test drives in a conversation: only what is missing is asked, and only what is free is booked."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.booking import Appointment, AppointmentState, Capacity, Visit, Wanted
from bot.customer import Vehicle
from bot.effects import (
    Answer,
    Ask,
    Book,
    CancelBooking,
    ChangeBooking,
    ConfirmBooking,
    Effect,
    HandOff,
    Note,
    NoteBooking,
    PromptKind,
)
from bot.understanding.slots import offered
from bot.understanding.understand import Understanding
from config.load import load_content
from handlers import appt_cancel, appt_change, appt_confirm, decide, service_book, test_drive
from tests.handlers.table import CONFIG, HAN, NOW, Table, prompt, turn
from tests.handlers.test_facts import did, handed, spoken

CAPACITY = Capacity(bays=6, advisors=4, consultants=5, drive_cars={"长风": 2, "云栖": 1})
HOUSE = CONFIG.model_copy(update={"booking": CAPACITY})
ZHIXING = Vehicle(6, "知行", "浙X2B002", mileage=14800)


def at(hour: int, minute: int = 0, day: int = 19) -> datetime:
    """Shanghai time in September 2026; the 19th is a Saturday."""
    return datetime(2026, 9, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


FREE = tuple(at(hour, minute) for hour in range(9, 16) for minute in (0, 30))
TABLE = Table(
    known=load_content(Path(__file__).parents[2] / "config"), cars=(ZHIXING,), at_house=HOUSE, free=FREE
)  # fmt: skip
VISIT = Appointment(71, Visit.SERVICE, at(9), 60, AppointmentState.BOOKED, "maintenance", "", "浙X2B002")
DRIVE = Appointment(72, Visit.TEST_DRIVE, at(10, day=20), 60, AppointmentState.BOOKED, "test_drive", "长风")


def only(effects: list[Effect], kind: type) -> Any:
    (found,) = [each for each in effects if isinstance(each, kind)]
    return found


def asked(effects: list[Effect]) -> tuple[PromptKind, str]:
    question = only(effects, Ask)
    return question.kind, question.say.message_id


def test_a_day_a_time_and_the_only_car_are_enough() -> None:
    effects = did(service_book, {"date": "2026-09-19", "time": "09:00", "service": "maintenance"}, table=TABLE)
    booked = only(effects, Book)
    assert (booked.wanted, booked.starts_at, booked.vehicle_id) == (Wanted(Visit.SERVICE, 60), at(9), 6)
    said = spoken(effects)
    assert (said.message_id, said.params["when"]) == ("booking.done", "9月19日（周六）09:00")
    assert handed(effects) is None


def test_only_what_is_missing_is_asked() -> None:
    assert asked(did(service_book, {"service": "maintenance"}, table=TABLE)) == (PromptKind.BOOKING, "booking.when")
    two = replace(TABLE, cars=(ZHIXING, Vehicle(7, "长风", "浙A1")))
    assert asked(did(service_book, {}, table=two)) == (PromptKind.BOOKING, "booking.which_car")
    named = {"plate": "浙A1", "date": "2026-09-19", "time": "10:00"}
    assert only(did(service_book, named, table=two), Book).vehicle_id == 7


@pytest.mark.parametrize(
    ("slots", "times", "full"),
    [
        ({"date": "2026-09-19", "period": "morning"}, ["09:00", "10:30", "11:30"], False),
        ({"date": "2026-09-19", "time": "17:00"}, ["14:30", "15:00", "15:30"], True),
        ({"date": "2026-09-19", "time": "09:10"}, ["09:00", "09:30", "10:00"], True),
        ({"date": "2026-09-18"}, ["09:00", "12:30", "15:30"], False),
        ({"date_from": "2026-09-18"}, ["09:00", "12:30", "15:30"], False),
    ],
)
def test_free_times_are_offered(slots: dict[str, Any], times: list[str], full: bool) -> None:
    question = only(did(service_book, slots, table=TABLE), Ask)
    assert question.kind is PromptKind.OPTIONS
    assert [each["time"] for each in question.known["options"]] == times
    assert (question.say.params["full"], question.known["date"]) == (full, "2026-09-19")


def test_an_option_picked_is_booked_through_the_whole_of_decide() -> None:
    known = {
        "intent": "service_book",
        "date": "2026-09-19",
        "options": [{"n": 1, "date": "2026-09-19", "time": "09:00"}],
    }
    decision = decide(turn("1", prompt(PromptKind.OPTIONS, known=known)), TABLE, NOW)
    assert decision.intent == "service_book"
    assert decision.slots == {"date": "2026-09-19", "time": "09:00"}
    assert only(list(decision.effects), Book).starts_at == at(9)


@pytest.mark.parametrize(("words", "says"), [("都不行", "booking.when"), ("算了不约了", "booking.later")])
def test_who_takes_no_offer_is_asked_or_left_alone(words: str, says: str) -> None:
    effects = did(service_book, {"date": "2026-09-19", "_agreed": False}, words, TABLE)
    assert spoken(effects).message_id == says


def test_a_day_that_was_or_is_too_far_is_asked_again() -> None:
    for day in ("2026-09-16", "2026-12-01"):
        said = spoken(did(service_book, {"date": day, "time": "09:00"}, table=TABLE))
        assert (said.message_id, said.params["out_of_range"]) == ("booking.when", True)


def test_a_lost_race_asks_for_another_time_and_keeps_the_rest() -> None:
    booked = only(did(service_book, {"date": "2026-09-19", "time": "09:00", "symptom": "异响"}, table=TABLE), Book)
    (lost,) = booked.otherwise
    assert (lost.say.message_id, lost.known["symptom"], "time" in lost.known) == ("booking.taken", "异响", False)
    assert booked.note == "异响"


def test_nothing_free_and_nothing_to_book_go_to_a_person() -> None:
    slots = {"date": "2026-09-19", "time": "09:00"}
    for table in (replace(TABLE, free=()), replace(TABLE, at_house=CONFIG)):
        effects = did(service_book, slots, "周六九点做保养", table)
        person = handed(effects)
        assert person is not None
        assert "日期 2026-09-19" in person.summary
        assert not [each for each in effects if isinstance(each, Book)]


def test_a_second_visit_is_read_back_as_a_change() -> None:
    effects = did(service_book, {"date": "2026-09-19", "time": "10:00"}, table=replace(TABLE, visits=(VISIT,)))
    question = only(effects, Ask)
    assert (question.kind, question.known["intent"]) == (PromptKind.READ_BACK, "appt_change")


@pytest.mark.parametrize(
    ("slots", "words", "more"),
    [
        ({"service": "repair", "symptom": "天窗异响"}, "到时候顺便看下天窗，有异响", "天窗异响"),
        ({"service": "wiper"}, "雨刮也一起换了", "雨刮片（一对）"),
        ({"service": "repair"}, "空调也不太凉", "空调也不太凉"),
    ],
)
def test_one_thing_more_at_a_visit_that_stands_is_noted_with_it(slots: dict[str, Any], words: str, more: str) -> None:
    effects = did(service_book, slots, words, replace(TABLE, visits=(VISIT,)))
    assert only(effects, NoteBooking) == NoteBooking(VISIT.id, more)
    assert spoken(effects).message_id == "booking.noted"


# --- test drives ---------------------------------------------------------------------------------------------------


@pytest.mark.handbook("H2.2.2")
def test_a_drive_is_booked_on_a_car_with_what_to_bring() -> None:
    effects = did(test_drive, {"model": "长风", "date": "2026-09-19", "time": "10:00", "party_size": 2}, table=TABLE)
    booked = only(effects, Book)
    assert (booked.wanted, booked.starts_at, booked.note) == (Wanted(Visit.TEST_DRIVE, 60, "长风"), at(10), "2人")
    assert spoken(effects).params["drive"] is True


def test_which_model_is_asked_and_for_one_without_a_car_a_colleague_is_offered() -> None:
    assert asked(did(test_drive, {"date": "2026-09-19"}, table=TABLE)) == (PromptKind.TEST_DRIVE, "drive.which")
    effects = did(test_drive, {"model": "千帆", "date": "2026-09-19"}, table=TABLE)
    assert asked(effects) == (PromptKind.READ_BACK, "drive.none")
    assert handed(effects) is None
    assert "没有试驾车" in only(effects, Note).text


def test_the_one_car_spoken_of_is_the_one_to_drive() -> None:
    from_advice = prompt(PromptKind.NEEDS, known={"_models": ["云栖"]})
    given = turn("那约个试驾，周六十点", from_advice)
    slots = {"date": "2026-09-19", "time": "10:00"}
    effects = list(test_drive.handle(Understanding("test_drive_book", slots=slots), given, TABLE, NOW))
    assert only(effects, Book).wanted.model == "云栖"


# --- change, cancel, confirm ---------------------------------------------------------------------------------------


@pytest.mark.handbook("H2.2.2")
@pytest.mark.parametrize(
    ("slots", "moved"),
    [
        ({"date": "2026-09-19", "time": "14:00"}, at(14)),
        ({"time": "10:00"}, at(10)),
    ],
)
def test_a_change_keeps_what_was_not_said(slots: dict[str, Any], moved: datetime) -> None:
    effects = did(appt_change, slots, table=replace(TABLE, visits=(VISIT,)))
    change = only(effects, ChangeBooking)
    assert (change.appointment_id, change.starts_at) == (71, moved)
    assert spoken(effects).message_id == "booking.changed"


def test_another_day_means_the_same_hour() -> None:
    sunday = tuple(each + timedelta(days=1) for each in FREE)
    table = replace(TABLE, visits=(VISIT,), free=sunday)
    assert only(did(appt_change, {"date": "2026-09-20"}, table=table), ChangeBooking).starts_at == at(9, day=20)


@pytest.mark.parametrize(
    "slots",
    [
        {"date": "2026-09-19"},
        {"date": "2026-09-19", "time": "09:00"},
        {"date": "2026-09-19", "period": "morning"},
    ],
)
def test_the_day_that_stands_is_no_new_one(slots: dict[str, Any]) -> None:
    effects = did(appt_change, slots, "周六那个保养我去不了了，能换一天吗", replace(TABLE, visits=(VISIT,)))
    assert spoken(effects).message_id == "booking.when"
    later = did(appt_change, {"date": "2026-09-19", "period": "afternoon"}, table=replace(TABLE, visits=(VISIT,)))
    assert spoken(later).message_id == "booking.options"


def test_a_change_into_a_full_time_offers_others_and_keeps_the_old_one() -> None:
    effects = did(appt_change, {"time": "17:00"}, table=replace(TABLE, visits=(VISIT,)))
    question = only(effects, Ask)
    assert (question.kind, question.known["intent"]) == (PromptKind.OPTIONS, "appt_change")
    assert not [each for each in effects if isinstance(each, ChangeBooking)]


def test_without_an_appointment_it_is_pointed_out_and_a_person_offered() -> None:
    for subject in (appt_change, appt_cancel):
        effects = did(subject, {}, "改一下预约", TABLE)
        assert (handed(effects), only(effects, Ask).say.message_id) == (None, "booking.unknown")
        assert "没有找到他的预约" in only(effects, Note).text
    assert did(appt_confirm, {}, "好的到时见", TABLE) == []


@pytest.mark.handbook("H2.2.2")
def test_a_cancellation_names_what_it_cancels_and_asks_when_there_are_two() -> None:
    effects = did(appt_cancel, {}, "取消预约", replace(TABLE, visits=(VISIT,)))
    assert only(effects, CancelBooking).appointment_id == 71
    both = replace(TABLE, visits=(VISIT, DRIVE))
    question = only(did(appt_cancel, {}, "取消预约", both), Ask)
    assert [each["date"] for each in question.known["options"]] == ["2026-09-19", "2026-09-20"]
    assert only(did(appt_cancel, {"date": "2026-09-20"}, "取消周日的", both), CancelBooking).appointment_id == 72


def test_every_question_about_a_time_ends_with_the_booking() -> None:
    first = prompt(PromptKind.BOOKING, id=21, known={"service": "maintenance"})
    then = prompt(PromptKind.OPTIONS, id=22, known={"options": []})
    given = turn("九点", then, first)
    slots = {"date": "2026-09-19", "time": "09:00"}
    effects = list(service_book.handle(Understanding("service_book", slots=slots), given, TABLE, NOW))
    assert {each.prompt_id for each in effects if isinstance(each, Answer)} == {21, 22}


def test_who_gives_up_while_a_time_is_looked_for_is_left_alone() -> None:
    given = turn("那算了", prompt(PromptKind.OPTIONS, known={"options": []}))
    effects = list(appt_cancel.handle(Understanding("appt_cancel"), given, TABLE, NOW))
    assert spoken(effects).message_id == "booking.later"


@pytest.mark.parametrize(
    ("words", "moved"), [("推迟一个小时行吗", at(10)), ("提前半小时", None), ("晚一个半小时吧", at(10, 30))]
)
def test_so_much_later_than_what_stands(words: str, moved: datetime | None) -> None:
    effects = did(appt_change, {}, words, replace(TABLE, visits=(VISIT,)))
    assert [each.starts_at for each in effects if isinstance(each, ChangeBooking)] == ([moved] if moved else [])


def test_who_asks_when_it_was_has_not_said_they_come() -> None:
    effects = did(appt_confirm, {}, "我约的是几点来着", replace(TABLE, visits=(VISIT,)))
    assert [type(each) for each in effects] == [type(spoken(effects))]
    assert spoken(effects).message_id == "booking.standing"


def test_who_says_they_come_is_noted() -> None:
    effects = did(appt_confirm, {}, "准时到", replace(TABLE, visits=(VISIT,)))
    assert only(effects, ConfirmBooking).appointment_id == 71
    assert spoken(effects).message_id == "booking.confirmed"


def test_while_a_person_has_the_thread_nothing_is_booked_or_said() -> None:
    known = {"intent": "service_book", "options": [{"n": 1, "date": "2026-09-19", "time": "09:00"}]}
    decision = decide(turn("1", prompt(PromptKind.OPTIONS, known=known), human=HAN), TABLE, NOW)
    assert decision.intent == "service_book"
    assert not [each for each in decision.effects if isinstance(each, Book | HandOff)]
    assert Understanding("service_book").wants(decision.intent)


OPTIONS = [{"n": n, "date": "2026-09-19", "time": f"{hour}:30"} for n, hour in ((1, "08"), (2, "12"), (3, "16"))]


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("第二个吧", 2), ("就16:30", 3),
        ("第一个太早了,第二个吧", 2), ("8点半可以吗", 1), ("下午最晚的那个", 3),
        ("早点的那个", 1), ("选2号", 2), ("第三个会不会太晚", None), ("8点半来得及上班吗", None),
        ("第二个要多久", None),
        ("最早几点", None), ("明早最早的", None), ("16:30 会不会太晚", None), ("1号", None), ("周日第一个有吗", None),
        ("下午吧", None), ("有早点的吗", None), ("第一个 太早", None),
    ],
)  # fmt: skip
def test_a_time_is_chosen_by_a_choice(said: str, number: int | None) -> None:
    """Who asks about one, says no to one or names another day has chosen none."""
    found = offered.chosen(said, OPTIONS, at(10, 20, 17).astimezone(ZoneInfo("Asia/Shanghai")), HOUSE.opening)
    assert (found["n"] if found else None) == number


@pytest.mark.parametrize("said", ["周六可能来不了", "孩子发烧，周六不一定去得了", "可能要取消周六的"])
def test_a_perhaps_cancels_nothing(said: str) -> None:
    understood = Understanding("appt_cancel")
    effects = appt_cancel.handle(understood, turn(said), replace(TABLE, visits=(VISIT,)), NOW)
    assert not [each for each in effects if isinstance(each, CancelBooking)]
