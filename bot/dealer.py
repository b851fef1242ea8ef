"""The dealer as configured: `config/dealer.yaml`, validated here, loaded by `config/load.py`."""

from datetime import time, timedelta
from typing import Annotated, Literal, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    BeforeValidator,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from bot.alert_config import AlertConfig
from bot.booking import Capacity
from bot.content import Content
from bot.escalation import Escalation
from bot.menu import Button
from bot.messages import Category, Way
from bot.strict import Strict

__all__ = ["Dealer", "Span", "StoreConfig", "Strict"]


class Span(Strict):
    """A daily span of local time, end exclusive; start > end runs over midnight, equal is never."""

    start: time
    end: time

    def holds(self, moment: time) -> bool:
        if self.start <= self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end


def _one_or_more(given: object) -> object:
    return given if isinstance(given, list | tuple) else (given,)


# One span or a list of them, with the breaks between: [{start: "09:30", end: "12:00"}, {start: "14:00", end: "20:00"}].
Spans: TypeAlias = Annotated[tuple[Span, ...], BeforeValidator(_one_or_more), Field(min_length=1)]


class Hours(Strict):
    """Local hours by category, end exclusive; safety and answers know no hours (design §4).

    calls: when a person may ring somebody who was not asked to be rung, lunch left out; the category's hours hold too.
    """

    marketing: Spans = (Span(start=time(9, 30), end=time(20, 0)),)
    greeting: Spans = (Span(start=time(9, 30), end=time(20, 0)),)
    survey: Spans = (Span(start=time(9, 30), end=time(20, 0)),)
    reminder: Spans = (Span(start=time(9, 30), end=time(20, 0)),)
    service: Spans = (Span(start=time(8, 0), end=time(21, 0)),)
    calls: Spans = (Span(start=time(9, 30), end=time(12, 0)), Span(start=time(14, 0), end=time(20, 0)))

    def of(self, category: Category, way: Way | None = None) -> tuple[Spans, ...]:
        """Each must hold; none of them: any hour."""
        if category is Category.SAFETY:
            return ()
        mine: Spans = getattr(self, category.value)
        return (mine, self.calls) if way is Way.CALL else (mine,)

    def over(self, given: "Hours | None") -> "Hours":
        """These, but what a store says of its own."""
        own = {} if given is None else {name: getattr(given, name) for name in given.model_fields_set}
        return self.model_copy(update=own)

    def never(self) -> Category | None:
        """A category a call could never be made for: its hours and those for calls do not meet."""
        kinds = [(category, self.of(category, Way.CALL)) for category in Category]
        return next((category for category, spans in kinds if spans and not meet(spans)), None)


def open_at(spans: Spans, moment: time) -> bool:
    """A span with start = end is the whole day: quiet never begins (scheduling.md §5)."""
    return any(span.start == span.end or span.holds(moment) for span in spans)


def meet(kinds: tuple[Spans, ...]) -> bool:
    """Is there a moment of the day all of them hold?"""
    if not kinds:
        return True
    starts = [span.start for spans in kinds for span in spans]
    return any(all(open_at(spans, start) for spans in kinds) for start in starts)


# The mainland's holidays bind a store there and no other (scheduling.md §5).
MAINLAND_ZONES = frozenset({"Asia/Shanghai", "Asia/Urumqi", "Asia/Chongqing", "Asia/Harbin", "Asia/Kashgar", "PRC"})


class StoreConfig(Strict):
    """hours: only what differs from the house's own. calendar: `cn`, `none`, or a file with `holidays` and `workdays`
    beside this one; "" is `cn` for a store in a zone of the mainland and `none` for any other.

    lunch: within `opening`; deadlines and figures do not count it. open_days: `daily` is every day but statutory
    holidays, `workdays` is closed at weekends too, save make-up workdays.
    """

    code: str
    name: str
    time_zone: str = "Asia/Shanghai"
    hotline: str = ""
    rescue: str = ""
    address: str = ""
    opening: Span = Span(start=time(8, 30), end=time(17, 30))
    lunch: Span | None = None
    open_days: Literal["daily", "workdays"] = "daily"
    booking: Capacity = Capacity()
    hours: Hours | None = None
    calendar: str = Field(default="", pattern=r"^(cn|none|[A-Za-z0-9_-]+\.yaml)?$")

    @property
    def calendar_of(self) -> str:
        return self.calendar or ("cn" if self.time_zone in MAINLAND_ZONES else "none")

    @property
    def open_spans(self) -> tuple[Span, ...]:
        """`opening` without lunch."""
        if self.lunch is None:
            return (self.opening,)
        return Span(start=self.opening.start, end=self.lunch.start), Span(start=self.lunch.end, end=self.opening.end)

    @field_validator("time_zone")
    @classmethod
    def known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except ZoneInfoNotFoundError as error:
            raise ValueError(f"no such time zone: {value}") from error
        return value

    @model_validator(mode="after")
    def lunch_is_within_the_day(self) -> "StoreConfig":
        lunch, day = self.lunch, self.opening
        if lunch is not None and not day.start < lunch.start < lunch.end < day.end:
            raise ValueError(f"lunch {lunch.start}–{lunch.end} is not within opening {day.start}–{day.end}")
        return self


