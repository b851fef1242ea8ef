"""A second look before sending: the draft stays, sending anyway is kept in the audit, changed words are read again."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, insert, select

from store.engine import reading, writing
from store.tables.contact import message
from store.tables.outbound import outbox
from store.tables.people import event
from store.tables.staff import audit
from tests.conftest import StillClock
from tests.staff_cast import Cast
from tests.web.inbox.conftest import Enter
from tests.web.inbox.day import Day

HX = {"HX-Request": "true"}
PUSHY = "赶紧来店里，给个五星好评"
FORM = {"name": "爱车养护讲座", "date": "2026-09-26", "time": "14:00", "place": "远禾滨江店", "capacity": "20"}


def rows(engine: Engine, table: Any) -> list[Any]:
    with reading(engine) as conn:
        return list(conn.execute(select(table).order_by(table.c.id)))


def sent(engine: Engine) -> list[Any]:
    return [row for row in rows(engine, outbox) if row.out_id.startswith("staff-")]


def mark_in(html: str) -> str:
    found = re.search(r'name="anyway" value="([0-9a-f]+)"', html)
    assert found
    return found[1]


def reply(browser: FlaskClient, to: int, text: str, key: str = "k" * 12, **more: str) -> Any:
    return browser.post(f"/inbox/c/{to}/reply", data={"text": text, "key": key, **more}, headers=HX)


@pytest.mark.handbook("H1.2.2")
def test_a_banned_word_is_warned_of_and_nothing_leaves(engine: Engine, enter: Enter, cast: Cast, day: Day) -> None:
    answer = reply(enter(cast.hanmeimei), cast.zhang, PUSHY)
    assert answer.status_code == 409
    assert "<mark>赶紧</mark> 不催促，不制造紧张" in answer.text
    assert "不引导客户打分" in answer.text
    assert 'form="way-reply"' in answer.text
    assert (sent(engine), rows(engine, audit)) == ([], [])


def test_sent_anyway_goes_out_once_and_is_kept(engine: Engine, enter: Enter, cast: Cast, day: Day) -> None:
    browser = enter(cast.hanmeimei)
    mark = mark_in(reply(browser, cast.zhang, PUSHY).text)
    for _ in range(2):
        assert reply(browser, cast.zhang, PUSHY, anyway=mark).status_code == 200
    (row,), (kept,) = sent(engine), rows(engine, audit)
    assert row.payload == {"text": PUSHY}
    assert (kept.action, kept.staff_id, kept.store_id) == ("sent_against_warning", cast.hanmeimei.id, cast.store_id)
    written = next(each for each in rows(engine, message) if each.outbox_id == row.id)
    assert kept.ref == {"message_id": written.id, "rules": ["pressure", "scores"]}


def test_other_words_are_read_again(engine: Engine, enter: Enter, cast: Cast, day: Day) -> None:
    browser = enter(cast.hanmeimei)
    mark = mark_in(reply(browser, cast.zhang, PUSHY).text)
    assert reply(browser, cast.zhang, "你们赶快来", anyway=mark).status_code == 409
    assert reply(browser, cast.zhang, "您方便的时候来就好", anyway=mark).status_code == 200
    assert len(sent(engine)) == 1
    assert rows(engine, audit) == []


def test_in_english_by_switch(engine: Engine, enter: Enter, cast: Cast, day: Day) -> None:
    browser = enter(cast.hanmeimei)
    browser.post("/language/en", data={"next": "/inbox"})
    text = reply(browser, cast.zhang, PUSHY).text
    assert "no pressure and no made-up scarcity" in text
    assert "Send anyway" in text


def test_without_a_script_the_words_stand_on_a_page(engine: Engine, enter: Enter, cast: Cast, day: Day) -> None:
    browser = enter(cast.hanmeimei)
    path, form = f"/inbox/c/{cast.zhang}/reply", {"text": PUSHY, "key": "k" * 12}
    page = browser.post(path, data=form)
    assert page.status_code == 409
    assert f">{PUSHY}</textarea>" in page.text
    assert 'name="key" value="kkkkkkkkkkkk"' in page.text
    assert browser.post(path, data=form | {"anyway": mark_in(page.text)}).status_code == 303
    assert len(sent(engine)) == 1


def test_a_variable_of_an_sms_is_read_too(engine: Engine, enter: Enter, cast: Cast, day: Day) -> None:
    browser = enter(cast.hanmeimei)
    form = {"template": "staff_contact", "name": "张伟", "staff": "韩梅梅", "subject": "限时优惠", "key": "s" * 12}
    answer = browser.post(f"/inbox/c/{cast.zhang}/sms", data=form, headers=HX)
    assert answer.status_code == 409
    assert "<mark>优惠</mark> 通知里不能有推销" in answer.text
    assert 'form="way-sms"' in answer.text
    fine = browser.post(f"/inbox/c/{cast.zhang}/sms", data=form | {"subject": "空调复检"}, headers=HX)
    assert (fine.status_code, len(sent(engine))) == (200, 1)


@pytest.mark.parametrize("deed", ["call", "note"])
def test_what_no_customer_reads_is_not_judged(engine: Engine, enter: Enter, cast: Cast, day: Day, deed: str) -> None:
    answer = enter(cast.hanmeimei).post(
        f"/inbox/c/{cast.zhang}/{deed}", data={"text": "客户说你们赶紧修", "key": "n" * 12}, headers=HX
    )
    assert answer.status_code == 200


def test_another_stores_colleague_learns_nothing(enter: Enter, cast: Cast, day: Day) -> None:
    assert reply(enter(cast.wanglei), cast.zhang, PUSHY).status_code == 404


def test_an_event_is_read_before_it_is_kept(engine: Engine, enter: Enter, cast: Cast) -> None:
    browser, loud = enter(cast.hanmeimei), FORM | {"name": "限时特惠，最后机会"}
    page = browser.post("/inbox/events/new", data=loud)
    assert page.status_code == 409
    assert 'value="限时特惠，最后机会"' in page.text
    assert "<mark>限时</mark>" in page.text
    assert rows(engine, event) == []
    kept = browser.post("/inbox/events/new", data=loud | {"anyway": mark_in(page.text)})
    assert (kept.status_code, len(rows(engine, event))) == (303, 1)
    assert rows(engine, audit)[0].ref["rules"] == ["pressure"]


def test_an_event_is_read_before_it_is_published(engine: Engine, enter: Enter, cast: Cast, clock: StillClock) -> None:
    with writing(engine) as conn:
        row = {"name": "全城第一讲座", "starts_at": clock.now.replace(day=30), "capacity": 9, "audience": {}}
        conn.execute(insert(event).values(store_id=cast.store_id, **row))
    browser, path = enter(cast.lilei), f"/inbox/events/{rows(engine, event)[0].id}/publish"
    page = browser.post(path)
    assert (page.status_code, rows(engine, event)[0].state) == (409, "draft")
    assert "全城第一" in page.text
    assert browser.post(path, data={"anyway": mark_in(page.text)}).status_code == 303
    assert rows(engine, event)[0].state == "published"
    assert rows(engine, audit)[0].ref == {"event_id": rows(engine, event)[0].id, "rules": ["absolute"]}
