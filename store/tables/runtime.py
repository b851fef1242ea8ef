"""What the processes share: the moved clock, who is alive, the feed behind the inbox's live stream."""

from sqlalchemy import Column, Float, Index, Integer, Table, Text

from store.tables.base import Instant, Json, key, metadata, to

# One row, sandbox mode only: business time = real time + seconds (design §6).
clock_offset = Table(
    "clock_offset",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("seconds", Float, nullable=False, server_default="0"),
    Column("version", Integer, nullable=False, server_default="0"),
)

process = Table(
    "process",
    metadata,
    Column("name", Text, primary_key=True),  # kind:pid
    Column("seen_version", Integer, nullable=False),
    Column("seen_at", Instant, nullable=False),  # machine time
)

# What is done once a day: who inserts the row does it. day: local date of the errand, ISO.
errand = Table(
    "errand",
    metadata,
    Column("name", Text, primary_key=True),
    Column("day", Text, primary_key=True),
)

# Written in the same transaction as what it tells; carries ids only, the page fetches the fragment.
feed = Table(
    "feed",
    metadata,
    key(),
    to("store"),
    to("customer", null=True),
    Column("kind", Text, nullable=False),  # store/feed.py: tell
    Column("ref", Json, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_feed_store_id_id", "store_id", "id"),
)
