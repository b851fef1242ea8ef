"""Turns to look at again: what the bot was unsure of or misread, labelled by a manager, learnt from once exported."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, literal, select, update

from bot.customer import StaffMember
from bot.errors import NotThere, RuleBroken
from bot.turn import Decision, Turn
from bot.understanding.intents import ACTS_FROM, UNCLEAR
from bot.understanding.personal import as_example
from store import feed
from store.dialects import insert_into
from store.tables.contact import message
from store.tables.people import customer
from store.tables.staff import staff
from store.tables.taught import review
from store.visibility import visible_to

IGNORED = "ignore"
PAGE = 30
LONGEST = 200  # signs; a longer line is a letter, no example

CORRECTED = "corrected"  # a colleague says that the bot took a line wrong


@dataclass(frozen=True, slots=True)
class Doubt:
    """One turn to look at. text: masked. why: unclear | low | corrected. understood: what the bot took it for."""

    id: int
    customer_id: int
    message_id: int
    why: str
    opened: str
    understood: str
    guess: str
    percent: int
    text: str
    label: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Labelled:
    """An example to be: text masked and looked at. opened: kind of the question open, or ""."""

    text: str
    opened: str
    intent: str


def collect(conn: Connection, turn: Turn, message_id: int, decision: Decision, now: datetime) -> None:
    """A turn that was unclear or read with little confidence; nothing of any other."""
    why = doubtful(decision)
    if not why or not turn.inbound.text.strip():
        return
    row = {
        "store_id": turn.store.id, "message_id": message_id, "why": why, "guess": decision.guess,
        "opened": turn.prompts[0].kind.value if turn.prompts else "", "percent": round(100 * decision.confidence),
        "at": now,
    }  # fmt: skip
    conn.execute(insert(review).values(row))


def doubtful(decision: Decision) -> str:
    """ "" for what the bot was sure of, and for answering machines (nothing is done or said about them)."""
    if decision.intent == UNCLEAR:
        return "unclear" if decision.effects else ""
    return "low" if decision.confidence < ACTS_FROM else ""


def misread(conn: Connection, user: StaffMember, customer_id: int, message_id: int, now: datetime) -> bool:
    """A colleague says the bot took this line wrong; whatever was thought of it before, it waits again.

    False when it is no line this customer wrote, or not this user's to see.
    """
    line = select(
        message.c.store_id, message.c.id, literal(CORRECTED), literal(0), literal(now, review.c.at.type)
    ).where(
        message.c.id == message_id, message.c.customer_id == customer_id, message.c.direction == "in",
        message.c.text != "", visible_to(user, message),
    )  # fmt: skip
    made = insert_into(conn, review).from_select(["store_id", "message_id", "why", "percent", "at"], line)
    again = {"why": CORRECTED, "label": "", "text": "", "labelled_by": None, "labelled_at": None}
    kept = made.on_conflict_do_update(index_elements=["message_id"], set_=again).returning(review.c.store_id)
    store_id = conn.execute(kept).scalar()
    if store_id is None:
        return False
    feed.tell(conn, store_id, "thread", {}, customer_id, now)
    return True


def waiting(conn: Connection, user: StaffMember, before: int | None = None) -> list[Doubt]:
    """Corrections first, then the newest; labelled ones are gone from here."""
    rows = _rows(user).where(review.c.label == "", message.c.text != "")
    rows = rows.where(review.c.id < before) if before else rows
    rows = rows.order_by((review.c.why == CORRECTED).desc(), review.c.id.desc()).limit(PAGE)
    return _doubts(conn, conn.execute(rows).all())


def how_many(conn: Connection, user: StaffMember) -> dict[str, int]:
    """waiting, labelled, ignored."""
    rows = select(review.c.label, func.count()).where(visible_to(user, review)).group_by(review.c.label)
    counts = {str(row[0]): int(row[1]) for row in conn.execute(rows)}
    waits, ignored = counts.pop("", 0), counts.pop(IGNORED, 0)
    return {"waiting": waits, "labelled": sum(counts.values()), "ignored": ignored}


def one(conn: Connection, user: StaffMember, review_id: int) -> Doubt | None:
    found = conn.execute(_rows(user).where(review.c.id == review_id)).all()
    return next(iter(_doubts(conn, found)), None)


def settle(conn: Connection, user: StaffMember, review_id: int, label: str, text: str, now: datetime) -> None:
    """label: an intent, `ignore`, or "" to take it back. text: as it will be learnt from.

    Raises NotThere no_review, RuleBroken no_words when nothing is left to learn from.
    """
    words = " ".join(text.split())[:LONGEST]
    kept = {"label": label, "text": words if label not in ("", IGNORED) else ""}
    by = {"labelled_by": user.id, "labelled_at": now} if label else {"labelled_by": None, "labelled_at": None}
    mine = update(review).where(review.c.id == review_id, visible_to(user, review))
    if conn.execute(mine.values(**kept, **by)).rowcount != 1:
        raise NotThere("no_review", "这条已经不在了")
    if label not in ("", IGNORED) and not words:
        raise RuleBroken("no_words", "例句不能是空的")


def labelled(conn: Connection) -> list[Labelled]:
    """Of every store: examples are the dealer's, not a store's. Oldest label first."""
    rows = select(review.c.text, review.c.opened, review.c.label).where(review.c.label.not_in(["", IGNORED]))
    return [Labelled(row.text, row.opened, row.label) for row in conn.execute(rows.order_by(review.c.id))]


def forget(conn: Connection, customer_id: int) -> int:
    """With the customer's words goes what was made of them. What was committed to files is out of reach."""
    theirs = select(message.c.id).where(message.c.customer_id == customer_id)
    return conn.execute(delete(review).where(review.c.message_id.in_(theirs))).rowcount


def _rows(user: StaffMember) -> Select[Any]:
    return (
        select(review, message.c.text.label("said"), message.c.intent, message.c.customer_id, customer.c.name)
        .join(message, message.c.id == review.c.message_id)
        .join(customer, customer.c.id == message.c.customer_id)
        .where(visible_to(user, review))
    )


def _doubts(conn: Connection, rows: Sequence[Row[Any]]) -> list[Doubt]:
    if not rows:
        return []
    here = select(staff.c.name).where(staff.c.store_id.in_({row.store_id for row in rows}))
    known = list(conn.execute(here).scalars())
    return [
        Doubt(
            row.id, row.customer_id, row.message_id, row.why, row.opened, row.intent, row.guess, row.percent,
            row.text or as_example(row.said, [*known, row.name]), row.label, row.at,
        )
        for row in rows
    ]  # fmt: skip
