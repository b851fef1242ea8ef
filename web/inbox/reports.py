"""The figures of the house for managers: how soon people are answered and how content they are, with their definitions.

By store, person and week, in opening time; the same table as a file, through the same `visible_to`.
"""

import csv
import io
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, make_response, render_template, request
from flask_babel import gettext
from sqlalchemy import Connection

from bot.cases import MANAGERS
from bot.customer import Role, StaffMember
from bot.dealer import Dealer, StoreConfig
from bot.figures import RULE_S, Figures, Seen, Share, Spread, figures, grouped
from bot.hours import Opening, opening_of
from bot.ports import Calendars
from store import case_board
from store import figures as seen_by
from store.figures import Span
from web.answers import Answer
from web.extract_text import MARK, cell
from web.inbox.conversation import Desk
from web.login import me, user

USUAL = timedelta(days=28)
LONGEST = timedelta(days=366)
COLUMNS = (
    "by", "name", "first_n", "first_mean_s", "first_p50_s", "first_p90_s", "waiting_n", "waiting_mean_s",
    "waiting_p50_s", "waiting_p90_s", "within_180s", "within_180s_of", "waiting_still", "resolution_n",
    "resolution_mean_s", "resolution_p50_s", "resolution_p90_s", "csat_4_5", "csat_n", "asked_n", "sla_kept", "sla_n",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One store, person or week."""

    name: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Report:
    """first, last: local days, both counted."""

    first: date
    last: date
    store_id: int
    whole: Figures
    by_store: Sequence[Line]
    by_person: Sequence[Line]
    by_week: Sequence[Line]


def register(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/inbox/reports")
    def reports_page() -> Answer:
        report, stores = _asked(desk)
        trend = [(line.name, line.figures.waiting.p50, line.figures.waiting.p90) for line in report.by_week]
        return render_template(
            "pages/inbox/reports.html", report=report, stores=stores, trend=_bars(trend), rule=RULE_S,
            span=span, percent=percent,
        )  # fmt: skip

    @pages.get("/inbox/reports.csv")
    def reports_file() -> Response:
        report, _stores = _asked(desk)
        answer = make_response(MARK + written(report))  # the mark by which spreadsheets know UTF-8
        answer.headers["Content-Type"] = "text/csv; charset=utf-8"
        answer.headers["Content-Disposition"] = f'attachment; filename="huifang-{report.first}-{report.last}.csv"'
        return answer


def _asked(desk: Desk) -> tuple[Report, list[tuple[int, str]]]:
    if user().role not in MANAGERS:
        abort(403)
    zone, now = ZoneInfo(me().time_zone), desk.now()
    first, last = _days(now.astimezone(zone).date())
    chosen = request.args.get("store", type=int) if user().role is Role.ADMIN else None

    def load(conn: Connection) -> tuple[Report, list[tuple[int, str]]]:
        stores = case_board.stores_for(conn, user())
        begin, end = (datetime.combine(day, time(), zone) for day in (first, last + timedelta(days=1)))
        opening = openings(desk.papers.dealer, desk.telephone.calendar, dict(stores))
        span = Span(user(), begin, end, now, opening, chosen or 0)
        seen = seen_by.seen_in(conn, span)
        people = {member.id: member for member in seen_by.people_of(conn, user())}
        return _report(seen, first, last, chosen or 0, dict(stores), people), stores

    return desk.read(load)


def _days(today: date) -> tuple[date, date]:
    """The last four weeks unless asked otherwise. What is no day, or a span too long or turned round, is not taken."""
    try:
        first, last = (date.fromisoformat(request.args.get(name, "")) for name in ("from", "to"))
    except ValueError:
        return today - USUAL + timedelta(days=1), today
    if not timedelta() <= last - first <= LONGEST:
        return today - USUAL + timedelta(days=1), today
    return first, last


def openings(dealer: Dealer, calendars: Calendars, stores: Mapping[int, str]) -> Callable[[int], Opening]:
    """Hours of a store by its id. One that left dealer.yaml keeps the usual hours."""

    @cache
    def of(store_id: int) -> Opening:
        name = stores.get(store_id, "")
        config = next((each for each in dealer.stores if each.name == name), StoreConfig(code=name or "?", name=name))
        return opening_of(config, calendars.of(config.code))

    return of


def _report(
    seen: Sequence[Seen],
    first: date,
    last: date,
    store_id: int,
    stores: Mapping[int, str],
    people: Mapping[int, StaffMember],
) -> Report:
    def named(key: Callable[[Seen], Hashable], name: Callable[[Any], str]) -> list[Line]:
        return [Line(name(each), part) for each, part in grouped(seen, key).items() if name(each)]

    by_person = named(lambda each: each.staff_id, lambda each: people[each].name if each in people else "")
    return Report(
        first=first,
        last=last,
        store_id=store_id,
        whole=figures(seen),
        by_store=sorted(named(lambda each: each.store_id, lambda each: stores.get(each, "")), key=_name),
        by_person=sorted(by_person, key=_name),
        by_week=sorted(named(lambda each: each.week, lambda each: each.isoformat()), key=_name),
    )


def _name(line: Line) -> str:
    return line.name


def span(seconds: float | None) -> str:
    """45 秒, 3:20, 2小时5分; – for none. Of opening time, so a day has no meaning here."""
    if seconds is None:
        return "–"
    whole = round(seconds)
    if whole < 60:
        return str(gettext("%(n)s 秒", n=whole))
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02}"
    return str(gettext("%(h)s小时%(m)s分", h=whole // 3600, m=whole % 3600 // 60))


def percent(share: Share) -> str:
    return "–" if share.percent is None else f"{share.percent:.0f}%"


def _bars(trend: Sequence[tuple[str, float | None, float | None]]) -> dict[str, Any]:
    """Places of the columns of a chart 100 high; the line of the rule lies within it."""
    most = max([RULE_S * 1.25, *(high or 0 for _, _, high in trend)])
    return {
        "columns": [
            {"name": name[5:], "p50": 100 * (half or 0) / most, "p90": 100 * (high or 0) / most, "told": (half, high)}
            for name, half, high in trend
        ],
        "rule": 100 * RULE_S / most,
    }


def written(report: Report) -> str:
    """The report as CSV: one row for the whole, each store, person and week; seconds of opening time, counts."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(COLUMNS)
    for kind, lines in (
        ("all", [Line("", report.whole)]), ("store", report.by_store), ("person", report.by_person),
        ("week", report.by_week),
    ):  # fmt: skip
        for line in lines:
            table.writerow([kind, cell(line.name), *_cells(line.figures)])
    return out.getvalue()


def _cells(of: Figures) -> Iterator[str]:
    for part in (of.first, of.waiting):
        yield from _spread(part)
        if part is of.waiting:
            yield from (str(of.within.part), str(of.within.of), str(of.open))
    yield from _spread(of.resolution)
    yield from (str(of.csat.part), str(of.csat.of), str(of.answered.of), str(of.sla.part), str(of.sla.of))


def _spread(part: Spread) -> Iterator[str]:
    yield str(part.n)
    for value in (part.mean, part.p50, part.p90):
        yield "" if value is None else str(round(value))
