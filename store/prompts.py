"""Open questions and their answers; facts a customer told."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, insert, update

from bot.effects import Answer, Ask, PromptKind, Remember
from store.tables.contact import prompt
from store.tables.people import fact


def ask(conn: Connection, customer_id: int, question: Ask, ref: Mapping[str, object], now: datetime) -> int:
    """A question replaces an open one of its own kind: only the newest can be answered.

    A clarification leaves the question it clarifies open and marks it, since it is asked once only.
    """
    mine = (prompt.c.customer_id == customer_id, prompt.c.state == "open")
    if question.kind is PromptKind.CLARIFY:
        conn.execute(update(prompt).where(*mine).values(clarified=True))
    conn.execute(update(prompt).where(*mine, prompt.c.kind == question.kind.value).values(state="replaced"))
    row = {"kind": question.kind.value, "scale": question.scale, "ref": dict(ref), "asked_at": now}
    new = insert(prompt).values(customer_id=customer_id, expires_at=question.expires_at, **row)
    return int(conn.execute(new.returning(prompt.c.id)).scalar_one())


def answer(conn: Connection, given: Answer, now: datetime) -> None:
    """A second answer before the question expires replaces the first."""
    values = {
        "state": "answered",
        "rating": given.rating,
        "satisfaction": given.satisfaction,
        "text": given.text,
        "answered_at": now,
    }
    conn.execute(update(prompt).where(prompt.c.id == given.prompt_id).values(**values))


def remember(conn: Connection, customer_id: int, message_id: int, told: Remember, now: datetime) -> None:
    row = {"key": told.key, "value": told.value, "message_id": message_id, "at": now}
    conn.execute(insert(fact).values(customer_id=customer_id, **row))
