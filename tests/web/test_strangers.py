"""What a stranger's word does to the rows, on both databases, with the house's own handlers and texts."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, update

import handlers
from bot.errors import Mark
from bot.messages import Category, Channel, Priority, Receipt, ReceiptState, Way
from bot.phones import parse_phone
from channels.render import Templates
from config.load import load_dealer
from store import marks, numbers, outbox, receipts
from store.customers import CustomerFacts, VehicleFacts, put_customer
from store.engine import writing
from store.orders import OrderFacts, OrderStatus, put_order
from store.tables import contact, outbound, people
from tests.conftest import StillClock
from tests.turn_house import OPENID, TurnHouse, taker, turn_house

ROOT = Path(__file__).parents[2]
ZHANG = "+8613800000001"


@pytest.fixture
def house(engine: Engine, clock: StillClock, tmp_path: Path) -> TurnHouse:
    """With the real decisions and the real words."""
    made = turn_house(engine, clock, tmp_path)
    dealer = load_dealer(ROOT / "config")
    texts = Templates(ROOT / "templates" / "messages", dealer.sms)
    made.taker = taker(engine, clock, dealer, made.wakes, texts, handlers.decide)
    return made


def who(house: TurnHouse) -> Any:
    return house.rows(people.customer, id=house.cast.zhang)[0]


def sent(house: TurnHouse) -> list[str]:
    return [str(row.payload["text"]) for row in house.rows(outbound.outbox)]


def test_by_sms_the_number_is_a_strangers_until_they_say_otherwise(house: TurnHouse) -> None:
    house.taker.take(house.texted("打错了，我不认识张伟", ZHANG))
    assert (who(house).phone_state, who(house).confirm_why) == ("stranger", "wrong_person")
    assert [row.state for row in house.rows(contact.thread)] == ["bot"]  # nobody waits; the number is to be confirmed
    (words,) = sent(house)
    assert "移除" in words
    assert "张伟" not in words
    house.taker.take(house.texted("我就是车主本人，刚才看错了", ZHANG))
    assert (who(house).phone_state, who(house).confirm_since) == ("ok", None)
    assert "恢复" in sent(house)[-1]


def test_nothing_of_the_file_is_said_to_a_stranger(house: TurnHouse) -> None:
    house.taker.take(house.texted("打错了", ZHANG))
    for words in ("我的车修好了吗", "5", "不满意", "你们是谁", "人工"):
        house.taker.take(house.texted(words, ZHANG))
    assert not [words for words in sent(house) if "张伟" in words]
    assert house.rows(contact.prompt, state="answered") == []


def test_removed_by_sms_the_number_leaves_the_files_and_stays_refused(house: TurnHouse) -> None:
    twin = house.add(people.customer, store_id=house.cast.store_id, name="张伟的另一份", phone=ZHANG,
                     external_id="C-2", created_at=house.clock.now)  # fmt: skip
    openid = house.follower(house.cast.zhang)
    house.taker.take(house.texted("打错了", ZHANG))
    house.taker.take(house.texted("移除", ZHANG))
    assert [house.rows(people.customer, id=each)[0].phone for each in (house.cast.zhang, twin)] == ["", ""]
    refusals = [(row.address, row.purpose, row.source) for row in house.rows(people.refusal)]
    assert refusals == [(ZHANG, "all", "wrong_person")]
    assert openid not in [address for address, _, _ in refusals]  # the customer's own ways stay open
    facts = CustomerFacts("C-2", phone=parse_phone("13900000777"))
    house.do(lambda conn: put_customer(conn, house.cast.store_id, facts, house.clock.now))
    assert [row.address for row in house.rows(people.refusal)] == [ZHANG]


def test_on_wechat_the_openid_is_stopped_and_at_their_wish_untied(house: TurnHouse) -> None:
    house.follower(house.cast.zhang)
    first = house.taker.take(house.typed("你们找错人了"))
    assert "移除" in first.passive
    assert house.rows(people.identity)[0].stranger is True
    assert who(house).phone_state == "ok"
    asked = house.taker.take(house.typed("我的车怎么样了"))
    assert "张伟" not in asked.passive
    house.taker.take(house.typed("移除"))
    (tie,) = house.rows(people.identity)
    assert (tie.customer_id != house.cast.zhang, tie.stranger, tie.bound_by) == (True, False, "")
    assert house.rows(people.customer, id=tie.customer_id)[0].known is False
    assert [(row.address, row.purpose) for row in house.rows(people.refusal)] == [(OPENID, "all")]


def test_a_strangers_refusal_is_not_the_customers(house: TurnHouse) -> None:
    openid = house.follower(house.cast.zhang)
    house.taker.take(house.texted("打错了", ZHANG))
    house.taker.take(house.texted("退订", ZHANG))
    assert openid not in [row.address for row in house.rows(people.refusal)]
    assert {row.address for row in house.rows(people.refusal)} == {ZHANG}


# At the next visit


def order(house: TurnHouse, status: OrderStatus) -> None:
    facts = OrderFacts(status, customer=CustomerFacts("C-1", name="张伟", phone=parse_phone("13800000001")),
                       vehicle=VehicleFacts("V-1", plate="浙A12345", model="长风"), advisor="hanmeimei")  # fmt: skip
    house.do(lambda conn: put_order(conn, house.cast.store_id, "RO-1", facts, house.clock.now))


@pytest.mark.handbook("H1.5.1")
def test_at_the_next_visit_the_advisor_is_asked_once_to_confirm_the_number(house: TurnHouse) -> None:
    house.do(lambda conn: conn.execute(update(people.customer).where(people.customer.c.id == house.cast.zhang)
                                       .values(external_id="C-1")))  # fmt: skip
    order(house, OrderStatus.BOOKED)
    house.do(lambda conn: numbers.ask_to_confirm(conn, [house.cast.zhang], "not_reached", house.clock.now))
    for status in (OrderStatus.ARRIVED, OrderStatus.ARRIVED, OrderStatus.INSPECTING):
        order(house, status)
    notes = house.rows(contact.message, direction="note")
    assert ["请与客户核对联系方式" in note.text for note in notes] == [True]
    (thread,) = house.rows(contact.thread)
    assert (thread.state, thread.reason, thread.owner_id) == ("waiting", "confirm_contact", house.cast.hanmeimei.id)


def test_without_anything_to_confirm_a_visit_is_quiet(house: TurnHouse) -> None:
    house.do(lambda conn: conn.execute(update(people.customer).where(people.customer.c.id == house.cast.zhang)
                                       .values(external_id="C-1")))  # fmt: skip
    order(house, OrderStatus.ARRIVED)
    assert house.rows(contact.message) == []
    assert house.rows(contact.thread) == []


def test_a_new_number_from_the_dms_answers_the_question_and_the_old_one_does_not(house: TurnHouse) -> None:
    known = {
        "external_id": "C-1",
        "phone_state": "dead",
        "confirm_since": house.clock.now,
        "confirm_why": "dead_number",
    }
    mine = people.customer.c.id == house.cast.zhang
    house.do(lambda conn: conn.execute(update(people.customer).where(mine).values(**known)))
    for written, state, asked in (("13800000001", "dead", True), ("13900000777", "ok", False)):
        facts = CustomerFacts("C-1", phone=parse_phone(written))
        with writing(house.engine) as conn:
            put_customer(conn, house.cast.store_id, facts, house.clock.now)
        assert (who(house).phone_state, who(house).confirm_since is not None) == (state, asked)


# SMS that come back


def bounce(house: TurnHouse, number: int, state: ReceiptState) -> None:
    def one(conn: Connection) -> None:
        made = outbox.enqueue(
            conn, store_id=house.cast.store_id, customer_id=house.cast.zhang, way=Way.SMS, account="", address=ZHANG,
            category=Category.SERVICE, priority=Priority.SERVICE, payload={}, out_id=f"o{number}",
            not_before=house.clock.now,
        )  # fmt: skip
        conn.execute(update(outbound.outbox).where(outbound.outbox.c.id == made).values(state="accepted"))
        receipt = Receipt(Channel.SMS, "", state, house.clock.now, out_id=f"o{number}", code="MOBILE_NOT_ON_SERVICE")
        receipts.settle(conn, receipt, (), house.clock.now)

    house.do(one)


@pytest.mark.handbook("H2.5.1")
def test_three_sms_in_a_row_that_do_not_arrive_ask_for_the_number(house: TurnHouse) -> None:
    fates = [ReceiptState.FAILED, ReceiptState.FAILED, ReceiptState.DELIVERED, *[ReceiptState.FAILED] * 3]
    for number, fate in enumerate(fates):
        assert who(house).confirm_why == ""
        bounce(house, number, fate)
    assert (who(house).phone_state, who(house).confirm_why) == ("ok", "bounced")


@pytest.mark.parametrize(
    ("mark", "state", "asked"),
    [(Mark.BAD_ADDRESS, "dead", "dead_number"), (Mark.REFUSED_ALL, "blocked", ""), (Mark.REFUSED_MARKETING, "ok", ""),
     (Mark.NONE, "ok", "")],
)  # fmt: skip
def test_what_a_providers_mark_says_of_the_number(house: TurnHouse, mark: Mark, state: str, asked: str) -> None:
    house.do(lambda conn: marks.remember(conn, mark, Way.SMS, "", ZHANG, house.clock.now))
    assert (who(house).phone_state, who(house).confirm_why) == (state, asked)
