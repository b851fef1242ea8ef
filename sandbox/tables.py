"""The sandbox's own memory, a SQLite file beside the house's database: providers keep no keys of ours."""

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, MetaData, Table, Text, UniqueConstraint, false

from store.tables.base import Instant, Json, key

sandbox_metadata = MetaData()

# typed: 5 in 48 h; tap: 3 in 1 min (wechat.md §3.2). Both are spent by one message, so they do not add up.
follower = Table(
    "follower",
    sandbox_metadata,
    key(),
    Column("account", Text, nullable=False),
    Column("openid", Text, nullable=False),
    Column("following", Boolean, nullable=False, server_default=false()),
    Column("followed_at", Instant),
    Column("typed_left", Integer, nullable=False, server_default="0"),
    Column("typed_until", Instant),
    Column("tap_left", Integer, nullable=False, server_default="0"),
    Column("tap_until", Instant),
    UniqueConstraint("account", "openid"),
)

# The scene somebody came by, "" without a code; of the last time they followed.
arrival = Table(
    "arrival",
    sandbox_metadata,
    Column("account", Text, primary_key=True),
    Column("openid", Text, primary_key=True),
    Column("scene", Text, nullable=False),
)

# What the authorize page hands out: good once, five minutes. snapshot: of a preview, whose openid is nobody's.
oauth_code = Table(
    "oauth_code",
    sandbox_metadata,
    Column("code", Text, primary_key=True),
    Column("account", Text, nullable=False),
    Column("openid", Text, nullable=False),
    Column("snapshot", Boolean, nullable=False),
    Column("used", Boolean, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

# What stands on a phone. dir: in = from the customer, out = from the dealer. address: openid or national number.
phone_message = Table(
    "phone_message",
    sandbox_metadata,
    key(),
    Column("channel", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("dir", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("text", Text, nullable=False, server_default=""),
    Column("template", Text),
    Column("data", Json),
    Column("url", Text),
    Index("ix_phone_message_address", "channel", "account", "address"),
)

# A file in WeChat's keeping for three days, uploaded by us or sent by a customer.
media_file = Table(
    "media_file",
    sandbox_metadata,
    key(),
    Column("account", Text, nullable=False),
    Column("media_id", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),  # image | voice | video | thumb
    Column("mime", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
)

access_token = Table(
    "access_token",
    sandbox_metadata,
    key(),
    Column("account", Text, nullable=False),
    Column("kind", Text, nullable=False),  # plain | stable: isolated from each other
    Column("token", Text, nullable=False, unique=True),
    Column("issued_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

# client_msg_id (template, 10 min) and clientmsgid (mass): the first answer, given again.
sent_once = Table(
    "sent_once",
    sandbox_metadata,
    key(),
    Column("account", Text, nullable=False),
    Column("api", Text, nullable=False),
    Column("openid", Text, nullable=False),
    Column("client_id", Text, nullable=False),
    Column("msgid", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_sent_once", "account", "api", "openid", "client_id"),
)

# A msg_id keeps its CreateTime, so that pushing it again later is a true retry; replied: its answer is on the phone.
first_push = Table(
    "first_push",
    sandbox_metadata,
    key(),
    Column("account", Text, nullable=False),
    Column("openid", Text, nullable=False),
    Column("msg_id", Text, nullable=False),
    Column("created", Integer, nullable=False),
    Column("replied", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("account", "openid", "msg_id"),
)

# Taps on 允许 that no message has used yet.
tapped_consent = Table(
    "tapped_consent",
    sandbox_metadata,
    Column("account", Text, primary_key=True),
    Column("openid", Text, primary_key=True),
    Column("template_id", Text, primary_key=True),
    Column("left", Integer, nullable=False),
)

typing_until = Table(
    "typing_until",
    sandbox_metadata,
    Column("account", Text, primary_key=True),
    Column("openid", Text, primary_key=True),
    Column("until", Instant, nullable=False),
)

# number: WeChat's id of the tag within the account.
tag = Table(
    "tag",
    sandbox_metadata,
    key(),
    Column("account", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("number", Integer, nullable=False),
    UniqueConstraint("account", "number"),
)

tag_member = Table(
    "tag_member",
    sandbox_metadata,
    key(),
    Column("account", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("openid", Text, nullable=False),
    UniqueConstraint("account", "number", "openid"),
)

qr_ticket = Table(
    "qr_ticket",
    sandbox_metadata,
    key(),
    Column("account", Text, nullable=False),
    Column("ticket", Text, nullable=False, unique=True),
    Column("scene", Text, nullable=False),
    Column("expires_at", Instant),
)

account_menu = Table(
    "account_menu",
    sandbox_metadata,
    Column("account", Text, primary_key=True),
    Column("menu", Json, nullable=False),
)

fault = Table(
    "fault",
    sandbox_metadata,
    key(),
    Column("api", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("left", Integer, nullable=False),
)

# A callback still to be delivered to us. due_at is machine time: a moved clock must not hurry or hold it.
parcel = Table(
    "parcel",
    sandbox_metadata,
    key(),
    Column("kind", Text, nullable=False),  # wechat | sms_report | sms_reply | tencent_report | tencent_reply
    Column("body", Json, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("due_at", Instant, nullable=False, index=True),
)

sms = Table(
    "sms",
    sandbox_metadata,
    key(),
    Column("biz_id", Text, nullable=False, unique=True),
    Column("phone", Text, nullable=False, index=True),
    Column("sign", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("out_id", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("err_code", Text, nullable=False),
)

# What Tencent's pulls give, each record once. kind: report | reply.
pullable = Table(
    "pullable",
    sandbox_metadata,
    key(),
    Column("kind", Text, nullable=False),
    Column("record", Json, nullable=False),
    Column("at", Instant, nullable=False),
    Column("given", Boolean, nullable=False, server_default=false()),
)

used_nonce = Table(
    "used_nonce",
    sandbox_metadata,
    Column("nonce", Text, primary_key=True),
    Column("at", Instant, nullable=False),
)

# clear_quota may be called ten times a month.
quota_clearing = Table(
    "quota_clearing",
    sandbox_metadata,
    key(),
    Column("account", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
