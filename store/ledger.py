"""The ledger of consents (docs/consent.md): rows are added, never changed; only erasing a person takes theirs away."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, or_, select

from bot.consent import Aside, Source
from bot.customer import Purpose
from store.among import among
from store.prepared import Prepared, adding
from store.tables.people import consent, customer


@dataclass(frozen=True, slots=True)
class Word:
    """One yes or no. address: where it was said, "" on paper. evidence: `message:<id>`, `page:<number>`, `code:<code>`,
    the DMS's own reference, …, several joined by " · ". aside: None when it counts."""

    purpose: Purpose
    given: bool
    source: Source
    at: datetime
    channel: str = ""
    address: str = ""
    wording: str = ""
    version: str = ""
    evidence: str = ""
    aside: Aside | None = None


def note(conn: Connection, customer_id: int | None, words: Iterable[Word]) -> None:
    """customer_id None: nobody we know has this address."""
    rows = [
        {
            "customer_id": customer_id, "address": word.address, "purpose": word.purpose.value,
            "channel": word.channel, "given": word.given, "source": word.source.value, "wording": word.wording,
            "version": word.version, "evidence": word.evidence, "aside": word.aside or "", "at": word.at,
        }
        for word in words
    ]  # fmt: skip
    if rows:
        _NOTE.many(conn, rows)


_NOTED = (
    "customer_id", "address", "purpose", "channel", "given", "source", "wording", "version", "evidence", "aside", "at",
)  # fmt: skip
_NOTE = Prepared(lambda _conn: adding(consent, _NOTED))


def newest_of(
    conn: Connection, files: Collection[int], purpose: Purpose, sources: Collection[Source], *, counting: bool = False
) -> Any:
    """The last word of these sources in these files, None without one."""
    asked = {"files": files, "about": purpose.value, "sources": [str(each) for each in sources]}
    return (_NEWEST_COUNTING if counting else _NEWEST).first(conn, **asked)


_OF = (
    among(consent.c.customer_id, "files"), consent.c.purpose == bindparam("about"), among(consent.c.source, "sources"),
)  # fmt: skip
_LAST = select(consent).where(*_OF).order_by(consent.c.id.desc()).limit(1)
_NEWEST, _NEWEST_COUNTING = Prepared.of(_LAST), Prepared.of(_LAST.where(consent.c.aside == ""))


def words_of(conn: Connection, customer_id: int) -> list[Row[Any]]:
    """Every word of a file and of those merged into it, oldest first."""
    return list(conn.execute(select(consent).where(of_file(customer_id)).order_by(consent.c.id)))


def of_file(customer_id: int) -> ColumnElement[bool]:
    """Of the ledger's rows: this file's, and those of files merged into it."""
    here = or_(customer.c.id == customer_id, customer.c.merged_into == customer_id)
    return consent.c.customer_id.in_(select(customer.c.id).where(here))


def unproven(words: Iterable[Row[Any]]) -> list[str]:
    """Purposes whose last word of the DMS is a yes it did not prove."""
    last = {row.purpose: row for row in words if row.source == Source.DMS}
    return sorted(purpose for purpose, row in last.items() if row.aside == Aside.NO_PROOF)


def one_person(conn: Connection, ids: Collection[int]) -> dict[int, frozenset[int]]:
    """Each file with all that are read along: those that share its number, and those merged into one of them."""
    phones = {row.id: row.phone for row in _PHONES.all(conn, ids=ids)}
    sharing: dict[str, set[int]] = defaultdict(set)
    for row in _SHARING.all(conn, numbers=sorted({phone for phone in phones.values() if phone})):
        sharing[row.phone].add(row.id)
    groups = {each: {each} | (sharing[phone] if phone else set()) for each, phone in phones.items()}
    into: dict[int, set[int]] = defaultdict(set)
    for row in _MERGED.all(conn, ids=sorted({file for group in groups.values() for file in group})):
        into[row.merged_into].add(row.id)
    return {each: frozenset(group.union(*(into[file] for file in group))) for each, group in groups.items()}


_WHO = select(customer.c.id, customer.c.phone)
_PHONES = Prepared.of(_WHO.where(among(customer.c.id, "ids")))
_SHARING = Prepared.of(_WHO.where(among(customer.c.phone, "numbers")))
_MERGED = Prepared.of(select(customer.c.id, customer.c.merged_into).where(among(customer.c.merged_into, "ids")))