class MiniProgram(Strict):
    """A page of a mini-program bound to the account, opened instead of the link."""

    appid: str = Field(pattern=r"^wx[0-9a-z]+$")
    pagepath: str = Field(min_length=1)


class WeChatTemplate(Strict):
    """A template of the account's library. fields: name → Jinja2 expression over the message's variables.

    The field's type is its name without the trailing number (`thing1` → thing); limits: wechat.md §3.3.
    """

    template_id: str
    fields: dict[str, str]
    link: Literal["survey", "event", "quote", "file", "appointment", "none"] = "none"
    miniprogram: MiniProgram | None = None


class WeChatSubscription(Strict):
    """A subscription notification (wechat.md §3.4): fields as a template has them; page: where a tap leads."""

    template_id: str
    fields: dict[str, str]
    page: Literal["survey", "event", "quote", "file", "none"] = "none"
    miniprogram: MiniProgram | None = None


# A scene has at most 64 characters, `showroom:` included (wechat.md §3.6).
SpotCode = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{1,40}$")]


class WeChatAccount(Strict):
    """Secrets are names of environment variables; `main` reads HUIFANG_WECHAT_* and needs none here.

    showroom: spots with a QR code of their own, code → name as staff and customers call it.
    thanks_offers: what the thank-you page offers inside WeChat, name of `subscriptions` → what it is, in plain words.
    menu_messages: False where the account is known to refuse menu messages (test accounts, 40200).
    """

    store: str
    app_id_env: str = "HUIFANG_WECHAT_APP_ID"
    app_secret_env: str = "HUIFANG_WECHAT_APP_SECRET"
    token_env: str = "HUIFANG_WECHAT_TOKEN"
    aes_key_env: str = "HUIFANG_WECHAT_AES_KEY"
    templates: dict[str, WeChatTemplate] = {}
    subscriptions: dict[str, WeChatSubscription] = {}
    thanks_offers: Annotated[dict[str, Annotated[str, Field(min_length=2, max_length=16)]], Field(max_length=3)] = {}
    menu_messages: bool = True
    menu: Annotated[tuple[Button, ...], Field(max_length=3)] = ()
    showroom: dict[SpotCode, str] = {}

    @field_validator("thanks_offers")
    @classmethod
    def configured(cls, value: dict[str, str], given: ValidationInfo) -> dict[str, str]:
        if unknown := sorted(set(value) - set(given.data.get("subscriptions", {}))):
            raise ValueError(f"{unknown[0]} is not among `subscriptions`")
        return value

    @property
    def message_of(self) -> dict[str, str]:
        """Template id, of either kind → key of the message that goes out with it."""
        known = {one.template_id: key for key, one in self.templates.items()}
        return known | {one.template_id: key for key, one in self.subscriptions.items()}


class TencentTemplate(Strict):
    """The same template at Tencent: its number there, and what it was approved for there."""

    code: str = Field(pattern=r"^\d+$")
    approved_for: list[Category] = []


class SmsTemplate(Strict):
    """An approved SMS template. text holds the approved wording with ${variables}, for preview and length.

    approved_for: categories this provider approved it for; empty = not yet approved, never sent.
    variables: in the order of Tencent's places {1}, {2}. code and approved_for are Aliyun's; tencent: see above.
    fields: for a variable whose words depend on what is known: a text with places over the message's values.
    """

    code: str
    kind: Literal["notification", "promotion"]
    variables: list[str]
    text: str
    fields: dict[str, str] = {}
    approved_for: list[Category] = []
    tencent: TencentTemplate | None = None


