"""Touchpoints a conversation ends itself. An ending is final, with its reason in the chain behind `why`."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, insert, select, update

from bot.messages import Category
from store.tables.outbound import carries, outbox, touchpoint, verdict


def end_planned(
    conn: Connection, customer_ids: Sequence[int], categories: Iterable[Category], rule: str, reason: str, now: datetime
) -> None:
    """What is planned, and what waits in the outbox and has not left; a case's own messages go on."""
    if not customer_ids:
        return
    names = [each.value for each in categories]
    mine: list[ColumnElement[bool]] = [touchpoint.c.customer_id.in_(customer_ids), touchpoint.c.category.in_(names)]
    mine.append(touchpoint.c.case_message.is_(False))
    if rule:
        mine.append(touchpoint.c.rule == rule)
    _end(conn, customer_ids, mine, reason, now)


def end_of(conn: Connection, customer_id: int, about: ColumnElement[bool], reason: str, now: datetime) -> None:
    """The same of everything `about` something, of any category but safety."""
    safe = touchpoint.c.category != Category.SAFETY.value
    mine = [touchpoint.c.customer_id == customer_id, about, safe, touchpoint.c.case_message.is_(False)]
    _end(conn, [customer_id], mine, reason, now)


def _end(
    conn: Connection, customer_ids: Sequence[int], mine: Sequence[ColumnElement[bool]], reason: str, now: datetime
) -> None:
    _finish(conn, [*mine, touchpoint.c.state == "planned"], reason, now)
    carried = select(carries.c.outbox_id).join(touchpoint, touchpoint.c.id == carries.c.touchpoint_id).where(*mine)
    waiting = (outbox.c.state == "queued", outbox.c.customer_id.in_(customer_ids), outbox.c.id.in_(carried))
    stopped = {"state": "cancelled", "reason": reason, "final_at": now, "lease_by": None, "lease_until": None}
    rows = conn.execute(update(outbox).where(*waiting).values(**stopped).returning(outbox.c.id)).scalars().all()
    if rows:
        handed = select(carries.c.touchpoint_id).where(carries.c.outbox_id.in_(rows))
        _finish(conn, [touchpoint.c.id.in_(handed), touchpoint.c.state == "handed"], reason, now)


def _finish(conn: Connection, which: Sequence[ColumnElement[bool]], reason: str, now: datetime) -> None:
    done = {"state": "done", "outcome": "cancelled", "reason": reason, "done_at": now}
    ended = update(touchpoint).where(*which).values(**done).returning(touchpoint.c.id)
    _note(conn, conn.execute(ended).scalars().all(), "outcome", "turn", "cancelled", reason, now)


def _note(conn: Connection, ids: Sequence[int], step: str, name: str, said: str, reason: str, now: datetime) -> None:
    line = {"at": now, "step": step, "name": name, "verdict": said, "reason": reason}
    if ids:
        conn.execute(insert(verdict), [{"touchpoint_id": each, **line} for each in ids])
