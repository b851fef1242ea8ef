"""A refusal is per address and purpose: it covers every file that shares the number and survives re-import."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, insert, or_, select, union, update

from bot.customer import Purpose
from bot.messages import Category
from store.dialects import insert_into
from store.tables.people import consent, customer, identity, refusal

# What a refusal ends. Marketing takes greetings along (退订 stops both, design §5); safety and a case's own
# messages are in none of them.
ENDS: Mapping[Purpose, frozenset[Category]] = {
    Purpose.SERVICE: frozenset({Category.SERVICE, Category.REMINDER}),
    Purpose.SURVEY: frozenset({Category.SURVEY}),
    Purpose.GREETING: frozenset({Category.GREETING}),
    Purpose.MARKETING: frozenset({Category.MARKETING, Category.GREETING}),
    Purpose.ALL: frozenset(Category) - {Category.SAFETY},
}


def covers(purpose: Purpose) -> tuple[Purpose, ...]:
    """The purposes written down for one refusal or one word of consent."""
    return (Purpose.MARKETING, Purpose.GREETING) if purpose is Purpose.MARKETING else (purpose,)


def addresses_of(conn: Connection, customer_id: int) -> frozenset[str]:
    """The phone and every openid of the file."""
    phone = select(customer.c.phone).where(customer.c.id == customer_id, customer.c.phone != "")
    openids = select(identity.c.address).where(identity.c.customer_id == customer_id)
    return frozenset(conn.execute(union(phone, openids)).scalars())


def files_of(conn: Connection, addresses: Iterable[str]) -> list[int]:
    """Every file that shares one of these addresses, smallest id first."""
    shared = list(addresses)
    tied = select(identity.c.customer_id).where(identity.c.address.in_(shared))
    files = select(customer.c.id).where(or_(customer.c.phone.in_(shared), customer.c.id.in_(tied)))
    return list(conn.execute(files.order_by(customer.c.id)).scalars())


def refuse(conn: Connection, addresses: Iterable[str], purpose: Purpose, source: str, now: datetime) -> None:
    """confirmed: the turn that refuses also says so."""
    said = {"source": source, "at": now, "withdrawn_at": None, "confirmed": True}
    for address in sorted(addresses):
        for each in covers(purpose):
            row = insert_into(conn, refusal).values(address=address, purpose=each.value, **said)
            conn.execute(row.on_conflict_do_update(index_elements=["address", "purpose"], set_=said))


def allow(conn: Connection, customer_id: int, purpose: Purpose, source: str, evidence: str, now: datetime) -> None:
    """The customer's own word takes refusals of this purpose back and stands in the ledger of consents."""
    purposes = covers(purpose)
    mine = refusal.c.address.in_(addresses_of(conn, customer_id))
    about = refusal.c.purpose.in_([*(each.value for each in purposes), Purpose.ALL.value])
    conn.execute(update(refusal).where(mine, about).values(withdrawn_at=now, confirmed=False))
    for each in purposes:
        row = {"purpose": each.value, "given": True, "wording": source, "evidence": evidence, "at": now}
        conn.execute(insert(consent).values(customer_id=customer_id, **row))
