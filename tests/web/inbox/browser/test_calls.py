"""An advisor works the list on a telephone: no answer for five days, dissatisfied, a stranger, two at once."""

from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from bot.messages import Way
from store.customers import CustomerFacts, VehicleFacts
from store.engine import reading, writing
from store.orders import OrderFacts, OrderStatus, put_order
from store.tables import cases, outbound, people
from tests.conftest import StillClock
from tests.scheduler.test_calls import Calling
from tests.staff_cast import Cast
from tests.web.inbox.browser.opening import Enter
from tests.web.inbox.day import Day
from tests.web.inbox.test_calls import a_call
from tests.web.screens import NARROW


@pytest.fixture
def call(engine: Engine, clock: StillClock, cast: Cast, day: Day) -> int:
    return a_call(engine, clock, cast, cast.chen, "+8613800000002")


def tell(page: Any, result: str, **more: str) -> None:
    """By the tiles and fields a person sees."""
    page.click(f".tile:has([value={result}])")
    for name, value in more.items():
        if name == "rating":
            page.click(f".rating .tile:has([value='{value}'])")
        else:
            page.fill(f".outcome-form [name={name}]", value)
    with page.expect_navigation():
        page.click(".outcome-form button.primary")


def one(engine: Engine, query: Any) -> Any:
    with reading(engine) as conn:
        return conn.execute(query).one()


def point_of(engine: Engine, call: int) -> Any:
    mine = select(outbound.call_task.c.touchpoint_id).where(outbound.call_task.c.id == call).scalar_subquery()
    return one(engine, select(outbound.touchpoint).where(outbound.touchpoint.c.id == mine))


@pytest.fixture
def phone(enter: Enter) -> Any:
    """韩梅梅 with a telephone in her hand."""
    return with_a_phone(enter, "hanmeimei")


def with_a_phone(enter: Enter, username: str) -> Any:
    return enter(username, NARROW, "/inbox/calls", ".calls", has_touch=True)


@pytest.mark.handbook("H1.5.1")
def test_five_days_without_an_answer_then_another_way_and_the_number_is_asked_for_at_the_next_visit(
    phone: Any, base: str, engine: Engine, clock: StillClock, cast: Cast, call: int
) -> None:
    house = Calling(engine, clock)
    with writing(engine) as conn:
        conn.execute(update(people.customer).where(people.customer.c.id == cast.chen).values(external_id="C-9"))
    for tried in range(1, 6):
        phone.goto(f"{base}/inbox/calls")
        phone.click(".call:has-text('陈静')")
        if tried == 1:
            phone.click("#claim-call")
        phone.wait_for_selector("a.tel[href='tel:+8613800000002']")
        tell(phone, "no_answer", note=f"第{tried}天，响铃未接")
        assert len(phone.query_selector_all(".tries li")) == tried
        if tried < 5:
            clock.advance(days=1)
    assert "打了五天电话没有联系上" in phone.inner_text(".who")
    assert point_of(engine, call).state == "planned"
    house.round()
    assert [out.address for out in house.sent(Way.TEMPLATE)] == ["o-chen"]
    assert point_of(engine, call).outcome == "sent"

    car = VehicleFacts("V-9", "浙A·8F213", "云栖")
    arrives = OrderFacts(OrderStatus.ARRIVED, customer=CustomerFacts("C-9"), vehicle=car, advisor="hanmeimei")
    with writing(engine) as conn:
        put_order(conn, cast.store_id, "RO-NEXT", arrives, clock.now)
    phone.goto(f"{base}/inbox/c/{cast.chen}")
    assert "请与客户核对联系方式" in phone.inner_text(".log .note")
    phone.click(".head .drawer")
    phone.fill(".confirm [name=phone]", "13900000777")
    with phone.expect_navigation():
        phone.click(".confirm button")
    who = one(engine, select(people.customer).where(people.customer.c.id == cast.chen))
    assert (who.phone, who.confirm_since) == ("+8613900000777", None)


def test_reached_and_dissatisfied_opens_a_case(phone: Any, base: str, engine: Engine, cast: Cast, call: int) -> None:
    phone.goto(f"{base}/inbox/calls/{call}")
    phone.click("#claim-call")
    assert not phone.is_visible("[name=words]")
    tell(phone, "done", rating="1", words="空调还是不凉，修了两次了")
    case = one(engine, select(cases.cases).where(cases.cases.c.customer_id == cast.chen))
    assert (case.level, case.text) == ("P2", "空调还是不凉，修了两次了")
    assert "已联系上" in phone.inner_text(".who")
    phone.goto(f"{base}/inbox/c/{cast.chen}")
    assert "空调还是不凉，修了两次了" in phone.inner_text(".log")
    assert phone.query_selector(".strip") is not None


def test_a_wrong_number_is_marked_where_everybody_sees_it(
    phone: Any, base: str, engine: Engine, cast: Cast, call: int
) -> None:
    phone.goto(f"{base}/inbox/calls/{call}")
    phone.click("#claim-call")
    tell(phone, "wrong_person", note="接电话的人说不认识陈静")
    assert "对方说不是本人" in phone.inner_text(".who")
    phone.goto(f"{base}/inbox/c/{cast.chen}")
    phone.click(".head .drawer")
    assert "不是本人" in phone.inner_text(".context .pairs")
    assert phone.is_visible(".confirm")


def test_a_time_the_customer_asked_for(phone: Any, base: str, clock: StillClock, call: int) -> None:
    phone.goto(f"{base}/inbox/calls/{call}")
    phone.click("#claim-call")
    tell(phone, "other_time", wanted="2026-09-18T22:00")
    assert "时间要在将来" in phone.inner_text(".one-call .notice")
    tell(phone, "other_time", wanted="2026-09-18T15:30")
    assert "2026-09-18 15:30" in phone.inner_text(".who")


def test_two_at_once_one_takes_it_and_the_other_is_told_who(enter: Enter, base: str, phone: Any, call: int) -> None:
    other = with_a_phone(enter, "lucy")
    for page in (phone, other):
        page.goto(f"{base}/inbox/calls/{call}")
    phone.click("#claim-call")
    phone.wait_for_selector("a.tel")
    other.click("#claim-call")
    other.wait_for_selector(".one-call .notice:has-text('韩梅梅 已先认领')")
    assert other.query_selector("a.tel") is None
