"""One turn: message first, one answer however often it comes, committed before it is given."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event
from typing import Any

import pytest
from sqlalchemy import Engine, event

from bot.effects import Say
from bot.messages import InboundKind, Media
from bot.ports import Read
from bot.turn import NOTHING_BEFORE, Before, Decision, Turn
from store.tables import contact, outbound, people, runtime
from tests.statements import asked_of
from tests.turn_house import TurnHouse
from web.turn import Decide, TurnFailed, TurnTaker


def test_a_text_is_kept_and_answered(house: TurnHouse) -> None:
    house.follower(house.cast.zhang)
    answer = house.taker.take(house.typed("你好"))
    assert answer.passive == answer.texts[0]
    assert answer.passive.endswith("您好")
    came, went = house.rows(contact.message)
    assert (came.direction, came.text, came.customer_id, came.intent) == ("in", "你好", house.cast.zhang, "greet")
    assert (went.direction, went.kind, went.author, went.text) == ("out", "passive", "bot", answer.passive)
    assert house.rows(outbound.outbox) == []


def test_the_same_message_again_gets_the_same_answer_and_no_second_effect(house: TurnHouse) -> None:
    house.follower(house.cast.zhang)
    message = house.typed("你好")
    first, again = house.taker.take(message), house.taker.take(message)
    assert (again.passive, again.texts, again.duplicate) == (first.passive, first.texts, True)
    assert not first.duplicate
    assert len(house.rows(contact.message)) == 2


def test_somebody_new_gets_a_file_and_is_unknown(house: TurnHouse) -> None:
    seen: list[Turn] = []
    house.deciding(_noting(seen)).take(house.typed("在吗", openid="oNew"))
    (turn,) = seen
    assert (turn.customer.known, turn.customer.bound, turn.first_contact) == (False, False, True)
    (tie,) = house.rows(people.identity, address="oNew")
    assert tie.customer_id == turn.customer.id
    assert turn.window is not None
    assert turn.window.left == 5


def test_the_first_follower_of_a_dealer_without_a_single_row(house: TurnHouse) -> None:
    configured = house.dealer.stores[0].model_copy(update={"code": "new", "name": "新店"})
    house.dealer = house.dealer.model_copy(update={"stores": [configured], "accounts": {}})
    house.effects(Say("hello")).take(replace(house.typed(), address="oFirst"))
    assert house.rows(people.store, code="new")[0].name == "新店"


def test_the_thread_and_the_feed_tell_of_it(house: TurnHouse) -> None:
    house.follower(house.cast.zhang)
    house.taker.take(house.typed("空调不凉"))
    (row,) = house.rows(contact.thread, customer_id=house.cast.zhang)
    assert (row.last_text, row.last_channel) == ("空调不凉", "wechat")
    assert [each.kind for each in house.rows(runtime.feed)] == ["message"]
    assert "feed" in house.wakes.topics


def test_a_known_customers_text_takes_at_most_nine_statements(house: TurnHouse) -> None:
    house.follower(house.cast.zhang)
    house.taker.take(house.typed("一"))
    with asked_of(house.engine) as seen:
        house.taker.take(house.typed("二"))
    assert 6 <= len(seen) <= 9, seen


def test_a_duplicate_in_another_process_waits_for_the_first_and_gets_its_answer(house: TurnHouse) -> None:
    """Two takers share nothing but the database, as two web processes do."""
    first, second, deciding, go_on = _held(house)
    with ThreadPoolExecutor(2) as pool:
        message = house.typed("你好")
        one = pool.submit(first.take, message)
        assert deciding.wait(10)
        two = pool.submit(second.take, message)
        go_on.set()
        assert one.result(10).passive == two.result(10).passive != ""
    assert (one.result().duplicate, two.result().duplicate) == (False, True)
    assert len(house.rows(contact.message, direction="in")) == 1


def test_a_duplicate_in_another_process_gives_up_in_time(house: TurnHouse) -> None:
    """PostgreSQL says that the same key is being written: success. SQLite cannot tell: WeChat must come again."""
    first, second, deciding, go_on = _held(house)
    _shorten_waits(house.engine)
    with ThreadPoolExecutor(1) as pool:
        message = house.typed("你好")
        one = pool.submit(first.take, message)
        assert deciding.wait(10)
        if house.engine.dialect.name == "postgresql":
            assert (second.take(message).passive, second.take(message).duplicate) == ("", True)
        else:
            with pytest.raises(TurnFailed):
                second.take(message)
        go_on.set()
        assert one.result(10).passive == second.take(message).passive != ""


def _held(house: TurnHouse) -> tuple[TurnTaker, TurnTaker, Event, Event]:
    house.follower(house.cast.zhang)
    deciding, go_on = Event(), Event()

    def holds(_turn: Turn, _read: Read, _now: datetime) -> Decision:
        deciding.set()
        assert go_on.wait(20)
        return Decision((Say("hello"),), intent="greet")

    return house.deciding(holds), house.effects(Say("more")), deciding, go_on


def _shorten_waits(engine: Engine) -> None:
    """For connections made from now on; the pool's idle ones are dropped."""
    short = {"sqlite": "PRAGMA busy_timeout=100", "postgresql": "SET lock_timeout = 100"}[engine.dialect.name]

    @event.listens_for(engine, "checkout")
    def shorten(connection: Any, _record: object, _proxy: object) -> None:
        cursor = connection.cursor()
        cursor.execute(short)
        cursor.close()


def _noting(seen: list[Turn]) -> Decide:
    def decide(turn: Turn, _read: Read, _now: datetime) -> Decision:
        seen.append(turn)
        return Decision((Say("hello"),), intent="greet")

    return decide


def test_a_file_is_wanted_in_the_turn_that_keeps_its_message_and_only_once(house: TurnHouse) -> None:
    house.follower(house.cast.zhang)
    sent = house.typed("", kind=InboundKind.IMAGE, media=Media("M-1", "http://x", "jpg"))
    for _ in range(2):
        house.taker.take(sent)
    (wanted,) = house.rows(contact.media)
    came = house.rows(contact.message)[0]
    assert (wanted.message_id, wanted.provider_id, wanted.kind, wanted.state) == (came.id, "M-1", "image", "wanted")
    assert (wanted.account, wanted.openid) == ("main", "oLiLei")


def test_a_turn_that_cannot_be_decided_wants_its_file_all_the_same(house: TurnHouse) -> None:
    house.follower(house.cast.zhang)

    def broken(_turn: Turn, _read: Read, _now: datetime) -> Decision:
        raise ValueError("no")

    house.deciding(broken).take(house.typed("", kind=InboundKind.VOICE, media=Media("M-2")))
    assert [row.provider_id for row in house.rows(contact.media)] == ["M-2"]


def test_a_turn_knows_the_line_before_it_and_what_we_said_last(house: TurnHouse) -> None:
    house.follower(house.cast.zhang)
    answer = house.taker.take(house.typed("你好"))
    seen: list[Turn] = []
    taker = house.deciding(_noting(seen))
    taker.take(house.typed("雨刮呢"))
    house.clock.now += timedelta(minutes=40)
    taker.take(house.typed("在吗"))
    assert [each.before for each in seen] == [Before("你好", "greet"), NOTHING_BEFORE]
    assert seen[0].told == answer.passive


def test_a_first_line_has_none_before(house: TurnHouse) -> None:
    seen: list[Turn] = []
    house.deciding(_noting(seen)).take(house.typed("在吗", openid="oNew"))
    assert (seen[0].before, seen[0].told) == (NOTHING_BEFORE, "")
