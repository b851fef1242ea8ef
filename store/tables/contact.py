"""The conversation: every message both ways, open questions, the WeChat window, who has the thread."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, false

from store.tables.base import Id, Instant, Json, key, metadata, to

# The log, both ways. provider_key dedupes inbound: the unique constraint is the lock (insert first, look second).
# reply: the stored passive reply ({"type","text"}, {} = answered with nothing) so that a retry gets the same answer.
message = Table(
    "message",
    metadata,
    key(),
    to("store"),
    to("customer"),
    Column("direction", Text, nullable=False),  # in | out
    Column("channel", Text, nullable=False),
    Column("kind", Text, nullable=False),  # inbound kind, or way of an outgoing one (passive, custom, template, …)
    Column("author", Text, nullable=False),  # customer | bot | staff | system
    to("staff", null=True),
    Column("text", Text, nullable=False, server_default=""),
    Column("at", Instant, nullable=False),
    Column("provider_key", Text, unique=True),
    Column("reply", Json),
    Column("intent", Text, nullable=False, server_default=""),
    to("outbox", null=True, index=True),
    to("touchpoint", null=True),
    to("cases", null=True, name="case_id"),
    Column("data", Json),
    Index("ix_message_customer_id_id", "customer_id", "id"),
)

KNOWN = "known"  # the key of `ref` under which the slots said so far are kept

prompt = Table(
    "prompt",
    metadata,
    key(),
    to("customer"),
    Column("kind", Text, nullable=False),
    Column("scale", Text, nullable=False, server_default=""),
    Column("ref", Json, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("state", Text, nullable=False, server_default="open"),  # open | answered | replaced
    Column("clarified", Boolean, nullable=False, server_default=false()),
    Column("rating", Integer),
    Column("satisfaction", Text, nullable=False, server_default=""),
    Column("text", Text, nullable=False, server_default=""),
    Column("answered_at", Instant),
    Index("ix_prompt_customer_id_state", "customer_id", "state"),
)

# What the page of the periodic survey asked beside its question (bot/surveys.py). score: 1 to 5, 5 is best.
survey_factor = Table(
    "survey_factor",
    metadata,
    key(),
    to("prompt"),
    Column("factor", Text, nullable=False),
    Column("score", Integer, nullable=False),
    UniqueConstraint("prompt_id", "factor"),
)

# The WeChat window ledger (wechat.md §3.2): 5 in 48 h after a typed message, 3 in 1 min after follow, scan, click, tap.
wechat_window = Table(
    "wechat_window",
    metadata,
    key(),
    Column("account", Text, nullable=False),
    Column("openid", Text, nullable=False),
    Column("kind", Text, nullable=False),  # typed | touch
    Column("opened_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("quota", Integer, nullable=False),
    Column("used", Integer, nullable=False, server_default="0"),
    UniqueConstraint("account", "openid"),
)

# A file a customer sent or staff send; the bytes lie under DATA_DIR/media by `name`, never here (docs/channels.md).
# message_id is null only while the message of a staff picture is written. account, openid: whose it is to forget.
# wanted_at, retry_at and the lease are machine time. state: wanted | kept | refused | gone (bot/media.py).
media = Table(
    "media",
    metadata,
    key(),
    Column("message_id", Id, ForeignKey("message.id"), unique=True),
    Column("account", Text, nullable=False),
    Column("openid", Text, nullable=False),
    Column("provider_id", Text, nullable=False, server_default=""),
    Column("kind", Text, nullable=False),  # image | voice | video
    Column("state", Text, nullable=False, server_default="wanted"),
    Column("mime", Text, nullable=False, server_default=""),
    Column("bytes", Integer, nullable=False, server_default="0"),
    Column("name", Text, nullable=False, server_default="", index=True),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("wanted_at", Instant, nullable=False),
    Column("retry_at", Instant, nullable=False),
    Column("lease_by", Text),
    Column("lease_until", Instant),
    Column("reason", Text, nullable=False, server_default=""),
    Column("kept_at", Instant),  # business time
    Index("ix_media_state_retry_at", "state", "retry_at"),
    Index("ix_media_account_openid", "account", "openid"),
)

# Consents to subscription notifications (wechat.md §3.4): one tap, one message, without a time limit.
subscription = Table(
    "subscription",
    metadata,
    key(),
    Column("account", Text, nullable=False),
    Column("openid", Text, nullable=False, index=True),
    Column("template_id", Text, nullable=False),
    Column("left", Integer, nullable=False, server_default="0"),
    Column("changed_at", Instant, nullable=False),
    UniqueConstraint("account", "openid", "template_id"),
)

# Who was in which mass send, counted a calendar month in China (wechat.md §3.5); copies 4: WeChat says it is used up.
mass_copy = Table(
    "mass_copy",
    metadata,
    key(),
    to("outbox"),
    Column("account", Text, nullable=False),
    Column("openid", Text, nullable=False),
    Column("month", Text, nullable=False),
    Column("copies", Integer, nullable=False),
    UniqueConstraint("outbox_id", "openid"),
    Index("ix_mass_copy_openid_month", "openid", "month"),
)

# One row a customer: the list of the inbox is this table ordered by due_at.
thread = Table(
    "thread",
    metadata,
    key(),
    to("customer"),
    to("store"),
    to("staff", null=True, name="owner_id"),
    Column("state", Text, nullable=False, server_default="bot"),  # bot | waiting | human | closed
    Column("reason", Text, nullable=False, server_default=""),
    Column("priority", Text, nullable=False, server_default=""),
    Column("answer_by", Instant),  # somebody waits for a person until then; null: nobody waits
    Column("remind_at", Instant),  # put aside by a person until then; due at that time if nothing is sooner
    to("staff", null=True, name="remind_id"),
    Column("reminded", Boolean, nullable=False, server_default=false()),
    Column("due_at", Instant),  # the soonest of answer_by, remind_at and the open deadlines of the case
    Column("last_at", Instant, nullable=False),
    Column("last_text", Text, nullable=False, server_default=""),
    Column("last_channel", Text, nullable=False, server_default=""),
    Column("version", Integer, nullable=False, server_default="0"),
    UniqueConstraint("customer_id"),
    Index("ix_thread_store_id_due_at", "store_id", "due_at"),
    Index("ix_thread_store_id_last_at", "store_id", "last_at"),
    Index("ix_thread_store_id_state_last_at", "store_id", "state", "last_at"),
    Index("ix_thread_owner_id_state", "owner_id", "state"),
    Index("ix_thread_due_at", "due_at"),
    Index("ix_thread_last_at", "last_at"),
    Index("ix_thread_state_last_at", "state", "last_at"),
    Index("ix_thread_remind_at", "remind_at"),
)

# Somebody waited for a person: a hand-over, or a turn while a person has the thread. At most one open a customer.
# after_id: the newest message then; the first human send behind it is the answer (store/figures.py).
wait = Table(
    "wait",
    metadata,
    key(),
    to("store"),
    to("customer"),
    Column("kind", Text, nullable=False),  # handover | turn
    Column("since", Instant, nullable=False),
    Column("after_id", Id, nullable=False, server_default="0"),
    Column("ended_at", Instant),
    to("staff", null=True),  # who answered; null: given back to the bot, or the case ended
    Index("ix_wait_store_id_since", "store_id", "since"),
    Index("ix_wait_customer_id_ended_at", "customer_id", "ended_at"),
)

# What a provider posted, stored raw before the acknowledgement (sms.md §1.5), processed by the worker.
# new → done, or again (it failed, tried later), unmatched (a receipt that came too soon), kept (over the hour's limit:
# stored only), failed. address: who it is from or about, E.164 or openid; "" where the item names nobody.
callback = Table(
    "callback",
    metadata,
    key(),
    Column("provider", Text, nullable=False),
    Column("kind", Text, nullable=False),  # reply | report | news
    Column("item_key", Text, nullable=False),
    Column("body", Json, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("address", Text, nullable=False, server_default=""),
    Column("state", Text, nullable=False, server_default="new"),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("note", Text, nullable=False, server_default=""),
    UniqueConstraint("provider", "kind", "item_key"),
    Index("ix_callback_state", "state"),
    Index("ix_callback_address_received_at", "address", "received_at"),
)
