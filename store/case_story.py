"""One case from its first word to its end: who did what when, what was missed, who was called."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, select

from store.tables.cases import alarm, case_step, cases, deadline, escalation
from store.tables.staff import staff


@dataclass(frozen=True, slots=True)
class Happening:
    """kind: a step of the case, or warned, breached, escalation, alarm (a P0 rang, `what` times).

    what: the deadline or the level it is about. names: who did it, or who was told.
    """

    at: datetime
    kind: str
    text: str = ""
    what: str = ""
    names: tuple[str, ...] = ()
    round: int = 0


@dataclass(frozen=True, slots=True)
class Term:
    """One deadline of one round."""

    round: int
    kind: str
    due_at: datetime
    met_at: datetime | None
    breached_at: datetime | None


def course_of(conn: Connection, case_id: int, who: Sequence[Row[Any]] = ()) -> tuple[list[Happening], list[Term]]:
    """What happened, oldest first, and every deadline of every round. who: `everybody`, where it was asked already."""
    names = {member.id: member.name for member in who or everybody(conn, case_id)}
    dated = _dated(conn, case_id)
    told = _steps(conn, case_id, names) + _called(conn, case_id, names) + _missed(dated) + _rung(dated)
    terms = [Term(row.round, row.kind, row.due_at, row.met_at, row.breached_at) for row in dated]
    return sorted(told, key=lambda each: each.at), terms


def everybody(conn: Connection, case_id: int) -> Sequence[Row[Any]]:
    """Who may stand in a course: of the store, also who left, and administrators. id, username, name, active."""
    store_id = select(cases.c.store_id).where(cases.c.id == case_id).scalar_subquery()
    whose = (staff.c.store_id == store_id) | (staff.c.role == "admin")
    people: Select[Any] = select(staff.c.id, staff.c.username, staff.c.name, staff.c.active)
    return conn.execute(people.where(whose).order_by(staff.c.name, staff.c.id)).all()


def _dated(conn: Connection, case_id: int) -> Sequence[Row[Any]]:
    """The deadlines, each with the alarm of its round."""
    query = (
        select(deadline, alarm.c.opened_at.label("rang_at"), alarm.c.times)
        .outerjoin(alarm, and_(alarm.c.case_id == deadline.c.case_id, alarm.c.round == deadline.c.round))
        .where(deadline.c.case_id == case_id)
        .order_by(deadline.c.id)
    )
    return conn.execute(query).all()


def _steps(conn: Connection, case_id: int, names: dict[int, str]) -> list[Happening]:
    rows = conn.execute(select(case_step).where(case_step.c.case_id == case_id).order_by(case_step.c.id))
    return [_step(row, names) for row in rows]


def _step(row: Any, names: dict[int, str]) -> Happening:
    """`level_P1` is a change to P1."""
    kind, _, what = row.kind.partition("_") if row.kind.startswith("level_") else (row.kind, "", "")
    return Happening(row.at, kind, row.text, what, tuple(filter(None, [names.get(row.staff_id, "")])))


def _missed(dated: Sequence[Row[Any]]) -> list[Happening]:
    warned = [Happening(row.warned_at, "warned", "", row.kind, round=row.round) for row in dated if row.warned_at]
    late = [Happening(row.breached_at, "breached", "", row.kind, round=row.round) for row in dated if row.breached_at]
    return warned + late


def _called(conn: Connection, case_id: int, names: dict[int, str]) -> list[Happening]:
    told = (escalation.c.case_id == case_id, escalation.c.outcome == "told")
    rows = conn.execute(select(escalation).where(*told).order_by(escalation.c.id))
    return [
        Happening(row.done_at, "escalation", row.rung, _about(row.deadline), _told(row.told_ids, names), row.round)
        for row in rows
    ]


def _rung(dated: Sequence[Row[Any]]) -> list[Happening]:
    rang = {
        row.round: Happening(row.rang_at, "alarm", "", str(row.times), round=row.round) for row in dated if row.times
    }
    return list(rang.values())


def _about(deadline_of: str) -> str:
    """`opened_P1` is the opening."""
    return deadline_of.partition("_")[0]


def _told(ids: list[int] | None, names: dict[int, str]) -> tuple[str, ...]:
    return tuple(names[each] for each in ids or () if each in names)
