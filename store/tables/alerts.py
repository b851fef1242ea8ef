"""Alerts to people: what was raised, each copy to each destination, and what a member of staff wants to hear."""

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, UniqueConstraint, false

from store.tables.base import Instant, Json, key, metadata, to

# Written with the feed's row, in the transaction of what it tells. state: new | open | merged | over.
# repeat_at, acknowledged_at: business time. via: page | link, how somebody said that they have it.
alert = Table(
    "alert",
    metadata,
    key(),
    to("store"),
    to("customer", null=True),
    Column("reason", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("about", Text, nullable=False, server_default=""),  # bot/alerts.py: the same is merged
    Column("ref", Json, nullable=False),
    Column("at", Instant, nullable=False),
    Column("state", Text, nullable=False, server_default="new"),
    to("alert", null=True, name="into_id"),
    Column("times", Integer, nullable=False, server_default="1"),
    Column("round", Integer, nullable=False, server_default="0"),
    Column("repeat_at", Instant),
    Column("acknowledged_at", Instant),
    to("staff", null=True, name="acknowledged_by"),
    Column("via", Text, nullable=False, server_default=""),
    Index("ix_alert_state_level", "state", "level"),
)

# The outbox of alerts. destination: its name in dealer.yaml. state: queued → sent | summed | failed.
# Unlike a customer's message a copy may leave twice after a crash: an alert too many beats one too few.
# retry_at, sent_at: machine time.
alert_copy = Table(
    "alert_copy",
    metadata,
    key(),
    to("alert"),
    Column("destination", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("state", Text, nullable=False, server_default="queued"),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("retry_at", Instant, nullable=False),
    Column("sent_at", Instant),
    Column("code", Text, nullable=False, server_default=""),
    UniqueConstraint("alert_id", "destination", "round"),
    Index("ix_alert_copy_state_destination", "state", "destination"),
)

# One row a destination: who speaks to it now (one at a time keeps order and count), and what it last said.
alert_way = Table(
    "alert_way",
    metadata,
    key(),
    Column("destination", Text, nullable=False, unique=True),
    Column("lease_by", Text),
    Column("lease_until", Instant),
    Column("code", Text, nullable=False, server_default=""),  # "" well; else why the last one failed
    Column("said_at", Instant),
)

# What a member of staff chose on their own page. off: names of their destinations they want to rest.
staff_notice = Table(
    "staff_notice",
    metadata,
    key(),
    to("staff"),
    Column("browser", Boolean, nullable=False, server_default=false()),
    Column("sound", Boolean, nullable=False, server_default=false()),
    Column("lowest", Text, nullable=False, server_default="normal"),
    Column("off", Json, nullable=False),
    UniqueConstraint("staff_id"),
)
