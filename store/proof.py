"""The proof of what a customer allowed and refused: every word with its wording and message, and what stands now."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from bot.consent import ON_PAGE
from bot.customer import Purpose, StaffMember
from store.ledger import one_person
from store.refusals import addresses_of
from store.standing import standing_of
from store.tables.contact import message
from store.tables.people import consent, customer, refusal, store
from store.visibility import visible_to
from store.wordings import shown_texts

MESSAGE = re.compile(r"\bmessage:(\d+)")


def customers_at(conn: Connection, phone: str) -> list[int]:
    """Files of a number (E.164), those merged away left out."""
    here = select(customer.c.id).where(customer.c.phone == phone, customer.c.merged_into.is_(None))
    return list(conn.execute(here.order_by(customer.c.id)).scalars())


def proof_of(conn: Connection, customer_id: int, user: StaffMember | None = None) -> dict[str, Any]:
    """user: who looks; of files that are not theirs to see there is the word, and neither name nor message.

    Words oldest first, also those of files that share the number and of files merged in; each names its file.

    Of a word: the text of its version as it was shown, and the message it was said in. Instants as datetimes, in UTC.
    """
    who = conn.execute(_people().where(customer.c.id == customer_id)).one()
    files, addresses = one_person(conn, [customer_id])[customer_id], addresses_of(conn, customer_id)
    theirs = or_(consent.c.customer_id.in_(files), consent.c.address.in_(addresses))
    rows = conn.execute(select(consent).where(theirs).order_by(consent.c.id)).all()
    known = _files(conn, [*files, *(row.customer_id for row in rows if row.customer_id)], user)
    return {
        "customer": {"external_id": who.external_id, "name": who.name, "store": who.store},
        "addresses": sorted(addresses),
        "files": known,
        "words": _words(conn, rows, {each["id"] for each in known} if user else None),
        "refusals": _refusals(conn, addresses),
        "standing": _standing(conn, customer_id),
    }


def _people() -> Any:
    named = select(
        customer.c.id, customer.c.external_id, customer.c.name, customer.c.merged_into, store.c.name.label("store")
    )
    return named.join(store, store.c.id == customer.c.store_id)


def _files(conn: Connection, ids: Sequence[int], user: StaffMember | None) -> list[dict[str, Any]]:
    found = _people().where(customer.c.id.in_(set(ids)))
    rows = conn.execute((found.where(visible_to(user, customer)) if user else found).order_by(customer.c.id))
    return [{**row._mapping} for row in rows]


def _words(conn: Connection, rows: Sequence[Row[Any]], seen: set[int] | None) -> list[dict[str, Any]]:
    """seen: files whose messages may be told; None: all."""
    texts = shown_texts(conn, [(row.wording, row.version) for row in rows])
    said = _messages(conn, [row for row in rows if seen is None or row.customer_id in seen])
    return [
        {
            "at": row.at, "file": row.customer_id, "purpose": row.purpose, "given": row.given, "source": row.source,
            "channel": row.channel, "address": row.address, "wording": row.wording, "version": row.version,
            "text": texts.get((row.wording, row.version), ""), "evidence": row.evidence,
            "message": said.get(_message_id(row)), "counts": not row.aside, "aside": row.aside,
        }
        for row in rows
    ]  # fmt: skip


def _messages(conn: Connection, rows: Sequence[Row[Any]]) -> Mapping[int, dict[str, Any]]:
    wanted = {_message_id(row) for row in rows}
    found = select(message.c.id, message.c.at, message.c.channel, message.c.kind, message.c.text)
    return {
        row.id: {"at": row.at, "channel": row.channel, "kind": row.kind, "text": row.text}
        for row in conn.execute(found.where(message.c.id.in_(wanted)))
    }


def _message_id(row: Row[Any]) -> int:
    """0: proved by something else than a message."""
    found = MESSAGE.search(row.evidence)
    return int(found[1]) if found else 0


def _refusals(conn: Connection, addresses: Sequence[str] | frozenset[str]) -> list[dict[str, Any]]:
    """Standing and lifted ones. withdrawn_at: when the customer said yes again."""
    names = ("address", "purpose", "source", "at", "withdrawn_at")
    rows = conn.execute(select(refusal).where(refusal.c.address.in_(addresses)).order_by(refusal.c.id))
    return [{name: row._mapping[name] for name in names} for row in rows]


def _standing(conn: Connection, customer_id: int) -> dict[str, Any]:
    """allowed: what the gate would let through for want of a refusal or a consent, hours and caps aside."""
    now = standing_of(conn, [customer_id])[customer_id]
    return {
        "consents": sorted(each.value for each in now.consents if each is not Purpose.ALL),
        "refusals": sorted(each.value for each in now.refusals),
        "allowed": [each.value for each in ON_PAGE if now.allows(each)],
    }
