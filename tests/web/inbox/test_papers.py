"""Beside the conversation: what was agreed to; and the repair file sent by the best way there is."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update

from bot.customer import Purpose
from bot.links import Link
from bot.quotes import LineAnswer, LineKind, QuoteState, Urgency, Work
from store import quotes
from store.engine import reading, writing
from store.quotes import QuoteFacts
from store.tables.contact import message, wechat_window
from store.tables.outbound import outbox
from store.tables.people import customer, identity, repair_order
from tests.conftest import StillClock
from tests.staff_cast import Cast
from tests.store.cast import a_message, refused
from tests.web.inbox.conftest import PAPERS, Enter
from tests.web.inbox.day import Day

HX = {"HX-Request": "true"}


@pytest.fixture
def order_id(engine: Engine, cast: Cast, day: Day) -> int:
    """An order of 张伟's with a repair file."""
    with writing(engine) as conn:
        mine = select(repair_order.c.id).where(repair_order.c.customer_id == cast.zhang)
        made = int(conn.execute(mine.limit(1)).scalar_one())
        conn.execute(update(repair_order).where(repair_order.c.id == made).values(file={"mileage": 21034}))
    return made


def rows(engine: Engine, table: Any) -> list[Any]:
    with reading(engine) as conn:
        return list(conn.execute(select(table).order_by(table.c.id.desc())).all())


def send(browser: FlaskClient, customer_id: int, order_id: int, key: str = "k" * 12) -> Any:
    return browser.post(f"/inbox/c/{customer_id}/file", data={"order": order_id, "key": key}, headers=HX)


def away(engine: Engine, *, window: bool = False, wechat: bool = False, phone: bool = False) -> None:
    """Ways that are closed."""
    with writing(engine) as conn:
        if window:
            conn.execute(wechat_window.delete())
        if wechat:
            conn.execute(update(identity).values(following=False))
        if phone:
            conn.execute(update(customer).values(phone=""))


@pytest.mark.handbook("H1.4.2")
def test_the_context_shows_each_line_with_its_answer(
    engine: Engine, enter: Enter, cast: Cast, clock: StillClock, order_id: int
) -> None:
    works = (
        Work("更换前刹车片", LineKind.PART, 82_000, Urgency.MUST),
        Work("<b>清洗</b>", LineKind.LABOUR, 18_050, Urgency.ADVISED),
    )
    with writing(engine) as conn:
        order = update(repair_order).where(repair_order.c.id == order_id).values(status="inspecting")
        key = conn.execute(order.returning(repair_order.c.external_id)).scalar_one()
        made = quotes.put_quote(conn, cast.store_id, "Q-1", QuoteFacts(QuoteState.SENT, key, works), clock.now)
        found = quotes.by_id(conn, made.id)
        assert found is not None
        given = {found.lines[0].id: LineAnswer.APPROVED, found.lines[1].id: LineAnswer.DECLINED}
        said = a_message(conn, cast.store_id, cast.zhang, clock.now)
        quotes.answer(
            conn, made.id, given, customer_id=cast.zhang, channel="page", message_id=said, text="…", now=clock.now
        )
    page = enter(cast.hanmeimei).get(f"/inbox/c/{cast.zhang}/context").text
    offered = page[page.index('class="offer"') :]
    assert "客户已答复" in offered
    assert "¥1,000.50" in offered
    assert re.search("更换前刹车片.*?已同意.*?&lt;b&gt;清洗&lt;/b&gt;.*?暂不做", offered, re.S)


@pytest.mark.handbook("H1.4.5")
def test_inside_the_window_the_link_goes_as_a_reply(
    engine: Engine, enter: Enter, cast: Cast, clock: StillClock, order_id: int
) -> None:
    browser = enter(cast.hanmeimei)
    assert "发送维修档案" in browser.get(f"/inbox/c/{cast.zhang}/context").text
    assert [send(browser, cast.zhang, order_id).status_code for _ in range(2)] == [200, 200]
    row = rows(engine, outbox)[0]
    assert (row.way, row.customer_id) == ("custom", cast.zhang)
    url = str(row.payload["text"]).rsplit("：", 1)[1]
    assert PAPERS.links.read(Link.FILE, url.rsplit("/", 1)[1], clock.now).ids == (order_id, cast.zhang)
    assert [line.text for line in rows(engine, message) if line.outbox_id == row.id] == [row.payload["text"]]


