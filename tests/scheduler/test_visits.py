"""Reminders of appointments from the plan to the phone, and the one question after a missed one; on both databases."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.booking import AppointmentState, Capacity, Visit, Wanted
from bot.links import Link
from bot.messages import Way
from config.load import load_journeys
from scheduler.no_shows import NoShowSweeper
from store import appointments, windows
from store.appointments import NewBooking
from store.engine import writing
from store.tables import contact
from tests.conftest import StillClock
from tests.scheduler.stage import Stage

JOURNEYS = tuple(
    each for each in load_journeys(Path(__file__).parents[2] / "config") if each.id in ("booking", "no_show")
)
PLACES = Capacity(bays=6, advisors=4, consultants=5, drive_cars={"长风": 2})
THURSDAY = datetime.fromisoformat("2026-09-17T02:00:00+00:00")  # 10:00 in Shanghai
SATURDAY = datetime.fromisoformat("2026-09-19T02:00:00+00:00")  # 10:00
DAY_BEFORE = datetime.fromisoformat("2026-09-18T07:00:00+00:00")  # 15:00
TWO_HOURS = SATURDAY - timedelta(hours=2)


@pytest.fixture
def stage(engine: Engine, clock: StillClock) -> Stage:
    clock.now = THURSDAY
    return Stage(engine, clock, journeys=JOURNEYS)


def booked(
    stage: Stage, file: tuple[int, int], at: datetime = SATURDAY, *, drive: bool = False, service: str = "maintenance"
) -> int:
    wanted = Wanted(Visit.TEST_DRIVE, 60, "长风") if drive else Wanted(Visit.SERVICE, 60)
    new = NewBooking(file[1], wanted, at, "test_drive" if drive else service)
    with writing(stage.engine) as conn:
        made = appointments.book(conn, file[0], new, PLACES, stage.clock.now)
    assert made is not None
    return made


def rules(stage: Stage) -> dict[tuple[str, str], tuple[str, str | None, str]]:
    return {(row.rule, row.occurrence): (row.state, row.outcome, row.reason) for row in stage.rows()}


def live(stage: Stage, until: datetime) -> None:
    """A round now, at every 15:00 and 08:00 in Shanghai, and at the end: all that these journeys wait for."""
    days = [stage.clock.now.date() + timedelta(days=ahead) for ahead in range(30)]
    moments = [datetime.combine(day, at, UTC) for day in days for at in (time(0), time(7))]
    for moment in [stage.clock.now, *(each for each in moments if stage.clock.now < each < until), until]:
        at_round(stage, moment)


def at_round(stage: Stage, moment: datetime) -> None:
    stage.clock.now = moment
    stage.round()


@pytest.mark.handbook("H2.2.2")
def test_the_day_before_and_two_hours_before_each_once(stage: Stage) -> None:
    number = booked(stage, stage.a_file())
    live(stage, SATURDAY + timedelta(hours=1))
    sent = [(out.payload["template"], out.payload["params"]) for out in stage.sent(Way.SMS)]
    said = {"name": "李雷", "when": "9月19日（周六）10:00", "what": "保养"}
    assert sent == [("booking_tomorrow", said), ("booking_soon", said)]
    key = f"appointment#{number}/v1"
    assert set(rules(stage)) == {("booking.tomorrow", key), ("booking.soon", key)}
    at = {row.rule: row.planned_for for row in stage.rows()}
    assert at == {"booking.tomorrow": DAY_BEFORE, "booking.soon": TWO_HOURS}


@pytest.mark.handbook("H2.2.2")
def test_a_follower_gets_a_template_whose_link_opens_the_appointment(stage: Stage) -> None:
    file = stage.a_file(openid="o-lilei")
    number = booked(stage, file, drive=True)
    stage.round()
    at_round(stage, DAY_BEFORE)
    (out,) = stage.sent(Way.TEMPLATE)
    payload: Any = out.payload
    assert payload["data"]["thing1"]["value"] == "试驾长风"
    token = str(out.payload["url"]).rsplit("/", 1)[1]
    assert stage.links.read(Link.VISIT, token, stage.clock.now).ids == (number, file[1])
    (asked,) = stage.rows(contact.prompt)
    assert (asked.kind, asked.ref["appointment_id"]) == ("appointment", number)
    assert asked.expires_at == SATURDAY  # no answer counts once it has begun


def test_in_an_open_window_a_drive_is_told_what_to_bring(stage: Stage) -> None:
    file = stage.a_file(openid="o-lilei")
    booked(stage, file, drive=True)
    stage.round()
    stage.clock.now = DAY_BEFORE
    with writing(stage.engine) as conn:
        windows.open_window(conn, "main", "o-lilei", "typed", stage.clock.now)
    stage.round()
    (out,) = stage.sent(Way.CUSTOM)
    for words in ("9月19日（周六）10:00", "试驾长风", "驾驶证原件", "/a/"):
        assert words in str(out.payload["text"])


def test_another_time_is_reminded_of_anew_and_the_old_one_never(stage: Stage) -> None:
    number = booked(stage, stage.a_file())
    stage.round()
    later = SATURDAY + timedelta(days=2)
    with writing(stage.engine) as conn:
        assert appointments.move(conn, number, later, PLACES, stage.clock.now)
    live(stage, later)
    first, second = f"appointment#{number}/v1", f"appointment#{number}/v2"
    told = rules(stage)
    assert told["booking.tomorrow", first] == ("done", "skipped", "anchor_gone")
    assert told["booking.soon", first] == ("done", "skipped", "anchor_gone")
    assert [told[rule, second][1] for rule in ("booking.tomorrow", "booking.soon")] == ["sent", "sent"]
    assert len(stage.sent(Way.SMS)) == 2


@pytest.mark.parametrize("state", [AppointmentState.CANCELLED, AppointmentState.ARRIVED])
def test_what_is_cancelled_or_has_begun_is_not_reminded_of(stage: Stage, state: AppointmentState) -> None:
    number = booked(stage, stage.a_file())
    stage.round()
    with writing(stage.engine) as conn:
        change = appointments.leave if state is AppointmentState.CANCELLED else appointments.mark
        assert change(conn, number, state, stage.clock.now)
    live(stage, SATURDAY)
    assert stage.sent(Way.SMS) == []
    assert {each[2] for each in rules(stage).values()} == {"anchor_gone"}


def test_booked_within_the_hour_before_nothing_is_said_late(stage: Stage) -> None:
    booked(stage, stage.a_file(), THURSDAY + timedelta(hours=1))
    live(stage, THURSDAY + timedelta(hours=1))
    assert stage.sent(Way.SMS) == []
    assert {each[2] for each in rules(stage).values()} <= {"late", "expired"}


def test_an_early_visit_is_reminded_of_when_the_hours_begin(stage: Stage) -> None:
    """08:30: two hours before is half past six; service begins at eight."""
    booked(stage, stage.a_file(), datetime.fromisoformat("2026-09-19T00:30:00+00:00"))
    for moment in ("2026-09-18T07:00", "2026-09-18T22:30", "2026-09-19T00:00"):  # 15:00, 06:30, 08:00
        at_round(stage, datetime.fromisoformat(f"{moment}:00+00:00"))
    soon = next(row for row in stage.rows() if row.rule == "booking.soon")
    assert soon.outcome == "sent"
    assert ("gate", "quiet", "defer", "quiet_hours") in stage.chain()
    assert soon.done_at == datetime.fromisoformat("2026-09-19T00:00:00+00:00")


def test_reminders_of_ones_own_booking_are_in_no_cap(stage: Stage) -> None:
    """Service caused by the customer's own booking is not counted (design §4)."""
    file = stage.a_file()
    for day in range(4):
        booked(stage, file, SATURDAY + timedelta(days=day))
    live(stage, SATURDAY + timedelta(days=4))
    assert {row.category for row in stage.rows()} == {"service"}
    assert [row.outcome for row in stage.rows()].count("sent") == 8


