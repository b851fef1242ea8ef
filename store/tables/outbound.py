"""What goes out: planned touchpoints with their verdicts, the outbox, each attempt."""

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, UniqueConstraint, false

from store.tables.base import Instant, Json, key, metadata, to

# rule = journey.step. occurrence = business identity ("RO#8812", "2026-birthday"), never a time.
# state: planned | handed (an outbox row carries it) | done. outcome: sent | skipped | failed | uncertain | cancelled.
touchpoint = Table(
    "touchpoint",
    metadata,
    key(),
    to("store"),
    to("customer", index=True),
    Column("rule", Text, nullable=False),
    Column("occurrence", Text, nullable=False),
    Column("rule_version", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("anchor_key", Text, nullable=False, server_default=""),
    Column("due_at", Instant, nullable=False),
    Column("planned_for", Instant, nullable=False),  # before any deferral
    Column("expires_at", Instant),
    Column("ref", Json, nullable=False),
    Column("case_message", Boolean, nullable=False, server_default=false()),
    Column("state", Text, nullable=False, server_default="planned"),
    Column("outcome", Text),
    Column("reason", Text, nullable=False, server_default=""),
    Column("lease_by", Text),
    Column("lease_until", Instant),
    Column("done_at", Instant),
    UniqueConstraint("customer_id", "rule", "occurrence"),
    Index("ix_touchpoint_state_category_due_at", "state", "category", "due_at"),
    Index("ix_touchpoint_rule_state", "rule", "state"),  # planning asks for what one rule still has planned
)

# Due times per rule version and anchor key, computed by bot/journeys in Python, joined in SQL (set-based planning).
rule_day = Table(
    "rule_day",
    metadata,
    key(),
    Column("rule", Text, nullable=False),
    Column("version", Text, nullable=False),
    to("store"),
    Column("anchor_key", Text, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("expires_at", Instant),
    UniqueConstraint("rule", "version", "store_id", "anchor_key"),
)

# The chain behind `why`: planned, moved, each gate's verdict, way chosen, fallback, receipt, outcome.
verdict = Table(
    "verdict",
    metadata,
    key(),
    to("touchpoint", index=True),
    Column("at", Instant, nullable=False),
    Column("step", Text, nullable=False),  # plan | gate | route | send | receipt | outcome
    Column("name", Text, nullable=False),  # gate or way
    Column("verdict", Text, nullable=False),  # pass | defer | skip | chosen | passed_over | accepted | …
    Column("reason", Text, nullable=False, server_default=""),
    Column("detail", Json),
)

# States: queued → sending → accepted → delivered, or failed, uncertain, suppressed, cancelled. Only forward.
outbox = Table(
    "outbox",
    metadata,
    key(),
    to("store"),
    to("customer", null=True, index=True),  # null for a mass batch
    Column("out_id", Text, nullable=False, unique=True),
    Column("way", Text, nullable=False),
    Column("account", Text, nullable=False, server_default=""),
    Column("address", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("priority", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="queued"),
    Column("payload", Json, nullable=False),
    Column("fallback", Json),  # ways still open when this one is refused
    Column("not_before", Instant, nullable=False),  # business time
    Column("expires_at", Instant),  # business time; past it the row is suppressed
    Column("retry_at", Instant),  # machine time; back-off after a refusal for now
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("lease_by", Text),
    Column("lease_until", Instant),
    Column("provider_id", Text, nullable=False, server_default="", index=True),
    Column("code", Text, nullable=False, server_default=""),
    Column("reason", Text, nullable=False, server_default=""),
    Column("created_at", Instant, nullable=False),
    Column("accepted_at", Instant),
    Column("final_at", Instant),
    Index("ix_outbox_state_priority_not_before", "state", "priority", "not_before"),
)

# Which touchpoints an outbox row carries: one for a single message, many for a mass batch.
carries = Table(
    "carries",
    metadata,
    key(),
    to("outbox"),
    to("touchpoint", index=True),
    UniqueConstraint("outbox_id", "touchpoint_id"),
)

attempt = Table(
    "attempt",
    metadata,
    key(),
    to("outbox", index=True),
    Column("number", Integer, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("result", Text, nullable=False, server_default="open"),
    Column("code", Text, nullable=False, server_default=""),
)
