"""Open questions and their answers; facts a customer told."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, update

from bot.effects import Answer, Ask, PromptKind, Remember
from store import survey_results
from store.prepared import Prepared
from store.tables.contact import KNOWN, prompt
from store.tables.people import fact


def ask(conn: Connection, customer_id: int, question: Ask, ref: Mapping[str, object], now: datetime) -> int:
    """A question replaces an open one of its own kind: only the newest can be answered.

    A clarification leaves the question it clarifies open and marks it, since it is asked once only.
    """
    if question.kind is PromptKind.CLARIFY:
        _MARK_CLARIFIED.all(conn, of=customer_id)
    _REPLACE.all(conn, of=customer_id, kind_asked=question.kind.value)
    told = {KNOWN: dict(question.known)} if question.known else {}
    row = {"kind": question.kind.value, "scale": question.scale, "ref": {**ref, **told}, "asked_at": now}
    return int(_ASK.first(conn, customer_id=customer_id, expires_at=question.expires_at, **row).id)


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
    if given.factors:
        survey_results.keep(conn, given.prompt_id, given.factors)


def remember(conn: Connection, customer_id: int, message_id: int, told: Remember, now: datetime) -> None:
    row = {"key": told.key, "value": told.value, "confidence": told.confidence, "message_id": message_id, "at": now}
    conn.execute(insert(fact).values(customer_id=customer_id, **row))


_OPEN = (prompt.c.customer_id == bindparam("of"), prompt.c.state == "open")
_MARK_CLARIFIED = Prepared(lambda _conn: update(prompt).where(*_OPEN).values(clarified=True))
_REPLACE = Prepared(
    lambda _conn: update(prompt).where(*_OPEN, prompt.c.kind == bindparam("kind_asked")).values(state="replaced")
)
_ASK = Prepared(
    lambda _conn: (
        insert(prompt)
        .values(
            {
                name: bindparam(name, type_=prompt.c[name].type)
                for name in ("customer_id", "kind", "scale", "ref", "asked_at", "expires_at")
            }
        )
        .returning(prompt.c.id)
    ),
    [prompt.c.id],
)
