"""What the figures are reckoned from, in four questions whatever the time: waits, endings, ratings, deadlines."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, FromClause, or_, select

from bot.customer import Role, StaffMember
from bot.figures import Measure, Seen
from bot.hours import Opening
from store.tables.cases import cases, deadline
from store.tables.contact import message, prompt, wait
from store.tables.outbound import outbox
from store.tables.people import customer, repair_order
from store.tables.staff import staff
from store.visibility import visible_to
from store.waits import HANDOVER

RATED = ("survey", "recontact")


@dataclass(frozen=True, slots=True)
class Span:
    """start inclusive, end exclusive. store_id 0: every store the user sees. opening: of a store, by its id."""

    user: StaffMember
    start: datetime
    end: datetime
    now: datetime
    opening: Callable[[int], Opening]
    store_id: int = 0

    def of(self, rows: FromClause) -> list[ColumnElement[bool]]:
        mine = [visible_to(self.user, rows)]
        return [*mine, rows.c.store_id == self.store_id] if self.store_id else mine

    def seconds(self, store_id: int, begin: datetime, end: datetime) -> float:
        """Of opening time."""
        return self.opening(store_id).between(begin, end).total_seconds()

    def week(self, store_id: int, moment: datetime) -> date:
        local = moment.astimezone(self.opening(store_id).zone).date()
        return local - timedelta(days=local.weekday())


def seen_in(conn: Connection, span: Span) -> list[Seen]:
    return [*_waits(conn, span), *_resolved(conn, span), *_rated(conn, span), *_deadlines(conn, span)]


def people_of(conn: Connection, user: StaffMember) -> list[StaffMember]:
    """Those whose figures are shown, also who left: what they did stays."""
    rows = conn.execute(select(staff).where(visible_to(user, staff)))
    return [StaffMember(row.id, row.store_id, row.name, Role(row.role)) for row in rows]


def _waits(conn: Connection, span: Span) -> Iterator[Seen]:
    """The answer is the first message of staff behind the wait that a provider accepted; a call counts as spoken."""
    sent, out = message.alias(), outbox.alias()
    answer = (
        select(sent.c.id)
        .outerjoin(out, out.c.id == sent.c.outbox_id)
        .where(sent.c.customer_id == wait.c.customer_id, sent.c.id > wait.c.after_id)
        .where(sent.c.author == "staff", sent.c.direction == "out", sent.c.at >= wait.c.since)
        .where(or_(sent.c.outbox_id.is_(None), out.c.accepted_at.is_not(None)))
        .order_by(sent.c.id)
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(wait, message.c.at, message.c.staff_id.label("by"), outbox.c.accepted_at)
        .select_from(wait)
        .outerjoin(message, message.c.id == answer)
        .outerjoin(outbox, outbox.c.id == message.c.outbox_id)
        .where(wait.c.since >= span.start, wait.c.since < span.end, *span.of(wait))
    )
    for row in conn.execute(query):
        week, answered_at = span.week(row.store_id, row.since), row.accepted_at or row.at
        if answered_at is None:
            if row.ended_at is None:
                waits = span.seconds(row.store_id, row.since, span.now)
                yield Seen(Measure.UNANSWERED, waits, row.store_id, None, week)
            continue
        waited = span.seconds(row.store_id, row.since, max(answered_at, row.since))
        yield Seen(Measure.WAITING, waited, row.store_id, row.by, week)
        if row.kind == HANDOVER:
            yield Seen(Measure.FIRST, waited, row.store_id, row.by, week)


def _resolved(conn: Connection, span: Span) -> Iterator[Seen]:
    """From the first dissatisfaction to the customer's own yes, over all rounds."""
    within = (cases.c.closed_at >= span.start, cases.c.closed_at < span.end, cases.c.ended_as == "satisfied")
    query = select(cases.c.store_id, cases.c.owner_id, cases.c.opened_at, cases.c.closed_at)
    for row in conn.execute(query.where(*within, *span.of(cases))):
        took = span.seconds(row.store_id, row.opened_at, row.closed_at)
        yield Seen(Measure.RESOLUTION, took, row.store_id, row.owner_id, span.week(row.store_id, row.closed_at))


def _rated(conn: Connection, span: Span) -> Iterator[Seen]:
    """By the advisor of the repair order the question was about."""
    order = repair_order.c.id == prompt.c.ref["order_id"].as_integer()
    query = (
        select(customer.c.store_id, prompt.c.asked_at, prompt.c.rating, repair_order.c.advisor_id)
        .select_from(prompt)
        .join(customer, customer.c.id == prompt.c.customer_id)
        .outerjoin(repair_order, order)
        .where(prompt.c.kind.in_(RATED), prompt.c.asked_at >= span.start, prompt.c.asked_at < span.end)
        .where(*span.of(customer))
    )
    for row in conn.execute(query):
        week = span.week(row.store_id, row.asked_at)
        yield Seen(Measure.ASKED, 1, row.store_id, row.advisor_id, week)
        if row.rating is not None:
            yield Seen(Measure.RATED, row.rating, row.store_id, row.advisor_id, week)


def _deadlines(conn: Connection, span: Span) -> Iterator[Seen]:
    """Finished ones only: met, late or not. What is still running is neither kept nor missed."""
    query = (
        select(cases.c.store_id, cases.c.owner_id, deadline.c.met_at, deadline.c.due_at)
        .join(cases, cases.c.id == deadline.c.case_id)
        .where(deadline.c.met_at >= span.start, deadline.c.met_at < span.end, *span.of(cases))
    )
    for row in conn.execute(query):
        kept = float(row.met_at <= row.due_at)
        yield Seen(Measure.SLA, kept, row.store_id, row.owner_id, span.week(row.store_id, row.met_at))
