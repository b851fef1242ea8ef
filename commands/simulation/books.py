"""What a lived year left behind: the log of sends and the books for the referee, and what each customer got."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, or_, select

from bot.customer import Purpose
from bot.messages import Category, Way
from commands.simulation.dms import House
from commands.simulation.drawn import Person
from commands.simulation.referee import Books, Send, Word, intervals
from store.simulations import Touch
from store.tables.cases import case_step, cases
from store.tables.contact import message
from store.tables.outbound import call_task, carries, outbox, touchpoint, verdict
from store.tables.people import consent, customer, identity, store

LEFT = ("accepted", "delivered", "uncertain")
RUNG = and_(outbox.c.way == Way.CALL.value, outbox.c.state == "delivered")  # the others nobody rang, or nobody answered


def sends_of(conn: Connection, arrived: Mapping[str, datetime]) -> list[Send]:
    """arrived: when the providers got what. Of calls: those that reached somebody, when they did."""
    written = and_(outbox.c.way != Way.CALL.value, outbox.c.state.in_(LEFT))
    rows = conn.execute(_copies().where(or_(RUNG, written)))
    openids = {row.customer_id: row.address for row in conn.execute(select(identity))}
    found = []
    for row in rows:
        at = row.final_at if row.way == Way.CALL.value else arrived.get(row.out_id)
        if at is not None:
            found.append(
                Send(
                    at, row.touchpoint, row.customer_id, row.phone, _address(row, openids), Way(row.way),
                    Category(row.category), row.rule, row.occurrence, row.text or "", row.code, row.case_message,
                )
            )  # fmt: skip
    return found


def _address(row: Row[Any], openids: Mapping[int, str]) -> str:
    """A batch names nobody in its row."""
    return openids.get(row.customer_id, "") if row.way == Way.MASS.value else row.address


def books_of(conn: Connection, refused: list[Word], end: datetime) -> Books:
    given = select(consent).where(consent.c.aside == "").order_by(consent.c.id)
    steps = select(case_step, cases.c.customer_id).join(cases, cases.c.id == case_step.c.case_id)
    history: dict[tuple[int, int], list[tuple[datetime, str]]] = defaultdict(list)
    for row in conn.execute(steps.order_by(case_step.c.id)):
        history[row.customer_id, row.case_id].append((row.at, row.kind))
    held: dict[int, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    for (file, _), turns in history.items():
        held[file] += intervals(turns)
    return Books(
        consents=[Word(str(row.customer_id), Purpose(row.purpose), row.given, row.at) for row in conn.execute(given)],
        refusals=refused,
        complaints=held,
        outcomes=_outcomes(conn, end),
        phones={row.id: row.phone for row in conn.execute(select(customer.c.id, customer.c.phone))},
    )


def touches_of(conn: Connection, house: House, files: Mapping[int, Person], end: datetime) -> Iterator[Touch]:
    """Every touchpoint that came to its end within the span, by customer and time."""
    copies = {row.touchpoint: row for row in conn.execute(_copies().where(outbox.c.state.in_(LEFT)))}
    done = (touchpoint.c.state == "done", touchpoint.c.done_at <= end)
    for row in conn.execute(select(touchpoint).where(*done).order_by(touchpoint.c.customer_id, touchpoint.c.done_at)):
        copy = copies.get(row.id) if row.outcome in ("sent", "uncertain") else None
        person = files.get(row.customer_id)
        at = row.done_at.astimezone(house.zone).strftime("%Y-%m-%dT%H:%M")
        yield Touch(
            person.number if person else -1, at, row.rule, row.occurrence, row.category, row.outcome,
            row.reason, *(_sent(copy) if copy else ("", "", 0.0)),
        )  # fmt: skip


def _sent(copy: Row[Any]) -> tuple[str, str, float]:
    text = copy.text or ""
    return copy.way, text, round((copy.cost_fen or 0.0) / 100, 4)


def deferrals_of(conn: Connection) -> dict[str, int]:
    """How often each reason put something off."""
    rows = select(verdict.c.reason, func.count()).where(verdict.c.step == "gate", verdict.c.verdict == "defer")
    return {row[0]: row[1] for row in conn.execute(rows.group_by(verdict.c.reason))}


def _copies() -> Select[Any]:
    said = and_(message.c.outbox_id == outbox.c.id, message.c.touchpoint_id == touchpoint.c.id)
    return (
        select(
            touchpoint.c.id.label("touchpoint"), touchpoint.c.customer_id, touchpoint.c.rule, touchpoint.c.occurrence,
            touchpoint.c.category, touchpoint.c.case_message, outbox.c.out_id, outbox.c.way, outbox.c.address,
            outbox.c.final_at, outbox.c.cost_fen,
            customer.c.phone, store.c.code, message.c.text,
        )
        .join_from(outbox, carries, carries.c.outbox_id == outbox.c.id)
        .join(touchpoint, touchpoint.c.id == carries.c.touchpoint_id)
        .join(customer, customer.c.id == touchpoint.c.customer_id)
        .join(store, store.c.id == customer.c.store_id)
        .outerjoin(message, said)
    )  # fmt: skip


def _outcomes(conn: Connection, end: datetime) -> dict[int, int]:
    """How many each touchpoint has that was due, or is over: exactly one, if all is well."""
    ended = or_(verdict.c.step == "outcome", and_(verdict.c.step == "plan", verdict.c.verdict == "skipped"))
    lines = select(verdict.c.touchpoint_id, func.count().label("many")).where(ended)
    counts = lines.group_by(verdict.c.touchpoint_id).subquery()
    many = func.coalesce(counts.c.many, 0)
    rows = select(touchpoint.c.id, many).outerjoin(counts, counts.c.touchpoint_id == touchpoint.c.id)
    with_a_person = select(call_task.c.touchpoint_id).where(call_task.c.state == "open", call_task.c.touchpoint_id > 0)
    due = or_(touchpoint.c.state == "done", and_(touchpoint.c.due_at < end, touchpoint.c.id.not_in(with_a_person)))
    return {row[0]: row[1] for row in conn.execute(rows.where(due, many != 1))}
