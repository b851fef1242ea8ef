"""Who recommended whom: the code of who came to an event, and the friends who gave it (bot/friends.py)."""

import secrets

from sqlalchemy import Connection, func, select

from bot.friends import REFERRED_BY, code_of
from store.tables.events import event_arrival
from store.tables.people import customer, fact


def new_code(conn: Connection) -> str:
    """One nobody has."""
    while True:
        code = code_of(secrets.randbelow)
        if conn.execute(select(event_arrival.c.id).where(event_arrival.c.friend_code == code)).first() is None:
            return code


def code_of_customer(conn: Connection, customer_id: int) -> str:
    """Of the newest event they came to; "" of none."""
    mine = select(event_arrival.c.friend_code).where(
        event_arrival.c.customer_id == customer_id, event_arrival.c.friend_code.is_not(None)
    )
    return conn.execute(mine.order_by(event_arrival.c.id.desc())).scalars().first() or ""


def recommended_by(conn: Connection, store_id: int, code: str) -> int | None:
    """The customer of that store whose code this is."""
    theirs = (
        select(customer.c.id)
        .join(event_arrival, event_arrival.c.customer_id == customer.c.id)
        .where(event_arrival.c.friend_code == code, customer.c.store_id == store_id)
    )
    return conn.execute(theirs).scalar()


def friends_of(conn: Connection, event_id: int) -> int:
    """How many customers gave the code of somebody who came to this event."""
    given = (
        select(func.count(fact.c.customer_id.distinct()))
        .join(event_arrival, event_arrival.c.friend_code == fact.c.value)
        .where(fact.c.key == REFERRED_BY, event_arrival.c.event_id == event_id)
    )
    return int(conn.execute(given).scalar_one())
