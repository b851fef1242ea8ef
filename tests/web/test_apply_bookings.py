"""Bookings and notes carried out in a turn, on both databases."""

from datetime import datetime, timedelta

import pytest

from bot.booking import Capacity, Visit, Wanted
from bot.effects import Book, CancelBooking, ChangeBooking, ConfirmBooking, HandOff, Note, NoteBooking, Say
from store.tables import contact, runtime
from store.tables.booking import appointment, slot_hold
from tests.turn_house import TurnHouse

SERVICE = Wanted(Visit.SERVICE, 60)


@pytest.fixture(autouse=True)
def one_bay(house: TurnHouse) -> None:
    """A store with one bay; 张伟 and 陈静 follow."""
    house.follower(house.cast.zhang)
    house.follower(house.cast.chen, "oChenJing")
    store = house.dealer.stores[0].model_copy(update={"booking": Capacity(bays=1, advisors=2)})
    house.dealer.stores[0] = store


def start(house: TurnHouse, hours: int = 24) -> datetime:
    return (house.clock.now + timedelta(hours=hours)).replace(minute=0, second=0, microsecond=0)


def states(house: TurnHouse) -> list[str]:
    return [row.state for row in house.rows(appointment)]


@pytest.mark.handbook("H2.2.2")
def test_who_loses_the_only_bay_is_told_so_and_nothing_else(house: TurnHouse) -> None:
    booking = Book(SERVICE, start(house), "maintenance", otherwise=(Say("event.full"),))
    first = house.effects(booking, Say("event.booked")).take(house.typed("约九点"))
    second = house.effects(booking, Say("event.booked")).take(house.typed("我也九点", "oChenJing"))
    assert (first.passive, second.passive) == ("已为您留座", "座位已满")
    (row,) = house.rows(appointment)
    assert (row.customer_id, row.state, row.service, row.minutes) == (house.cast.zhang, "booked", "maintenance", 60)
    assert "appointment" in {each.kind for each in house.rows(runtime.feed)}


def test_moved_confirmed_and_given_up(house: TurnHouse) -> None:
    house.effects(Book(SERVICE, start(house))).take(house.typed("约"))
    (row,) = house.rows(appointment)
    later = start(house, 26)
    house.effects(ChangeBooking(row.id, later)).take(house.typed("改"))
    assert {each.starts_at for each in house.rows(slot_hold, resource="bay:1")} == {
        later,
        later + timedelta(minutes=30),
    }
    house.effects(ConfirmBooking(row.id)).take(house.typed("来"))
    assert states(house) == ["confirmed"]
    for more in ("天窗异响", "换雨刮"):
        house.effects(NoteBooking(row.id, more)).take(house.typed("顺便看看"))
    assert [each.note for each in house.rows(appointment)] == ["天窗异响；换雨刮"]
    house.effects(CancelBooking(row.id)).take(house.typed("不来了"))
    house.effects(NoteBooking(row.id, "晚了")).take(house.typed("顺便看看"))
    assert [each.note for each in house.rows(appointment)] == ["天窗异响；换雨刮"]
    assert (states(house), house.rows(slot_hold)) == (["cancelled"], [])
    gone = house.effects(CancelBooking(row.id, (Say("event.full"),)), Say("hello")).take(house.typed("不来了"))
    assert gone.passive == "座位已满"


def test_what_colleagues_should_know_is_a_note_in_the_thread(house: TurnHouse) -> None:
    house.effects(HandOff("price", "normal", summary="客户需要：问价格"), Note("车已卖掉")).take(house.typed("多少钱"))
    notes = house.rows(contact.message, direction="note")
    assert [(each.author, each.text) for each in notes] == [("system", "客户需要：问价格"), ("system", "车已卖掉")]
