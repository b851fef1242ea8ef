"""The dates of a car that journeys hang on, worked out from its file. Pure; kept in rows by store/milestones.py.

Occurrences are business identities: they stay the same while a date moves, so that no edit doubles a message.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.days import add_months, month_end, whole_months
from bot.journeys import Anchor
from bot.lifecycle import Lifecycle, Thresholds, thresholds
from bot.upkeep import Reading, ServiceDue, Upkeep, service_due

BEHIND = timedelta(days=200)  # a date of longer ago starts nothing any more
AHEAD = timedelta(days=400)
INSPECTED_AT = (2, 4, 6, 8, 10)  # years; on the test line at 6 and 10, yearly after 10 (domain.md §1.3)
ON_LINE = (6, 10)
OVERDUE = timedelta(days=31)  # an inspection is spoken of that long after its end
ONE_SERIES = timedelta(days=45)  # two policies of a car that end so near are one renewal


@dataclass(frozen=True, slots=True)
class Visit:
    """A repair order handed over. items: names, empty when the DMS sent none."""

    number: str
    on: date
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Insurance:
    number: str
    kind: str
    ends_on: date
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class RecallNotice:
    """seen_on: when this car's file and the recall first met; it starts the notices of an old recall."""

    number: str
    title: str
    published_on: date
    seen_on: date


@dataclass(frozen=True, slots=True)
class Declined:
    """Lines of one version of a quote the customer said no to. must: one of them was for safety."""

    number: str
    version: int
    on: date
    items: tuple[str, ...]
    must: bool = False


@dataclass(frozen=True, slots=True)
class CarFile:
    """number: external id of the car. satisfied: (prompt id, local day) of each satisfied answer about it."""

    number: str
    model: str = ""
    energy: str = ""
    vin: str = ""
    first_registration: date | None = None
    delivered_on: date | None = None
    warranty_until: date | None = None
    inspection_until: date | None = None
    serviced_on: date | None = None
    sold_on: date | None = None
    readings: Sequence[Reading] = ()
    visits: Sequence[Visit] = ()
    policies: Sequence[Insurance] = ()
    recalls: Sequence[RecallNotice] = ()
    declined: Sequence[Declined] = ()
    satisfied: Sequence[tuple[int, date]] = ()


@dataclass(frozen=True, slots=True)
class Milestone:
    """detail: what the texts of its journeys may name, as plain JSON values."""

    kind: Anchor
    occurrence: str
    on: date
    detail: Mapping[str, object] = field(default_factory=dict)


def milestones(car: CarFile, upkeep: Upkeep, today: date) -> list[Milestone]:
    """Those near enough to matter; none of a car its owner no longer has."""
    if car.sold_on is not None and car.sold_on <= today:
        return []
    every = [*_delivery(car, today), *_service(car, upkeep), *_warranty(car, upkeep), *_inspection(car, today),
             *_policies(car), *_recalls(car), *_declined(car), *_satisfied(car), *_lost(car, upkeep)]  # fmt: skip
    return [each for each in every if today - BEHIND <= each.on <= today + AHEAD]


def lifecycle(car: CarFile, upkeep: Upkeep, today: date) -> Lifecycle | None:
    """None when we never saw the car."""
    found = _thresholds(car, upkeep)
    return found.state(today) if found else None


def inspection_due(first_registration: date, today: date) -> tuple[date, int]:
    """(last day of the mark, year of age): the next one, or one that ended within the last month.

    Private cars of up to nine seats. The mark holds to the end of the month of registration.
    """
    ages = [*INSPECTED_AT, *range(INSPECTED_AT[-1] + 1, 60)]
    ends = ((month_end(add_months(first_registration, 12 * age)), age) for age in ages)
    return next((end, age) for end, age in ends if end >= today - OVERDUE)


