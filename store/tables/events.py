"""Of owner events: the waves of invitations, who is invited, who came. event and rsvp: store/tables/people.py."""

from sqlalchemy import Column, Integer, Table, Text, UniqueConstraint

from store.tables.base import Instant, key, metadata, to

# One row a wave that was opened; the unique key keeps two clocks from opening the same one. invited: how many it added.
event_wave = Table(
    "event_wave",
    metadata,
    key(),
    to("event"),
    Column("number", Integer, nullable=False),
    Column("share", Integer, nullable=False),
    Column("invited", Integer, nullable=False, server_default="0"),
    Column("opened_at", Instant, nullable=False),
    UniqueConstraint("event_id", "number"),
)

event_invitee = Table(
    "event_invitee",
    metadata,
    key(),
    to("event"),
    to("customer", index=True),
    Column("wave", Integer, nullable=False),
    UniqueConstraint("event_id", "customer_id"),
)

# Who came, one row a party; the unique keys make a second scan the same arrival. customer_id null: a guest in no file.
# key: of the form that wrote it. how: code | link | name | walk_in. friend_code: bot/friends.py.
event_arrival = Table(
    "event_arrival",
    metadata,
    key(),
    to("event"),
    to("customer", null=True, index=True),
    to("staff"),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False, server_default=""),
    Column("heads", Integer, nullable=False),
    Column("children", Integer, nullable=False, server_default="0"),
    Column("how", Text, nullable=False),
    Column("friend_code", Text, unique=True),
    Column("at", Instant, nullable=False),
    UniqueConstraint("event_id", "customer_id"),
    UniqueConstraint("event_id", "key"),
)
