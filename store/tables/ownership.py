"""What belongs to a car and has a date of its own: readings, sales, insurance, recalls, and the milestones of all."""

from sqlalchemy import Column, Date, Index, Integer, Table, Text, UniqueConstraint

from store.tables.base import Instant, Json, key, metadata, to

# Every reading with its day: the forecast needs two, and one wrong digit must not overrule the rest.
odometer = Table(
    "odometer",
    metadata,
    key(),
    to("vehicle"),
    Column("on", Date, nullable=False),
    Column("km", Integer, nullable=False),
    UniqueConstraint("vehicle_id", "on"),
)

# state: contract | delivered | cancelled.
sale = Table(
    "sale",
    metadata,
    key(),
    to("store"),
    to("customer", index=True),
    to("vehicle", index=True),
    Column("external_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("contract_on", Date),
    Column("expected_on", Date),
    Column("delivered_on", Date),
    Column("consultant_name", Text, nullable=False, server_default=""),
    UniqueConstraint("store_id", "external_id"),
)

# kind: compulsory | commercial. outcome: "" open | renewed_here | renewed_elsewhere | sold | refused.
policy = Table(
    "policy",
    metadata,
    key(),
    to("store"),
    to("vehicle", index=True),
    Column("external_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("insurer", Text, nullable=False, server_default=""),
    Column("ends_on", Date, nullable=False),
    Column("outcome", Text, nullable=False, server_default=""),
    UniqueConstraint("store_id", "external_id"),
)

# state: published | withdrawn.
recall = Table(
    "recall",
    metadata,
    key(),
    to("store"),
    Column("external_id", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("published_on", Date, nullable=False),
    UniqueConstraint("store_id", "external_id"),
)

# By VIN, whether or not the car is in a file of ours yet. done_on: the workshop has seen to it.
recall_car = Table(
    "recall_car",
    metadata,
    key(),
    to("recall"),
    Column("vin", Text, nullable=False, index=True),
    Column("done_on", Date),
    UniqueConstraint("recall_id", "vin"),
)

# A date a journey may hang on, worked out from all of the above (bot/milestones.py) and renewed every day.
# kind: the anchor's name. detail: what its texts may name.
milestone = Table(
    "milestone",
    metadata,
    key(),
    to("store"),
    to("customer"),
    to("vehicle", index=True),
    Column("kind", Text, nullable=False),
    Column("occurrence", Text, nullable=False),
    Column("on", Date, nullable=False),
    Column("detail", Json, nullable=False),
    UniqueConstraint("customer_id", "kind", "occurrence"),
    Index("ix_milestone_kind_on", "kind", "on"),
)

# Maker and checker of one version of a journey; another version needs another approval. content: the version itself.
journey_approval = Table(
    "journey_approval",
    metadata,
    key(),
    Column("journey", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("content", Json, nullable=False),
    to("staff", name="made_by"),
    Column("made_at", Instant, nullable=False),
    to("staff", name="approved_by", null=True),
    Column("approved_at", Instant),
    UniqueConstraint("journey", "version"),
)

# A journey its file has on may be held from the page, at once and by one person; that it goes on takes two.
# asked_by: who wants it to go on; the row goes when another person agrees.
journey_pause = Table(
    "journey_pause",
    metadata,
    key(),
    Column("journey", Text, nullable=False, unique=True),
    to("staff", name="paused_by"),
    Column("paused_at", Instant, nullable=False),
    Column("why", Text, nullable=False, server_default=""),
    to("staff", null=True, name="asked_by"),
    Column("asked_at", Instant),
)
