"""What the house teaches its bot: turns to look at again, and answers that were edited."""

from sqlalchemy import Column, Date, Index, Integer, Table, Text, UniqueConstraint

from store.tables.base import Instant, Json, key, metadata, to

# A customer's line the bot was unsure of, or that a colleague marked as misread. It holds no words of its own until it
# is labelled: they are read from the message and hidden on the way (bot/understanding/personal.py), so who erases the
# message erases them here. text: what was labelled, masked and looked at by a person.
# why: unclear | low | corrected. opened: kind of the newest question open then. percent: how sure the bot was.
# label: "" waits | ignore | an intent.
review = Table(
    "review",
    metadata,
    key(),
    to("store"),
    to("message"),
    Column("why", Text, nullable=False),
    Column("opened", Text, nullable=False, server_default=""),
    Column("guess", Text, nullable=False, server_default=""),
    Column("percent", Integer, nullable=False),
    Column("text", Text, nullable=False, server_default=""),
    Column("label", Text, nullable=False, server_default=""),
    to("staff", null=True, name="labelled_by"),
    Column("labelled_at", Instant),
    Column("at", Instant, nullable=False),
    UniqueConstraint("message_id"),
    Index("ix_review_store_id_label_id", "store_id", "label", "id"),
)

# Versions of an approved answer, laid over config/faq.yaml by (about, topic); the newest approved one counts. entry: an
# answer as the file writes it (bot/faq.py: Entry). state: proposed | approved | refused | replaced (by a
# newer one). Whoever proposed it never
# approves it.
faq_version = Table(
    "faq_version",
    metadata,
    key(),
    Column("about", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("entry", Json, nullable=False),
    Column("state", Text, nullable=False, server_default="proposed"),
    to("staff", name="made_by"),
    Column("made_at", Instant, nullable=False),
    to("staff", null=True, name="settled_by"),
    Column("settled_at", Instant),
    Column("reviewed", Date),
    Index("ix_faq_version_about_topic_state_id", "about", "topic", "state", "id"),
)
