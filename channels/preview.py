"""Any message as it will arrive, on each channel it has, with what it costs and what the lint says of it.

Strict: a missing variable is an error that names template and variable, never an empty place.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from bot.dealer import Dealer, WeChatAccount, WeChatSubscription, WeChatTemplate
from bot.errors import RenderError
from bot.journeys import Journey
from bot.messages import Category
from bot.samples import Samples
from bot.tone import Finding, Guide
from bot.tone_words import Medium, Severity
from channels.email_text import letter
from channels.render import Templates
from channels.sms_text import SmsPreview, sms_preview, sms_template
from channels.wechat.template import TYPES, field_type, template_fields

CHANNELS = ("wechat", "menu", "template", "subscription", "sms", "mass", "page", "email")
NOTICES = ("template", "subscription")
LONGEST_BYTES = 2048  # a WeChat text; beyond it 45002 (wechat.md §3.2)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a WeChat template. limit: characters of its type. cut: the value lost its end to fit."""

    name: str
    kind: str
    value: str
    limit: int
    cut: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """One message on one channel. account: of a template. variant: which of its ways a branching text took.

    error: why it cannot be made; then text is "". sms, longest: length, segments and yuan with these values and with
    the longest real ones.
    """

    message_id: str
    channel: str
    category: Category
    variant: str = ""
    account: str = ""
    text: str = ""
    fields: tuple[Field, ...] = ()
    sms: SmsPreview | None = None
    longest: SmsPreview | None = None
    findings: tuple[Finding, ...] = ()
    error: str = ""

    @property
    def price(self) -> float:
        """Yuan a copy; WeChat and e-mail bill none."""
        return self.sms.price if self.sms else 0.0

    @property
    def characters(self) -> int:
        return len(self.text)

    @property
    def size(self) -> int:
        """Bytes, which is what WeChat counts."""
        return len(self.text.encode())


