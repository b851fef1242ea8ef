"""Pictures that show a fix. The bytes lie in the media folder; a row is here first and goes first."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from bot.customer import StaffMember
from store.tables.cases import cases, evidence
from store.visibility import visible_to

MOST = 6  # pictures of one fix


@dataclass(frozen=True, slots=True)
class Proof:
    """A file in the folder. size: bytes. id: 0 until it is kept."""

    name: str
    mime: str
    size: int
    round: int = 0
    id: int = 0


def put(conn: Connection, case_id: int, round_: int, proof: Proof, staff_id: int, now: datetime) -> None:
    row = {"case_id": case_id, "round": round_, "name": proof.name, "mime": proof.mime, "bytes": proof.size}
    conn.execute(insert(evidence).values(**row, staff_id=staff_id, at=now))


def of_case(conn: Connection, case_id: int) -> list[Proof]:
    """Oldest first, of every round."""
    rows = conn.execute(select(evidence).where(evidence.c.case_id == case_id).order_by(evidence.c.id))
    return [Proof(row.name, row.mime, row.bytes, row.round, row.id) for row in rows]


def visible_file(conn: Connection, user: StaffMember, evidence_id: int) -> Proof | None:
    query = select(evidence).join(cases, cases.c.id == evidence.c.case_id)
    row = conn.execute(query.where(evidence.c.id == evidence_id, visible_to(user, cases))).first()
    return Proof(row.name, row.mime, row.bytes, row.round, row.id) if row else None


def known_names(conn: Connection, names: Collection[str]) -> set[str]:
    """Which of these files are somebody's."""
    return set(conn.execute(select(evidence.c.name).where(evidence.c.name.in_(names))).scalars())
