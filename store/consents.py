"""What customers allowed and refused: an append-only ledger, and refusals that beat it (sms.md §0.10)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.customer import Purpose
from store.dialects import insert_into
from store.put import add
from store.tables.people import consent, refusal

DMS = "dms"  # the only refusals a later word of the DMS may lift; a customer's own only the customer lifts


@dataclass(frozen=True, slots=True)
class ConsentFact:
    """What the dealer's system says a customer agreed to (or took back), with its proof.

    at: when the customer said so; wording: the text agreed to; evidence: where the proof is kept.
    """

    purpose: Purpose
    given: bool
    at: datetime
    channel: str = ""
    wording: str = ""
    evidence: str = ""


def record_consents(conn: Connection, customer_id: int, phone: str, facts: Iterable[ConsentFact]) -> bool:
    """One ledger row for each purpose whose answer changed; False when none did. The same import twice adds nothing.

    "No" is also a refusal of the number. "Yes" lifts only a refusal the DMS made itself.
    """
    standing = standing_consents(conn, customer_id)
    news = [fact for fact in facts if standing.get(fact.purpose) is not fact.given]
    for fact in news:
        add(
            conn, consent, customer_id=customer_id, purpose=fact.purpose.value, given=fact.given, at=fact.at,
            channel=fact.channel, wording=fact.wording, evidence=fact.evidence,
        )  # fmt: skip
        if phone and fact.given:
            _lift(conn, phone, fact)
        elif phone:
            _refuse(conn, phone, fact)
    return bool(news)


def standing_consents(conn: Connection, customer_id: int) -> dict[Purpose, bool]:
    """The last word on each purpose in this file's ledger."""
    rows = conn.execute(
        select(consent.c.purpose, consent.c.given).where(consent.c.customer_id == customer_id).order_by(consent.c.id)
    )
    return {Purpose(row.purpose): row.given for row in rows}


def standing_refusals(conn: Connection, addresses: Iterable[str]) -> dict[Purpose, datetime]:
    """Purposes refused at any of these addresses, and since when."""
    rows = conn.execute(select(refusal).where(refusal.c.address.in_(list(addresses)), refusal.c.withdrawn_at.is_(None)))
    return {Purpose(row.purpose): row.at for row in rows}


def carry_refusals(conn: Connection, old: str, new: str) -> None:
    """A refusal follows the person to a new number, whoever made it."""
    rows = conn.execute(select(refusal).where(refusal.c.address == old, refusal.c.withdrawn_at.is_(None))).all()
    for row in rows:
        _stand(conn, new, row.purpose, row.source, row.at)


def _refuse(conn: Connection, phone: str, fact: ConsentFact) -> None:
    _stand(conn, phone, fact.purpose.value, DMS, fact.at)


def _lift(conn: Connection, phone: str, fact: ConsentFact) -> None:
    own = (refusal.c.address == phone, refusal.c.purpose == fact.purpose.value, refusal.c.source == DMS)
    conn.execute(update(refusal).where(*own, refusal.c.withdrawn_at.is_(None)).values(withdrawn_at=fact.at))


def _stand(conn: Connection, address: str, purpose: str, source: str, at: datetime) -> None:
    """Refused from now on; one that stands already keeps its source and day, a withdrawn one stands again."""
    row = {"address": address, "purpose": purpose, "source": source, "at": at}
    conn.execute(
        insert_into(conn, refusal)
        .values(**row)
        .on_conflict_do_update(
            index_elements=["address", "purpose"],
            set_={"source": source, "at": at, "withdrawn_at": None, "confirmed": False},
            where=refusal.c.withdrawn_at.is_not(None),
        )
    )
