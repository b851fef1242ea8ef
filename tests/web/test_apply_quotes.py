"""AnswerQuote on both databases: who, when, through what, in which words; once; never what is no longer offered."""

from datetime import timedelta
from typing import Any

import pytest

from bot.effects import AnswerQuote, Say
from bot.messages import InboundKind
from bot.quotes import LineKind, QuoteState, Urgency, Work
from store import quotes
from store.quotes import QuoteFacts
from store.tables import contact, people
from store.tables.quotes import quote, quote_line
from store.tables.runtime import feed
from tests.turn_house import TurnHouse

BRAKES = Work("更换前刹车片", LineKind.PART, 82_000, Urgency.MUST)
WASH = Work("空调系统清洗", LineKind.LABOUR, 18_050, Urgency.ADVISED)
OTHERWISE = (Say("more"),)


@pytest.fixture
def offered(house: TurnHouse) -> tuple[int, int, int]:
    """(quote, its two lines), offered to 张伟, who follows the account."""
    house.follower(house.cast.zhang)
    house.add(
        people.repair_order, store_id=house.cast.store_id, customer_id=house.cast.zhang, external_id="8812",
        status="inspecting", items=[], updated_at=house.clock.now,
    )  # fmt: skip
    given = QuoteFacts(QuoteState.SENT, "8812", (BRAKES, WASH))
    made = house.do(lambda conn: quotes.put_quote(conn, house.cast.store_id, "Q-1", given, house.clock.now))
    first, second = (row.id for row in house.rows(quote_line))
    return made.id, first, second


def answer(house: TurnHouse, effect: AnswerQuote) -> Any:
    return house.effects(effect, Say("hello")).take(house.typed("同意前刹车片", kind=InboundKind.ANSWER))


@pytest.mark.handbook("H1.4.2")
def test_each_line_keeps_who_when_how_and_in_which_words(house: TurnHouse, offered: tuple[int, int, int]) -> None:
    quote_id, first, second = offered
    said = answer(house, AnswerQuote(quote_id, (first,), (second,), OTHERWISE))
    assert said.texts == ("张伟您好",)
    (message,) = house.rows(contact.message, direction="in")
    lines = house.rows(quote_line)
    assert [line.answer for line in lines] == ["approved", "declined"]
    for line in lines:
        assert (line.answered_at, line.answered_by) == (house.clock.now, house.cast.zhang)
        assert (line.channel, line.text, line.message_id) == ("wechat", "同意前刹车片", message.id)
    (row,) = house.rows(quote)
    assert (row.state, row.answered_at) == ("answered", house.clock.now)
    assert [row.ref for row in house.rows(feed, kind="alert")] == [{"quote_id": quote_id}]


def test_a_second_answer_loses(house: TurnHouse, offered: tuple[int, int, int]) -> None:
    quote_id, first, second = offered
    answer(house, AnswerQuote(quote_id, (first,), (second,), OTHERWISE))
    said = answer(house, AnswerQuote(quote_id, (first, second), (), OTHERWISE))
    assert said.texts == ("还有一句",)
    assert [line.answer for line in house.rows(quote_line)] == ["approved", "declined"]
    assert len(house.rows(feed, kind="alert")) == 1


@pytest.mark.parametrize("meanwhile", ["replaced", "withdrawn", "ended", "delivered", "another"])
@pytest.mark.handbook("H1.4.3")
def test_what_is_no_longer_offered_cannot_be_agreed_to(
    house: TurnHouse, offered: tuple[int, int, int], meanwhile: str
) -> None:
    quote_id, first, second = offered

    def change(conn: Any) -> None:
        from sqlalchemy import update

        order = update(people.repair_order)
        changes: dict[str, Any] = {
            "replaced": update(quote).values(state="replaced"),
            "withdrawn": update(quote).values(state="withdrawn"),
            "ended": update(quote).values(expires_at=house.clock.now),
            "delivered": order.values(status="delivered"),
            "another": order.values(customer_id=house.cast.chen),
        }
        conn.execute(changes[meanwhile])

    house.do(change)
    said = answer(house, AnswerQuote(quote_id, (first,), (second,), OTHERWISE))
    assert said.texts == ("还有一句",)
    assert [line.answer for line in house.rows(quote_line)] == [None, None]


def test_lines_of_another_quote_are_left_alone(house: TurnHouse, offered: tuple[int, int, int]) -> None:
    given = QuoteFacts(QuoteState.SENT, "8812", (WASH,), expires_at=house.clock.now + timedelta(days=1))
    house.do(lambda conn: quotes.put_quote(conn, house.cast.store_id, "Q-2", given, house.clock.now))
    other = house.rows(quote_line)[-1].id
    quote_id, first, second = offered
    answer(house, AnswerQuote(quote_id, (first, second, other), (), OTHERWISE))
    assert [line.answer for line in house.rows(quote_line)] == ["approved", "approved", None]
