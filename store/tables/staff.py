"""Staff, their log-ins, API tokens, what they did."""

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, UniqueConstraint, false, true

from store.tables.base import Instant, Json, key, metadata, to

# password_hash "": none was set yet, nothing matches it. totp: the second factor's secret, sealed (web/sealed.py), ""
# without one; totp_on: a first code proved it; totp_step: the last half minute a code was taken of: none works twice.
# oidc_subject: who this is at the single sign-on, tied at the first log-in there.
staff = Table(
    "staff",
    metadata,
    key(),
    to("store", index=True),
    Column("username", Text, nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("language", Text, nullable=False, server_default="zh"),
    Column("active", Boolean, nullable=False, server_default=true()),
    Column("keys", Boolean, nullable=False, server_default=true()),  # single-key shortcuts of the inbox
    Column("totp", Text, nullable=False, server_default=""),
    Column("totp_on", Boolean, nullable=False, server_default=false()),
    Column("totp_step", Integer),
    Column("oidc_subject", Text, unique=True),
)

api_token = Table(
    "api_token",
    metadata,
    key(),
    to("store"),
    Column("name", Text, nullable=False),
    Column("token_hash", Text, nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("used_at", Instant),  # to ten minutes
    Column("revoked_at", Instant),
)

audit = Table(
    "audit",
    metadata,
    key(),
    to("store", index=True),
    to("staff", null=True),
    Column("at", Instant, nullable=False),
    Column("action", Text, nullable=False),
    Column("ref", Json, nullable=False),
)

# Who is on duty as what (bot/escalation.Rung) and when; a night shift ends on the next day.
duty = Table(
    "duty",
    metadata,
    key(),
    to("store"),
    to("staff", index=True),
    Column("rung", Text, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Index("ix_duty_store_id_ends_at", "store_id", "ends_at"),
)

# Where a colleague gets a test of a text: their own telephone (way sms) or their own WeChat (way custom), one of each,
# proved by a code (machine time). address "": WeChat before the code came. after_id: the newest message when the code
# was made, since it is looked for among later ones. proved_at null: not yet; the code is then still open.
own_address = Table(
    "own_address",
    metadata,
    key(),
    to("staff"),
    Column("way", Text, nullable=False),
    Column("account", Text, nullable=False, server_default=""),
    Column("address", Text, nullable=False, server_default=""),
    Column("code", Text, nullable=False, server_default=""),  # "" once it is proved
    Column("after_id", Integer, nullable=False, server_default="0"),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("expires_at", Instant, nullable=False),
    Column("proved_at", Instant),
    UniqueConstraint("staff_id", "way"),
)

# A test of a text, and the codes that prove a telephone: outbox rows without customer or touchpoint, so no cap, figure
# or conversation knows them. at: business time.
trial = Table(
    "trial",
    metadata,
    key(),
    to("staff"),
    to("outbox"),
    Column("message_id", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_trial_staff_id_at", "staff_id", "at"),
    UniqueConstraint("outbox_id"),
)
