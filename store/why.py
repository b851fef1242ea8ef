"""Why was this sent, or not: the whole chain behind each touchpoint, from rule to receipt."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, null, select

from store.tables.contact import message, prompt
from store.tables.outbound import attempt, carries, outbox, touchpoint, verdict
from store.tables.people import customer, store
from store.tables.staff import staff

TOUCHPOINT = (
    "id", "rule", "rule_version", "occurrence", "category", "planned_for", "due_at", "expires_at", "state",
    "outcome", "reason", "done_at",
)  # fmt: skip
VERDICT = ("at", "step", "name", "verdict", "reason", "detail")
OUTBOX = (
    "id", "way", "account", "state", "code", "reason", "provider_id", "created_at", "accepted_at", "final_at",
    "late_at", "cost_fen",
)  # fmt: skip
ANSWER = ("kind", "rating", "satisfaction", "answered_at")
LINE = ("at", "channel", "kind", "author", "staff")
TALK = 200  # more than a thread of a year
ATTEMPT = ("number", "started_at", "ended_at", "result", "code")
GATED = [verdict.c[name].label(f"verdict_{name}") for name in VERDICT]
TRIED = [attempt.c[name].label(f"attempt_{name}") for name in ATTEMPT]


def customers_named(conn: Connection, word: str) -> list[dict[str, Any]]:
    """By external id in any store, else by our own id: {"id","external_id","name","store","store_code","time_zone"}."""
    of_store = (store.c.name.label("store"), store.c.code.label("store_code"), store.c.time_zone)
    columns = (customer.c.id, customer.c.external_id, customer.c.name, *of_store)
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


def talk_of(conn: Connection, customer_id: int, limit: int = TALK) -> list[dict[str, Any]]:
    """What left without a touchpoint: the bot's answers, staff's replies, call tasks; the newest, oldest first.

    Each is the line in the thread (without its words) and, where it went through the outbox, that row as in `chain`,
    else None: a passive reply or a page is answered in the request itself and has no receipt.
    """
    said = select(message, staff.c.name.label("staff")).outerjoin(staff, staff.c.id == message.c.staff_id)
    out = said.where(
        message.c.customer_id == customer_id, message.c.direction == "out", message.c.touchpoint_id.is_(None)
    )
    lines = conn.execute(out.order_by(message.c.id.desc()).limit(limit)).all()
    sent = _uncarried(conn, customer_id, limit)
    spoken = [{**_kept(line, LINE), "message": sent.pop(line.outbox_id, None)} for line in lines]
    return sorted([*spoken, *(_unspoken(each) for each in sent.values())], key=lambda each: each["at"])


def _uncarried(conn: Connection, customer_id: int, limit: int) -> dict[int, dict[str, Any]]:
    """Outbox rows no touchpoint is behind."""
    mine = (outbox.c.customer_id == customer_id, ~exists().where(carries.c.outbox_id == outbox.c.id))
    newest = select(outbox.c.id).where(*mine).order_by(outbox.c.id.desc()).limit(limit)
    rows = select(outbox, *TRIED, null().label("touchpoint_id")).outerjoin(attempt, attempt.c.outbox_id == outbox.c.id)
    return {key: row for (key, _), row in _tried(conn, rows.where(outbox.c.id.in_(newest))).items()}


def _tried(conn: Connection, rows: Select[Any]) -> dict[tuple[int, int | None], dict[str, Any]]:
    """By outbox id and touchpoint id: each row with its attempts, in one question. rows: with TRIED joined."""
    sent: dict[tuple[int, int | None], dict[str, Any]] = {}
    for row in conn.execute(rows.order_by(outbox.c.id, attempt.c.number, attempt.c.id)):
        found = sent.setdefault((row.id, row.touchpoint_id), {**_kept(row, OUTBOX), "attempts": []})
        if row.attempt_number is not None:
            found["attempts"].append({name: row._mapping[f"attempt_{name}"] for name in ATTEMPT})
    return sent


def _unspoken(row: dict[str, Any]) -> dict[str, Any]:
    """A row nobody reads in the thread: a call task."""
    way = row["way"]
    return {"at": row["created_at"], "channel": way, "kind": way, "author": "bot", "staff": None, "message": row}


def _chains(conn: Connection, which: ColumnElement[bool]) -> list[dict[str, Any]]:
    gated = select(touchpoint, *GATED).outerjoin(verdict, verdict.c.touchpoint_id == touchpoint.c.id).where(which)
    chains: dict[int, dict[str, Any]] = {}
    for row in conn.execute(gated.order_by(touchpoint.c.planned_for, touchpoint.c.id, verdict.c.id)):
        found = chains.setdefault(row.id, {**_kept(row, TOUCHPOINT), "verdicts": [], "messages": [], "answers": []})
        if row.verdict_step is not None:
            found["verdicts"].append({name: row._mapping[f"verdict_{name}"] for name in VERDICT})
    ids = list(chains)
    carried = select(outbox, carries.c.touchpoint_id, *TRIED).join(carries, carries.c.outbox_id == outbox.c.id)
    messages = carried.outerjoin(attempt, attempt.c.outbox_id == outbox.c.id).where(carries.c.touchpoint_id.in_(ids))
    for (_, touchpoint_id), message_row in _tried(conn, messages).items():
        chains[int(touchpoint_id or 0)]["messages"].append(message_row)
    asked = prompt.c.ref["touchpoint_id"].as_integer()
    told = select(prompt, asked.label("touchpoint_id")).where(asked.in_(ids), prompt.c.answered_at.is_not(None))
    for row in conn.execute(told.order_by(prompt.c.answered_at)):
        chains[row.touchpoint_id]["answers"].append(_kept(row, ANSWER))
    return list(chains.values())


def _kept(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: row._mapping[name] for name in names}
