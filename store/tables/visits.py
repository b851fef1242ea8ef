"""Who is in the house: customers who checked in, staff who are there, and what was given to whom."""

from sqlalchemy import Column, Index, Table, Text, UniqueConstraint

from store.tables.base import Instant, key, metadata, to

# One visit. state: bot/visits.py. submission: of the page's form; the same one again is the same visit.
# called_at: when the waiting that counts began: the arrival, or the press of the call button.
# due_at null: nobody waits (looking around alone, or attended).
visit = Table(
    "visit",
    metadata,
    key(),
    to("store"),
    to("customer", null=True),
    Column("submission", Text, unique=True),
    Column("way", Text, nullable=False),  # page | wechat | staff
    Column("spot", Text, nullable=False, server_default=""),
    Column("name", Text, nullable=False, server_default=""),
    Column("need", Text, nullable=False, server_default=""),
    Column("state", Text, nullable=False),
    Column("arrived_at", Instant, nullable=False),
    Column("called_at", Instant, nullable=False),
    Column("due_at", Instant),
    Column("nudge_at", Instant),
    Column("nudged_at", Instant),
    Column("escalated_at", Instant),
    Column("attended_at", Instant),
    Column("ended_at", Instant),
    to("staff", null=True, name="consultant_id"),
    to("staff", null=True, name="backup_id"),
    Index("ix_visit_store_id_arrived_at", "store_id", "arrived_at"),
    Index("ix_visit_state_nudge_at", "state", "nudge_at"),
    Index("ix_visit_customer_id", "customer_id"),
)

visit_step = Table(
    "visit_step",
    metadata,
    key(),
    to("visit", index=True),
    Column("at", Instant, nullable=False),
    Column("kind", Text, nullable=False),
    to("staff", null=True),
    to("staff", null=True, name="to_id"),
)

# chosen: online | away. Machine time: who was last heard of over a minute ago is offline whatever they chose.
presence = Table(
    "presence",
    metadata,
    key(),
    to("staff"),
    Column("chosen", Text, nullable=False),
    Column("seen_at", Instant, nullable=False),
    UniqueConstraint("staff_id"),
)

# Every giving of a conversation or a visit to somebody: the rotation's memory. kind: thread | visit.
assignment = Table(
    "assignment",
    metadata,
    key(),
    to("store"),
    to("staff"),
    to("customer", null=True),
    to("visit", null=True),
    Column("kind", Text, nullable=False),
    Column("how", Text, nullable=False),  # first | nudge | backup
    Column("at", Instant, nullable=False),
    Index("ix_assignment_store_id_kind_id", "store_id", "kind", "id"),
)

# That a conversation's wait was nudged or escalated: the unique key makes each happen once, after a restart too.
wait_mark = Table(
    "wait_mark",
    metadata,
    key(),
    to("customer"),
    Column("answer_by", Instant, nullable=False),
    Column("stage", Text, nullable=False),  # nudge | escalate
    Column("at", Instant, nullable=False),
    UniqueConstraint("customer_id", "answer_by", "stage"),
)