def _delivery(car: CarFile, today: date) -> Iterator[Milestone]:
    if car.delivered_on is None:
        return
    yield Milestone(Anchor.CAR_DELIVERED, f"car#{car.number}", car.delivered_on)
    passed = max(whole_months(car.delivered_on, today - timedelta(days=31)) // 12, 0)
    years = passed + 1
    day = add_months(car.delivered_on, 12 * years)
    yield Milestone(Anchor.ANNIVERSARY, f"car#{car.number}/{years}y", day, {"years": years})


def _service(car: CarFile, upkeep: Upkeep) -> Iterator[Milestone]:
    last = max((visit for visit in car.visits if _is_service(visit, upkeep)), key=lambda visit: visit.on, default=None)
    on = max((day for day in (last.on if last else None, car.serviced_on) if day), default=None)
    due = service_due(upkeep, upkeep.service(car.model, car.energy), car.delivered_on, on, car.readings)
    if due is None:
        return
    ours = last is not None and last.on == on
    since = "first" if on is None else f"RO#{last.number}" if ours and last is not None else on.isoformat()
    kind = Anchor.FIRST_SERVICE if due.first else Anchor.SERVICE_DUE
    yield Milestone(kind, f"car#{car.number}/service@{since}", due.on, _said_of(due))


def _is_service(visit: Visit, upkeep: Upkeep) -> bool:
    """An order that lists nothing counts: a reminder too few is better than one the day after the service."""
    return not visit.items or any(word in item for item in visit.items for word in upkeep.service_words)


def _said_of(due: ServiceDue) -> dict[str, object]:
    return {"due_on": due.on.isoformat(), "due_km": round(due.km, -2), "by": due.by}


def _warranty(car: CarFile, upkeep: Upkeep) -> Iterator[Milestone]:
    given = car.warranty_until
    if given is None and car.delivered_on is not None:
        given = add_months(car.delivered_on, upkeep.warranty_months)
    if given is not None:
        yield Milestone(Anchor.WARRANTY_ENDS, f"car#{car.number}/warranty", given, {"due_on": given.isoformat()})


def _inspection(car: CarFile, today: date) -> Iterator[Milestone]:
    if car.first_registration is None:
        return
    end, age = inspection_due(car.first_registration, today)
    if car.inspection_until is not None and car.inspection_until > today - OVERDUE:
        end = month_end(car.inspection_until)
        age = round(whole_months(car.first_registration, end) / 12)
    on_line = age in ON_LINE or age > ON_LINE[-1]
    detail = {"due_on": end.isoformat(), "age": age, "on_line": on_line}
    yield Milestone(Anchor.INSPECTION_DUE, f"car#{car.number}/inspection@{end:%Y-%m}", end, detail)


def _policies(car: CarFile) -> Iterator[Milestone]:
    """Where both end together, the commercial one leads (domain.md §1.3)."""
    open_ones = [each for each in car.policies if not each.outcome]
    leading = [each.ends_on for each in open_ones if each.kind == "commercial"]
    for each in open_ones:
        led = each.kind != "commercial" and any(abs(each.ends_on - day) <= ONE_SERIES for day in leading)
        if not led:
            detail = {"due_on": each.ends_on.isoformat(), "kind": each.kind}
            yield Milestone(Anchor.POLICY_ENDS, f"policy#{each.number}@{each.ends_on:%Y}", each.ends_on, detail)


def _recalls(car: CarFile) -> Iterator[Milestone]:
    for each in car.recalls:
        on = max(each.published_on, each.seen_on)
        yield Milestone(Anchor.RECALL, f"recall#{each.number}/{car.vin}", on, {"title": each.title})


def _declined(car: CarFile) -> Iterator[Milestone]:
    """What was done since is asked about no more."""
    for each in car.declined:
        done = {item for visit in car.visits if visit.on > each.on for item in visit.items}
        left = [item for item in each.items if item not in done]
        if left:
            detail = {"items": left, "must": each.must}
            yield Milestone(Anchor.QUOTE_DECLINED, f"quote#{each.number}/v{each.version}/declined", each.on, detail)


def _satisfied(car: CarFile) -> Iterator[Milestone]:
    for prompt, on in car.satisfied:
        yield Milestone(Anchor.SATISFIED, f"prompt#{prompt}", on)


def _lost(car: CarFile, upkeep: Upkeep) -> Iterator[Milestone]:
    """Identity is the last visit: whoever returns and is lost again starts anew."""
    found = _thresholds(car, upkeep)
    if found is not None:
        seen = _seen(car)
        detail = {"last_visit": seen.isoformat() if seen else ""}
        yield Milestone(Anchor.CAR_LOST, f"car#{car.number}/lost@{seen}", found.lost, detail)


def _thresholds(car: CarFile, upkeep: Upkeep) -> Thresholds | None:
    seen = _seen(car)
    return None if seen is None else thresholds(seen, upkeep.service(car.model, car.energy).then.months)


def _seen(car: CarFile) -> date | None:
    return max((day for day in (car.delivered_on, *(visit.on for visit in car.visits)) if day), default=None)
