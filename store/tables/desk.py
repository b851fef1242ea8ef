"""What staff keep at their desk: labels, saved views, snippets, drafts, mentions, and files put together by hand."""

from sqlalchemy import Boolean, Column, Index, Table, Text, UniqueConstraint, false

from store.tables.base import Id, Instant, Json, key, metadata, to

label = Table(
    "label",
    metadata,
    key(),
    to("store"),
    Column("name", Text, nullable=False),
    UniqueConstraint("store_id", "name"),
)

labelled = Table(
    "labelled",
    metadata,
    key(),
    to("customer"),
    to("label", index=True),
    to("staff"),
    Column("at", Instant, nullable=False),
    UniqueConstraint("customer_id", "label_id"),
)

# Filters of the list somebody gave a name; query: the address's own, e.g. "tab=mine&label=3".
saved_view = Table(
    "saved_view",
    metadata,
    key(),
    to("staff"),
    Column("name", Text, nullable=False),
    Column("query", Text, nullable=False),
    UniqueConstraint("staff_id", "name"),
)

# Sentences staff use often, with {variables}. staff_id null: the whole store's. sounds: pinyin it is found by.
snippet = Table(
    "snippet",
    metadata,
    key(),
    to("store", index=True),
    to("staff", null=True),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("sounds", Text, nullable=False, server_default=""),
)

# Where somebody is in a conversation: the last line seen, and what is half written. way: reply | note | call.
bookmark = Table(
    "bookmark",
    metadata,
    key(),
    to("staff"),
    to("customer", index=True),
    Column("seen_id", Id, nullable=False, server_default="0"),
    Column("way", Text, nullable=False, server_default=""),
    Column("draft", Text, nullable=False, server_default=""),
    Column("at", Instant, nullable=False),
    UniqueConstraint("staff_id", "customer_id"),
)

# Somebody was called by name in a note; seen once they opened the conversation.
mention = Table(
    "mention",
    metadata,
    key(),
    to("store"),
    to("customer"),
    to("message"),
    to("staff"),
    Column("seen", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("message_id", "staff_id"),
    Index("ix_mention_staff_id_seen", "staff_id", "seen"),
)

# Two files that were one customer. moved: table → ids, enough to take it back; undone_at: it was.
merging = Table(
    "merging",
    metadata,
    key(),
    to("store"),
    to("staff"),
    to("customer", name="from_id", index=True),
    to("customer", name="into_id", index=True),
    Column("moved", Json, nullable=False),
    Column("at", Instant, nullable=False),
    Column("undone_at", Instant),
)