class Sms(Strict):
    """longest_variable: characters, as the account was granted (Tencent: 6 for accounts opened since 2024-01-25)."""

    signature: str = ""
    longest_variable: Annotated[int, Field(ge=1)] = 35
    tencent_longest_variable: Annotated[int, Field(ge=1)] = 6
    price_notification: float = 0.045
    price_promotion: float = 0.055
    templates: dict[str, SmsTemplate] = {}


class Costs(Strict):
    """Yuan that no provider bills. call_task: a person's few minutes on the phone, as the dealer reckons them."""

    call_task: Annotated[float, Field(ge=0)] = 5.0


class Cap(Strict):
    """At most `limit` sent touchpoints of these categories to one person in any window of `days`, over all rules and
    channels.
    """

    categories: frozenset[Category] = Field(min_length=1)
    limit: int = Field(ge=1)
    days: int = Field(ge=1)

    @field_validator("categories")
    @classmethod
    def countable(cls, value: frozenset[Category]) -> frozenset[Category]:
        if never := sorted(value & {Category.SAFETY, Category.SERVICE}):
            raise ValueError(f"{never[0]} is not counted in any cap (design §4)")
        return value


DEFAULT_CAPS = (
    Cap(categories=frozenset({Category.MARKETING, Category.GREETING}), limit=1, days=7),
    Cap(categories=frozenset({Category.MARKETING, Category.GREETING}), limit=2, days=30),
    Cap(
        categories=frozenset({Category.SURVEY, Category.REMINDER, Category.MARKETING, Category.GREETING}),
        limit=3,
        days=7,
    ),
)


class Deadlines(Strict):
    """One case level (domain.md §1.9). business: counted in opening hours; else around the clock."""

    contact: timedelta
    plan: timedelta
    close: timedelta
    business: bool = True


DEFAULT_LEVELS = {
    "P0": Deadlines(contact=timedelta(minutes=5), plan=timedelta(hours=1), close=timedelta(hours=72), business=False),
    "P1": Deadlines(contact=timedelta(minutes=30), plan=timedelta(hours=4), close=timedelta(hours=72), business=False),
    "P2": Deadlines(contact=timedelta(minutes=30), plan=timedelta(hours=8), close=timedelta(hours=72)),
    "P3": Deadlines(contact=timedelta(hours=2), plan=timedelta(hours=24), close=timedelta(hours=72)),
    "P4": Deadlines(contact=timedelta(hours=9), plan=timedelta(hours=24), close=timedelta(days=7)),
}


class Dealer(Strict):
    """email_texts: ids of the messages that have an e-mail text; None: no account is set. Filled in at start.

    content: models, price list and answers, from files of their own beside dealer.yaml. Filled in at start.
    """

    stores: list[StoreConfig] = Field(min_length=1)
    accounts: dict[Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")], WeChatAccount] = {}  # part of an address
    sms: Sms = Sms()
    hours: Hours = Hours()
    caps: tuple[Cap, ...] = DEFAULT_CAPS
    sms_per_day: int = 3
    costs: Costs = Costs()
    email_texts: frozenset[str] | None = None
    levels: dict[str, Deadlines] = DEFAULT_LEVELS
    alerts: AlertConfig = AlertConfig()
    escalation: Escalation = Escalation()
    content: Content = Content()

    @field_validator("email_texts", mode="before")
    @classmethod
    def not_configured(cls, _given: object) -> None:
        raise ValueError("is no setting: HUIFANG_EMAIL_HOST turns e-mail on, and the texts are found by themselves")

    def store(self, code: str) -> StoreConfig:
        return next(store for store in self.stores if store.code == code)

    def hours_of(self, code: str) -> Hours:
        """Those of the house for a store that says nothing else."""
        own = next((store.hours for store in self.stores if store.code == code), None)
        return self.hours if own is None else self.hours.over(own)

    @model_validator(mode="after")
    def alerts_reach_stores(self) -> "Dealer":
        known = {store.code for store in self.stores}
        for name, one in self.alerts.destinations.items():
            if one.store and one.store not in known:
                raise ValueError(f"alerts.destinations.{name}.store: there is no store {one.store}")
        return self

    @model_validator(mode="after")
    def hours_leave_time(self) -> "Dealer":
        for store in self.stores:
            if (category := self.hours_of(store.code).never()) is not None:
                raise ValueError(f"hours of {store.code}: {category} and calls have no time in common")
        return self
