"""The nouns that cross the house: what came in, what goes out, what a provider said of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Channel(StrEnum):
    WECHAT = "wechat"
    SMS = "sms"
    EMAIL = "email"
    CALL = "call"  # a task for a person; nothing leaves the house by itself
    PAGE = "page"  # a customer page: the answer is the page returned


class Category(StrEnum):
    """Decides the consent asked for, the hours, the caps and the channels (design §4)."""

    SAFETY = "safety"
    SERVICE = "service"
    REMINDER = "reminder"
    SURVEY = "survey"
    GREETING = "greeting"
    MARKETING = "marketing"


class Priority(StrEnum):
    """Outbox classes, most urgent first; each is claimed by a query of its own."""

    SAFETY = "safety"
    REPLY = "reply"
    SERVICE = "service"
    BULK = "bulk"


class InboundKind(StrEnum):
    TEXT = "text"
    TAP = "tap"  # an option of a menu message or a bizmsgmenu link; opens 3 messages in 1 minute only
    CLICK = "click"  # an item of the account's own menu
    FOLLOW = "follow"
    UNFOLLOW = "unfollow"
    SCAN = "scan"
    ANSWER = "answer"  # a customer page was sent in
    IMAGE = "image"
    VOICE = "voice"  # text: what WeChat recognised, often nothing
    VIDEO = "video"  # short ones too
    LOCATION = "location"
    LINK = "link"
    OTHER = "other"  # a kind we keep but cannot read (a sticker shop's own, whatever comes next)


@dataclass(frozen=True, slots=True)
class Media:
    """A file that lies with the provider for three days; the worker fetches it. form: the provider's (amr, …)."""

    id: str
    url: str = ""
    form: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Degrees, WGS-84 or GCJ-02 as the phone says. label: the address in words, often empty."""

    latitude: float
    longitude: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """An article or page that was passed on."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Inbound:
    """One thing a customer did.

    address: openid on WeChat, E.164 number by SMS, the prompt's id as text on a page.
    provider_key: identity for dedupe, unique within (channel, account); wechat.md §2.6, sms.md §1.5.
    option: id of a tapped option, key of a clicked menu item or scene of a scanned code.
    rating: only from a page, where the number cannot be misread.
    """

    channel: Channel
    account: str
    address: str
    kind: InboundKind
    provider_key: str
    sent_at: datetime
    text: str = ""
    option: str = ""
    rating: int | None = None
    prompt_id: int | None = None
    media: Media | None = None
    place: Place | None = None
    link: Link | None = None
    raw: Mapping[str, object] = field(default_factory=dict)


class NewsKind(StrEnum):
    """What WeChat tells that nobody said: no turn is taken for it (wechat.md §2.8)."""

    SUBSCRIPTION = "subscription"  # consents to subscription notifications, given or taken back
    REVOKED = "revoked"  # personal information is withdrawn or to be corrected
    DESK = "desk"  # sessions of WeChat's own customer-service tool
    ACCOUNT = "account"  # verification, naming, renewal: staff must act
    SEEN = "seen"  # where the client was or what it opened
    DEBUG = "debug"  # the console's debugger


@dataclass(frozen=True, slots=True)
class News:
    """event: WeChat's name of it, lower case. data: the event's own fields, normalised; "" openid: about nobody."""

    account: str
    kind: NewsKind
    event: str
    provider_key: str
    at: datetime
    openid: str = ""
    data: Mapping[str, object] = field(default_factory=dict)


class ReceiptState(StrEnum):
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a provider reported of one sent message. out_id is ours, provider_id is theirs; either may be empty.

    counts: of a mass send {"total","filtered","sent","failed"}; WeChat names no people.
    """

    channel: Channel
    account: str
    state: ReceiptState
    at: datetime
    out_id: str = ""
    provider_id: str = ""
    code: str = ""
    address: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)


class Way(StrEnum):
    """The ways a message can leave the house, each one column of the sandbox's phones page."""

    CUSTOM = "custom"  # WeChat customer-service message, inside the window
    TEMPLATE = "template"  # WeChat template message
    SUBSCRIPTION = "subscription"  # WeChat subscription notification: one consent, one message
    MASS = "mass"  # WeChat mass send, one batch
    SMS = "sms"
    EMAIL = "email"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One outbox row as a channel's `send` sees it.

    out_id: our idempotency key, echoed by providers that can (OutId, client_msg_id, clientmsgid).
    payload: CUSTOM {"text"}, with "menu" {"head","options","tail"} or "news" {"title","description","url","picture"},
              or {"image"}: the id of a kept picture
             · TEMPLATE {"template_id","data","url"} · SUBSCRIPTION {"template_id","data","page"}, both perhaps with
             "miniprogram" {"appid","pagepath"} · MASS {"text"} and "openids" or "tag_id"
             · SMS {"template","code","params","order","sign","text"} · CALL {"why","script"}, "prompt_id" of the
             question it asks or 0
             · EMAIL {"subject","text","sender"} and, of greetings and marketing, "unsubscribe": the link.
    """

    out_id: str
    way: Way
    account: str
    address: str
    payload: Mapping[str, object]
    attempt: int = 1
