"""An appointment by its page: confirmed, moved, given up, arranged anew; never on a day the store is closed."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.booking import AppointmentState, Visit, Wanted
from store import appointments
from store.appointments import NewBooking
from store.engine import reading, writing
from store.tables.booking import appointment
from store.tables.contact import message, prompt
from tests.store.cast import a_customer
from tests.web.pages.conftest import DEALER, Phone, path

PLACES = DEALER.store("binjiang").booking
SATURDAY = datetime.fromisoformat("2026-09-19T02:00:00+00:00")  # 10:00 in Shanghai


def a_visit(phone: Phone, at: datetime = SATURDAY, *, drive: bool = False) -> tuple[int, str]:
    """The appointment and the path of its page."""
    wanted = Wanted(Visit.TEST_DRIVE, 60, "长风") if drive else Wanted(Visit.SERVICE, 60)
    with writing(phone.engine) as conn:
        new = NewBooking(phone.customer_id, wanted, at, "test_drive" if drive else "maintenance")
        made = appointments.book(conn, phone.store_id, new, PLACES, phone.clock.now)
    assert made is not None
    return made, path(phone.links.visit(made, phone.customer_id, at + timedelta(days=7)))


def rows(phone: Phone, table: Any = appointment) -> list[Any]:
    with reading(phone.engine) as conn:
        return list(conn.execute(select(table).order_by(table.c.id)))


def times(text: str) -> list[str]:
    return re.findall(r'name="time" value="([^"]+)"', text)


def no_show(phone: Phone, number: int) -> None:
    phone.clock.now = SATURDAY + timedelta(minutes=31)
    with writing(phone.engine) as conn:
        assert appointments.leave(conn, number, AppointmentState.NO_SHOW, phone.clock.now)


def test_it_says_when_what_and_where_and_looking_changes_nothing(phone: Phone) -> None:
    _, where = a_visit(phone, drive=True)
    page = phone.open(where)
    for words in ("9月19日（周六）10:00", "试驾长风", "远禾路1号", "驾驶证原件", "能来，确认到店", "来不了，取消预约"):
        assert words in page.text
    assert rows(phone, prompt) == []
    assert rows(phone)[0].state == "booked"


@pytest.mark.handbook("H2.2.2")
def test_one_press_confirms(phone: Phone) -> None:
    _, where = a_visit(phone)
    answer = phone.send(where, reply="come")
    assert "等您" in answer.text
    assert rows(phone)[0].state == "confirmed"
    again = phone.open(where)
    assert "您已确认到店" in again.text
    assert "能来，确认到店" not in again.text


@pytest.mark.handbook("H2.2.2")
def test_another_time_moves_that_very_appointment(phone: Phone) -> None:
    a_visit(phone, SATURDAY - timedelta(days=1))
    number, where = a_visit(phone)
    page = phone.open(where)
    chosen = times(page.text)[-1]
    answer = phone.send(where, page, reply="move", time=chosen)
    assert "改好了" in answer.text
    first, second = rows(phone)
    assert (first.starts_at, first.moves) == (SATURDAY - timedelta(days=1), 0)
    assert (second.id, second.starts_at, second.moves) == (number, datetime.fromisoformat(chosen), 1)


def test_given_up_its_places_are_free_again(phone: Phone) -> None:
    a_visit(phone, SATURDAY - timedelta(days=1))
    _, where = a_visit(phone)
    answer = phone.send(where, reply="cancel")
    assert "已经取消" in answer.text
    assert [row.state for row in rows(phone)] == ["booked", "cancelled"]
    assert "这个预约已经取消" in phone.open(where).text


@pytest.mark.handbook("H2.2.2")
def test_one_that_was_missed_is_arranged_anew(phone: Phone) -> None:
    number, where = a_visit(phone, drive=True)
    no_show(phone, number)
    page = phone.open(where)
    assert "这次没等到您" in page.text
    assert "取消预约" not in page.text
    chosen = times(page.text)[0]
    answer = phone.send(where, page, reply="move", time=chosen)
    assert "约好了" in answer.text
    missed, anew = rows(phone)
    assert missed.state == "no_show"
    assert (anew.kind, anew.model, anew.minutes) == ("test_drive", "长风", 60)
    assert (anew.state, anew.starts_at) == ("booked", datetime.fromisoformat(chosen))


def test_a_closed_day_is_not_offered(phone: Phone) -> None:
    """The National Day of 2026 closes the store from the 1st to the 7th."""
    before = datetime.fromisoformat("2026-09-30T02:00:00+00:00")
    phone.clock.now = before - timedelta(hours=4)
    _, where = a_visit(phone, before)
    days = {each[:10] for each in times(phone.open(where).text)}
    assert days == {"2026-09-30", "2026-10-08", "2026-10-09", "2026-10-10"}


@pytest.mark.parametrize("form", [{}, {"reply": "move"}, {"reply": "move", "time": "gestern"}, {"reply": "nonsense"},
                                  {"reply": "move", "time": "2026-09-01T02:00:00+00:00"},
                                  {"reply": "move", "time": "2026-09-20T02:00:00"}])  # fmt: skip
def test_without_a_choice_the_form_comes_again(phone: Phone, form: dict[str, Any]) -> None:
    _, where = a_visit(phone)
    answer = phone.send(where, **form)
    assert answer.status_code == 422
    assert rows(phone)[0].moves == 0
    assert rows(phone, message) == []


def test_a_time_nobody_offered_is_not_taken(phone: Phone) -> None:
    """Three in the night: the turn offers what is free, and the old time is kept."""
    _, where = a_visit(phone)
    answer = phone.send(where, reply="move", time="2026-09-20T19:00:00+00:00")
    assert "可以改到" in answer.text
    assert (rows(phone)[0].starts_at, rows(phone)[0].moves) == (SATURDAY, 0)


def test_the_same_submission_moves_once(phone: Phone) -> None:
    _, where = a_visit(phone)
    page = phone.open(where)
    chosen = times(page.text)[-1]
    for _ in range(2):
        phone.send(where, page, reply="move", time=chosen)
    assert rows(phone)[0].moves == 1


def test_somebody_elses_appointment_is_not_shown(phone: Phone) -> None:
    number, _ = a_visit(phone)
    with writing(phone.engine) as conn:
        other = a_customer(conn, phone.store_id, name="王磊", phone="+8613900000009")
    assert phone.open(path(phone.links.visit(number, other, SATURDAY))).status_code == 404
    assert phone.open("/a/forged.1-1-1").status_code == 404


def test_one_that_is_over_takes_nothing(phone: Phone) -> None:
    _, where = a_visit(phone)
    with writing(phone.engine) as conn:
        conn.execute(update(appointment).values(state="arrived"))
    assert "已经结束" in phone.open(where).text
    assert phone.send(where, reply="cancel").status_code == 422
    phone.clock.now = SATURDAY + timedelta(days=8)
    assert phone.open(where).status_code == 410
