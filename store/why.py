"""Why was this sent, or not: the whole chain behind each touchpoint, from rule to receipt."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from store.tables.contact import prompt
from store.tables.outbound import attempt, carries, outbox, touchpoint, verdict
from store.tables.people import customer, store

TOUCHPOINT = (
    "id", "rule", "rule_version", "occurrence", "category", "planned_for", "due_at", "expires_at", "state",
    "outcome", "reason", "done_at",
)  # fmt: skip
VERDICT = ("at", "step", "name", "verdict", "reason", "detail")
OUTBOX = (
    "id", "way", "account", "state", "code", "reason", "provider_id", "created_at", "accepted_at", "final_at",
)  # fmt: skip
ANSWER = ("kind", "rating", "satisfaction", "answered_at")
ATTEMPT = ("number", "started_at", "ended_at", "result", "code")


def customers_named(conn: Connection, word: str) -> list[dict[str, Any]]:
    """By external id in any store, else by our own id: {"id","external_id","name","store","time_zone"}."""
    columns = (customer.c.id, customer.c.external_id, customer.c.name, store.c.name.label("store"), store.c.time_zone)
    rows = select(*columns).join(store, store.c.id == customer.c.store_id).order_by(customer.c.id)
    found = conn.execute(rows.where(customer.c.external_id == word)).mappings().all()
    if not found and word.isdecimal() and len(word) < 19:
        found = conn.execute(rows.where(customer.c.id == int(word))).mappings().all()
    return [dict(row) for row in found]


def chains_of(conn: Connection, customer_id: int) -> list[dict[str, Any]]:
    """Every touchpoint of this customer, the planned ones too, oldest plan first; each as `chain` gives it."""
    return _chains(conn, touchpoint.c.customer_id == customer_id)


def chain(conn: Connection, touchpoint_id: int) -> dict[str, Any] | None:
    """One touchpoint with its `verdicts` (plan, gates, route, send, receipt, outcome), `messages` and `answers`.

    Each message is an outbox row with its `attempts` (times of those are machine time); the address is left out,
    since the chain is shown and printed. An answer is what its question was rated, without the customer's words.
    """
    return next(iter(_chains(conn, touchpoint.c.id == touchpoint_id)), None)


def _chains(conn: Connection, which: ColumnElement[bool]) -> list[dict[str, Any]]:
    rows = conn.execute(select(touchpoint).where(which).order_by(touchpoint.c.planned_for, touchpoint.c.id)).all()
    chains = {row.id: {**_kept(row, TOUCHPOINT), "verdicts": [], "messages": [], "answers": []} for row in rows}
    ids = list(chains)
    for step in conn.execute(select(verdict).where(verdict.c.touchpoint_id.in_(ids)).order_by(verdict.c.id)):
        chains[step.touchpoint_id]["verdicts"].append(_kept(step, VERDICT))
    carried = select(outbox, carries.c.touchpoint_id).join(carries, carries.c.outbox_id == outbox.c.id)
    messages = conn.execute(carried.where(carries.c.touchpoint_id.in_(ids)).order_by(outbox.c.id)).all()
    tries = _attempts(conn, [row.id for row in messages])
    for row in messages:
        chains[row.touchpoint_id]["messages"].append({**_kept(row, OUTBOX), "attempts": tries.get(row.id, [])})
    asked = prompt.c.ref["touchpoint_id"].as_integer()
    told = select(prompt, asked.label("touchpoint_id")).where(asked.in_(ids), prompt.c.answered_at.is_not(None))
    for row in conn.execute(told.order_by(prompt.c.answered_at)):
        chains[row.touchpoint_id]["answers"].append(_kept(row, ANSWER))
    return list(chains.values())


def _attempts(conn: Connection, outbox_ids: list[int]) -> dict[int, list[dict[str, Any]]]:
    tries: dict[int, list[dict[str, Any]]] = {}
    rows = select(attempt).where(attempt.c.outbox_id.in_(outbox_ids)).order_by(attempt.c.number, attempt.c.id)
    for row in conn.execute(rows):
        tries.setdefault(row.outbox_id, []).append(_kept(row, ATTEMPT))
    return tries


def _kept(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: row._mapping[name] for name in names}
