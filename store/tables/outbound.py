"""What goes out: planned touchpoints with their verdicts, the outbox, each attempt."""

from sqlalchemy import Boolean, Column, Float, Index, Integer, Table, Text, UniqueConstraint, false, true

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

# from_bucket, below_bucket: of bot/sticky.py, for whom this time is (a jitter, a sample); 0 and 100 are everybody.
# Due times per rule version and anchor key, computed by bot/journeys in Python, joined in SQL (set-based planning).
rule_day = Table(
    "rule_day",
    metadata,
    key(),
    Column("rule", Text, nullable=False),
    Column("version", Text, nullable=False),
    to("store"),
    Column("anchor_key", Text, nullable=False),
    Column("from_bucket", Integer, nullable=False, server_default="0"),
    Column("below_bucket", Integer, nullable=False, server_default="100"),
    Column("due_at", Instant, nullable=False),
    Column("expires_at", Instant),
    UniqueConstraint("rule", "version", "store_id", "anchor_key", "from_bucket"),
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
    Column("address", Text, nullable=False, index=True),  # caps count what a number was sent
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
    Column("late_at", Instant),  # a failed copy arrived after all
    # What the copy costs, from when it was accepted, or may have been; null before. Half fen happen (4.5 a segment).
    Column("cost_fen", Float),
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

# A call a person makes in place of a message (bot/calls.py). One hand-over makes one task: the outbox row is unique;
# and one touchpoint has one open task: standing is True, and null once it ended, since nulls never meet.
# phone: as it was then. best: [["09:30","12:00"], …] local. expires_at: business time, as the outbox row has it.
# state: open | reached | other_way | closed | withdrawn. version counts changes of hands and tries.
call_task = Table(
    "call_task",
    metadata,
    key(),
    to("store"),
    to("customer", index=True),
    to("outbox"),
    to("touchpoint", null=True),
    to("prompt", null=True),
    to("staff", null=True),  # whose it is; taken: by their own act, and only then the number is shown
    Column("taken", Boolean, nullable=False, server_default=false()),
    Column("phone", Text, nullable=False),
    Column("why", Text, nullable=False),  # message id
    Column("rule", Text, nullable=False, server_default=""),
    Column("category", Text, nullable=False),
    Column("script", Text, nullable=False, server_default=""),
    Column("priority", Text, nullable=False),  # emergency | high | normal
    Column("best", Json, nullable=False),
    Column("best_why", Text, nullable=False),  # told | learnt | usual
    Column("state", Text, nullable=False, server_default="open"),
    Column("standing", Boolean, server_default=true()),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("next_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("result", Text, nullable=False, server_default=""),
    Column("reason", Text, nullable=False, server_default=""),
    Column("note", Text, nullable=False, server_default=""),
    Column("version", Integer, nullable=False, server_default="0"),
    Column("created_at", Instant, nullable=False),
    Column("done_at", Instant),
    UniqueConstraint("outbox_id"),
    UniqueConstraint("touchpoint_id", "standing"),
    Index("ix_call_task_store_id_state_next_at", "store_id", "state", "next_at"),
)

# key: of the form that wrote it; a second press of the button finds the first.
call_try = Table(
    "call_try",
    metadata,
    key(),
    to("call_task"),
    to("staff"),
    Column("key", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("result", Text, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("rating", Integer),
    Column("next_at", Instant),
    UniqueConstraint("call_task_id", "key"),
)
