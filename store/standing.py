"""What customers allow and refuse at this moment: every reader asks here, so that all of them fold alike.

Refusals stand per address; consents are the newest counting words over all files of one person (bot/consent.py: fold).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select

from bot.consent import Standing, fold
from bot.customer import Purpose
from store.among import among
from store.ledger import one_person
from store.prepared import Prepared
from store.tables.people import consent, customer, identity, refusal


def standing_of(conn: Connection, ids: Collection[int]) -> dict[int, Standing]:
    """By file; a fixed number of queries however many."""
    group = one_person(conn, ids)
    words: dict[int, list[Any]] = defaultdict(list)
    everyone = sorted({each for files in group.values() for each in files})
    for row in _WORDS.all(conn, ids=everyone):
        words[row.customer_id].append(row)
    refused = _refused_at(conn, ids)
    return {
        each: fold(_in_order(row for file in files for row in words[file]), refused[each])
        for each, files in group.items()
    }


def refuses(*purposes: Purpose) -> ColumnElement[bool]:
    """The row of `customer` around it has refused one of these, or everything."""
    # Correlated by name: two levels deep SQLAlchemy would take every customer's openids.
    openids = select(identity.c.address).where(identity.c.customer_id == customer.c.id).correlate(customer)
    own = (and_(refusal.c.address == column, column != "") for column in (customer.c.phone, customer.c.email))
    theirs = or_(*own, refusal.c.address.in_(openids))
    about = refusal.c.purpose.in_([each.value for each in (*purposes, Purpose.ALL)])
    return exists().where(theirs, about, refusal.c.withdrawn_at.is_(None)).correlate(customer)


def agreeing(purpose: Purpose, customer_id: int | None = None) -> Select[Any]:
    """Ids of the files whose own newest word is yes. A reader of one number's other files asks `standing_of`."""
    person = customer.alias()  # its own name: readers ask this about a `customer` around it
    file = func.coalesce(person.c.merged_into, person.c.id)
    about = (consent.c.purpose.in_((purpose.value, Purpose.ALL.value)), consent.c.aside == "")
    words = select(func.max(consent.c.id)).join(person, person.c.id == consent.c.customer_id).where(*about)
    if customer_id is not None:
        words = words.where(file == customer_id)
    newest = consent.c.id.in_(words.group_by(file))
    return select(file).join(consent, consent.c.customer_id == person.c.id).where(newest, consent.c.given)


def _in_order(rows: Iterable[Any]) -> list[tuple[Purpose, bool]]:
    return [(Purpose(row.purpose), row.given) for row in sorted(rows, key=lambda row: row.id)]


def _refused_at(conn: Connection, ids: Collection[int]) -> dict[int, set[Purpose]]:
    """At the phone, the e-mail address or at any openid of the file."""
    found: dict[int, set[Purpose]] = defaultdict(set)
    for row in _REFUSED.all(conn, ids=ids):
        found[row.id].add(Purpose(row.purpose))
    return found


# Made once: the gate asks this of every batch.
_WORDS = Prepared.of(
    select(consent.c.id, consent.c.customer_id, consent.c.purpose, consent.c.given).where(
        consent.c.aside == "", among(consent.c.customer_id, "ids")
    )
)
_STANDS = (refusal.c.withdrawn_at.is_(None), among(customer.c.id, "ids"))
_OWN = or_(refusal.c.address == customer.c.phone, refusal.c.address == customer.c.email)
_BY_OWN = select(customer.c.id, refusal.c.purpose).join(refusal, _OWN).where(refusal.c.address != "", *_STANDS)
_BY_OPENID = (
    select(customer.c.id, refusal.c.purpose)
    .join(identity, identity.c.customer_id == customer.c.id)
    .join(refusal, refusal.c.address == identity.c.address)
    .where(*_STANDS)
)
_REFUSED = Prepared.of(_BY_OWN.union(_BY_OPENID))
