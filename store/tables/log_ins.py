"""How staff get in: sessions, one-time links, recovery codes, and the first start of an empty house (machine time)."""

from sqlalchemy import Column, Integer, Table, Text

from store.tables.base import Instant, Json, key, metadata, to

# One row a log-in; the cookie holds the token, the table its hash. device: browser and system in words. address: masked
# before it is written. way: password | sso. ended_at: logged out, ended by its owner or an admin, or by a new password.
staff_session = Table(
    "staff_session",
    metadata,
    key(),
    to("staff", index=True),
    Column("token_hash", Text, nullable=False, unique=True),
    Column("device", Text, nullable=False, server_default=""),
    Column("address", Text, nullable=False, server_default=""),
    Column("way", Text, nullable=False, server_default="password"),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("ended_at", Instant),
)

# For somebody without a password, or who lost it: sets one, once. A newer link ends the older ones.
staff_link = Table(
    "staff_link",
    metadata,
    key(),
    to("staff", index=True),
    to("staff", null=True, name="made_by"),
    Column("token_hash", Text, nullable=False, unique=True),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
)

# In place of the second factor, each once.
recovery_code = Table(
    "recovery_code",
    metadata,
    key(),
    to("staff", index=True),
    Column("code_hash", Text, nullable=False),
    Column("used_at", Instant),
)

# One row at most: the set-up page of a house nobody may log in to yet. done: steps left behind. closed_at: for good.
set_up = Table(
    "set_up",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code_hash", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("done", Json, nullable=False),
    Column("closed_at", Instant),
)
