"""How a call task ends, and with it the touchpoint it stands for: each exactly once, in the caller's transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from bot.messages import Way
from bot.reasons import Reason
from store import feed, outbox, recontacts, touchpoints
from store.tables.outbound import call_task
from store.touchpoints import Line

CALL = Way.CALL.value


def reached(conn: Connection, task: Row[Any], result: str, now: datetime) -> None:
    """The customer was spoken to: the touchpoint is sent, and a case's own question is asked."""
    if not _end(conn, task, "reached", "", now):
        return
    outbox.end_call(conn, task.outbox_id, "delivered", "", now)
    _line(conn, task, "reached", "", {"result": result}, now)
    touchpoints.finish(conn, _carried(task), "sent", "", now)
    recontacts.asked(conn, _carried(task), now)


def other_way(conn: Connection, task: Row[Any], reason: Reason, result: str, now: datetime) -> None:
    """This number leads nowhere: gate and router decide anew, the call counted as tried."""
    if not _end(conn, task, "other_way", reason.value, now):
        return
    outbox.end_call(conn, task.outbox_id, "failed", reason.value, now)
    line = Line("send", CALL, "not_reached", reason.value, {"result": result, "outbox_id": task.outbox_id})
    touchpoints.take_back(conn, _carried(task), line, now)
    if task.touchpoint_id is None:  # an answer to the customer: no plan takes it up again
        ref = {"outbox_id": task.outbox_id, "reason": "undeliverable", "code": reason.value}
        feed.tell(conn, task.store_id, "alert", ref, task.customer_id, now)


def closed(conn: Connection, task: Row[Any], result: str, now: datetime) -> None:
    """A person ends it without contact; the note says why."""
    if not _end(conn, task, "closed", Reason.CALL_CLOSED.value, now):
        return
    outbox.end_call(conn, task.outbox_id, "failed", Reason.CALL_CLOSED.value, now)
    _line(conn, task, "not_reached", Reason.CALL_CLOSED.value, {"result": result}, now)
    touchpoints.finish(conn, _carried(task), "skipped", Reason.CALL_CLOSED.value, now)


def withdrawn(conn: Connection, task: Row[Any], reason: str, now: datetime) -> bool:
    """Nobody may or need call any more: the gate, which decides anew, writes down what comes of it."""
    if not _end(conn, task, "withdrawn", reason, now):
        return False
    outbox.end_call(conn, task.outbox_id, "cancelled", reason, now)
    line = Line("send", CALL, "taken_back", reason, {"outbox_id": task.outbox_id})
    touchpoints.take_back(conn, _carried(task), line, now)
    feed.tell(conn, task.store_id, "call", {"call_id": task.id}, task.customer_id, now)
    return True


def spared(conn: Connection, touchpoint_id: int, reason: str, now: datetime) -> None:
    """What it stands in for came to the customer after all; a call somebody has taken goes on."""
    mine = (call_task.c.touchpoint_id == touchpoint_id, call_task.c.state == "open", call_task.c.taken.is_(False))
    for task in conn.execute(select(call_task).where(*mine)).all():
        withdrawn(conn, task, reason, now)


def _end(conn: Connection, task: Row[Any], state: str, reason: str, now: datetime) -> bool:
    ended = {"state": state, "standing": None, "reason": reason, "done_at": now, "version": call_task.c.version + 1}
    change = update(call_task).where(call_task.c.id == task.id, call_task.c.state == "open").values(**ended)
    return conn.execute(change).rowcount == 1


def _line(
    conn: Connection, task: Row[Any], said: str, reason: str, detail: Mapping[str, object], now: datetime
) -> None:
    line = Line("send", CALL, said, reason, {**detail, "outbox_id": task.outbox_id})
    touchpoints.note(conn, _carried(task), line, now)


def _carried(task: Row[Any]) -> list[int]:
    return [] if task.touchpoint_id is None else [task.touchpoint_id]
