"""An owner event as its guests live it: invited in waves, reminded, told of a change, moved up, thanked."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert, update

from bot.customer import Purpose
from bot.messages import Way
from config.load import load_journeys
from store import seats, waves
from store.engine import reading, writing
from store.tables import contact, events, people
from tests.conftest import StillClock
from tests.scheduler.stage import ROOT, Stage
from tests.store.cast import a_staff_member, add

AT = datetime.fromisoformat("2026-09-26T14:00:00+08:00")
FRIDAY_TEN = datetime.fromisoformat("2026-09-25T10:00:00+08:00")
JOURNEYS = tuple(journey for journey in load_journeys(ROOT / "config") if journey.id.startswith("event_"))
NAMES = ["李雷", "韩梅梅", "张伟", "王芳", "陈静", "赵强", "孙丽", "周涛", "吴敏", "郑浩"]


@pytest.fixture
def stage(engine: Engine, clock: StillClock) -> Stage:
    clock.now = datetime.fromisoformat("2026-09-17T10:00:00+08:00")
    return Stage(engine, clock, journeys=JOURNEYS)


def people_of(stage: Stage, number: int) -> list[int]:
    """Reached by SMS, each agreed to hear of events."""
    return [
        stage.a_file(name=NAMES[each], phone=f"+86139000000{each:02}", consents=(Purpose.MARKETING,))[1]
        for each in range(number)
    ]


def act(stage: Stage, how: Any, event_id: int, customer_id: int, *party: int) -> Any:
    with writing(stage.engine) as conn:
        return how(conn, event_id, customer_id, *party, stage.clock.now)


def texts(stage: Stage, words: str) -> list[str]:
    """Addresses of the SMS whose text holds these words, in order."""
    return [out.address for out in stage.sent(Way.SMS) if words in str(out.payload["text"])]


def change(stage: Stage, event_id: int, **values: Any) -> None:
    with writing(stage.engine) as conn:
        conn.execute(update(people.event).where(people.event.c.id == event_id).values(**values))


@pytest.mark.handbook("H1.7.4")
def test_waves_are_opened_while_seats_are_free_and_stop_when_the_house_is_full(stage: Stage) -> None:
    guests = people_of(stage, 10)
    event_id = stage.an_event(1, at=AT, capacity=3, shares=[40, 30, 30], wave_hours=24)
    stage.round()
    assert len(texts(stage, "诚邀您参加")) == 4
    stage.until(stage.clock.now + timedelta(hours=23), hours=12)
    assert len(texts(stage, "诚邀您参加")) == 4
    stage.until(stage.clock.now + timedelta(hours=2), hours=1)
    assert len(texts(stage, "诚邀您参加")) == 7, "the next three, a day later"
    for each in guests[:3]:
        act(stage, seats.book, event_id, each, 1, 0)
    stage.until(stage.clock.now + timedelta(hours=60), hours=12)
    assert len(set(texts(stage, "诚邀您参加"))) == 7, "full: nobody else is asked"
    with reading(stage.engine) as conn:
        assert [(each.number, each.share, each.invited) for each in waves.waves_of(conn, event_id)] == [
            (1, 40, 4), (2, 30, 3),
        ]  # fmt: skip
    act(stage, seats.give_back, event_id, guests[0])
    stage.until(stage.clock.now + timedelta(hours=12), hours=4)
    assert len(set(texts(stage, "诚邀您参加"))) == 9, "a seat came free: the last wave, but for who registered already"


def test_an_audience_that_counts_days_is_invited_as_of_today(stage: Stage) -> None:
    """Who was in the workshop today is no one who stayed away for half a year; who never came is."""
    guests = people_of(stage, 3)
    stage.an_order((1, guests[0]), on="2026-09-17")
    away = {"field": "customer.days_since_visit", "op": ">", "value": 180}
    stage.an_event(1, at=AT, capacity=9, shares=[100], audience=away)
    stage.round()
    assert sorted(texts(stage, "诚邀您参加")) == ["+8613900000001", "+8613900000002"]


def test_what_was_decided_at_night_counts_from_the_morning(stage: Stage) -> None:
    people_of(stage, 10)
    stage.clock.now = datetime.fromisoformat("2026-09-17T22:00:00+08:00")
    stage.an_event(1, at=AT, capacity=9, shares=[50, 50], wave_hours=4)
    stage.until(datetime.fromisoformat("2026-09-18T13:00:00+08:00"), minutes=30)
    assert len(texts(stage, "诚邀您参加")) == 5
    stage.until(datetime.fromisoformat("2026-09-18T14:00:00+08:00"), minutes=30)
    assert len(texts(stage, "诚邀您参加")) == 10


def test_two_clocks_open_a_wave_once(stage: Stage) -> None:
    people_of(stage, 4)
    event_id = stage.an_event(1, at=AT, shares=[50, 50], wave_hours=1)
    for _ in range(3):
        with writing(stage.engine) as conn:
            waves.open_next(conn, event_id, stage.clock.now)
    assert [row.number for row in stage.rows(events.event_wave)] == [1, 2]
    assert len(stage.rows(events.event_invitee)) == 4


def test_an_invitation_on_its_way_when_the_last_seat_goes_stays_behind(stage: Stage) -> None:
    guests = people_of(stage, 3)
    stage.clock.now = datetime.fromisoformat("2026-09-17T22:00:00+08:00")
    event_id = stage.an_event(1, at=AT, capacity=1)
    stage.round()
    act(stage, seats.book, event_id, guests[0], 1, 0)
    stage.until(datetime.fromisoformat("2026-09-18T10:00:00+08:00"), hours=1)
    assert texts(stage, "诚邀您参加") == []
    assert {(row.outcome, row.reason) for row in stage.rows() if row.rule.startswith("event_invitation")} == {
        ("skipped", "goal_met"), ("skipped", "left"),
    }  # fmt: skip


@pytest.mark.handbook("H1.7.4")
def test_who_registered_is_reminded_the_day_before_and_two_hours_before(stage: Stage) -> None:
    guests = people_of(stage, 2)
    event_id = stage.an_event(1, at=AT)
    act(stage, seats.book, event_id, guests[0], 2, 1)
    stage.until(FRIDAY_TEN - timedelta(minutes=1), hours=24)
    assert texts(stage, "签到码") == []
    stage.until(FRIDAY_TEN + timedelta(hours=2), hours=1)
    assert texts(stage, "签到码") == ["+8613900000000"]
    stage.until(AT - timedelta(hours=2, minutes=5), hours=1)
    act(stage, seats.book, event_id, guests[1], 1, 0)
    stage.until(AT, minutes=20)
    assert texts(stage, "路上请慢行") == ["+8613900000000", "+8613900000001"]
    assert len(texts(stage, "地点二楼，签到码")) == 1, "who registered this morning needs no word of yesterday"


@pytest.mark.handbook("H1.7.4")
def test_another_date_is_told_once_and_asked_again_and_the_reminders_move(stage: Stage) -> None:
    guests = people_of(stage, 2)
    event_id = stage.an_event(1, at=AT)
    for each in guests:
        act(stage, seats.book, event_id, each, 2, 0)
    stage.until(FRIDAY_TEN, hours=24)
    assert len(texts(stage, "地点二楼，签到码")) == 2
    later = AT + timedelta(days=7)
    change(stage, event_id, starts_at=later, version=2, changed_at=stage.clock.now)
    stage.until(AT + timedelta(days=1), hours=12)
    assert len(texts(stage, "还方便来吗")) == 2
    asked = [row for row in stage.rows(contact.prompt) if row.kind == "event" and row.state == "open"]
    assert {row.customer_id for row in asked} == set(guests)
    assert texts(stage, "路上请慢行") == [], "of the old hour nobody hears"
    act(stage, seats.book, event_id, guests[0], 2, 0)
    act(stage, seats.give_back, event_id, guests[1])
    stage.until(later - timedelta(hours=30), hours=12)
    stage.until(later, hours=2)
    assert texts(stage, "地点二楼，签到码")[2:] == ["+8613900000000"], "reminded of the new day, who still comes"
    assert texts(stage, "路上请慢行") == ["+8613900000000"]


@pytest.mark.handbook("H1.7.4")
def test_called_off_everybody_concerned_hears_it_once(stage: Stage) -> None:
    guests = people_of(stage, 4)
    event_id = stage.an_event(1, at=AT, capacity=2)
    act(stage, seats.book, event_id, guests[0], 2, 0)
    act(stage, seats.wait, event_id, guests[1], 1, 0)
    act(stage, seats.give_back, event_id, guests[2])
    change(stage, event_id, state="cancelled", cancelled_at=stage.clock.now)
    stage.until(AT + timedelta(days=2), hours=12)
    assert sorted(texts(stage, "取消了")) == ["+8613900000000", "+8613900000001"]
    assert texts(stage, "路上请慢行") == []
    assert texts(stage, "没见到您") == []


@pytest.mark.handbook("H1.7.4")
def test_a_seat_given_back_is_offered_to_who_waits_with_the_hour_it_is_kept_until(stage: Stage) -> None:
    guests = people_of(stage, 3)
    event_id = stage.an_event(1, at=AT, capacity=2)
    act(stage, seats.book, event_id, guests[0], 2, 0)
    act(stage, seats.wait, event_id, guests[1], 1, 0)
    act(stage, seats.wait, event_id, guests[2], 2, 0)
    act(stage, seats.give_back, event_id, guests[0])
    stage.round()
    assert texts(stage, "前回复：来") == ["+8613900000001"]
    (offered,) = [str(out.payload["text"]) for out in stage.sent(Way.SMS) if "前回复：来" in str(out.payload["text"])]
    assert "请在明天 10:00前回复：来" in offered
    stage.until(stage.clock.now + timedelta(hours=25), hours=5)
    assert texts(stage, "前回复：来") == ["+8613900000001", "+8613900000002"], "not confirmed in time: the next"
    act(stage, seats.book, event_id, guests[2], 2, 0)
    stage.until(AT - timedelta(hours=3), hours=12)
    stage.until(AT, minutes=30)
    assert texts(stage, "路上请慢行") == ["+8613900000002"]


def arrive(stage: Stage, event_id: int, customer_id: int) -> None:
    with writing(stage.engine) as conn:
        member = a_staff_member(conn, 1, f"门口{customer_id}")
        row = {"key": f"k{customer_id}", "heads": 2, "how": "code", "at": stage.clock.now, "staff_id": member}
        conn.execute(insert(events.event_arrival).values(event_id=event_id, customer_id=customer_id, **row))


@pytest.mark.handbook("H2.5.4")
def test_thanks_with_the_photos_go_to_who_came_and_a_kind_line_to_who_did_not(stage: Stage) -> None:
    guests = people_of(stage, 3)
    with writing(stage.engine) as conn:
        for each in guests:
            add(conn, people.consent, customer_id=each, purpose="greeting", given=True, at=stage.clock.now)
    event_id = stage.an_event(1, at=AT)
    for each in guests[:2]:
        act(stage, seats.book, event_id, each, 2, 0)
    stage.until(AT, hours=24)
    arrive(stage, event_id, guests[0])
    stage.until(AT + timedelta(days=1, hours=-6), hours=6)
    stage.until(AT + timedelta(days=1), hours=1)
    assert texts(stage, "谢谢您来参加") == [], "the day after is Mid-Autumn's last: no survey on a holiday"
    stage.until(AT + timedelta(days=2), hours=4)
    assert texts(stage, "谢谢您来参加") == ["+8613900000000"]
    assert texts(stage, "没见到您") == ["+8613900000001"]
    (asked,) = [row for row in stage.rows(contact.prompt) if row.kind == "survey"]
    assert (asked.customer_id, asked.scale, asked.ref["event_id"]) == (guests[0], "1-5", event_id)


def test_where_nobody_kept_the_door_nobody_is_missed(stage: Stage) -> None:
    (guest,) = people_of(stage, 1)
    with writing(stage.engine) as conn:
        add(conn, people.consent, customer_id=guest, purpose="greeting", given=True, at=stage.clock.now)
    event_id = stage.an_event(1, at=AT)
    act(stage, seats.book, event_id, guest, 1, 0)
    stage.until(AT + timedelta(days=3), hours=12)
    assert (texts(stage, "没见到您"), texts(stage, "谢谢您来参加")) == ([], [])
