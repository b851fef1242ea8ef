"""What a provider refuses to everybody: whole accounts and ways, and single templates. All workers and pages see it."""

from sqlalchemy import Boolean, Column, Table, Text, UniqueConstraint, false, true

from store.tables.base import Instant, key, metadata

# way "*": every way of the account. stops: `until` is when one message may try again, and only an accepted one ends
# the trouble; else the way rests and is open again at `until`. until is machine time, since and ended_at business time.
channel_trouble = Table(
    "channel_trouble",
    metadata,
    key(),
    Column("way", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("sentence", Text, nullable=False),
    Column("stops", Boolean, nullable=False, server_default=false()),
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("ended_at", Instant),
    # True, and null once it ended: nulls never meet in a constraint, so one trouble of a way stands at a time.
    Column("standing", Boolean, server_default=true()),
    UniqueConstraint("way", "account", "standing"),
)

# A template nobody may be sent any more. By its id at WeChat: another id in dealer.yaml is another template.
disabled_template = Table(
    "disabled_template",
    metadata,
    key(),
    Column("account", Text, nullable=False),
    Column("template_id", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("since", Instant, nullable=False),
    UniqueConstraint("account", "template_id"),
)
