"""Fen and lines: exact sums, and which answers stay when a quote changes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.quotes import Line, LineAnswer, LineKind, Quote, QuoteState, Urgency, Work, carried, priced, total, yuan

NOW = datetime(2026, 9, 17, 2, 20, tzinfo=UTC)
OIL = Work("更换机油", LineKind.PART, 32_000, Urgency.MUST, unit_fen=32_000, quantity="1")
AIR = Work("更换空调滤芯", LineKind.PART, 9_900, Urgency.ADVISED, unit_fen=9_900, quantity="1")


@pytest.mark.parametrize(
    ("unit", "quantity", "rate", "hours", "made"),
    [
        (32_000, "2", 12_000, "1.5", 82_000),
        (32_000, None, None, None, 32_000),
        (None, None, 12_000, "0.25", 3_000),
        (333, "1.5", None, None, 500),  # 499.5 is rounded up
        (1, "0.4", None, None, 0),
        (0, "3", None, None, 0),
        (None, "3", None, "2", None),
    ],
)
def test_a_lines_price(
    unit: int | None, quantity: str | None, rate: int | None, hours: str | None, made: int | None
) -> None:
    amounts = [Decimal(each) if each else None for each in (quantity, hours)]
    assert priced(unit, amounts[0], rate, amounts[1]) == made


@given(st.integers(0, 1_000_000_000))
def test_yuan_is_exact(fen: int) -> None:
    assert round(Decimal(yuan(fen)) * 100) == fen


def lines(*works: Work, answer: LineAnswer | None = LineAnswer.APPROVED) -> list[Line]:
    return [Line(place, place, work, answer) for place, work in enumerate(works, 1)]


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        ((OIL, AIR), (OIL, AIR), [1, 2]),
        ((OIL, AIR), (AIR, OIL), [2, 1]),
        ((OIL,), (OIL, AIR), [1, None]),
        ((OIL, AIR), (AIR,), [2]),
        ((OIL,), (replace(OIL, total_fen=33_000, unit_fen=33_000),), [None]),
        ((OIL,), (replace(OIL, brand="原厂"),), [None]),
        ((OIL,), (replace(OIL, warranty_days=30),), [None]),
        ((OIL,), (replace(OIL, urgency=Urgency.CAN_WAIT),), [None]),
        ((OIL,), (OIL, OIL), [1, None]),  # a second one is a second offer
        ((), (OIL,), [None]),
    ],
)
@pytest.mark.handbook("H1.4.3")
def test_a_line_keeps_its_answer_only_while_it_says_the_same(
    before: tuple[Work, ...], after: tuple[Work, ...], kept: list[int | None]
) -> None:
    found = carried(lines(*before), after)
    assert [line.id if line else None for line in found] == kept


def a_quote(**changes: Any) -> Quote:
    values: dict[str, Any] = {
        "id": 1, "external_id": "Q-1", "version": 1, "state": QuoteState.SENT, "order_id": 8, "customer_id": 7,
        "advisor_id": 2, "advisor": "韩梅梅", "order_closed": False, "expires_at": NOW + timedelta(hours=1),
        "lines": tuple(lines(OIL, AIR, answer=None)), **changes,
    }  # fmt: skip
    return Quote(**values)


@pytest.mark.parametrize(
    ("changes", "is_open"),
    [
        ({}, True),
        ({"state": QuoteState.DRAFT}, False),
        ({"state": QuoteState.ANSWERED}, False),
        ({"state": QuoteState.REPLACED}, False),
        ({"state": QuoteState.WITHDRAWN}, False),
        ({"order_closed": True}, False),
        ({"expires_at": NOW}, False),  # the end is exclusive
    ],
)
def test_when_it_may_be_answered(changes: dict[str, Any], is_open: bool) -> None:
    assert a_quote(**changes).open_at(NOW) is is_open


@pytest.mark.handbook("H1.4.2")
def test_the_sum_is_that_of_the_lines_to_the_fen() -> None:
    offer = a_quote(lines=(*lines(OIL), *lines(AIR, answer=None)))
    assert offer.total_fen == 41_900
    assert total(offer.answered(LineAnswer.APPROVED)) == 32_000
    assert [line.work for line in offer.open_lines] == [AIR]
