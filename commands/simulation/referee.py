"""What may never happen, looked for in the log of sends by counting it out; nothing of the gate is asked.

Rules and figures are written down here once more (design §3–5), from the dealer's configured hours and caps alone.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.customer import Purpose
from bot.dealer import Cap, Dealer, Span
from bot.messages import Category, Way

KINDS = ("quiet_hours", "cap", "duplicate", "no_consent", "complaint_hold", "two_outcomes")
# Who refused one of these gets nothing of the category; the purpose "all" ends every one but safety.
ENDED_BY: Mapping[Category, tuple[Purpose, ...]] = {
    Category.SERVICE: (Purpose.SERVICE, Purpose.ALL),
    Category.REMINDER: (Purpose.SERVICE, Purpose.ALL),
    Category.SURVEY: (Purpose.SURVEY, Purpose.ALL),
    Category.GREETING: (Purpose.GREETING, Purpose.ALL),
    Category.MARKETING: (Purpose.MARKETING, Purpose.ALL),
}
# One of these must stand. A yes to marketing carries greetings too, until marketing is refused (docs/consent.md).
ASKED_FOR: Mapping[Category, tuple[Purpose, ...]] = {
    Category.GREETING: (Purpose.GREETING, Purpose.MARKETING),
    Category.MARKETING: (Purpose.MARKETING,),
}
SMS_A_DAY, DAY = 3, timedelta(days=1)
MASS_A_MONTH = 4


@dataclass(frozen=True, slots=True)
class Send:
    """One copy for one person that left the house, or may have. case_message: the complaint's own."""

    at: datetime
    touchpoint: int
    file: int
    phone: str
    address: str
    way: Way
    category: Category
    rule: str
    occurrence: str
    text: str
    store: str
    case_message: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """What a file or an address said yes or no to, and when."""

    who: str
    purpose: Purpose
    given: bool
    at: datetime


@dataclass(slots=True)
class Books:
    """consents: who = number of a file. refusals: who = a phone number or an openid. complaints: by file, from and
    until. outcomes: how many each touchpoint has that should have one by now. phones: the number of each file.
    """

    consents: Sequence[Word] = ()
    refusals: Sequence[Word] = ()
    complaints: Mapping[int, Sequence[tuple[datetime, datetime | None]]] = field(default_factory=dict)
    outcomes: Mapping[int, int] = field(default_factory=dict)
    phones: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Breach:
    kind: str
    touchpoint: int
    at: datetime | None


def counted(breaches: Iterable[Breach]) -> dict[str, int]:
    """Every kind, zeros too."""
    found = Counter(each.kind for each in breaches)
    return {kind: found[kind] for kind in KINDS}


def look(sends: Sequence[Send], books: Books, dealer: Dealer) -> list[Breach]:
    rules = (_quiet(sends, dealer), _caps(sends, dealer), _duplicates(sends, dealer), _no_consent(sends, books),
             _held(sends, books))  # fmt: skip
    found = [Breach(kind, each.touchpoint, each.at) for kind, each in (pair for rule in rules for pair in rule)]
    return found + [Breach("two_outcomes", each, None) for each, many in books.outcomes.items() if many != 1]


Pairs = Iterator[tuple[str, Send]]


def _quiet(sends: Sequence[Send], dealer: Dealer) -> Pairs:
    zones = {each.code: ZoneInfo(each.time_zone) for each in dealer.stores}
    hours = {each.code: dealer.hours_of(each.code) for each in dealer.stores}
    for send in sends:
        if send.category is Category.SAFETY:
            continue
        local = send.at.astimezone(zones[send.store])
        minute = local.hour * 60 + local.minute
        spans: list[Sequence[Span]] = [getattr(hours[send.store], send.category.value)]
        spans += [hours[send.store].calls] if send.way is Way.CALL else []
        if not all(any(_within(minute, span) for span in each) for each in spans):
            yield "quiet_hours", send


def _within(minute: int, span: Span) -> bool:
    first, last = (each.hour * 60 + each.minute for each in (span.start, span.end))
    if first < last:
        return first <= minute < last
    return first == last or minute >= first or minute < last


def _caps(sends: Sequence[Send], dealer: Dealer) -> Pairs:
    """Each window ends with a send; a window that holds too many is counted once, at its last."""
    theirs = [each for each in sends if not each.case_message]
    for cap in dealer.caps:
        yield from _too_many([each for each in theirs if each.category in cap.categories], cap)
    texts = [each for each in theirs if each.way is Way.SMS and each.category is not Category.SAFETY]
    for mine in _by(texts, "address").values():
        yield from (("cap", each) for each in _crowded(mine, SMS_A_DAY, DAY))
    for mine in _by([each for each in sends if each.way is Way.MASS], "address").values():
        months = Counter((each.at.year, each.at.month) for each in mine)
        yield from (("cap", mine[-1]) for many in months.values() if many > MASS_A_MONTH)