def test_outside_it_goes_as_a_template_message(engine: Engine, enter: Enter, cast: Cast, order_id: int) -> None:
    away(engine, window=True)
    assert send(enter(cast.hanmeimei), cast.zhang, order_id).status_code == 200
    row = rows(engine, outbox)[0]
    assert row.way == "template"
    assert "/r/" in row.payload["url"]


def test_to_who_does_not_follow_it_goes_by_sms(
    engine: Engine, enter: Enter, cast: Cast, clock: StillClock, order_id: int
) -> None:
    away(engine, window=True, wechat=True)
    assert send(enter(cast.hanmeimei), cast.zhang, order_id).status_code == 200
    row = rows(engine, outbox)[0]
    assert row.way == "sms"
    token = str(row.payload["text"]).rsplit("/", 1)[1]
    assert PAPERS.links.read(Link.FILE, token, clock.now).ids == (order_id, cast.zhang)


def an_address(engine: Engine, state: str = "ok") -> None:
    with writing(engine) as conn:
        conn.execute(update(customer).values(email="zhangwei@example.com", email_state=state))


@pytest.mark.parametrize("landline", [False, True])
def test_without_a_number_that_takes_sms_it_goes_by_e_mail(
    engine: Engine, enter: Enter, cast: Cast, clock: StillClock, order_id: int, landline: bool
) -> None:
    away(engine, window=True, wechat=True, phone=not landline)
    an_address(engine)
    if landline:
        with writing(engine) as conn:
            conn.execute(update(customer).values(phone_state="voice"))
    browser = enter(cast.hanmeimei)
    assert [send(browser, cast.zhang, order_id).status_code for _ in range(2)] == [200, 200]
    (row,) = (each for each in rows(engine, outbox) if each.way == "email")
    assert (row.address, row.category, row.priority) == ("zhangwei@example.com", "service", "reply")
    assert "unsubscribe" not in row.payload
    token = re.search(r"/r/(\S+)", row.payload["text"])
    assert token is not None
    assert PAPERS.links.read(Link.FILE, token[1], clock.now).ids == (order_id, cast.zhang)
    (line,) = (each for each in rows(engine, message) if each.outbox_id == row.id)
    assert (line.channel, line.text) == ("email", f"{row.payload['subject']}\n\n{row.payload['text']}")


@pytest.mark.parametrize("closed", ["dead", "refused"])
def test_an_address_that_is_dead_or_refused_gets_nothing(
    engine: Engine, enter: Enter, cast: Cast, order_id: int, closed: str
) -> None:
    away(engine, window=True, wechat=True, phone=True)
    an_address(engine, "dead" if closed == "dead" else "ok")
    if closed == "refused":
        with writing(engine) as conn:
            refused(conn, "zhangwei@example.com", Purpose.ALL)
    assert send(enter(cast.hanmeimei), cast.zhang, order_id).status_code == 409
    assert not [each for each in rows(engine, outbox) if each.way == "email"]


def test_without_any_way_it_says_so(engine: Engine, enter: Enter, cast: Cast, order_id: int) -> None:
    away(engine, window=True, wechat=True, phone=True)
    answer = send(enter(cast.hanmeimei), cast.zhang, order_id)
    assert (answer.status_code, "请打电话" in answer.text) == (409, True)


def test_only_a_file_that_is_there_and_the_customers_own(
    engine: Engine, enter: Enter, cast: Cast, order_id: int
) -> None:
    browser, before = enter(cast.hanmeimei), len(rows(engine, outbox))
    assert send(browser, cast.chen, order_id).status_code == 409
    with writing(engine) as conn:
        conn.execute(repair_order.update().values(file=None))
    assert send(browser, cast.zhang, order_id + 99, "m" * 12).status_code == 409
    assert len(rows(engine, outbox)) == before


def test_the_link_lives_for_months_not_for_ever(clock: StillClock) -> None:
    url = PAPERS.links.file(1, 2, clock.now)
    assert PAPERS.links.read(Link.FILE, url.rsplit("/", 1)[1], clock.now + timedelta(days=89)).ids == (1, 2)
