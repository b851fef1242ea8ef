"""A refusal is per address and purpose: it covers every file that shares the number and survives re-import."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select, union, update

from bot.consent import OWN, Source
from bot.customer import Purpose
from bot.messages import Category
from store.dialects import insert_into
from store.tables.people import customer, identity, refusal

# What a refusal ends. Safety and a case's own messages are in none of them.
ENDS: Mapping[Purpose, frozenset[Category]] = {
    Purpose.SERVICE: frozenset({Category.SERVICE, Category.REMINDER}),
    Purpose.SURVEY: frozenset({Category.SURVEY}),
    Purpose.GREETING: frozenset({Category.GREETING}),
    Purpose.MARKETING: frozenset({Category.MARKETING}),
    Purpose.ALL: frozenset(Category) - {Category.SAFETY},
}
SINGLE = tuple(purpose for purpose in Purpose if purpose is not Purpose.ALL)


def addresses_of(conn: Connection, customer_id: int) -> frozenset[str]:
    """The phone, the e-mail address and every openid of the file."""
    return frozenset(conn.execute(_ADDRESSES, {"file": customer_id}).scalars())


# Made once: an import asks this of every file, and building a statement costs more than it takes to answer it.
_FILE = customer.c.id == bindparam("file")
_ADDRESSES = union(
    select(customer.c.phone).where(_FILE, customer.c.phone != ""),
    select(customer.c.email).where(_FILE, customer.c.email != ""),
    select(identity.c.address).where(identity.c.customer_id == bindparam("file")),
)


def files_of(conn: Connection, addresses: Iterable[str]) -> list[int]:
    """Every file that shares one of these addresses, smallest id first."""
    shared = list(addresses)
    tied = select(identity.c.customer_id).where(identity.c.address.in_(shared))
    held = or_(customer.c.phone.in_(shared), customer.c.email.in_(shared), customer.c.id.in_(tied))
    files = select(customer.c.id).where(held)
    return list(conn.execute(files.order_by(customer.c.id)).scalars())


def standing_at(conn: Connection, addresses: Collection[str]) -> list[Any]:
    """Rows of what is refused at any of these addresses."""
    return list(conn.execute(select(refusal).where(*_standing(addresses)).order_by(refusal.c.id)))


def own_refusal(conn: Connection, addresses: Collection[str], purpose: Purpose) -> bool:
    """The customer's own word stands against it at one of these addresses."""
    return conn.execute(_OWN_REFUSAL, {"addresses": list(addresses), "about": purpose.value}).first() is not None


_STANDING = (refusal.c.address.in_(bindparam("addresses", expanding=True)), refusal.c.withdrawn_at.is_(None))
_ABOUT = or_(refusal.c.purpose == bindparam("about"), refusal.c.purpose == Purpose.ALL.value)
_OWN_REFUSAL = select(refusal.c.id).where(*_STANDING, _ABOUT, refusal.c.source != Source.DMS.value).limit(1)


def refuse(conn: Connection, addresses: Iterable[str], purposes: Iterable[Purpose], source: str, now: datetime) -> None:
    """By the customer's own act. confirmed: the turn that refuses also says so."""
    wanted = list(purposes)
    said = {"source": source, "at": now, "withdrawn_at": None, "confirmed": True}
    for address in sorted(addresses):
        for each in wanted:
            row = insert_into(conn, refusal).values(address=address, purpose=each.value, **said)
            conn.execute(row.on_conflict_do_update(index_elements=["address", "purpose"], set_=said))


def lift(conn: Connection, addresses: Collection[str], purposes: Collection[Purpose], now: datetime) -> None:
    """By the customer's own act, and exactly what they named: of a refusal of everything the rest stays refused."""
    for row in standing_at(conn, addresses):
        if row.purpose == Purpose.ALL:
            for each in set(SINGLE) - set(purposes):
                stand(conn, row.address, each, row.source, row.at)
    about = refusal.c.purpose.in_([*(each.value for each in purposes), Purpose.ALL.value])
    conn.execute(update(refusal).where(*_standing(addresses), about).values(withdrawn_at=now, confirmed=False))


def lift_dms(conn: Connection, address: str, purpose: Purpose, now: datetime) -> None:
    """What the DMS refused it may take back."""
    conn.execute(_LIFT_DMS, {"addresses": [address], "about": purpose.value, "now": now})


_BY_DMS = (refusal.c.purpose == bindparam("about"), refusal.c.source == Source.DMS.value)
_LIFT_DMS = update(refusal).where(*_STANDING, *_BY_DMS).values(withdrawn_at=bindparam("now"))


def carry(conn: Connection, before: Collection[str], after: Iterable[str]) -> None:
    """A refusal follows the person to another address, whoever made it."""
    rows = [row for row in standing_at(conn, before) if row.source != Source.STRANGER.value]
    for address in sorted(set(after)):
        for row in rows:
            if row.address != address:
                stand(conn, address, Purpose(row.purpose), row.source, row.at)


def stand(conn: Connection, address: str, purpose: Purpose, source: str, at: datetime) -> None:
    """Refused from now on. One that stands keeps its source and day, but the DMS's gives way to the customer's own,
    or the next import would lift what the customer refused."""
    own = [each.value for each in OWN]
    weaker = refusal.c.source.not_in(own) if source in own else refusal.c.withdrawn_at.is_not(None)
    said = {"source": source, "at": at, "withdrawn_at": None, "confirmed": False}
    conn.execute(
        insert_into(conn, refusal)
        .values(address=address, purpose=purpose.value, source=source, at=at)
        .on_conflict_do_update(
            index_elements=["address", "purpose"],
            set_=said,
            where=or_(refusal.c.withdrawn_at.is_not(None), weaker),
        )
    )


def _standing(addresses: Iterable[str]) -> tuple[Any, ...]:
    return refusal.c.address.in_(list(addresses)), refusal.c.withdrawn_at.is_(None)
