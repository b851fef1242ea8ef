"""Tying an openid to a file: the code is spent once, and what the unknown follower left behind moves along."""

from datetime import datetime

from sqlalchemy import Connection, Table, delete, select, update

from store import refusals
from store.tables import contact, outbound
from store.tables.booking import appointment
from store.tables.cases import cases
from store.tables.contact import thread
from store.tables.people import bind_token, customer, fact, identity, rsvp
from store.tokens import hashed

# rsvp and touchpoint are unique per customer: an unknown follower has none, since only known files are invited.
# The ledger of consents stays where it is: its rows never change, readers follow merged_into (store/ledger.py).
MOVES: tuple[Table, ...] = (contact.message, contact.prompt, outbound.outbox, fact, cases, appointment)


def spend(conn: Connection, token: str, customer_id: int, now: datetime) -> bool:
    """False when the code is unknown, spent, expired or another file's."""
    code = (bind_token.c.token_hash == hashed(token), bind_token.c.customer_id == customer_id)
    unspent = (bind_token.c.used_at.is_(None), bind_token.c.expires_at > now)
    return conn.execute(update(bind_token).where(*code, *unspent).values(used_at=now)).rowcount == 1


def bind(
    conn: Connection, channel: str, account: str, address: str, customer_id: int, by: str, now: datetime
) -> int | None:
    """by: qr | staff. Returns the file the openid had before, None when it had none."""
    mine = (identity.c.channel == channel, identity.c.account == account, identity.c.address == address)
    before = conn.execute(select(identity.c.customer_id).where(*mine)).scalar()
    tied = {"customer_id": customer_id, "bound_by": by, "following": True, "changed_at": now}
    conn.execute(update(identity).where(*mine).values(**tied))
    # One person now: what was refused at one of their addresses is refused at all, also when a tie ends later.
    everywhere = refusals.addresses_of(conn, customer_id)
    refusals.carry(conn, everywhere, everywhere)
    if before is not None and before != customer_id:
        _merge(conn, before, customer_id)
    return before


def _merge(conn: Connection, before: int, into: int) -> None:
    """Only an unknown file disappears into a known one; a known one keeps its history when its openid moves on."""
    unknown = update(customer).where(customer.c.id == before, customer.c.known.is_(False))
    if conn.execute(unknown.values(merged_into=into)).rowcount == 0:
        return
    for table in MOVES:
        conn.execute(update(table).where(table.c.customer_id == before).values(customer_id=into))
    _merge_thread(conn, before, into)
    conn.execute(delete(rsvp).where(rsvp.c.customer_id == before))


def _merge_thread(conn: Connection, before: int, into: int) -> None:
    """The known file's thread stays; without one, the follower's becomes its own."""
    here = select(thread.c.id).where(thread.c.customer_id == into)
    if conn.execute(here).first() is not None:
        conn.execute(delete(thread).where(thread.c.customer_id == before))
        return
    conn.execute(update(thread).where(thread.c.customer_id == before).values(customer_id=into))
