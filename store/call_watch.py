"""Which calls wait for a person, with the touchpoints they stand for."""

from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Connection, select
from sqlalchemy import Row as AnyRow

from store import touchpoints
from store.tables.outbound import call_task
from store.touchpoints import Due

Row: TypeAlias = AnyRow[Any]
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Waiting:
    task: Row
    due: Due


def waiting(conn: Connection) -> list[Waiting]:
    """Open tasks that carry a touchpoint, the oldest first; what answers a customer waits for nothing."""
    mine = (call_task.c.state == "open", call_task.c.touchpoint_id.is_not(None))
    tasks = conn.execute(select(call_task).where(*mine).order_by(call_task.c.id).limit(AT_ONCE)).all()
    due = touchpoints.by_ids(conn, [task.touchpoint_id for task in tasks])
    return [Waiting(task, due[task.touchpoint_id]) for task in tasks]
