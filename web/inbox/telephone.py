"""What a call needs besides the data: the turn that takes what the customer said, the calendar, the call's hours."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.dealer import Dealer
from bot.messages import Category, Channel, Inbound, InboundKind, Way
from bot.permitted import in_hours
from bot.ports import Calendars
from handlers.reading import COMPLAINED
from store.call_tries import Rules, Written
from store.calls import Task
from web.turn import TurnTaker


@dataclass(frozen=True, slots=True)
class Telephone:
    taker: TurnTaker
    calendar: Calendars


class Needs(Protocol):
    @property
    def telephone(self) -> Telephone: ...


@dataclass(frozen=True, slots=True)
class Heard:
    """What the customer said on the telephone. rating: on the scale of the open question."""

    words: str = ""
    rating: int | None = None
    complained: bool = False

    def __bool__(self) -> bool:
        return bool(self.words or self.complained or self.rating is not None)


def rules_of(dealer: Dealer, telephone: Telephone, task: Task) -> Rules:
    """A survey never rings on a statutory holiday, as it never goes out on one (design §4)."""
    calendar = telephone.calendar.of(task.store_code)

    def counts(day: date) -> bool:
        return task.category is not Category.SURVEY or not calendar.is_holiday(day)

    return Rules(dealer.hours_of(task.store_code).of(task.category, Way.CALL), counts)


def may_ring(dealer: Dealer, telephone: Telephone, task: Task, now: datetime) -> bool:
    """Never outside the hours for such calls, whatever the task's own time says."""
    rules = rules_of(dealer, telephone, task)
    return in_hours(rules.hours, now, task.zone) and rules.counts(now.astimezone(ZoneInfo(task.zone)).date())


def hear(conn: Connection, telephone: Telephone, written: Written, heard: Heard, now: datetime) -> None:
    """The customer's answer takes the way of every answer, in the transaction that writes the call down."""
    said = Inbound(
        channel=Channel.CALL,
        account="",
        address=str(written.customer_id),
        kind=InboundKind.ANSWER,
        provider_key=f"try{written.try_id}",
        sent_at=now,
        text=heard.words,
        option=COMPLAINED if heard.complained else "",
        rating=heard.rating,
        prompt_id=written.prompt_id,
    )
    telephone.taker.within(conn, said)
