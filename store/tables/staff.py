"""Staff, their log-ins, API tokens, what they did."""

from sqlalchemy import Boolean, Column, Table, Text, true

from store.tables.base import Instant, Json, key, metadata, to

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
)

api_token = Table(
    "api_token",
    metadata,
    key(),
    to("store"),
    Column("name", Text, nullable=False),
    Column("token_hash", Text, nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("revoked_at", Instant),
)

audit = Table(
    "audit",
    metadata,
    key(),
    to("store"),
    to("staff", null=True),
    Column("at", Instant, nullable=False),
    Column("action", Text, nullable=False),
    Column("ref", Json, nullable=False),
)

draft = Table(
    "draft",
    metadata,
    key(),
    to("staff"),
    to("customer"),
    Column("text", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
