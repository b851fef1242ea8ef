"""Quotes as the DMS puts them and as the customer answers them: a row a version, an answer a line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select, update

from bot.quotes import Line, LineAnswer, LineKind, Quote, QuoteState, Urgency, Work, carried
from bot.reasons import Reason
from store.dialects import insert_into
from store.orders import OrderStatus, end_plan
from store.put import Incomplete, Put, found
from store.tables.people import repair_order
from store.tables.quotes import quote, quote_line

VALID = timedelta(days=7)  # when the DMS does not say until when its prices hold
CLOSED = (OrderStatus.DELIVERED, OrderStatus.CANCELLED)
BEFORE_QUOTE = (OrderStatus.BOOKED, OrderStatus.ARRIVED, OrderStatus.INSPECTING)
UNDECIDED = (*BEFORE_QUOTE, OrderStatus.QUOTED, OrderStatus.IN_PROGRESS, OrderStatus.QUALITY_CHECK, OrderStatus.REWORK)


@dataclass(frozen=True, slots=True)
class QuoteFacts:
    """None: left out, so it stays. state: draft, sent or withdrawn. order: external id of the repair order."""

    state: QuoteState
    order: str | None = None
    works: Sequence[Work] | None = None
    note: str | None = None
    ready_at: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Offer:
    """What a version consists of."""

    works: tuple[Work, ...]
    note: str
    ready_at: datetime | None
    expires_at: datetime


def put_quote(conn: Connection, store_id: int, external_id: str, facts: QuoteFacts, now: datetime) -> Put:
    """Raises Incomplete (pointers into the body). The same again changes nothing.

    Another offer is another version: the old one is replaced, what was answered to lines that stay word for word
    stays answered, and only the rest is asked. Orders are locked first, so two puts at once follow one another.
    """
    order = _order(conn, store_id, external_id, facts)
    before = newest(conn, store_id, external_id, held=True)
    if facts.state is QuoteState.WITHDRAWN:
        return _withdraw(conn, store_id, before, now)
    offer = _offer(before, facts, now)
    if before is not None and before.state is not QuoteState.WITHDRAWN and _of(before) == offer:
        return _again(conn, order, before, facts, now)
    _check(before, order, offer, facts, now)
    made = _insert(conn, order, external_id, before, offer, facts.state, now)
    if made is None:
        return put_quote(conn, store_id, external_id, facts, now)  # another order's put made the id a moment ago
    if before is not None:
        _end(conn, store_id, before, QuoteState.REPLACED, Reason.QUOTE_REPLACED, now)
    return Put(made, created=before is None, changed=True)


def answer(
    conn: Connection,
    quote_id: int,
    answers: dict[int, LineAnswer],
    *,
    customer_id: int,
    channel: str,
    message_id: int,
    text: str,
    now: datetime,
) -> bool:
    """answers: by line id, for every open line. False: it was answered, replaced, withdrawn or ended meanwhile."""
    standing = select(repair_order.c.id).where(
        repair_order.c.id == quote.c.repair_order_id,
        repair_order.c.customer_id == customer_id,
        repair_order.c.status.not_in(CLOSED),
    )
    mine = (quote.c.id == quote_id, quote.c.state == QuoteState.SENT, quote.c.expires_at > now, standing.exists())
    if conn.execute(update(quote).where(*mine).values(state=QuoteState.ANSWERED, answered_at=now)).rowcount != 1:
        return False
    said = {
        "answered_at": now,
        "answered_by": customer_id,
        "channel": channel,
        "message_id": message_id,
        "text": text,
    }
    for given in LineAnswer:
        ids = [line_id for line_id, each in answers.items() if each is given]
        open_ones = (quote_line.c.quote_id == quote_id, quote_line.c.id.in_(ids), quote_line.c.answer.is_(None))
        conn.execute(update(quote_line).where(*open_ones).values(answer=given.value, **said))
    return True


def newest(conn: Connection, store_id: int, external_id: str, *, held: bool = False) -> Quote | None:
    """The version that stands. held: no customer answers it until the commit."""
    own = (quote.c.store_id == store_id, quote.c.external_id == external_id)
    rows = _quotes().where(*own).order_by(quote.c.version.desc()).limit(1)
    row = conn.execute(rows.with_for_update(of=quote) if held else rows).first()
    return None if row is None else _read(conn, [row])[0]


def by_id(conn: Connection, quote_id: int) -> Quote | None:
    return next(iter(by_ids(conn, [quote_id])), None)


def by_ids(conn: Connection, ids: Sequence[int]) -> list[Quote]:
    """Asks nothing for none."""
    return _read(conn, conn.execute(_quotes().where(quote.c.id.in_(ids))).all()) if ids else []


def occurrence(external_id: str, version: int) -> str:
    return f"quote#{external_id}/v{version}"


def _order(conn: Connection, store_id: int, external_id: str, facts: QuoteFacts) -> Row[Any]:
    """The repair order, held until the commit."""
    own = (quote.c.store_id == store_id, quote.c.external_id == external_id)
    tied = select(repair_order.c.external_id).join(quote, quote.c.repair_order_id == repair_order.c.id).where(*own)
    known = conn.execute(tied.limit(1)).scalar()
    if facts.order is None and known is None:
        raise Incomplete("a new quote needs its repair order", "/repair_order")
    if facts.order is not None and known is not None and facts.order != known:
        raise Incomplete("a quote stays with its repair order", "/repair_order")
    order = found(conn, repair_order, store_id, facts.order or str(known))
    if order is None:
        raise Incomplete("no such repair order: put the order first", "/repair_order")
    return order


def _offer(before: Quote | None, facts: QuoteFacts, now: datetime) -> _Offer:
    if before is None:
        if facts.works is None:
            raise Incomplete("a new quote needs its lines", "/lines")
        return _Offer(tuple(facts.works), facts.note or "", facts.ready_at, facts.expires_at or now + VALID)
    kept = _of(before)
    return _Offer(
        works=kept.works if facts.works is None else tuple(facts.works),
        note=kept.note if facts.note is None else facts.note,
        ready_at=facts.ready_at or kept.ready_at,
        expires_at=facts.expires_at or kept.expires_at,
    )


def _of(version: Quote) -> _Offer:
    return _Offer(tuple(line.work for line in version.lines), version.note, version.ready_at, version.expires_at)


def _again(conn: Connection, order: Row[Any], before: Quote, facts: QuoteFacts, now: datetime) -> Put:
    """The same offer once more; a draft may thereby be sent."""
    if before.state is QuoteState.DRAFT and facts.state is QuoteState.SENT:
        _check(None, order, _of(before), facts, now)
        conn.execute(update(quote).where(quote.c.id == before.id).values(state=QuoteState.SENT, sent_at=now))
        _move(conn, order, facts.state, now)
        return Put(before.id, created=False, changed=True)
    if facts.state is QuoteState.DRAFT and before.state is not QuoteState.DRAFT:
        raise Incomplete("the customer has it already; withdraw it first", "/state")
    return Put(before.id, created=False, changed=False)


def _check(before: Quote | None, order: Row[Any], offer: _Offer, facts: QuoteFacts, now: datetime) -> None:
    if order.status in CLOSED:
        raise Incomplete(f"the repair order is {order.status}: nothing more can be agreed to", "/repair_order")
    if (
        facts.state is QuoteState.DRAFT
        and before is not None
        and before.state in (QuoteState.SENT, QuoteState.ANSWERED)
    ):
        raise Incomplete("the customer has it already; withdraw it first", "/state")
    if offer.expires_at <= now:
        raise Incomplete("the quote has ended: say until when the new one holds", "/valid_until")


def _insert(
    conn: Connection,
    order: Row[Any],
    external_id: str,
    before: Quote | None,
    offer: _Offer,
    wanted: QuoteState,
    now: datetime,
) -> int | None:
    """None: somebody else made this version first."""
    kept = carried(before.lines if before is not None else (), offer.works)
    settled = all(line is not None and line.answer is not None for line in kept)
    state = QuoteState.ANSWERED if settled else wanted
    row = {
        "store_id": order.store_id,
        "repair_order_id": order.id,
        "external_id": external_id,
        "version": 1 if before is None else before.version + 1,
        "state": state,
        "note": offer.note,
        "ready_at": offer.ready_at,
        "expires_at": offer.expires_at,
        "total_fen": sum(work.total_fen for work in offer.works),
        "created_at": now,
        "sent_at": now if state is QuoteState.SENT else None,
        "answered_at": now if settled else None,
    }
    put = insert_into(conn, quote).values(**row).on_conflict_do_nothing().returning(quote.c.id)
    made = conn.execute(put).scalar()
    if made is None:
        return None
    conn.execute(insert(quote_line), _lines(conn, int(made), offer.works, kept))
    if not settled:
        _move(conn, order, state, now)
    return int(made)


def _lines(conn: Connection, quote_id: int, works: Sequence[Work], kept: Sequence[Line | None]) -> list[dict[str, Any]]:
    """Rows of quote_line, with what was answered before where a line stays."""
    ids = [line.id for line in kept if line is not None]
    said = ("answer", "answered_at", "answered_by", "channel", "text", "message_id")
    before = {row.id: row for row in conn.execute(select(quote_line).where(quote_line.c.id.in_(ids)))}
    blank: dict[str, Any] = {**dict.fromkeys(said), "channel": "", "text": ""}
    return [
        {
            "quote_id": quote_id,
            "position": position,
            **_columns(work),
            **({name: before[line.id]._mapping[name] for name in said} if line is not None else blank),
        }
        for position, (work, line) in enumerate(zip(works, kept, strict=True), 1)
    ]


WORK = (
    "name", "kind", "total_fen", "urgency", "part_no", "brand", "unit_fen", "quantity", "rate_fen", "hours",
    "warranty_days", "warranty_km",
)  # fmt: skip


def _columns(work: Work) -> dict[str, Any]:
    return {name: getattr(work, name) for name in WORK}


def _move(conn: Connection, order: Row[Any], state: QuoteState, now: datetime) -> None:
    """A draft makes the order quoted, a quote sent makes it wait for the customer, during the work as well (增项)."""
    draft = state is QuoteState.DRAFT
    status = OrderStatus.QUOTED if draft else OrderStatus.AWAITING_APPROVAL
    if order.status in (BEFORE_QUOTE if draft else UNDECIDED):
        conn.execute(
            update(repair_order).where(repair_order.c.id == order.id).values(status=status.value, updated_at=now)
        )


def _withdraw(conn: Connection, store_id: int, before: Quote | None, now: datetime) -> Put:
    if before is None:
        raise Incomplete("there is no such quote to withdraw", "/state")
    if before.state is QuoteState.WITHDRAWN:
        return Put(before.id, created=False, changed=False)
    _end(conn, store_id, before, QuoteState.WITHDRAWN, Reason.QUOTE_WITHDRAWN, now)
    return Put(before.id, created=False, changed=True)


def _end(conn: Connection, store_id: int, version: Quote, state: QuoteState, reason: Reason, now: datetime) -> None:
    conn.execute(update(quote).where(quote.c.id == version.id).values(state=state))
    end_plan(conn, store_id, occurrence(version.external_id, version.version), reason, now)


def _quotes() -> Select[Any]:
    order = ("customer_id", "advisor_id", "advisor_name", "status")
    return select(quote, *(repair_order.c[name] for name in order)).join(
        repair_order, repair_order.c.id == quote.c.repair_order_id
    )


def _read(conn: Connection, rows: Sequence[Row[Any]]) -> list[Quote]:
    """Frozen, with their lines: one query for all of them, none for none."""
    if not rows:
        return []
    ids = [row.id for row in rows]
    lines: dict[int, list[Line]] = {each: [] for each in ids}
    found_lines = select(quote_line).where(quote_line.c.quote_id.in_(ids)).order_by(quote_line.c.position)
    for row in conn.execute(found_lines):
        lines[row.quote_id].append(_line(row))
    return [_quote(row, tuple(lines[row.id])) for row in rows]


def _quote(row: Row[Any], lines: tuple[Line, ...]) -> Quote:
    return Quote(
        id=row.id,
        external_id=row.external_id,
        version=row.version,
        state=QuoteState(row.state),
        order_id=row.repair_order_id,
        customer_id=row.customer_id,
        advisor_id=row.advisor_id,
        advisor=row.advisor_name,
        order_closed=row.status in CLOSED,
        expires_at=row.expires_at,
        lines=lines,
        ready_at=row.ready_at,
        note=row.note,
    )


def _line(row: Row[Any]) -> Line:
    values = {name: row._mapping[name] for name in WORK} | {"kind": LineKind(row.kind), "urgency": Urgency(row.urgency)}
    answer = LineAnswer(row.answer) if row.answer is not None else None
    return Line(row.id, row.position, Work(**values), answer, row.answered_at)
