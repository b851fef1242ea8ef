"""The dealer as configured: `config/dealer.yaml`, validated here, loaded by `config/load.py`."""

from datetime import time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator

from bot.menu import Button
from bot.messages import Category


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Span(Strict):
    """A daily span of local time, end exclusive; start > end runs over midnight, equal is never."""

    start: time
    end: time

    def holds(self, moment: time) -> bool:
        if self.start <= self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end


class StoreConfig(Strict):
    code: str
    name: str
    time_zone: str = "Asia/Shanghai"
    hotline: str = ""
    rescue: str = ""
    address: str = ""
    opening: Span = Span(start=time(8, 30), end=time(17, 30))

    @field_validator("time_zone")
    @classmethod
    def known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except ZoneInfoNotFoundError as error:
            raise ValueError(f"no such time zone: {value}") from error
        return value


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
    link: Literal["survey", "event", "quote", "file", "none"] = "none"
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
    """

    code: str
    kind: Literal["notification", "promotion"]
    variables: list[str]
    text: str
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


class Hours(Strict):
    """Local hours by category, end exclusive; safety and answers know no hours (design §4)."""

    marketing: Span = Span(start=time(9, 30), end=time(20, 0))
    greeting: Span = Span(start=time(9, 30), end=time(20, 0))
    survey: Span = Span(start=time(9, 30), end=time(20, 0))
    reminder: Span = Span(start=time(9, 30), end=time(20, 0))
    service: Span = Span(start=time(8, 0), end=time(21, 0))

    def of(self, category: Category) -> Span | None:
        """None: any hour."""
        return None if category is Category.SAFETY else getattr(self, category.value)


class Cap(Strict):
    """At most `limit` sent touchpoints of these categories in a sliding window of `days`."""

    categories: frozenset[Category]
    limit: int = Field(ge=1)
    days: int = Field(ge=1)


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
    stores: list[StoreConfig] = Field(min_length=1)
    accounts: dict[Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")], WeChatAccount] = {}  # part of an address
    sms: Sms = Sms()
    hours: Hours = Hours()
    caps: tuple[Cap, ...] = DEFAULT_CAPS
    sms_per_day: int = 3
    levels: dict[str, Deadlines] = DEFAULT_LEVELS

    def store(self, code: str) -> StoreConfig:
        return next(store for store in self.stores if store.code == code)
