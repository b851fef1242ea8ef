"""What a person asked of us or felt lately that decides whether we may write: anger, grave cases, hours of quiet."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from sqlalchemy import Connection, func, select, union_all

from bot.effects import ANGER, EMOTION
from store.among import among
from store.persons import Persons, everybody
from store.prepared import Prepared
from store.tables.cases import cases
from store.tables.people import fact

GRAVE = ("P0", "P1")
QUIET = "quiet_after"


def upset(conn: Connection, person: Persons) -> dict[int, datetime]:
    """By file: the last strong word, or the last P0 or P1 case (its closing once it is closed), under any of the
    person's files. One query."""
    return _latest(_UPSET.all(conn, ids=everybody(person)), person)


_ANGRY = (
    select(fact.c.customer_id, func.max(fact.c.at).label("at"))
    .where(among(fact.c.customer_id, "ids"), fact.c.key == EMOTION, fact.c.value == ANGER)
    .group_by(fact.c.customer_id)
)
_LAST = func.max(func.coalesce(cases.c.closed_at, cases.c.opened_at))
_GRAVE = (
    select(cases.c.customer_id, _LAST.label("at"))
    .where(among(cases.c.customer_id, "ids"), cases.c.level.in_(GRAVE))
    .group_by(cases.c.customer_id)
)
_UPSET = Prepared.of(union_all(_ANGRY, _GRAVE))


def quiet_from(conn: Connection, person: Persons) -> dict[int, time]:
    """By file: the newest hour anybody of the person named; what is no time of day is as if it were not said."""
    newest: dict[int, tuple[int, time]] = {}
    for number, row in enumerate(_QUIET.all(conn, ids=everybody(person))):
        if (at := hour_of(row.value)) is not None:
            newest[row.customer_id] = (number, at)
    return {
        file: max(newest[each] for each in files if each in newest)[1]
        for file, files in person.items()
        if any(each in newest for each in files)
    }


_QUIET = Prepared.of(
    select(fact.c.customer_id, fact.c.value)
    .where(among(fact.c.customer_id, "ids"), fact.c.key == QUIET)
    .order_by(fact.c.at, fact.c.id)
)


def hour_of(text: str) -> time | None:
    try:
        return time.fromisoformat(text)
    except ValueError:
        return None


def _latest(rows: Sequence[Any], person: Persons) -> dict[int, datetime]:
    found: dict[int, datetime] = {}
    for file, files in person.items():
        moments = [row.at for row in rows if row.customer_id in files]
        if moments:
            found[file] = max(moments)
    return found
