"""Quotes of a simulation: what the workshop offers the evening before a car is ready, and what is said to it."""

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from bot.quotes import LineKind, QuoteState, Urgency, Work
from commands.simulation.drawn import Person
from store.customers import CustomerFacts, VehicleFacts
from store.orders import OrderFacts, OrderStatus, put_order
from store.quotes import QuoteFacts, put_quote

OFFERED = 0.25  # of visits that are no rework
AGREES = 0.6  # to a line
WORKS = (("前制动片", 86000, Urgency.MUST), ("轮胎", 128000, Urgency.ADVISED), ("蓄电池", 72000, Urgency.ADVISED),
         ("空调滤芯", 18000, Urgency.CAN_WAIT), ("雨刮片", 16000, Urgency.CAN_WAIT))  # fmt: skip


def offered(seed: int, visit: str) -> Sequence[Work]:
    """Of one visit; most need nothing more. Draws of their own, so that nobody's year changes with them."""
    chance = random.Random(f"{seed}:offer:{visit}")
    if chance.random() >= OFFERED:
        return ()
    chosen = chance.sample(WORKS, chance.randrange(1, 4))
    return [Work(name, LineKind.PART, fen, urgency) for name, fen, urgency in chosen]


def offer(
    conn: Connection, store_id: int, person: Person, visit: str, car: str, works: Sequence[Work], ready_at: datetime,
    now: datetime,
) -> None:  # fmt: skip
    """The order comes in, and its quote is sent."""
    facts = OrderFacts(OrderStatus.QUOTED, None, CustomerFacts(person.external_id), VehicleFacts(car), advisor="韩梅梅")
    put_order(conn, store_id, visit, facts, now)
    sent = QuoteFacts(QuoteState.SENT, visit, works, "", ready_at, now + timedelta(days=3))
    put_quote(conn, store_id, f"Q{visit}", sent, now)


def evening_before(day: date, first_day: date) -> date | None:
    """None: the simulation had not begun."""
    return day - timedelta(days=1) if day > first_day else None


def said(chance: random.Random, lines: int) -> str:
    """What is pressed on the quote's page: the positions agreed to."""
    return "approve:" + ",".join(str(each) for each in range(1, lines + 1) if chance.random() < AGREES)
