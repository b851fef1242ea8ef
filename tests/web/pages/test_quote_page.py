"""The quote's page: every line and its price, its own answer to each, one submission; nothing ticked beforehand."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.quotes import Urgency
from store.engine import reading, writing
from store.tables.contact import message, prompt, thread
from store.tables.people import customer, repair_order
from store.tables.quotes import quote, quote_line
from store.tables.runtime import feed
from tests.web.pages.conftest import Phone, path
from tests.web.pages.offers import BRAKES, WASH, WIPER, answers, link_of, longer_link, offer

TWO_OF_THREE: dict[str, Any] = {"line-1": "approve", "line-2": "approve", "line-3": "decline"}


def rows(phone: Phone, table: Any) -> list[Any]:
    with reading(phone.engine) as conn:
        return list(conn.execute(select(table).order_by(table.c.id)).all())


@pytest.mark.handbook("H1.4.2")
def test_every_line_says_what_why_how_much_and_how_long_it_is_warranted(phone: Phone) -> None:
    page = phone.open(offer(phone))
    assert page.status_code == 200
    for words in (
        "浙X88001 · 知行", "RO-8801", "韩梅梅", "更换前刹车片", "04465-0K240", "原厂", "单价 320.00 × 2",
        "工时 1.5 × 120.00", "¥820.00", "365 天或 20,000 公里", "必须", "建议", "可缓", "¥1,120.50",
    ):  # fmt: skip
        assert words in page.text, words
    assert page.headers["Cache-Control"] == "no-store"
    assert "13900000001" not in page.text


@pytest.mark.handbook("H1.4.2")
def test_nothing_is_ticked_beforehand(phone: Phone) -> None:
    assert " checked" not in phone.open(offer(phone)).text


def test_looking_changes_nothing(phone: Phone) -> None:
    where = offer(phone)
    for _ in range(3):
        phone.open(where)
    assert (rows(phone, message), rows(phone, prompt)) == ([], [])
    assert [answer for _, answer in answers(phone)] == [None] * 3


@pytest.mark.handbook("H1.4.2")
def test_two_are_agreed_to_and_one_is_not(phone: Phone) -> None:
    page = phone.send(offer(phone), reply="answer", **TWO_OF_THREE)
    assert page.status_code == 200
    assert "您同意了 2 项，合计 <b>¥1,000.50</b>" in page.text
    assert "暂不做的 1 项只记在档案里" in page.text
    assert answers(phone) == [(1, "approved"), (2, "approved"), (3, "declined")]
    (said,) = [row for row in rows(phone, message) if row.direction == "in"]
    assert said.text == "同意：1 更换前刹车片、2 空调系统清洗；暂不：3 更换雨刮片"
    for line in rows(phone, quote_line):
        assert (line.answered_by, line.channel, line.message_id) == (phone.customer_id, "page", said.id)
        assert (line.text, line.answered_at) == (said.text, phone.clock.now)
    assert rows(phone, quote)[0].state == "answered"


def test_the_thread_shows_it_and_the_advisors_page_is_alerted(phone: Phone) -> None:
    phone.send(offer(phone), reply="answer", **TWO_OF_THREE)
    told = [row for row in rows(phone, message) if row.direction == "out"]
    assert "更换前刹车片、空调系统清洗，合计1000.50元" in told[0].text
    assert "暂时不做的是：更换雨刮片" in told[0].text
    alerts = [row for row in rows(phone, feed) if row.kind == "alert"]
    assert [(row.customer_id, row.ref) for row in alerts] == [(phone.customer_id, {"quote_id": 1})]


def test_the_same_submission_is_one(phone: Phone) -> None:
    where = offer(phone)
    form = phone.open(where)
    first, second = (phone.send(where, form, reply="answer", **TWO_OF_THREE) for _ in range(2))
    assert [page.status_code for page in (first, second)] == [200, 200]
    assert [re.sub('value="[^"]+"', "", page.text) for page in (first,)] == [re.sub('value="[^"]+"', "", second.text)]
    assert len([row for row in rows(phone, message) if row.direction == "in"]) == 1


def test_another_submission_afterwards_changes_nothing(phone: Phone) -> None:
    where = offer(phone)
    phone.send(where, reply="answer", **TWO_OF_THREE)
    page = phone.client.post(where, data={"reply": "answer", "line-1": "decline", "line-3": "approve"})
    assert "已记下您的选择" in page.text
    assert answers(phone) == [(1, "approved"), (2, "approved"), (3, "declined")]


def test_many_at_once_are_one(phone: Phone) -> None:
    where = offer(phone)

    def send(choice: str) -> int:
        form = {f"line-{place}": choice for place in (1, 2, 3)}
        return phone.client.application.test_client().post(where, data={"reply": "answer", **form}).status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(send, ["approve", "decline"] * 2)) == {200}
    assert len({answer for _, answer in answers(phone)}) == 1
    assert None not in dict(answers(phone)).values()


@pytest.mark.handbook("H1.4.3")
@pytest.mark.parametrize(
    ("form", "left"),
    [
        ({}, 3),
        ({"line-1": "approve"}, 2),
        ({"line-1": "approve", "line-2": "yes", "line-3": "decline"}, 1),
        ({"line-1": "approve", "line-2": "decline", "line-9": "approve"}, 1),
    ],
)
def test_a_line_without_an_answer_of_its_own_is_not_agreed_to(phone: Phone, form: dict[str, Any], left: int) -> None:
    page = phone.send(offer(phone), reply="answer", **form)
    assert page.status_code == 422
    assert f"还有 {left} 项没有选" in page.text
    assert [answer for _, answer in answers(phone)] == [None] * 3
    assert page.text.count(" checked") == 3 - left


def test_without_script_the_sum_is_counted_on_request(phone: Phone) -> None:
    page = phone.send(offer(phone), reply="sum", **TWO_OF_THREE)
    assert page.status_code == 200
    assert '<output class="fens">1,000.50</output>' in page.text
    assert page.text.count(" checked") == 3
    assert [answer for _, answer in answers(phone)] == [None] * 3


def test_declining_everything_is_answered_without_pressure(phone: Phone) -> None:
    nothing: dict[str, Any] = {f"line-{place}": "decline" for place in (1, 2, 3)}
    page = phone.send(offer(phone), reply="answer", **nothing)
    assert "这次的项目都先不做" in page.text
    assert not re.search("建议您|危险|尽快|后果", page.text)


def test_talking_first_is_a_hand_off_to_the_advisor_and_leaves_the_quote_open(phone: Phone) -> None:
    where = offer(phone)
    form = phone.open(where)
    first, second = (phone.send(where, form, reply="talk") for _ in range(2))
    assert "韩梅梅会" in first.text
    assert first.text == second.text
    (waiting,) = rows(phone, thread)
    assert (waiting.state, waiting.reason) == ("waiting", "quote")
    with reading(phone.engine) as conn:
        assert waiting.owner_id == conn.execute(select(repair_order.c.advisor_id)).scalar_one()
    assert rows(phone, quote)[0].state == "sent"
    assert "请您逐项确认" in phone.open(where).text


def test_no_question_stays_open_behind_it(phone: Phone) -> None:
    """A word typed in the chat meanwhile is read as if there were no quote: 同意 there is no consent."""
    where = offer(phone)
    phone.send(where, reply="talk")
    assert [row.state for row in rows(phone, prompt)] == ["answered"]


def test_ended_says_so_and_takes_nothing(phone: Phone) -> None:
    where = offer(phone, expires_at=phone.clock.now + timedelta(hours=2))
    where = longer_link(phone, 1)
    phone.clock.advance(hours=2)
    assert "这份报价已经过期" in phone.open(where).text
    page = phone.client.post(where, data={"reply": "answer", **TWO_OF_THREE})
    assert "这份报价已经过期" in page.text
    assert [answer for _, answer in answers(phone)] == [None] * 3


def test_replaced_leads_to_the_new_one(phone: Phone) -> None:
    old = offer(phone)
    offer(phone, BRAKES, replace(WASH, total_fen=20_000, rate_fen=20_000))
    page = phone.open(old)
    assert "这份报价已经更新" in page.text
    found = re.search(r'href="http://car\.example(/q/[^"]+)"', page.text)
    assert found
    assert "¥200.00" in phone.open(found[1]).text
    phone.client.post(old, data={"reply": "answer", **TWO_OF_THREE})
    assert {answer for _, answer in answers(phone)} == {None}


@pytest.mark.handbook("H1.4.3")
def test_more_work_asks_for_what_is_new_and_keeps_what_was_agreed(phone: Phone) -> None:
    """增项: the unchanged lines stay answered, the changed and the new one are asked."""
    phone.send(offer(phone), reply="answer", **TWO_OF_THREE)
    dearer, new = replace(WASH, total_fen=20_000, rate_fen=20_000), replace(WIPER, name="更换空调滤芯")
    again = offer(phone, WIPER, BRAKES, dearer, new)
    page = phone.open(again)
    assert page.text.count('value="approve"') == 2
    assert ("已同意" in page.text, "暂不做" in page.text) == (True, True)
    assert 'data-agreed="82000"' in page.text
    rest: dict[str, Any] = {"line-3": "approve", "line-4": "decline"}
    phone.send(again, reply="answer", **rest)
    assert answers(phone)[3:] == [(1, "declined"), (2, "approved"), (3, "approved"), (4, "declined")]
    assert answers(phone)[:3] == [(1, "approved"), (2, "approved"), (3, "declined")]  # what was agreed to then


@pytest.mark.parametrize("status", ["cancelled", "delivered"])
def test_of_a_closed_order_nothing_can_be_agreed_to(phone: Phone, status: str) -> None:
    where = offer(phone)
    with writing(phone.engine) as conn:
        conn.execute(update(repair_order).values(status=status))
    assert "这份报价已经取消" in phone.client.post(where, data={"reply": "answer", **TWO_OF_THREE}).text
    assert [answer for _, answer in answers(phone)] == [None] * 3


def test_markup_in_names_stays_text(phone: Phone) -> None:
    name = "<script>alert(1)</script>"
    with writing(phone.engine) as conn:
        conn.execute(update(customer).values(name=name))
    where = offer(phone, replace(BRAKES, name=name, part_no='"><b>', brand="<i>"), note="<img src=x>")
    page = phone.open(where)
    assert "&lt;script&gt;alert(1)" in page.text
    agreed: dict[str, Any] = {"line-1": "approve"}
    done = phone.send(where, reply="answer", **agreed)
    for text in (page.text, done.text):
        assert not re.search('<script>|<img|<i>|<b>"', text)


def test_it_opens_for_whom_it_was_made_only(phone: Phone) -> None:
    offer(phone)
    until = phone.clock.now + timedelta(days=1)
    for url in (phone.links.quote(1, phone.customer_id + 1, until), phone.links.quote(99, phone.customer_id, until)):
        assert phone.open(path(url)).status_code == 404
    assert phone.open(path(phone.links.quote(1, phone.customer_id, phone.clock.now))).status_code == 410


def test_a_quote_moved_to_another_customer_is_closed_to_the_first(phone: Phone) -> None:
    from tests.store.cast import a_customer

    where = offer(phone)
    with writing(phone.engine) as conn:
        buyer = a_customer(conn, phone.store_id, name="赵敏", phone="+8613900000009")
        conn.execute(update(repair_order).values(customer_id=buyer))
    assert phone.open(where).status_code == 404


@pytest.mark.parametrize("page", ["s", "e", "u", "r"])
def test_a_link_of_a_quote_opens_no_other_page(phone: Phone, page: str) -> None:
    where = offer(phone)
    assert phone.open(where.replace("/q/", f"/{page}/")).status_code == 404
    tampered = where[:-1] + ("0" if where[-1] != "0" else "1")
    assert phone.open(tampered).status_code == 404


def test_too_many_submissions_of_one_link_wait(phone: Phone) -> None:
    where = offer(phone)
    found = [phone.client.post(where, data={"reply": "sum"}).status_code for _ in range(12)]
    assert (found[0], found[-1]) == (200, 429)


@pytest.mark.parametrize("urgency", Urgency)
def test_each_reason_has_its_word(phone: Phone, urgency: Urgency) -> None:
    from web.quote_page import WHY

    assert WHY[urgency] in phone.open(offer(phone, replace(WIPER, urgency=urgency))).text


def test_a_draft_is_nobodys_to_see(phone: Phone) -> None:
    from bot.quotes import QuoteState
    from store import quotes
    from store.quotes import QuoteFacts

    with writing(phone.engine) as conn:
        conn.execute(update(repair_order).values(status="inspecting"))
        made = quotes.put_quote(
            conn, phone.store_id, "Q-9", QuoteFacts(QuoteState.DRAFT, "RO-8801", (BRAKES,)), phone.clock.now
        )
    assert phone.open(link_of(phone, made.id)).status_code == 404
