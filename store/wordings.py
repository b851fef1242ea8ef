"""The wordings of consents as they were shown: kept when the house starts, never changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Connection, func, select, tuple_

from bot.consent import ConsentText, Wording
from store.dialects import insert_into
from store.tables.people import consent, consent_text


@dataclass(frozen=True, slots=True)
class Worded:
    """A version in force. version "" where the house was never brought up with its texts."""

    wording: Wording
    version: str = ""
    text: str = ""


def keep_texts(conn: Connection, texts: Sequence[ConsentText]) -> None:
    for each in texts:
        row = {"wording": each.id.value, "version": each.version, "valid_from": each.valid_from, "text": each.text}
        conn.execute(insert_into(conn, consent_text).values(**row).on_conflict_do_nothing())


def changed_texts(conn: Connection, texts: Sequence[ConsentText]) -> list[int]:
    """Numbers of the texts whose version is known with other words."""
    known = shown_texts(conn, [(each.id.value, each.version) for each in texts])
    return [
        number for number, each in enumerate(texts) if known.get((each.id.value, each.version), each.text) != each.text
    ]


def in_force(conn: Connection, wordings: Iterable[Wording], now: datetime) -> dict[Wording, Worded]:
    """The newest version of each whose day has come."""
    wanted = list(wordings)
    come = (consent_text.c.wording.in_(wanted), consent_text.c.valid_from <= now.astimezone(UTC).date())
    rows = conn.execute(select(consent_text).where(*come).order_by(consent_text.c.valid_from, consent_text.c.id))
    found = {Wording(row.wording): Worded(Wording(row.wording), row.version, row.text) for row in rows}
    return {each: found.get(each, Worded(each)) for each in wanted}


def shown_texts(conn: Connection, versions: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
    """(wording, version) → its words."""
    pair = tuple_(consent_text.c.wording, consent_text.c.version)
    rows = conn.execute(select(consent_text).where(pair.in_(sorted(set(versions)))))
    return {(row.wording, row.version): row.text for row in rows}


@dataclass(frozen=True, slots=True)
class Shown:
    """state: in_force | coming | past. words: how often somebody's word in the ledger names this version."""

    wording: str
    version: str
    valid_from: date
    text: str
    state: str
    words: int


def every_text(conn: Connection, now: datetime) -> list[Shown]:
    """Every version of every wording, the newest of each first."""
    mine = (consent.c.wording == consent_text.c.wording, consent.c.version == consent_text.c.version)
    words = select(func.count()).where(*mine).scalar_subquery()
    order = (consent_text.c.wording, consent_text.c.valid_from.desc(), consent_text.c.id.desc())
    today, found, standing = now.astimezone(UTC).date(), [], set[str]()
    for row in conn.execute(select(consent_text, words.label("words")).order_by(*order)):
        state = "coming" if row.valid_from > today else "past" if row.wording in standing else "in_force"
        if state == "in_force":
            standing.add(row.wording)
        found.append(Shown(row.wording, row.version, row.valid_from, row.text, state, row.words))
    return found
