"""An address where somebody else answers: marked, cleared, or taken out of the dealer's files at their wish."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, insert, select, update

from bot.consent import Source
from bot.customer import Purpose
from bot.messages import Channel, Inbound
from bot.reasons import Reason
from store import numbers, refusals
from store.tables.people import customer, identity


def mark(conn: Connection, inbound: Inbound, customer_id: int, now: datetime) -> None:
    """Only safety goes there until the number is confirmed; that is asked for at the next visit."""
    files = [customer_id]
    if inbound.channel is Channel.SMS:
        files = numbers.sharing(conn, inbound.address) or files
        numbers.mark(conn, inbound.address, "stranger")
    else:
        conn.execute(update(identity).where(*_tie(inbound)).values(stranger=True, changed_at=now))
    numbers.ask_to_confirm(conn, files, Reason.WRONG_PERSON.value, now)


def clear(conn: Connection, inbound: Inbound, customer_id: int, now: datetime) -> None:
    """It is the customer after all."""
    if inbound.channel is Channel.SMS:
        numbers.clear_stranger(conn, inbound.address)
        return
    conn.execute(update(identity).where(*_tie(inbound)).values(stranger=False, changed_at=now))
    known = {"confirm_since": None, "confirm_why": ""}
    mine = (customer.c.id == customer_id, customer.c.confirm_why == Reason.WRONG_PERSON.value)
    conn.execute(update(customer).where(*mine).values(**known))


def remove(conn: Connection, inbound: Inbound, customer_id: int, now: datetime) -> None:
    """Refused for good at this address, and tied to the customer no longer: their own ways stay open."""
    refusals.refuse(conn, [inbound.address], [Purpose.ALL], Source.STRANGER.value, now)
    if inbound.channel is Channel.SMS:
        gone = update(customer).where(customer.c.phone == inbound.address)
        conn.execute(gone.values(phone="", phone_state="ok"))
        return
    _untie(conn, inbound, customer_id, now)


def _untie(conn: Connection, inbound: Inbound, customer_id: int, now: datetime) -> None:
    """The openid gets a file of its own, of somebody we know nothing of."""
    store_id = conn.execute(select(customer.c.store_id).where(customer.c.id == customer_id)).scalar_one()
    stranger = insert(customer).values(store_id=store_id, known=False, created_at=now).returning(customer.c.id)
    nobody = conn.execute(stranger).scalar_one()
    tie = {"customer_id": nobody, "bound_by": "", "stranger": False, "changed_at": now}
    conn.execute(update(identity).where(*_tie(inbound)).values(**tie))


def _tie(inbound: Inbound) -> tuple[ColumnElement[bool], ...]:
    return (
        identity.c.channel == inbound.channel.value,
        identity.c.account == inbound.account,
        identity.c.address == inbound.address,
    )
