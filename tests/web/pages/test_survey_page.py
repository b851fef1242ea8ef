"""The survey page: looking changes nothing, one answer is one, the page returned says what the bot says."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Table, func, select, update

from bot.customer import Purpose
from bot.effects import PromptKind
from store.engine import reading, writing
from store.tables.cases import cases
from store.tables.contact import message, prompt
from store.tables.people import consent
from tests.store.cast import add
from tests.web.pages.conftest import Phone, path


def count(phone: Phone, table: Table) -> int:
    with reading(phone.engine) as conn:
        return conn.scalar(select(func.count()).select_from(table)) or 0


def row(phone: Phone, table: Table) -> Any:
    with reading(phone.engine) as conn:
        return conn.execute(select(table).order_by(table.c.id.desc())).first()


def test_it_shows_car_work_and_the_scale_in_words(phone: Phone) -> None:
    page = phone.open(phone.asked())
    assert page.status_code == 200
    for words in (
        "远禾滨江店",
        "浙X88001 · 知行",
        "小保养、空调检漏加冷媒",
        "9月14日",
        "非常满意",
        "一般",
        "非常不满意",
    ):
        assert words in page.text
    assert "13900000001" not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert "script" not in page.text


def test_looking_changes_nothing(phone: Phone) -> None:
    where = phone.asked()
    for _ in range(3):
        phone.open(where)
    assert count(phone, message) == 0
    assert row(phone, prompt).state == "open"


@pytest.mark.handbook("H1.5.2")
def test_dissatisfied_gets_an_apology_a_name_and_a_time(phone: Phone) -> None:
    answer = phone.send(phone.asked(), rating="2", text="空调还是不凉")
    assert answer.status_code == 200
    assert "抱歉" in answer.text
    assert "陈经理" in answer.text or "韩梅梅" in answer.text
    assert "联系" in answer.text
    opened = row(phone, cases)
    assert (opened.customer_id, opened.repair_order_id, opened.text) == (
        phone.customer_id,
        phone.order_id,
        "空调还是不凉",
    )
    assert (row(phone, prompt).state, row(phone, prompt).rating) == ("answered", 2)


def test_satisfied_is_thanked_and_nothing_is_opened(phone: Phone) -> None:
    answer = phone.send(phone.asked(), rating="5")
    assert "谢谢" in answer.text
    assert count(phone, cases) == 0
    assert "会员" not in answer.text


@pytest.mark.handbook("H1.5.3")
def test_satisfied_with_consent_gets_a_link_to_the_membership(phone: Phone) -> None:
    with writing(phone.engine) as conn:
        purpose = Purpose.MARKETING.value
        add(conn, consent, customer_id=phone.customer_id, purpose=purpose, given=True, at=phone.clock.now)
    answer = phone.send(phone.asked(), rating="5")
    link = answer.text.split('href="http://car.example')[1].split('"')[0]
    page = phone.open(link)
    assert "看看会员服务" in page.text
    assert "入会免费" in page.text
    assert "生日月" not in page.text  # details only to who asks for them
    assert "生日月" in phone.send(link).text


def test_the_same_submission_is_one_answer(phone: Phone) -> None:
    where = phone.asked()
    page = phone.open(where)
    answers = [phone.send(where, page, rating="2", text="空调还是不凉").text for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert count(phone, cases) == 1
    assert count(phone, message) == 2  # in and out


def test_two_taps_at_once_are_one_answer(phone: Phone) -> None:
    where = phone.asked()
    page = phone.open(where)
    phones = [phone.client.application.test_client() for _ in range(4)]
    form = {"submission": page.text.split('name="submission" value="')[1].split('"')[0], "rating": "1"}
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda client: client.post(where, data=form), phones))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert count(phone, cases) == 1


def test_a_second_thought_replaces_the_first(phone: Phone) -> None:
    where = phone.asked()
    phone.send(where, rating="5")
    page = phone.open(where)
    assert "您已经评价过" in page.text
    assert 'value="5" required checked' in page.text
    phone.send(where, page, rating="2", text="刚发现空调不凉")
    assert row(phone, prompt).rating == 2
    assert count(phone, cases) == 1


@pytest.mark.parametrize("given", ["", "6", "0", "-1", "5.0", "9" * 400, "五", "²"])
def test_nothing_chosen_is_asked_again(phone: Phone, given: str) -> None:
    answer = phone.send(phone.asked(), rating=given)
    assert answer.status_code == 422
    assert "请先选一项" in answer.text
    assert count(phone, message) == 0


def test_words_without_a_number_are_an_answer_too(phone: Phone) -> None:
    answer = phone.send(phone.asked(), text="不满意，空调还是不凉")
    assert "抱歉" in answer.text
    assert count(phone, cases) == 1


def test_what_a_customer_writes_stays_text(phone: Phone) -> None:
    answer = phone.send(phone.asked(), rating="1", text="<script>alert(1)</script>" + "长" * 800)
    assert "<script" not in answer.text
    assert len(row(phone, cases).text) <= 500


def test_at_recontact_satisfied_closes_the_case(phone: Phone) -> None:
    phone.send(phone.asked(), rating="1", text="空调不凉")
    with writing(phone.engine) as conn:
        conn.execute(update(cases).values(state="recontacted", fixed_at=phone.clock.now))
    where = phone.asked(PromptKind.RECONTACT, case_id=row(phone, cases).id)
    assert "现在解决了吗" in phone.open(where).text
    phone.send(where, rating="5")
    assert (row(phone, cases).state, row(phone, cases).ended_as) == ("closed", "satisfied")


@pytest.mark.parametrize(
    ("scale", "shown"),
    [("1-5", ["5", "4", "3", "2", "1"]), ("0-10", ["10", "9", "0"]), ("1=满意,2=一般,3=不满意", ["1", "2", "3"])],
)
def test_each_scale_with_its_numbers(phone: Phone, scale: str, shown: list[str]) -> None:
    text = phone.open(phone.asked(scale=scale)).text
    places = [text.index(f'name="rating" value="{number}"') for number in shown]
    assert places == sorted(places)


def test_a_link_ends(phone: Phone) -> None:
    where = phone.asked()
    phone.clock.advance(days=7)
    for answer in (phone.open(where), phone.client.post(where, data={"rating": "1"})):
        assert answer.status_code == 410
        assert "已经过期" in answer.text
    assert count(phone, message) == 0


@pytest.mark.parametrize("where", ["/s/abc", "/s/" + "x" * 1000, "/e/abc", "/u/abc", "/s/%00", "/u/汉字"])
def test_no_link_of_ours(phone: Phone, where: str) -> None:
    for answer in (phone.open(where), phone.client.post(where)):
        assert answer.status_code == 404
        assert "没有找到" in answer.text


def test_a_question_that_is_gone(phone: Phone) -> None:
    where = path(phone.links.survey(999, phone.clock.now + timedelta(days=1)))
    assert phone.open(where).status_code == 404


def test_one_link_is_not_for_hammering(phone: Phone) -> None:
    where = phone.asked()
    statuses = [phone.send(where, rating=str(1 + n % 5)).status_code for n in range(14)]
    assert statuses == [200] * 10 + [429] * 4
    assert phone.open(where).status_code == 200
    phone.clock.advance(seconds=5)
    assert phone.send(where, rating="5").status_code == 200


def test_guessing_links_is_slowed_down(phone: Phone) -> None:
    answers = [phone.open(f"/s/guess{n}") for n in range(40)]
    assert {answer.status_code for answer in answers} == {404, 429}
    assert "稍等" in answers[-1].text


def test_a_body_too_large(phone: Phone) -> None:
    answer = phone.client.post(phone.asked(), data={"rating": "1", "text": "长" * 20000})
    assert answer.status_code == 413
    assert "太长" in answer.text


def test_other_methods_are_refused(phone: Phone) -> None:
    assert phone.client.put(phone.asked()).status_code == 405
