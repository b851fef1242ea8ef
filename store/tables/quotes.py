"""Quotes of the workshop, line by line, with what the customer said to each line."""

from sqlalchemy import CheckConstraint, Column, Integer, Table, Text, UniqueConstraint

from store.tables.base import Instant, key, metadata, to

# One row a version: what was agreed to stays readable after the quote has changed.
# state: draft (with the workshop only) | sent | answered | replaced (a newer version stands) | withdrawn.
# total_fen is the sum of its lines, always.
quote = Table(
    "quote",
    metadata,
    key(),
    to("store"),
    to("repair_order", index=True),
    Column("external_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("ready_at", Instant),  # promised to the customer, if the lines are agreed to
    Column("expires_at", Instant, nullable=False),
    Column("total_fen", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("sent_at", Instant),
    Column("answered_at", Instant),
    UniqueConstraint("store_id", "external_id", "version"),
)

# Never changed once made, save its answer. quantity, hours: decimals as text, since SQLite has none and floats round.
# answer: approved | declined, null while open; who: answered_by and message_id, where: channel, in which words: text.
quote_line = Table(
    "quote_line",
    metadata,
    key(),
    to("quote"),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),  # part | labour | other
    Column("part_no", Text, nullable=False, server_default=""),
    Column("brand", Text, nullable=False, server_default=""),
    Column("unit_fen", Integer),
    Column("quantity", Text),
    Column("rate_fen", Integer),
    Column("hours", Text),
    Column("total_fen", Integer, nullable=False),
    Column("warranty_days", Integer),
    Column("warranty_km", Integer),
    Column("urgency", Text, nullable=False),  # must | advised | can_wait
    Column("answer", Text),
    Column("answered_at", Instant),
    to("customer", null=True, name="answered_by"),
    Column("channel", Text, nullable=False, server_default=""),
    Column("text", Text, nullable=False, server_default=""),
    to("message", null=True),
    UniqueConstraint("quote_id", "position"),
    CheckConstraint("total_fen >= 0", name="total_fen_not_negative"),
)
