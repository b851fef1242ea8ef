"""Stores, customers, how to reach them, what they allowed, their cars and repair orders."""

from sqlalchemy import Boolean, Column, Date, Integer, Table, Text, UniqueConstraint, false, true

from store.tables.base import Instant, Json, key, metadata, to

store = Table(
    "store",
    metadata,
    key(),
    Column("code", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("hotline", Text, nullable=False, server_default=""),
    Column("rescue", Text, nullable=False, server_default=""),
)

# known: stands in the dealer's file (DMS); false for a follower we know nothing of.
# phone_state voice: landline, 400, abroad; only a person can call it.
# birthday_md "MM-DD" is what yearly planning joins on; birthday keeps the year when it is known.
customer = Table(
    "customer",
    metadata,
    key(),
    to("store", index=True),
    Column("external_id", Text),
    Column("name", Text, nullable=False, server_default=""),
    Column("known", Boolean, nullable=False, server_default=true()),
    Column("phone", Text, nullable=False, server_default="", index=True),
    Column("phone_state", Text, nullable=False, server_default="ok"),  # ok | voice | dead | stranger | blocked
    Column("birthday", Date),
    Column("birthday_md", Text, nullable=False, server_default="", index=True),
    Column("merged_into", Integer),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("store_id", "external_id"),
)

# An address on a channel that is not a phone: openid of a WeChat account.
identity = Table(
    "identity",
    metadata,
    key(),
    to("customer", index=True),
    Column("channel", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("following", Boolean, nullable=False, server_default=false()),
    Column("rejects", Boolean, nullable=False, server_default=false()),  # user turned the account's messages off
    Column("bound_by", Text, nullable=False, server_default=""),  # "" | qr | staff
    Column("changed_at", Instant, nullable=False),
    # As WeChat tells it of a follower (user/info); never a name or a portrait (wechat.md §3.7).
    Column("subscribe_scene", Text, nullable=False, server_default=""),
    Column("qr_scene", Text, nullable=False, server_default=""),
    Column("unionid", Text, nullable=False, server_default=""),
    Column("info_at", Instant, index=True),  # when WeChat was asked; null: of this following not yet
    UniqueConstraint("channel", "account", "address"),
)

# The ledger: append only. address: phone or openid. given false = withdrawn; refusals are rows of their own below.
consent = Table(
    "consent",
    metadata,
    key(),
    to("customer", index=True),
    Column("purpose", Text, nullable=False),
    Column("channel", Text, nullable=False, server_default=""),
    Column("given", Boolean, nullable=False),
    Column("wording", Text, nullable=False, server_default=""),
    Column("evidence", Text, nullable=False, server_default=""),
    Column("at", Instant, nullable=False),
)

# Per address and purpose, so it covers every file that shares the number and survives re-import.
refusal = Table(
    "refusal",
    metadata,
    key(),
    Column("address", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("withdrawn_at", Instant),
    Column("confirmed", Boolean, nullable=False, server_default=false()),  # said so once
    UniqueConstraint("address", "purpose"),
)

# What a customer told us, with the message that said so; the newest of a key counts.
fact = Table(
    "fact",
    metadata,
    key(),
    to("customer", index=True),
    to("message", null=True),
    Column("key", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

# One-time codes of QR scenes `bind:<token>`; only the hash is kept.
bind_token = Table(
    "bind_token",
    metadata,
    key(),
    Column("token_hash", Text, nullable=False, unique=True),
    to("customer"),
    to("repair_order", null=True),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
)

vehicle = Table(
    "vehicle",
    metadata,
    key(),
    to("store"),
    to("customer", index=True),
    Column("external_id", Text),
    Column("plate", Text, nullable=False, server_default=""),
    Column("model", Text, nullable=False, server_default=""),
    Column("vin", Text, nullable=False, server_default=""),
    Column("mileage", Integer),
    UniqueConstraint("store_id", "external_id"),
)

# delivered_on: the store's local date of delivered_at, so that planning joins on dates in SQL.
# file: the repair file the DMS gave (web/api/file_bodies.py: RepairFile), null without one.
# delivery: which handing over this is; a car that came back for rework is asked about again after the next one.
repair_order = Table(
    "repair_order",
    metadata,
    key(),
    to("store"),
    to("customer", index=True),
    to("vehicle", null=True),
    to("staff", null=True, name="advisor_id"),
    Column("external_id", Text, nullable=False),
    Column("advisor_name", Text, nullable=False, server_default=""),
    Column("status", Text, nullable=False),
    Column("delivered_at", Instant),
    Column("delivered_on", Date, index=True),
    Column("delivery", Integer, nullable=False, server_default="1"),
    Column("items", Json, nullable=False),
    Column("amount_fen", Integer),
    Column("file", Json),
    Column("updated_at", Instant, nullable=False),
    UniqueConstraint("store_id", "external_id"),
)

# An owner event (handbook H1.7.4): lecture, self-drive tour. taken counts booked seats; the check keeps capacity.
event = Table(
    "event",
    metadata,
    key(),
    to("store", index=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False, server_default=""),
    Column("starts_at", Instant, nullable=False),
    Column("place", Text, nullable=False, server_default=""),
    Column("capacity", Integer, nullable=False),
    Column("taken", Integer, nullable=False, server_default="0"),
    Column("audience", Json, nullable=False),
    Column("state", Text, nullable=False, server_default="draft"),  # draft | published | cancelled
    Column("published_at", Instant),
)

rsvp = Table(
    "rsvp",
    metadata,
    key(),
    to("event"),
    to("customer", index=True),
    Column("seats", Integer, nullable=False),
    Column("children", Integer, nullable=False, server_default="0"),
    Column("state", Text, nullable=False),  # going | declined | cancelled
    Column("at", Instant, nullable=False),
    UniqueConstraint("event_id", "customer_id"),
)
