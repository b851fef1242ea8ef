"""The rules of a call a person makes: what an outcome means, when to try again, when to change the channel.

Codes: domain.md §1.8, as a dealer's specification has them, and `wrong_person`, which that list lacks. Unreachable:
domain.md §1.2. They hold whoever writes the outcome down; nothing here reads a clock or a database.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.dealer import Span, Spans
from bot.permitted import in_hours

FAILED_DAYS = 5  # domain.md §1.2: after five days without contact another channel, and the number is confirmed
SOON_AGAIN = timedelta(minutes=30)  # a line that broke off is rung once more the same day
LEARNT_FROM = 3  # fewer answers than this say nothing of a habit
YEAR = 366


class Result(StrEnum):
    """What became of one call."""

    INTERESTED = "interested"
    BOOKED = "booked"
    OTHER_TIME = "other_time"
    DONE = "done"
    MILEAGE_NOT_REACHED = "mileage_not_reached"
    AWAY = "away"
    NO_TIME = "no_time"
    DECLINED = "declined"
    EMPTY_NUMBER = "empty_number"
    SWITCHED_OFF = "switched_off"
    SUSPENDED = "suspended"
    NO_ANSWER = "no_answer"
    REFUSED = "refused"
    HUNG_UP = "hung_up"
    CUT_OFF = "cut_off"
    CAR_SOLD = "car_sold"
    TAXI = "taxi"
    GIVEN_AWAY = "given_away"
    WRONG_PERSON = "wrong_person"
    OTHER = "other"
    INSURED_ELSEWHERE = "insured_elsewhere"
    QUOTE_REFUSED = "quote_refused"
    POLICY_ISSUED = "policy_issued"
    LOST = "lost"


class Next(StrEnum):
    REACHED = "reached"  # the customer was spoken to: the touchpoint is sent
    AGAIN = "again"
    OTHER_WAY = "other_way"  # this number leads nowhere: gate and router decide anew
    CLOSED = "closed"  # ended by a person with a reason, without contact


class Mark(StrEnum):
    """What a call teaches of the number; the words of customer.phone_state."""

    NONE = ""
    DEAD = "dead"
    STRANGER = "stranger"


@dataclass(frozen=True, slots=True)
class Meaning:
    """failed: counts towards the five days. soon: may be tried again the same day. refuses: the purpose of the call's
    category is refused. fact: what stands in the customer's file afterwards. says_when: a time must come with it.
    """

    next: Next
    failed: bool = False
    soon: bool = False
    mark: Mark = Mark.NONE
    refuses: bool = False
    fact: str = ""
    says_when: bool = False
    needs_note: bool = False


SPOKEN = Meaning(Next.REACHED)
MISSED = Meaning(Next.AGAIN, failed=True)
MEANS: Mapping[Result, Meaning] = {
    Result.INTERESTED: SPOKEN,
    Result.BOOKED: SPOKEN,
    Result.OTHER_TIME: Meaning(Next.AGAIN, says_when=True),
    Result.DONE: SPOKEN,
    Result.MILEAGE_NOT_REACHED: SPOKEN,
    Result.AWAY: SPOKEN,
    Result.NO_TIME: Meaning(Next.AGAIN),
    Result.DECLINED: MISSED,
    Result.EMPTY_NUMBER: Meaning(Next.OTHER_WAY, failed=True, mark=Mark.DEAD),
    Result.SWITCHED_OFF: MISSED,
    Result.SUSPENDED: MISSED,  # an unpaid bill is paid some day: no mark
    Result.NO_ANSWER: MISSED,
    Result.REFUSED: Meaning(Next.REACHED, refuses=True),
    Result.HUNG_UP: MISSED,
    Result.CUT_OFF: Meaning(Next.AGAIN, failed=True, soon=True),
    Result.CAR_SOLD: Meaning(Next.REACHED, fact="vehicle_sold"),
    Result.TAXI: Meaning(Next.REACHED, fact="taxi"),  # key figures leave taxis out (domain.md §1.7)
    Result.GIVEN_AWAY: Meaning(Next.REACHED, fact="vehicle_given_away"),
    Result.WRONG_PERSON: Meaning(Next.OTHER_WAY, failed=True, mark=Mark.STRANGER),
    Result.OTHER: Meaning(Next.CLOSED, needs_note=True),
    Result.INSURED_ELSEWHERE: Meaning(Next.REACHED, fact="insured_elsewhere"),
    Result.QUOTE_REFUSED: SPOKEN,
    Result.POLICY_ISSUED: SPOKEN,
    Result.LOST: SPOKEN,
}
REACHED_GROUP = (
    Result.DONE, Result.INTERESTED, Result.BOOKED, Result.OTHER_TIME, Result.NO_TIME, Result.MILEAGE_NOT_REACHED,
    Result.AWAY,
)  # fmt: skip
MISSED_GROUP = (Result.NO_ANSWER, Result.DECLINED, Result.SWITCHED_OFF, Result.SUSPENDED, Result.EMPTY_NUMBER)
INVALID_GROUP = (
    Result.REFUSED, Result.HUNG_UP, Result.CUT_OFF, Result.WRONG_PERSON, Result.CAR_SOLD, Result.GIVEN_AWAY,
    Result.TAXI, Result.OTHER,
)  # fmt: skip
INSURANCE_GROUP = (Result.POLICY_ISSUED, Result.INSURED_ELSEWHERE, Result.QUOTE_REFUSED, Result.LOST)


def groups(rule: str) -> Mapping[str, Sequence[Result]]:
    """The codes offered for a call of this rule, by the groups of domain.md §1.8."""
    offered: dict[str, Sequence[Result]] = {
        "reached": REACHED_GROUP,
        "missed": MISSED_GROUP,
        "invalid": INVALID_GROUP,
    }
    return offered | ({"insurance": INSURANCE_GROUP} if rule.startswith("insurance") else {})


@dataclass(frozen=True, slots=True)
class Try:
    """One call that was made. result: its code."""

    at: datetime
    result: Result


@dataclass(frozen=True, slots=True)
class BestTime:
    """Local times, best first. why: told | learnt | usual."""

    spans: tuple[Span, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Following:
    """What comes of a call now. at: the next try, only with AGAIN. confirm: ask for the right number next visit."""

    next: Next
    meaning: Meaning
    at: datetime | None = None
    confirm: bool = False
    spent: bool = False


def following(
    result: Result,
    before: Sequence[Try],
    now: datetime,
    zone: str,
    best: BestTime,
    hours: tuple[Spans, ...],
    wanted: datetime | None = None,
    counts: Callable[[date], bool] = lambda day: True,
) -> Following:
    """before: the calls of this task so far. wanted: the time the customer asked for. counts: days of the category."""
    meaning = MEANS[result]
    if meaning.next is not Next.AGAIN:
        return Following(meaning.next, meaning, confirm=meaning.mark is not Mark.NONE)
    if meaning.failed and failed_days([*before, Try(now, result)], zone) >= FAILED_DAYS:
        return Following(Next.OTHER_WAY, meaning, confirm=True, spent=True)
    if wanted is not None:
        return Following(Next.AGAIN, meaning, wanted)
    soon = now + SOON_AGAIN
    again_today = meaning.soon and not any(each.result is result and _same(each.at, now, zone) for each in before)
    if again_today and in_hours(hours, soon, zone):
        return Following(Next.AGAIN, meaning, soon)
    return Following(Next.AGAIN, meaning, _on_a_later_day(now, zone, best, counts))


def failed_days(tries: Sequence[Try], zone: str) -> int:
    """Days without contact since somebody was last spoken to; several tries of one day are one."""
    days: set[date] = set()
    for each in tries:
        if MEANS[each.result].failed:
            days.add(_day(each.at, zone))
        else:
            days.clear()
    return len(days)


# A day's parts as people name them; lunch is avoided unless the customer asked for it.
PARTS: Mapping[str, Span] = {
    "morning": Span(start=time(9, 0), end=time(12, 0)),
    "noon": Span(start=time(12, 0), end=time(13, 30)),
    "afternoon": Span(start=time(13, 30), end=time(17, 30)),
    "evening": Span(start=time(17, 30), end=time(21, 0)),
}
USUAL = ("morning", "afternoon")


def best_time(told: str, heard: Sequence[time], hours: tuple[Spans, ...], opening: Span) -> BestTime:
    """told: a part of the day the customer named, else "". heard: local times they wrote or picked up.

    hours: for calls of the category, each must hold. Nobody is rung outside them whatever was told.
    """
    if asked := _clipped(told, hours):
        return BestTime(asked, "told")
    if learnt := _clipped(_habit(heard), hours):
        return BestTime(learnt, "learnt")
    usual = tuple(span for part in USUAL for span in _clipped(part, (*hours, (opening,))))
    return BestTime(usual or (opening,), "usual")


def first_time(now: datetime, zone: str, best: BestTime, *, urgent: bool) -> datetime:
    """When the call is offered first: at once when urgent or within the best time, else when that begins today, else
    now (the gate let it through at this hour)."""
    local = now.astimezone(ZoneInfo(zone))
    if urgent or any(span.holds(local.time()) for span in best.spans):
        return now
    later = [span.start for span in best.spans if span.start > local.time()]
    if not later:
        return now
    return datetime.combine(local.date(), min(later), ZoneInfo(zone)).astimezone(UTC)


def _habit(heard: Sequence[time]) -> str:
    """The part of the day at least half of the answers fell into."""
    parts = [name for moment in heard for name, span in PARTS.items() if span.holds(moment)]
    if len(parts) < LEARNT_FROM:
        return ""
    name = max(PARTS, key=parts.count)
    return name if parts.count(name) * 2 >= len(parts) and name != "noon" else ""


def _clipped(part: str, hours: tuple[Spans, ...]) -> tuple[Span, ...]:
    """What the hours leave of a part of the day."""
    spans: tuple[Span, ...] = (PARTS[part],) if part in PARTS else ()
    for allowed in hours:
        spans = tuple(cut for span in spans for each in allowed if (cut := _meet(span, each)) is not None)
    return spans


def _meet(span: Span, allowed: Span) -> Span | None:
    if allowed.start == allowed.end:
        return span
    start, end = max(span.start, allowed.start), min(span.end, allowed.end)
    return Span(start=start, end=end) if start < end else None


def _on_a_later_day(now: datetime, zone: str, best: BestTime, counts: Callable[[date], bool]) -> datetime:
    day = _day(now, zone)
    following_days = (day + timedelta(days=step) for step in range(1, YEAR))
    chosen = next((each for each in following_days if counts(each)), day + timedelta(days=1))
    return datetime.combine(chosen, best.spans[0].start, ZoneInfo(zone)).astimezone(UTC)


def _same(one: datetime, other: datetime, zone: str) -> bool:
    return _day(one, zone) == _day(other, zone)


def _day(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()
