"""The page of the periodic survey: a recommendation and five factors, kept one by one; a low one opens a case."""

from typing import Any

import pytest
from sqlalchemy import select

from store import survey_results
from store.engine import reading
from store.tables.cases import cases
from store.tables.contact import prompt, survey_factor
from tests.web.pages.conftest import DEALER, Phone

SURVEYS = DEALER.content.surveys
GOOD: dict[str, Any] = {
    "factor-start": "5",
    "factor-advisor": "4",
    "factor-facility": "4",
    "factor-handover": "5",
    "factor-quality": "5",
}


def asked(phone: Phone) -> str:
    return phone.asked(scale="0-10", touchpoint_id=1)


def rows(phone: Phone, table: Any) -> list[Any]:
    with reading(phone.engine) as conn:
        return list(conn.execute(select(table).order_by(table.c.id)))


def factors(phone: Phone) -> dict[str, int]:
    return {row.factor: row.score for row in rows(phone, survey_factor)}


@pytest.mark.handbook("H1.5.4")
def test_it_asks_for_a_recommendation_and_five_factors(phone: Phone) -> None:
    page = phone.open(asked(phone)).text
    assert "您愿意把我们推荐给朋友吗" in page
    for factor in SURVEYS.factors:
        assert factor.asks in page
    assert page.count('name="rating"') == 11
    assert "服务启动" not in phone.open(phone.asked()).text


@pytest.mark.handbook("H1.5.4")
def test_every_factor_is_kept_by_itself(phone: Phone) -> None:
    answer = phone.send(asked(phone), rating="9", text="都挺好", **GOOD)
    assert "谢谢" in answer.text
    (answered,) = rows(phone, prompt)
    assert (answered.rating, answered.satisfaction, answered.state) == (9, "satisfied", "answered")
    assert factors(phone) == {"start": 5, "advisor": 4, "facility": 4, "handover": 5, "quality": 5}
    assert rows(phone, cases) == []
    with reading(phone.engine) as conn:
        (result,) = survey_results.results_of(conn, phone.customer_id, "0-10")
    assert (result.rating, result.text, result.factors["advisor"]) == (9, "都挺好", 4)


@pytest.mark.handbook("H1.5.4")
def test_one_low_factor_opens_a_case_that_begins_with_it(phone: Phone) -> None:
    answer = phone.send(asked(phone), rating="9", text="交车等了一个多小时", **{**GOOD, "factor-handover": "2"})
    assert "非常抱歉" in answer.text
    (case,) = rows(phone, cases)
    assert (case.level, case.state) == ("P3", "open")
    assert case.text.startswith("满意度调查：交车 2分")
    assert "交车等了一个多小时" in case.text
    assert factors(phone)["handover"] == 2


@pytest.mark.handbook("H1.5.4")
def test_a_low_recommendation_opens_one_as_well(phone: Phone) -> None:
    phone.send(asked(phone), rating="3", **GOOD)
    assert len(rows(phone, cases)) == 1


def test_a_low_factor_without_a_word_still_says_what_was_low(phone: Phone) -> None:
    phone.send(asked(phone), rating="8", **{**GOOD, "factor-quality": "1"})
    assert rows(phone, cases)[0].text == "满意度调查：服务质量 1分"


def test_a_factor_may_be_left_out_and_nonsense_is_none(phone: Phone) -> None:
    form: dict[str, Any] = {"factor-start": "4", "factor-advisor": "9", "factor-quality": "very", "factor-made_up": "1"}
    phone.send(asked(phone), rating="9", **form)
    assert factors(phone) == {"start": 4}
    assert rows(phone, cases) == []


def test_a_second_answer_takes_the_place_of_the_first_and_the_page_remembers(phone: Phone) -> None:
    where = asked(phone)
    phone.send(where, rating="9", **GOOD)
    page = phone.open(where)
    assert 'name="factor-advisor" value="4" checked' in page.text
    phone.send(where, page, rating="10", **dict[str, Any]({"factor-start": "3"}))
    assert factors(phone) == {"start": 3}


def test_factors_sent_to_another_question_are_none(phone: Phone) -> None:
    phone.send(phone.asked(), rating="5", **GOOD)
    assert factors(phone) == {}


@pytest.mark.handbook("H1.5.4")
def test_means_are_what_a_hand_would_reckon(phone: Phone) -> None:
    for number, score in enumerate(("5", "2", "3"), 1):
        phone.send(
            phone.asked(scale="0-10", touchpoint_id=number), rating="9", **dict[str, Any]({"factor-quality": score})
        )
    with reading(phone.engine) as conn:
        found = survey_results.means(conn, phone.store_id, SURVEYS, phone.clock.now)
    assert {each.factor: (round(each.mean, 4), each.answers) for each in found} == {
        "start": (0.0, 0), "advisor": (0.0, 0), "facility": (0.0, 0), "handover": (0.0, 0), "quality": (3.3333, 3),
    }  # fmt: skip