class Previews:
    """folder: of the message texts."""

    def __init__(
        self, dealer: Dealer, journeys: Sequence[Journey], folder: Path, guide: Guide, samples: Samples
    ) -> None:
        self.guide, self.samples, self.journeys = guide, samples, journeys
        self.dealer = self._dealer = dealer
        self._folder = folder
        self._texts = Templates(folder, dealer.sms)
        steps = [step for journey in journeys for step in journey.steps]
        self._categories = {message: step.category for step in steps for message in step.messages}

    @cached_property
    def messages(self) -> dict[str, list[str]]:
        """Every message id with the channels it has, by name; the folder is looked through once."""
        found: dict[str, set[str]] = {}
        for file in self._folder.rglob("*.*.txt"):
            name, channel = file.relative_to(self._folder).as_posix().removesuffix(".txt").rsplit(".", 1)
            found.setdefault(name.replace("/", "."), set()).add(channel)
        called = {each.replace(".", "_"): each for each in [*found, *self._categories]}
        configured = {"sms": set(self._dealer.sms.templates)} | {each: self._notices(each) for each in NOTICES}
        for channel, keys in configured.items():
            for key in keys:
                found.setdefault(called.get(key, key.replace("_", ".", 1)), set()).add(channel)
        return {name: [each for each in CHANNELS if each in found[name]] for name in sorted(found)}

    def category(self, message_id: str) -> Category:
        """Of the journey that sends it; what only answers is service."""
        fallback = Category.SAFETY if message_id.startswith("safety.") else Category.SERVICE
        return self._categories.get(message_id, fallback)

    @cached_property
    def openings(self) -> dict[str, str]:
        """The first words of each, by which a person knows it; said once, as the list of them is made once."""
        return {name: self._opening(name, channels) for name, channels in self.messages.items()}

    def _opening(self, message_id: str, channels: Sequence[str]) -> str:
        _, params = self.samples.of(message_id, {})[0]
        file = next((each for each in channels if each not in ("sms", *NOTICES)), "sms")
        try:
            text = self._texts.text(message_id, file, params)
        except RenderError:
            return ""
        return text.split("\n", 1)[0].partition("您好，")[2] or text.split("\n", 1)[0]

    def views(self, message_id: str, channel: str = "", real: Mapping[str, object] | None = None) -> list[View]:
        """real: a customer's own values. Empty when there is no such message or it has no such channel."""
        has = [each for each in self.messages.get(message_id, []) if channel in ("", each)]
        values = self.samples.of(message_id, real or {})
        return [view for each in has for view in _alike(self._each(message_id, each, values))]

    def _each(self, message_id: str, channel: str, values: Sequence[tuple[str, dict[str, object]]]) -> Iterator[View]:
        for variant, params in values:
            blank = View(message_id, channel, self.category(message_id), variant)
            if channel == "sms":
                yield self._sms(blank, params)
            elif channel in NOTICES:
                yield from self._notice(blank, params)
            else:
                yield self._text(blank, params)

    def _text(self, blank: View, params: Mapping[str, object]) -> View:
        try:
            text = self._texts.text(blank.message_id, blank.channel, params)
            text = _with_options(text, params) if blank.channel == "menu" else text
        except RenderError as error:
            return replace(blank, error=str(error))
        if blank.channel == "email":
            return self._email(blank, text)
        findings = [*self.guide.check(text, medium_of(blank.channel), blank.category)]
        if blank.channel in ("wechat", "menu", "mass") and (size := len(text.encode())) > LONGEST_BYTES:
            zh, en = f"{size} 字节，微信最多 {LONGEST_BYTES}", f"{size} bytes, WeChat takes {LONGEST_BYTES}"
            findings.append(Finding("field", Severity.ERROR, 0, len(text), "", zh, en))
        return replace(blank, text=text, findings=tuple(findings))

    def _email(self, blank: View, rendered: str) -> View:
        """Subject, an empty line, the text; who sends it and how to refuse it stand under it when it leaves."""
        try:
            text = str(letter(blank.message_id, rendered, blank.category))
        except RenderError as error:
            return replace(blank, error=str(error))
        return replace(blank, text=text, findings=tuple(self.guide.check(text, Medium.EMAIL, blank.category)))

    def _sms(self, blank: View, params: Mapping[str, object]) -> View:
        sms = self._dealer.sms
        try:
            shown = sms_preview(sms, blank.message_id, params)
            longest = sms_preview(sms, blank.message_id, {**params, **self.samples.longest})
        except RenderError as error:
            return replace(blank, error=str(error))
        kind = Medium(sms_template(sms, blank.message_id).kind)
        findings = self.guide.check(shown.text, kind, blank.category)
        return replace(blank, text=shown.text, sms=shown, longest=longest, findings=findings)

    def _notice(self, blank: View, params: Mapping[str, object]) -> Iterator[View]:
        """Of each account that has it."""
        key = blank.message_id.replace(".", "_")
        for name, account in self._dealer.accounts.items():
            if key not in (configured := notices_of(account, blank.channel)):
                continue
            fields = tuple(_fields(key, configured[key], params))
            checked = (self.guide.check(each.value, Medium.TEMPLATE, blank.category, whole=False) for each in fields)
            findings = tuple(finding for found in checked for finding in found)
            text = "\n".join(f"{field.name}: {field.value}" for field in fields)
            error = next((field.error for field in fields if field.error), "")
            yield replace(blank, account=name, text=text, fields=fields, findings=findings, error=error)

    def _notices(self, channel: str) -> set[str]:
        return {key for account in self._dealer.accounts.values() for key in notices_of(account, channel)}


def medium_of(channel: str) -> Medium:
    """Of a message's file: checkin/question.menu.txt becomes a WeChat text."""
    return Medium.WECHAT if channel == "menu" else Medium(channel)


def notices_of(account: WeChatAccount, channel: str) -> Mapping[str, WeChatTemplate | WeChatSubscription]:
    return account.templates if channel == "template" else account.subscriptions


def _with_options(text: str, params: Mapping[str, Any]) -> str:
    """A line --- stands where the options come, which a customer taps."""
    shown = "\n".join(f"▸ {each['text']}" for each in params["options"])
    return "\n".join(shown if line == "---" else line for line in text.splitlines())


def _fields(key: str, notice: WeChatTemplate | WeChatSubscription, params: Mapping[str, object]) -> Iterator[Field]:
    for name, source in notice.fields.items():
        kind = field_type(name)
        limit = TYPES[kind].longest if kind in TYPES else 0
        try:
            value = template_fields(key, WeChatTemplate(template_id="", fields={name: source}), params)[name]
        except RenderError as error:
            yield Field(name, kind, "", limit, error=str(error))
            continue
        yield Field(name, kind, value, limit, cut=len(value) == limit and value.endswith("…"))


def _alike(views: Iterator[View]) -> list[View]:
    """Each different text once: a variant that changes nothing here is not shown again."""
    seen: dict[tuple[str, str, str], View] = {}
    for view in views:
        seen.setdefault((view.account, view.text, view.error), view)
    return list(seen.values())
