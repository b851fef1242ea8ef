"""Stores, customers, how to reach them, what they allowed, their cars and repair orders."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    false,
    true,
)

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
# phone_state voice: landline, 400, abroad; only a person can call it. stranger: somebody else answered there.
# confirm_since: since when the way to reach this customer must be asked for at the next visit; confirm_why: why.
# birthday_md is what yearly planning joins on: "MM-DD", or "L08-15" for who keeps it by the lunar calendar;
# birthday keeps the year of a solar one when it is known.
customer = Table(
    "customer",
    metadata,
    key(),
    to("store"),
    Column("external_id", Text),
    Column("name", Text, nullable=False, server_default=""),
    Column("known", Boolean, nullable=False, server_default=true()),
    Column("phone", Text, nullable=False, server_default="", index=True),
    Column("phone_state", Text, nullable=False, server_default="ok"),  # ok | voice | dead | stranger | blocked
    Column("confirm_since", Instant),
    Column("confirm_why", Text, nullable=False, server_default=""),
    Column("email", Text, nullable=False, server_default="", index=True),  # in small letters
    Column("email_state", Text, nullable=False, server_default="ok"),  # ok | dead: refused as unknown
    Column("birthday", Date),
    Column("birthday_md", Text, nullable=False, server_default="", index=True),
    Column("city", Text, nullable=False, server_default=""),
    Column("member", Boolean, nullable=False, server_default=false()),  # of the store's club, as the DMS has it
    Column("merged_into", Integer, index=True),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("store_id", "external_id"),
    Index("ix_customer_store_id_name", "store_id", "name"),  # search looks at each name, and at nothing else of it
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
    Column("stranger", Boolean, nullable=False, server_default=false()),  # said that they are not this customer
    Column("bound_by", Text, nullable=False, server_default=""),  # "" | qr | staff
    Column("changed_at", Instant, nullable=False),
    # As WeChat tells it of a follower (user/info); never a name or a portrait (wechat.md §3.7).
    Column("subscribe_scene", Text, nullable=False, server_default=""),
    Column("qr_scene", Text, nullable=False, server_default=""),
    Column("unionid", Text, nullable=False, server_default=""),
    Column("info_at", Instant, index=True),  # when WeChat was asked; null: of this following not yet
    UniqueConstraint("channel", "account", "address"),
)

# The ledger (docs/consent.md): append only; rows of a file merged away stay with it and are read along. address: the
# phone or openid it was said at. customer_id null: nobody we know has that address. given false = withdrawn.
# aside: why it counts for nothing (bot/consent.py: Aside), "" counts. wording, version: a row of consent_text, or the
# DMS's own words for its text.
consent = Table(
    "consent",
    metadata,
    key(),
    to("customer", null=True, index=True),
    Column("address", Text, nullable=False, server_default="", index=True),
    Column("purpose", Text, nullable=False),
    Column("channel", Text, nullable=False, server_default=""),
    Column("given", Boolean, nullable=False),
    Column("source", Text, nullable=False, server_default=""),
    Column("wording", Text, nullable=False, server_default=""),
    Column("version", Text, nullable=False, server_default=""),
    Column("evidence", Text, nullable=False, server_default=""),
    Column("aside", Text, nullable=False, server_default=""),
    Column("at", Instant, nullable=False),
)

# Every version of every wording that was ever in force, word for word: what a customer agreed to can be shown later.
consent_text = Table(
    "consent_text",
    metadata,
    key(),
    Column("wording", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("text", Text, nullable=False),
    UniqueConstraint("wording", "version"),
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
    Column("confidence", Float, nullable=False, server_default="1"),
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

# energy: petrol | hybrid | plug_in | electric, "" unknown. delivered_on: to its first owner with us; local dates all.
# sold_on: it left this customer's hands, and nothing more is said of it.
# serviced_on: the last service we know of that is no repair order of ours. lifecycle: bot/lifecycle.py.
# dated_on: the local day its milestones were last worked out; null when something has changed since.
vehicle = Table(
    "vehicle",
    metadata,
    key(),
    to("store"),
    to("customer", index=True),
    Column("external_id", Text),
    Column("plate", Text, nullable=False, server_default=""),
    Column("model", Text, nullable=False, server_default=""),
    Column("vin", Text, nullable=False, server_default="", index=True),
    Column("mileage", Integer),
    Column("energy", Text, nullable=False, server_default=""),
    Column("first_registration", Date),
    Column("delivered_on", Date),
    Column("warranty_until", Date),
    Column("sold_on", Date),
    Column("serviced_on", Date),
    Column("inspection_until", Date),
    Column("lifecycle", Text, nullable=False, server_default=""),
    Column("dated_on", Date, index=True),
    UniqueConstraint("store_id", "external_id"),
    Index("ix_vehicle_store_id_plate_customer_id", "store_id", "plate", "customer_id"),
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
    Column("promised_at", Instant),  # when the customer was told the car would be ready
    Column("delivered_at", Instant),
    Column("delivered_on", Date, index=True),
    Column("delivery", Integer, nullable=False, server_default="1"),
    Column("items", Json, nullable=False),
    Column("amount_fen", Integer),
    Column("file", Json),
    Column("updated_at", Instant, nullable=False),
    UniqueConstraint("store_id", "external_id"),
)

# An owner event (handbook H1.7.4): lecture, self-drive tour.
# taken counts the seats of who is going and who was offered one; the check keeps capacity, whatever the code does.
# kind: bot/events.py. offers: what there is for guests. audience: a condition (bot/conditions.py), {} is everybody.
# shares: hundredths of the audience invited by each wave. wave_hours: before the next one, if seats stay free.
# confirm_hours: how long a seat that came free is kept for whom it was offered to.
# version: counts changes of date and place; changed_at: of the last one, null while there was none.
# photos: address of the album, for who came.
event = Table(
    "event",
    metadata,
    key(),
    to("store", index=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False, server_default=""),
    Column("starts_at", Instant, nullable=False, index=True),
    Column("place", Text, nullable=False, server_default=""),
    Column("cost", Text, nullable=False, server_default=""),  # as it is said: 免费, 每人80元; "" not said
    Column("offers", Text, nullable=False, server_default=""),
    Column("capacity", Integer, nullable=False),
    Column("taken", Integer, nullable=False, server_default="0"),
    Column("audience", Json, nullable=False),
    Column("shares", Json, nullable=False, server_default="[100]"),
    Column("wave_hours", Integer, nullable=False, server_default="24"),
    Column("confirm_hours", Integer, nullable=False, server_default="24"),
    Column("photos", Text, nullable=False, server_default=""),
    Column("state", Text, nullable=False, server_default="draft"),  # draft | published | cancelled
    Column("version", Integer, nullable=False, server_default="1"),
    Column("published_at", Instant),
    Column("changed_at", Instant),
    Column("cancelled_at", Instant),
    CheckConstraint("taken >= 0 AND taken <= capacity", name="taken_within_capacity"),
)

# state: bot/events.py: RsvpState. seats: all who come, children too. since: place in the waiting list.
# offered_until: how long an offered seat is kept. offers: how often one was. code: the guest's own, for the door.
# version: of the event they know; less than the event's: registered before date or place changed, and not said again.
# via: the channel of the newest word: wechat | sms | page | staff.
rsvp = Table(
    "rsvp",
    metadata,
    key(),
    to("event"),
    to("customer", index=True),
    Column("seats", Integer, nullable=False),
    Column("children", Integer, nullable=False, server_default="0"),
    Column("state", Text, nullable=False),
    Column("code", Integer),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("via", Text, nullable=False, server_default=""),
    Column("since", Instant),
    Column("offers", Integer, nullable=False, server_default="0"),
    Column("offered_until", Instant),
    Column("at", Instant, nullable=False),
    UniqueConstraint("event_id", "customer_id"),
    UniqueConstraint("event_id", "code"),
)
