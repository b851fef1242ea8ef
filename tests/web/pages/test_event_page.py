"""Seats by the page."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.customer import Role, StaffMember
from store import arrivals, friends, seats
from store.engine import reading, writing
from store.tables.contact import prompt
from store.tables.people import event, rsvp
from store.tables.staff import staff
from tests.store.cast import a_customer
from tests.web.pages.conftest import Phone, path


def all_of(phone: Phone, table: Any) -> list[Any]:
    with reading(phone.engine) as conn:
        return list(conn.execute(select(table).order_by(table.c.id)).all())


def taken(phone: Phone) -> int:
    return int(all_of(phone, event)[0].taken)


def test_what_when_where_and_how_many_are_left(phone: Phone) -> None:
    _, where = phone.an_event(capacity=10, taken=4)
    page = phone.open(where)
    for words in ("西湖秋日自驾", "西湖龙井村", "10月7日 10:20", "还有 6 个座位"):
        assert words in page.text
    assert all_of(phone, prompt) == []


@pytest.mark.handbook("H1.7.4")
def test_coming_takes_seats_and_not_coming_gives_them_back(phone: Phone) -> None:
    _, where = phone.an_event()
    answer = phone.send(where, reply="come", seats="2")
    assert "2个座位" in answer.text
    assert taken(phone) == 2
    assert "已为您留好 2 个座位" in phone.open(where).text
    phone.send(where, reply="come", seats="3")
    assert taken(phone) == 3
    assert "取消" in phone.send(where, reply="decline").text
    assert taken(phone) == 0
    assert all_of(phone, rsvp)[0].state == "cancelled"


def test_declining_is_polite_too(phone: Phone) -> None:
    _, where = phone.an_event()
    assert "谢谢您告诉我们" in phone.send(where, reply="decline").text
    assert taken(phone) == 0


def test_the_same_submission_books_once(phone: Phone) -> None:
    _, where = phone.an_event()
    page = phone.open(where)
    first, second = (phone.send(where, page, reply="come", seats="2") for _ in range(2))
    assert first.text == second.text
    assert len(all_of(phone, prompt)) == 1


def test_no_more_than_there_are(phone: Phone) -> None:
    _, where = phone.an_event(capacity=3, taken=2)
    assert 'name="seats" value="2"' not in phone.open(where).text
    assert "只剩" in phone.send(where, reply="come", seats="2").text
    assert taken(phone) == 2


@pytest.mark.handbook("H1.7.4")
def test_a_full_house_keeps_a_waiting_list(phone: Phone) -> None:
    event_id, where = phone.an_event(capacity=2, taken=2)
    assert "排候补" in phone.open(where).text
    assert "已为您登记候补（2位）" in phone.send(where, reply="come", seats="2", children="1").text
    assert "已为您登记候补（2 位）" in phone.open(where).text
    (row,) = all_of(phone, rsvp)
    assert (row.state, row.seats, row.children, row.via, taken(phone)) == ("waiting", 2, 1, "page", 2)
    with writing(phone.engine) as conn:
        conn.execute(update(event).values(taken=0))
        assert seats.move_up(conn, event_id, phone.clock.now) == [phone.customer_id]
    page = phone.open(where).text
    assert "有座位了，为您留了 2 个" in page
    assert "确认参加" in page
    phone.send(where, reply="come", seats="2", children="1")
    assert (all_of(phone, rsvp)[0].state, taken(phone)) == ("going", 2)


@pytest.mark.handbook("H1.7.4")
def test_children_are_counted_and_the_guests_own_code_is_shown(phone: Phone) -> None:
    _, where = phone.an_event(cost="免费", offers="茶歇")
    assert "为您准备：茶歇" in phone.open(where).text
    phone.send(where, reply="come", seats="3", children="2")
    (row,) = all_of(phone, rsvp)
    assert (row.seats, row.children) == (3, 2)
    page = phone.open(where).text
    assert f'<p class="code">{row.code}</p>' in page
    assert 'src="data:image/svg+xml' in page
    phone.send(where, reply="come", seats="2", children="0")
    assert (all_of(phone, rsvp)[0].seats, all_of(phone, rsvp)[0].children) == (2, 0)


def test_children_do_not_come_alone(phone: Phone) -> None:
    _, where = phone.an_event()
    answer = phone.send(where, reply="come", seats="2", children="2")
    assert (answer.status_code, "大人陪同" in answer.text) == (422, True)


def test_another_date_asks_once_more(phone: Phone) -> None:
    _, where = phone.an_event()
    phone.send(where, reply="come", seats="1")
    with writing(phone.engine) as conn:
        conn.execute(update(event).values(version=2, changed_at=phone.clock.now))
    assert "有调整" in phone.open(where).text
    assert "我还来" in phone.open(where).text
    phone.send(where, reply="come", seats="1")
    assert "有调整" not in phone.open(where).text


def test_an_event_called_off_spares_the_way(phone: Phone) -> None:
    _, where = phone.an_event(state="cancelled")
    assert "不用专程过来" in phone.open(where).text


@pytest.mark.parametrize("given", ["", "0", "99", "两", "-1"])
def test_a_number_of_seats_is_needed(phone: Phone, given: str) -> None:
    _, where = phone.an_event()
    assert phone.send(where, reply="come", seats=given).status_code == 422
    assert taken(phone) == 0


def test_an_event_that_has_begun_or_was_called_off(phone: Phone) -> None:
    begun = {"starts_at": phone.clock.now - timedelta(hours=1)}
    for values, words in (({"state": "cancelled"}, "取消了"), (begun, "已经结束")):
        _, where = phone.an_event(**values)
        assert words in phone.open(where).text
        assert phone.send(where, reply="come", seats="1").status_code == 422


def test_another_stores_customer_is_not_invited(phone: Phone) -> None:
    from tests.store.cast import a_store

    event_id, _ = phone.an_event()
    with writing(phone.engine) as conn:
        stranger = a_customer(conn, a_store(conn, "xiaoshan"), name="王磊", phone="+8613900000009")
    where = path(phone.links.event(event_id, stranger, phone.clock.now + timedelta(days=1)))
    assert phone.open(where).status_code == 404


@pytest.mark.handbook("H2.5.4")
def test_who_came_finds_a_code_for_friends_there(phone: Phone) -> None:
    advisor = StaffMember(all_of(phone, staff)[0].id, phone.store_id, "韩梅梅", Role.ADVISOR)
    event_id, where = phone.an_event()
    assert "推荐码" not in phone.open(where).text
    with writing(phone.engine) as conn:
        arrivals.check_in(conn, advisor, event_id, phone.customer_id, 1, 0, how="name", key="k", now=phone.clock.now)
        code = friends.code_of_customer(conn, phone.customer_id)
    assert f'<p class="code">{code}</p>' in phone.open(where).text