def _too_many(sends: Sequence[Send], cap: Cap) -> Pairs:
    for mine in _by_person(sends).values():
        yield from (("cap", each) for each in _crowded(mine, cap.limit, timedelta(days=cap.days)))


def _crowded(mine: Sequence[Send], limit: int, window: timedelta) -> Iterator[Send]:
    """In order of time: one too near to the one `limit` places before it."""
    for before, last in zip(mine, mine[limit:], strict=False):
        if last.at - before.at < window:
            yield last


def _by_person(sends: Sequence[Send]) -> dict[str, list[Send]]:
    """Files that share a number are one person."""
    found: dict[str, list[Send]] = defaultdict(list)
    for send in sorted(sends, key=lambda each: each.at):
        found[send.phone or f"file {send.file}"].append(send)
    return found


def _by(sends: Sequence[Send], name: str) -> dict[str, list[Send]]:
    found: dict[str, list[Send]] = defaultdict(list)
    for send in sorted(sends, key=lambda each: each.at):
        found[getattr(send, name)].append(send)
    return found


def _duplicates(sends: Sequence[Send], dealer: Dealer) -> Pairs:
    """The same thing said twice to a file, or the same words twice in a day to an address."""
    zones = {each.code: ZoneInfo(each.time_zone) for each in dealer.stores}
    said: set[object] = set()
    for send in sorted(sends, key=lambda each: each.at):
        day = send.at.astimezone(zones[send.store]).date()
        keys: set[object] = {(send.file, send.rule, send.occurrence), (send.address, send.text, day)}
        if said & keys:
            yield "duplicate", send
        said |= keys


def _no_consent(sends: Sequence[Send], books: Books) -> Pairs:
    agreed, refused = _ordered(books.consents), _ordered(books.refusals)
    sharing: dict[str, set[int]] = defaultdict(set)
    for file, phone in books.phones.items():
        sharing[phone].add(file)
    for send in sends:
        if send.category is Category.SAFETY:
            continue
        files = {send.file} | (sharing[send.phone] if send.phone else set())
        said = sorted((word for each in sorted(files) for word in agreed[str(each)]), key=lambda word: word.at)
        noes = [word for each in {send.phone, send.address} for word in refused[each]]
        if _lacks(send, said, noes) or any(_stands(noes, each, send.at) for each in ENDED_BY[send.category]):
            yield "no_consent", send


def _ordered(words: Sequence[Word]) -> dict[str, list[Word]]:
    found: dict[str, list[Word]] = defaultdict(list)
    for word in sorted(words, key=lambda each: each.at):
        found[word.who].append(word)
    return found


def _lacks(send: Send, said: Sequence[Word], noes: Sequence[Word]) -> bool:
    """It asks for a consent, and none stands."""
    asked = ASKED_FOR.get(send.category, ())
    agreed = [each for each in asked if _stands(said, each, send.at) and not _stands(noes, each, send.at)]
    return bool(asked) and not agreed


def _stands(words: Sequence[Word], purpose: Purpose, at: datetime) -> bool:
    """The last word on it before then was yes (of a refusal: yes, refused)."""
    before = [each for each in words if each.purpose is purpose and each.at <= at]
    return bool(before) and before[-1].given


def _held(sends: Sequence[Send], books: Books) -> Pairs:
    """Every file of the person counts; the complaint's own messages and safety go all the same."""
    theirs: dict[str, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    for file, times in books.complaints.items():
        for who in {f"file {file}", books.phones.get(file) or f"file {file}"}:
            theirs[who] += times
    for send in sends:
        if send.case_message or send.category is Category.SAFETY:
            continue
        held = [*theirs[f"file {send.file}"], *(theirs[send.phone] if send.phone else ())]
        if any(_was_open(start, send) and (until is None or send.at < until) for start, until in held):
            yield "complaint_hold", send


def _was_open(start: datetime, send: Send) -> bool:
    """What somebody complains of in a call was not open when it was made."""
    return start < send.at if send.way is Way.CALL else start <= send.at


def intervals(steps: Iterable[tuple[datetime, str]]) -> list[tuple[datetime, datetime | None]]:
    """steps: (when, kind) of one case in order. From when to when it was open; None: it still is."""
    turns = [(at, not kind.startswith("closed")) for at, kind in steps if kind in ("opened", "reopened") or
             kind.startswith("closed")]  # fmt: skip
    found: list[tuple[datetime, datetime | None]] = [
        (start, end) for (start, is_open), (end, _) in pairwise(turns) if is_open
    ]
    return found + ([(turns[-1][0], None)] if turns and turns[-1][1] else [])