def no_show(stage: Stage, number: int, at: datetime = SATURDAY) -> None:
    stage.clock.now = at + timedelta(minutes=31)
    assert NoShowSweeper(stage.engine, stage.clock).tick() == 1


@pytest.mark.handbook("H2.2.2")
def test_who_did_not_come_is_asked_once_whether_another_time_suits(stage: Stage) -> None:
    file = stage.a_file()
    number = booked(stage, file, drive=True)
    live(stage, SATURDAY)
    before = len(stage.sent(Way.SMS))
    no_show(stage, number)
    live(stage, SATURDAY + timedelta(days=9))
    asked: list[Any] = [out.payload for out in stage.sent(Way.SMS)[before:]]
    assert [each["template"] for each in asked] == ["booking_missed"]
    assert asked[0]["params"]["what"] == "试驾长风"
    assert rules(stage)["no_show.again", f"appointment#{number}/missed"] == ("done", "sent", "")


def test_who_booked_again_meanwhile_is_not_asked(stage: Stage) -> None:
    file = stage.a_file()
    number = booked(stage, file)
    live(stage, SATURDAY)
    no_show(stage, number)
    booked(stage, file, SATURDAY + timedelta(days=3))
    stage.round()
    assert rules(stage)["no_show.again", f"appointment#{number}/missed"] == ("done", "skipped", "goal_met")


def test_a_complaint_holds_the_question_about_a_missed_visit(stage: Stage) -> None:
    from tests.scheduler.test_touchpoints import open_case

    file = stage.a_file()
    number = booked(stage, file)
    live(stage, SATURDAY)
    open_case(stage, file)
    no_show(stage, number)
    live(stage, SATURDAY + timedelta(days=4))
    assert rules(stage)["no_show.again", f"appointment#{number}/missed"][1:] == ("skipped", "complaint_hold")
