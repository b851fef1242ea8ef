"""What a simulation found, for managers: when messages would go out, and one customer's year day by day."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from flask import Blueprint, abort, render_template, request
from flask_babel import get_locale

from bot.cases import MANAGERS
from bot.reason_words import reason_in_words
from store import simulations
from store.simulations import Touch
from web.answers import Answer
from web.inbox.conversation import Desk
from web.login import user

GONE = ("sent", "uncertain")
SHADES = 5  # of the heat map, the darkest for its fullest hour


@dataclass(frozen=True, slots=True)
class Day:
    """One square of the calendar; on None fills a week up."""

    on: date | None
    touches: Sequence[Touch] = ()

    @property
    def mark(self) -> str:
        """The category of the day's first message that left; "quiet" when all were held back; "" when nothing was."""
        left = [each.category for each in self.touches if each.outcome in GONE]
        return left[0] if left else "quiet" if self.touches else ""


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    weeks: Sequence[Sequence[Day]]


def register(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/inbox/simulate")
    def simulate_page() -> Answer:
        if user().role not in MANAGERS:
            abort(403)
        folder = desk.simulations
        runs = simulations.runs(folder)
        number = request.args.get("run", runs[0] if runs else 0, type=int)
        if not runs:
            return render_template("pages/inbox/simulate.html", runs=[], number=0)
        if number not in runs:
            abort(404)
        return render_template("pages/inbox/simulate.html", runs=runs, number=number, **_shown(folder, number))


def _shown(folder: Path, number: int) -> Mapping[str, Any]:
    summary = simulations.summary(folder, number)
    most = summary["customers"] - 1
    customer = min(max(request.args.get("customer", 0, type=int), 0), most)
    touches = simulations.touches_of(folder, number, customer)
    first = date.fromisoformat(summary["first_day"])
    return {
        "summary": summary,
        "heat": heat(summary["heat"]),
        "customer": customer,
        "most": most,
        "name": simulations.name_of(folder, number, customer) or "",
        "touches": touches,
        "months": months(first, summary["days"], touches),
        "why": lambda code: reason_in_words(code, get_locale().language),
    }


def months(first: date, days: int, touches: Sequence[Touch]) -> list[Month]:
    """Every month the run touches, in weeks from Monday on."""
    by_day: dict[date, list[Touch]] = defaultdict(list)
    for each in touches:
        by_day[date.fromisoformat(each.at[:10])].append(each)
    found, month, last = [], first.replace(day=1), first + timedelta(days=days - 1)
    while month <= last:
        length = monthrange(month.year, month.month)[1]
        there = [month + timedelta(days=each) for each in range(length)]
        squares = [Day(None)] * month.weekday() + [Day(each, by_day[each]) for each in there]
        squares += [Day(None)] * (-len(squares) % 7)
        found.append(Month(month, [squares[start : start + 7] for start in range(0, len(squares), 7)]))
        month = there[-1] + timedelta(days=1)
    return found


def heat(counts: Sequence[Sequence[int]]) -> list[tuple[int, list[tuple[int, int, int]]]]:
    """By weekday: (hour, copies, shade from 0 to SHADES), only the hours in which anything ever leaves."""
    used = [hour for hour in range(24) if any(day[hour] for day in counts)] or [9]
    hours = range(min(used), max(used) + 1)
    most = max(max(day) for day in counts) or 1
    return [
        (place, [(hour, day[hour], -(-day[hour] * SHADES // most)) for hour in hours])
        for place, day in enumerate(counts)
    ]
