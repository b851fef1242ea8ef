"""Seats by the page, and a refusal by one click."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.customer import Purpose
from store.engine import reading, writing
from store.tables.contact import prompt
from store.tables.outbound import touchpoint
from store.tables.people import event, refusal, rsvp
from tests.store.cast import a_customer, a_touchpoint, refused
from tests.web.pages.conftest import PHONE, Phone, path


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
    assert 'value="2"' not in phone.open(where).text
    assert "只剩" in phone.send(where, reply="come", seats="2").text
    assert taken(phone) == 2


def test_full_says_so(phone: Phone) -> None:
    _, where = phone.an_event(capacity=2, taken=2)
    assert "满了" in phone.open(where).text


@pytest.mark.parametrize("given", ["", "0", "99", "两", "-1"])
def test_a_number_of_seats_is_needed(phone: Phone, given: str) -> None:
    _, where = phone.an_event()
    assert phone.send(where, reply="come", seats=given).status_code == 422
    assert taken(phone) == 0


def test_an_event_that_has_begun_or_was_called_off(phone: Phone) -> None:
    for values in ({"state": "cancelled"}, {"starts_at": phone.clock.now - timedelta(hours=1)}):
        _, where = phone.an_event(**values)
        assert "已经结束" in phone.open(where).text
        assert phone.send(where, reply="come", seats="1").status_code == 422


def test_another_stores_customer_is_not_invited(phone: Phone) -> None:
    from tests.store.cast import a_store

    event_id, _ = phone.an_event()
    with writing(phone.engine) as conn:
        stranger = a_customer(conn, a_store(conn, "xiaoshan"), name="王磊", phone="+8613900000009")
    where = path(phone.links.event(event_id, stranger, phone.clock.now + timedelta(days=1)))
    assert phone.open(where).status_code == 404


def way_out(phone: Phone) -> str:
    return path(phone.links.unsubscribe(phone.customer_id, phone.clock.now + timedelta(days=400)))


def test_looking_at_unsubscribe_refuses_nothing(phone: Phone) -> None:
    page = phone.open(way_out(phone))
    assert "确认退订" in page.text
    assert all_of(phone, refusal) == []


@pytest.mark.handbook("H1.7.3")
@pytest.mark.parametrize("form", [{"List-Unsubscribe": "One-Click"}, {}])
def test_one_click_ends_greetings_and_invitations_for_all_who_share_the_number(
    phone: Phone, form: dict[str, str]
) -> None:
    due = phone.clock.now + timedelta(days=2)
    with writing(phone.engine) as conn:
        wife = a_customer(conn, phone.store_id, name="赵敏", phone=PHONE)
        for customer_id, category in ((phone.customer_id, "greeting"), (wife, "marketing"), (wife, "survey")):
            a_touchpoint(conn, phone.store_id, customer_id, due, category=category, rule=f"{category}.x")
    answer = phone.client.post(way_out(phone), data=form)
    assert answer.status_code == 200
    assert "已为您退订" in answer.text
    assert {(row.address, row.purpose, row.source) for row in all_of(phone, refusal)} == {
        (PHONE, "marketing", "link"), (PHONE, "greeting", "link"),
    }  # fmt: skip
    ends = {row.category: (row.outcome, row.reason) for row in all_of(phone, touchpoint)}
    assert ends["greeting"] == ends["marketing"]
    assert ends["greeting"][1] == "refused"
    assert ends["survey"] == (None, "")


def test_a_second_click_says_it_is_done(phone: Phone) -> None:
    phone.client.post(way_out(phone))
    assert "您已经退订" in phone.open(way_out(phone)).text
    assert phone.client.post(way_out(phone)).status_code == 200


def test_who_refused_everything_is_told_so(phone: Phone) -> None:
    with writing(phone.engine) as conn:
        refused(conn, PHONE, Purpose.ALL)
    assert "您已经退订" in phone.open(way_out(phone)).text
