"""A quote as the API shows it: the version that stands, with the answer to each line."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from bot.quotes import SHOWN_AFTER, LineAnswer, QuoteState
from store.tables.people import repair_order
from store.tables.quotes import quote, quote_line

LINE = (
    "position", "name", "kind", "part_no", "brand", "unit_fen", "quantity", "rate_fen", "hours", "total_fen",
    "warranty_days", "warranty_km", "urgency", "answer", "answered_at", "channel",
)  # fmt: skip
KEPT = (
    "external_id", "version", "state", "total_fen", "note", "ready_at", "created_at", "sent_at", "answered_at",
)  # fmt: skip


def quote_file(
    conn: Connection, store_id: int, external_id: str, link: Callable[[int, int, datetime], str]
) -> dict[str, Any] | None:
    """link: quote id, customer id, end → address of the customer's page."""
    mine = (quote.c.store_id == store_id, quote.c.external_id == external_id)
    newest = select(func.max(quote.c.version)).where(*mine).scalar_subquery()
    rows = select(quote, repair_order.c.external_id.label("order_key"), repair_order.c.customer_id).join(
        repair_order, repair_order.c.id == quote.c.repair_order_id
    )
    row = conn.execute(rows.where(*mine, quote.c.version == newest)).one_or_none()
    if row is None:
        return None
    own = select(quote_line).where(quote_line.c.quote_id == row.id).order_by(quote_line.c.position)
    lines = [{name: each._mapping[name] for name in LINE} for each in conn.execute(own)]
    agreed = [line["total_fen"] for line in lines if line["answer"] == LineAnswer.APPROVED]
    shown = row.state != QuoteState.DRAFT
    return {
        **{name: row._mapping[name] for name in KEPT},
        "repair_order": row.order_key,
        "lines": lines,
        "approved_fen": sum(agreed),
        "valid_until": row.expires_at,
        "url": link(row.id, row.customer_id, row.expires_at + SHOWN_AFTER) if shown else None,
    }
