"""Approved answers as edited in the inbox, laid over config/faq.yaml: proposed by one person, approved by another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from bot.cases import MANAGERS
from bot.customer import StaffMember
from bot.errors import RuleBroken
from bot.faq import Entry, Faq, Subject
from store.tables.staff import staff
from store.tables.taught import faq_version

PROPOSED, APPROVED, REFUSED, REPLACED = "proposed", "approved", "refused", "replaced"


@dataclass(frozen=True, slots=True)
class Version:
    """One edit of an answer. settled_*: who approved or refused it; empty while it waits."""

    id: int
    entry: Entry
    state: str
    made_by: int
    maker: str
    made_at: datetime
    settler: str
    settled_at: datetime | None


def answer(conn: Connection, faq: Faq, topic: str, today: date, about: Subject = "faq") -> Entry | None:
    """In force on that local day. An edit that has run out hides the file's words too: then a person answers.

    An entry of the file that was looked at later than the edit was approved counts before it.
    """
    mine = (faq_version.c.about == about, faq_version.c.topic == topic, faq_version.c.state == APPROVED)
    row = conn.execute(select(faq_version.c.entry).where(*mine).order_by(*_newest()).limit(1)).first()
    base = faq.named(topic, about)
    entry = base if row is None else _later(Entry.model_validate(row.entry), base)
    return None if entry is None or entry.ended(today) else entry


def in_force(conn: Connection, faq: Faq) -> Faq:
    """Every entry with its newest approved edit, in the file's order; edits of entries the file lost come last."""
    rows = conn.execute(select(faq_version.c.entry).where(faq_version.c.state == APPROVED).order_by(*_newest()))
    edits: dict[tuple[str, str], Entry] = {}
    for row in rows:
        entry = Entry.model_validate(row.entry)
        edits.setdefault((entry.about, entry.id), entry)
    kept = [_later(edits.pop((each.about, each.id), each), each) for each in faq.entries]
    return faq.model_copy(update={"entries": (*kept, *edits.values())})


def propose(conn: Connection, user: StaffMember, entry: Entry, now: datetime) -> int:
    """What waited for this answer before is replaced. Raises RuleBroken."""
    _managers_only(user)
    _replace(conn, entry.about, entry.id)
    row = {"about": entry.about, "topic": entry.id, "entry": _plain(entry), "made_by": user.id, "made_at": now}
    return int(conn.execute(insert(faq_version).values(row).returning(faq_version.c.id)).scalar_one())


def settle(conn: Connection, user: StaffMember, version_id: int, approve: bool, now: datetime, today: date) -> None:
    """By another person than its maker; the day and the name of the review are theirs. Raises RuleBroken."""
    _managers_only(user)
    row = conn.execute(select(faq_version).where(faq_version.c.id == version_id)).first()
    if row is None or row.state != PROPOSED:
        raise RuleBroken("already_settled", "这一版已经处理过了")
    if approve and row.made_by == user.id:
        raise RuleBroken("own_work", "自己改的要由另一位经理批准")
    entry = Entry.model_validate(row.entry).model_copy(update={"reviewed": today, "reviewer": user.name})
    done: dict[str, Any] = {"state": APPROVED if approve else REFUSED, "settled_by": user.id, "settled_at": now}
    done |= {"entry": _plain(entry), "reviewed": today} if approve else {}
    fresh = (faq_version.c.id == version_id, faq_version.c.state == PROPOSED)
    if conn.execute(update(faq_version).where(*fresh).values(done)).rowcount != 1:
        raise RuleBroken("already_settled", "这一版已经处理过了")
    if approve:
        _replace(conn, row.about, row.topic)


def waiting(conn: Connection) -> list[Version]:
    return _versions(conn, faq_version.c.state == PROPOSED)


def history(conn: Connection, about: str, topic: str) -> list[Version]:
    """Newest first."""
    return _versions(conn, faq_version.c.about == about, faq_version.c.topic == topic)


def _later(edit: Entry, base: Entry | None) -> Entry:
    return edit if base is None or edit.reviewed >= base.reviewed else base


def _versions(conn: Connection, *which: Any) -> list[Version]:
    settler = staff.alias()
    rows = (
        select(faq_version, staff.c.name.label("maker"), settler.c.name.label("settler"))
        .join(staff, staff.c.id == faq_version.c.made_by)
        .join(settler, settler.c.id == faq_version.c.settled_by, isouter=True)
        .where(*which)
        .order_by(faq_version.c.id.desc())
    )
    return [_version(row) for row in conn.execute(rows)]


def _version(row: Row[Any]) -> Version:
    entry = Entry.model_validate(row.entry)
    return Version(row.id, entry, row.state, row.made_by, row.maker, row.made_at, row.settler or "", row.settled_at)


def _newest() -> Sequence[Any]:
    """The last approval counts, whichever was written first."""
    return (faq_version.c.settled_at.desc(), faq_version.c.id.desc())


def _replace(conn: Connection, about: str, topic: str) -> None:
    mine = (faq_version.c.about == about, faq_version.c.topic == topic, faq_version.c.state == PROPOSED)
    conn.execute(update(faq_version).where(*mine).values(state=REPLACED))


def _plain(entry: Entry) -> dict[str, Any]:
    return entry.model_dump(mode="json", exclude_defaults=True)


def _managers_only(user: StaffMember) -> None:
    if user.role not in MANAGERS:
        raise RuleBroken("not_a_checker", "只有经理可以改和批准答案")
