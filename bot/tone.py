"""The tone of everything that reaches a customer: rules over one text, each finding with its place and a sentence.

Words come from config/tone.yaml; what needs counting or parsing stands here. Pure. Sources: handbook H1.2.2, H1.6.1,
H1.6.4; sms.md §5.1, §5.3, §5.6; wechat.md §4; docs/tone.md tells them to the dealer.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from bot.messages import Category
from bot.tone_text import EMOJI, Folded, fold
from bot.tone_words import Medium, Severity, Tone, WordRule

OPT_OUT = "拒收请回复R"  # ends every promotion by SMS (sms.md §5.1, §5.3)
OFFERS_REFUSAL = re.compile(r"拒收|退订|回复?\s?(?:TD?|R|N)\b|unsubscribe", re.I)
LINK = re.compile(r"(?:[a-z][a-z0-9+.-]*://|www\.)[^\s<>\"'，。；！？、（）\u4e00-\u9fff]+", re.I)
BARE = re.compile(r"(?<![\w@.-])(?:[a-z0-9-]+\.)+(?:com|cn|net|cc|me|im|ly|gl|top|xyz|vip|link|ink)/[^\s，。；]+", re.I)
PLACE = re.compile(
    r"\$\{\w*\}|\{\{?\s*\w*\s*\}?\}|[_＿]{2,}|(?<![A-Za-z0-9])[Xx×]{2,}(?![A-Za-z0-9])|某某|【\s*】|\bNone\b"
)
LOUD = re.compile(r"[!！]{2,}|[?？]{3,}|[~～]{3,}")
MARKUP = re.compile(r"<[^<>]*>|https?://\S+")  # not read, so not counted
SCHEMES = {"https", "weixin", "tel"}


@dataclass(frozen=True, slots=True)
class Finding:
    """start, end: the place in the text. said: the words found, "" when something is missing from the whole."""

    rule: str
    severity: Severity
    start: int
    end: int
    said: str
    zh: str
    en: str

    @property
    def error(self) -> bool:
        return self.severity is Severity.ERROR


@dataclass(frozen=True, slots=True)
class _Family:
    """A rule with its expressions made once."""

    name: str
    rule: WordRule
    found: re.Pattern[str]
    allowed: re.Pattern[str] | None

    def concerns(self, medium: Medium, category: Category) -> bool:
        return (not self.rule.only or medium in self.rule.only) and category not in self.rule.not_for

    def hits(self, folded: Folded) -> Iterator[tuple[int, int]]:
        """Each hit that no allowed phrase holds, by its place in the folded text."""
        free = [each.span() for each in self.allowed.finditer(folded.text)] if self.allowed else []
        for hit in self.found.finditer(folded.text):
            start, end = hit.span()
            if not any(first <= start and end <= last for first, last in free):
                yield start, end


class Guide:
    """The rules, ready to be asked about one text after the other."""

    def __init__(self, tone: Tone) -> None:
        self._tone = tone
        self._families = [_family(name, rule) for name, rule in tone.rules.items()]

    def check(
        self, text: str, medium: Medium = Medium.WECHAT, category: Category = Category.SERVICE, *, whole: bool = True
    ) -> tuple[Finding, ...]:
        """In the order of their places. whole False: a part of a message (a variable), which need not end as one."""
        found = [finding for family in self._families for finding in _said(family, text, medium, category)]
        found += [*self._emoji(text, medium), *self._links(text), *_shape(text)]
        if whole:
            found += [*_refusal(text, medium), *self._length(text, medium)]
        return tuple(sorted(found, key=lambda each: (each.start, each.end, each.rule)))

    def _emoji(self, text: str, medium: Medium) -> Iterator[Finding]:
        most = 0 if medium in (Medium.TEMPLATE, Medium.NOTIFICATION, Medium.PROMOTION) else self._tone.emoji
        for number, each in enumerate(EMOJI.finditer(text), 1):
            if number > most:
                zh = f"表情最多 {most} 个" if most else "这里不能用表情，手机上会显示成方框或被拒"
                en = f"at most {most} emoji" if most else "no emoji here: it is refused, or shown as an empty box"
                yield _finding("emoji", Severity.ERROR, each, zh, en)
                return

    def _links(self, text: str) -> Iterator[Finding]:
        for each in [*LINK.finditer(text), *BARE.finditer(text)]:
            if _here(each[0]):
                zh, en = "这是本机地址，只在试用时有效", "an address of this machine: for trying out only"
                yield _finding("link", Severity.WARNING, each, zh, en)
            elif why := self._link(each[0]):
                yield _finding("link", Severity.ERROR, each, *why)

    def _link(self, url: str) -> tuple[str, str] | None:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        host = (parts.hostname or "").lower()
        if parts.scheme.lower() not in SCHEMES:
            return "链接必须是 https", "links are https"
        if "@" in parts.netloc or _is_ip(host):
            return "链接要用备案域名，不能是 IP 地址", "links use the filed domain, never a raw address"
        if any(host == short or host.endswith(f".{short}") for short in self._tone.shorteners):
            return "不用短链接，客户看不出通向哪里，运营商也会拦", "no link shorteners: carriers block them"
        return None

    def _length(self, text: str, medium: Medium) -> Iterator[Finding]:
        most, read = self._tone.longest.get(medium), len(MARKUP.sub("", text))
        if most is not None and read > most:
            zh, en = f"{read} 字，太长了，{most} 字以内更好读", f"{read} characters; {most} at most is short"
            yield Finding("length", Severity.WARNING, 0, len(text), "", zh, en)


def _here(url: str) -> bool:
    return urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")


def _family(name: str, rule: WordRule) -> _Family:
    sources = [re.escape(fold(word).text) for word in sorted(rule.words, key=len, reverse=True)] + rule.patterns
    allowed = re.compile("|".join(f"(?:{source})" for source in rule.allow)) if rule.allow else None
    found = "|".join(f"(?:{source})" for source in sources) or "(?!)"
    return _Family(name, rule, re.compile(found), allowed)


def _said(family: _Family, text: str, medium: Medium, category: Category) -> Iterator[Finding]:
    if not family.concerns(medium, category):
        return
    folded, rule = fold(text), family.rule
    for hit in family.hits(folded):
        start, end = folded.span(*hit)
        yield Finding(family.name, rule.severity, start, end, text[start:end], rule.zh, rule.en)


def _shape(text: str) -> Iterator[Finding]:
    for each in PLACE.finditer(text):
        yield _finding("variable", Severity.ERROR, each, "这里还没有填", "this place is not filled in")
    for each in LOUD.finditer(text):
        yield _finding(
            "loud", Severity.WARNING, each, "一个标点就够，不要喊", "one mark will do; nobody likes to be shouted at"
        )


def _refusal(text: str, medium: Medium) -> Iterator[Finding]:
    """A promotion offers the way out at its end; a notification with one is taken for a promotion (sms.md §5.3)."""
    if medium is Medium.PROMOTION and not text.rstrip().endswith(OPT_OUT):
        zh, en = f"推广短信必须以“{OPT_OUT}”结尾", f"a promotion by SMS must end with {OPT_OUT}"
        yield Finding("opt_out", Severity.ERROR, len(text), len(text), "", zh, en)
    if medium is Medium.MASS and not OFFERS_REFUSAL.search(text):
        zh, en = "群发要告诉客户怎么退订", "a mass message tells how to stop them"
        yield Finding("opt_out", Severity.ERROR, len(text), len(text), "", zh, en)
    if medium is Medium.NOTIFICATION and (each := re.search(r"拒收|退订回|回复?\s?TD?退订", text)):
        yield _finding(
            "opt_out", Severity.ERROR, each, "通知短信不能带退订字样", "a notification must not offer an opt-out"
        )


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return bool(re.fullmatch(r"\d+|0x[0-9a-f]+", host))
    return True


def _finding(rule: str, severity: Severity, each: re.Match[str], zh: str, en: str) -> Finding:
    return Finding(rule, severity, each.start(), each.end(), each[0], zh, en)


def worst_first(findings: Sequence[Finding]) -> list[Finding]:
    """Errors before warnings, each rule and word once: what a colleague should read before sending."""
    key: Callable[[Finding], tuple[bool, int]] = lambda each: (not each.error, each.start)  # noqa: E731
    seen: dict[tuple[str, str], Finding] = {}
    for each in sorted(findings, key=key):
        seen.setdefault((each.rule, each.said), each)
    return list(seen.values())
