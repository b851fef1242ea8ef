"""A turn the bot was unsure of is kept for review, in the turn's own transaction."""

from typing import Any

import pytest

from bot.effects import Say
from bot.messages import InboundKind
from bot.turn import Decision
from store import follow
from store.tables.taught import review
from tests.turn_house import TurnHouse

HELLO = (Say("hello"),)


def kept(house: TurnHouse) -> list[tuple[str, str, str, int, str]]:
    return [(row.why, row.opened, row.guess, row.percent, row.text) for row in house.rows(review)]


def take(house: TurnHouse, decision: Decision, text: str = "雨刷多钱", **more: Any) -> None:
    house.deciding(lambda turn, read, now: decision).take(house.typed(text, **more))


def test_what_was_unclear(house: TurnHouse) -> None:
    house.follower(house.cast.zhang)
    take(house, Decision(HELLO, "unclear", confidence=0.21, guess="service_price"))
    assert kept(house) == [("unclear", "", "service_price", 21, "")]


@pytest.mark.parametrize(("confidence", "count"), [(0.54, 1), (0.55, 0), (0.9, 0)])
def test_what_was_read_with_little_confidence(house: TurnHouse, confidence: float, count: int) -> None:
    house.follower(house.cast.zhang)
    take(house, Decision(HELLO, "faq", confidence=confidence))
    assert len(kept(house)) == count


def test_an_answering_machine_is_nothing_to_learn_from(house: TurnHouse) -> None:
    house.follower(house.cast.zhang)
    take(house, Decision((), "unclear", confidence=0.2))
    take(house, Decision(HELLO, "unclear", confidence=0.2), "", kind=InboundKind.IMAGE)
    assert kept(house) == []


def test_a_decision_that_failed_says_nothing_of_the_words(house: TurnHouse) -> None:
    house.follower(house.cast.zhang)

    def broken(*_: object) -> Decision:
        raise ValueError("no")

    house.deciding(broken).take(house.typed("雨刷多钱"))
    assert kept(house) == []


def test_the_same_message_again_is_kept_once(house: TurnHouse) -> None:
    house.follower(house.cast.zhang)
    taker = house.deciding(lambda turn, read, now: Decision(HELLO, "unclear", confidence=0.2))
    message = house.typed("雨刷多钱")
    for _ in range(2):
        taker.take(message)
    assert len(kept(house)) == 1


def test_a_passer_by_who_leaves_takes_them_along(house: TurnHouse) -> None:
    take(house, Decision(HELLO, "unclear", confidence=0.2), openid="oNew")
    assert len(kept(house)) == 1
    found = house.do(lambda conn: follow.file_of(conn, "main", "oNew"))
    house.do(lambda conn: follow.forget(conn, "main", "oNew", found[0]))
    assert kept(house) == []
