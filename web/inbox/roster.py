"""Who is on duty, a week at a glance, for managers: it decides whom a P0 and a missed deadline call."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy import Connection

from bot.cases import MANAGERS
from bot.customer import Role
from bot.errors import RuleBroken
from bot.escalation import RUNGS, STANDS_FOR, Rung
from store import case_board, roster
from store.roster import Shift
from web.answers import Answer
from web.inbox.conversation import Desk
from web.login import me, user

WEEK = 7


@dataclass(frozen=True, slots=True)
class Week:
    """first: its Monday, local to the store of whoever looks."""

    store_id: int
    first: date
    zone: ZoneInfo

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=each) for each in range(WEEK)]

    @property
    def before(self) -> date:
        return self.first - timedelta(days=WEEK)

    @property
    def after(self) -> date:
        return self.first + timedelta(days=WEEK)

    @property
    def start(self) -> datetime:
        return datetime.combine(self.first, time(), self.zone)

    def span(self, day: date, begins: time, ends: time) -> tuple[datetime, datetime]:
        """Ends on the next day when it does not end after it begins."""
        start = datetime.combine(day, begins, self.zone)
        end = datetime.combine(day if ends > begins else day + timedelta(days=1), ends, self.zone)
        return start, end


def register(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/inbox/roster")
    def roster_page() -> Answer:
        week = _week(desk)

        def load(conn: Connection) -> dict[str, Any]:
            found = roster.shifts(conn, user(), week.store_id, week.start, week.start + timedelta(days=WEEK))
            return {
                "cells": _cells(week, found),
                "colleagues": roster.colleagues(conn, user(), week.store_id),
                "stores": case_board.stores_for(conn, user()),
                "now_on": roster.on_duty(conn, week.store_id, desk.now()),
            }

        seen = desk.read(load)
        today = desk.now().astimezone(week.zone).date()
        return render_template(
            "pages/inbox/roster.html", week=week, rungs=RUNGS, today=today, fills=_fills(seen["colleagues"]), **seen
        )

    @pages.post("/inbox/roster")
    def roster_add() -> Answer:
        week = _week(desk)
        desk.write(lambda conn: _add(conn, week))
        return _again(week)

    @pages.post("/inbox/roster/copy")
    def roster_copy() -> Answer:
        week = _week(desk)
        desk.write(lambda conn: roster.copied(conn, user(), week.store_id, week.start, WEEK))
        return _again(week)

    @pages.post("/inbox/roster/<int:shift_id>/off")
    def roster_off(shift_id: int) -> Answer:
        week = _week(desk)
        desk.write(lambda conn: roster.take_off(conn, user(), shift_id))
        return _again(week)


def _week(desk: Desk) -> Week:
    """403 for who is no manager. A day that is none is today."""
    if user().role not in MANAGERS:
        abort(403)
    zone = ZoneInfo(me().time_zone)
    try:
        day = date.fromisoformat(request.values.get("week", ""))
    except ValueError:
        day = desk.now().astimezone(zone).date()
    given = request.values.get("store", type=int) if user().role is Role.ADMIN else None
    return Week(given or user().store_id, day - timedelta(days=day.weekday()), zone)


def _add(conn: Connection, week: Week) -> None:
    """Raises RuleBroken: no_colleague, no_day, bad_time, and those of `roster.put_on`."""
    chosen, given = request.form.get("staff", type=int), request.form.getlist("day")
    who = next((each for each in roster.colleagues(conn, user(), week.store_id) if each.id == chosen), None)
    if who is None:
        raise RuleBroken("no_colleague", "没有这位同事")
    days = [each for each in week.days if each.isoformat() in given]
    if not days:
        raise RuleBroken("no_day", "请先选日期")
    rung = request.form.get("rung", "")
    if rung not in set(Rung):
        raise RuleBroken("no_rung", "没有这个值班岗位")
    begins, ends = _time("begins"), _time("ends")
    roster.put_on(conn, user(), who, Rung(rung), [week.span(day, begins, ends) for day in days])


def _time(name: str) -> time:
    try:
        return time.fromisoformat(request.form.get(name, ""))
    except ValueError:
        raise RuleBroken("bad_time", "时间的格式不对") from None


def _cells(week: Week, found: list[Shift]) -> dict[tuple[str, date], list[Shift]]:
    cells: dict[tuple[str, date], list[Shift]] = {}
    for each in found:
        day = max(each.starts_at.astimezone(week.zone).date(), week.first)
        cells.setdefault((each.rung, day), []).append(each)
    return cells


def _fills(there: list[Any]) -> dict[str, str]:
    """Who stands in where nobody is on duty, by rung; "" hands on to the next."""
    return {rung.value: "、".join(each.name for each in there if each.role is STANDS_FOR.get(rung)) for rung in RUNGS}


def _again(week: Week) -> Answer:
    return redirect(url_for("inbox.roster_page", week=week.first.isoformat(), store=week.store_id), 303)
