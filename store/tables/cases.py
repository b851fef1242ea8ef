"""Dissatisfied customers: one row a case, its history, its deadlines. Rules: bot/cases.py."""

from sqlalchemy import Column, Index, Integer, Table, Text, UniqueConstraint

from store.tables.base import Instant, Json, key, metadata, to

cases = Table(
    "cases",
    metadata,
    key(),
    to("store", index=True),
    to("customer", index=True),
    to("repair_order", null=True),
    Column("level", Text, nullable=False),
    Column("category", Text, nullable=False, server_default=""),
    Column("state", Text, nullable=False, server_default="open"),
    Column("round", Integer, nullable=False, server_default="1"),
    to("staff", name="owner_id"),
    to("staff", null=True, name="about_staff_id"),
    Column("text", Text, nullable=False, server_default=""),
    Column("plan", Text, nullable=False, server_default=""),
    to("staff", null=True, name="plan_staff_id"),  # by whom, and by when it is to be done
    Column("plan_due_at", Instant),
    Column("fix", Text, nullable=False, server_default=""),
    Column("opened_at", Instant, nullable=False),
    Column("fixed_at", Instant),
    Column("closed_at", Instant),
    Column("ended_as", Text),  # satisfied | declined | manager
    Column("close_reason", Text, nullable=False, server_default=""),
    Column("version", Integer, nullable=False, server_default="0"),
    Column("external_id", Text),  # of the DMS, for a case it opened
    UniqueConstraint("store_id", "external_id"),
    Index("ix_cases_store_id_state", "store_id", "state"),
)

case_step = Table(
    "case_step",
    metadata,
    key(),
    to("cases", name="case_id", index=True),
    Column("at", Instant, nullable=False),
    Column("kind", Text, nullable=False),
    to("staff", null=True),
    Column("text", Text, nullable=False, server_default=""),
)

# kind: contact | plan | close. breached_at is written even if the answer lands a second late.
deadline = Table(
    "deadline",
    metadata,
    key(),
    to("cases", name="case_id"),
    Column("round", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("warn_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False, index=True),
    Column("warned_at", Instant),
    Column("met_at", Instant),
    Column("breached_at", Instant),
    UniqueConstraint("case_id", "round", "kind"),
)

# One rung of one chain: told once, in this round. deadline: contact | plan | close as missed, or opened.
# outcome: told, or dropped since the deadline was met, the case closed or a new round began; told_ids: whom.
escalation = Table(
    "escalation",
    metadata,
    key(),
    to("cases", name="case_id"),
    Column("round", Integer, nullable=False),
    Column("deadline", Text, nullable=False),
    Column("rung", Text, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("outcome", Text, nullable=False, server_default=""),
    Column("told_ids", Json),
    UniqueConstraint("case_id", "round", "deadline", "rung"),
    Index("ix_escalation_done_at_due_at", "done_at", "due_at"),
)

# A P0 calls people until one of them acknowledges it. next_at: null once it was acknowledged or the case ended.
alarm = Table(
    "alarm",
    metadata,
    key(),
    to("cases", name="case_id"),
    Column("round", Integer, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("next_at", Instant, index=True),
    Column("times", Integer, nullable=False, server_default="0"),
    Column("acknowledged_at", Instant),
    to("staff", null=True, name="acknowledged_by"),
    UniqueConstraint("case_id", "round"),
)

# A picture that shows a fix; the bytes lie beside the pictures of the conversations (store/media_files.py).
evidence = Table(
    "evidence",
    metadata,
    key(),
    to("cases", name="case_id", index=True),
    Column("round", Integer, nullable=False),
    Column("name", Text, nullable=False, unique=True),
    Column("mime", Text, nullable=False),
    Column("bytes", Integer, nullable=False),
    to("staff"),
    Column("at", Instant, nullable=False),
)
