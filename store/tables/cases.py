"""Dissatisfied customers: one row a case, its history, its deadlines. Rules: bot/cases.py."""

from sqlalchemy import Column, Index, Integer, Table, Text, UniqueConstraint

from store.tables.base import Instant, key, metadata, to

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
    Column("fix", Text, nullable=False, server_default=""),
    Column("opened_at", Instant, nullable=False),
    Column("fixed_at", Instant),
    Column("closed_at", Instant),
    Column("ended_as", Text),  # satisfied | declined | manager
    Column("close_reason", Text, nullable=False, server_default=""),
    Column("version", Integer, nullable=False, server_default="0"),
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
