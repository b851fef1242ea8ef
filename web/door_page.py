"""`/v/<token>`, the code at the door, and `/w/<token>`, the visit: who comes, a call button, being left alone.

No log-in and no name needed. Looking changes nothing; the same form sent twice is one visit.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, make_response, redirect, request

from bot.dealer import Dealer, StoreConfig
from bot.errors import RuleBroken
from bot.hours import add_business_time, is_open
from bot.links import ForgedLink, Link
from bot.ports import Calendars
from bot.visits import NEEDS, STAYS, WAITS, VisitState
from store import showroom
from store.engine import reading
from store.page_facts import House
from store.showroom import Arrival, VisitRow
from web.page_parts import PageNeeds, page, target

LONGEST = 20  # characters of a name; the form field says so too
SUBMISSION = re.compile(r"[A-Za-z0-9_-]{8,40}")
LOOKS_AGAIN_S = 8  # the page asks again by itself while somebody waits


@dataclass(frozen=True, slots=True)
class Door:
    """What a visit needs beside what all pages have."""

    dealer: Dealer
    calendar: Calendars

    def due(self, code: str, now: datetime) -> datetime:
        """When three minutes of opening time have passed."""
        here = self.store(code)
        return add_business_time(now, WAITS, here.opening, ZoneInfo(here.time_zone), self.calendar.of(code))

    def open(self, code: str, now: datetime) -> bool:
        here = self.store(code)
        return is_open(now, here.opening, ZoneInfo(here.time_zone), self.calendar.of(code))

    def spot(self, code: str, number: int) -> str:
        """The name of a spot, counted over the store's accounts; "" for one that is no more."""
        names = spots_of(self.dealer, code)
        return names[number] if 0 <= number < len(names) else ""

    def store(self, code: str) -> StoreConfig:
        found = next((each for each in self.dealer.stores if each.code == code), None)
        if found is None:
            raise ForgedLink("no such store any more")
        return found


def spots_of(dealer: Dealer, code: str) -> list[str]:
    """Names of a store's spots in the order of dealer.yaml; a store without any has its entrance."""
    named = [name for each in dealer.accounts.values() if each.store == code for name in each.showroom.values()]
    return named or ["展厅"]


def arrive(needs: PageNeeds, door: Door, token: str, status: int = 200, missing: bool = False) -> Response:
    there, spot = _spot(needs, door, token)
    open_now = door.open(there["code"], needs.clock.business())
    asked = {"spot": spot, "needs": NEEDS, "longest": LONGEST, "submission": needs.chance(), "missing": missing}
    return page("arrive", _house(there), status, open_now=open_now, hours=door.store(there["code"]).opening, **asked)


def arrived(needs: PageNeeds, door: Door, token: str) -> Response:
    there, spot = _spot(needs, door, token)
    need, given = request.form.get("need", ""), request.form.get("submission", "")
    if need not in NEEDS or not SUBMISSION.fullmatch(given):
        return arrive(needs, door, token, 422, missing=True)
    now, name = needs.clock.business(), request.form.get("name", "").strip()[:LONGEST]
    arrival = Arrival("page", door.due(there["code"], now), spot, name, need, submission=f"{there['id']}:{given}")
    visit_id = needs.writer.run(lambda conn: showroom.check_in(conn, there["id"], arrival, now))
    return make_response(redirect(_path(needs.links.here(visit_id, now + STAYS)), 303))


def show(needs: PageNeeds, token: str, notice: str = "", status: int = 200) -> Response:
    visit, there = _visit(needs, token)
    waits = visit.state is VisitState.WAITING
    card = {"name": visit.consultant, "title": "接待顾问"} if visit.consultant else None
    answer = page("here", _house(there), status, visit=visit, card=card, notice=notice, again=waits and LOOKS_AGAIN_S)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def wished(needs: PageNeeds, door: Door, token: str) -> Response:
    visit, there = _visit(needs, token)
    now = needs.clock.business()
    wishes: Mapping[str, Callable[[Any], None]] = {
        "alone": lambda conn: showroom.look_alone(conn, visit.id, now),
        "call": lambda conn: showroom.call(conn, visit.id, door.due(there["code"], now), now),
        "leave": lambda conn: showroom.end(conn, visit.id, None, now),
    }
    wish = wishes.get(request.form.get("wish", ""))
    if wish is None:
        return show(needs, token, status=422)
    try:
        needs.writer.run(wish)
    except RuleBroken as error:
        return show(needs, token, str(error), 409)
    return make_response(redirect(request.path, 303))


def _spot(needs: PageNeeds, door: Door, token: str) -> tuple[Mapping[str, Any], str]:
    store_id, number = target(needs, Link.SPOT, token).ids
    with reading(needs.engine) as conn:
        there = showroom.store_names(conn, store_id)
    spot = door.spot(there.code, number) if there else ""
    if there is None or not spot:
        raise ForgedLink("no such spot")
    return dict(there._mapping), spot


def _visit(needs: PageNeeds, token: str) -> tuple[VisitRow, Mapping[str, Any]]:
    (visit_id,) = target(needs, Link.HERE, token).ids
    with reading(needs.engine) as conn:
        found = showroom.one(conn, visit_id)
        there = showroom.store_of(conn, visit_id)
    if found is None or there is None:
        raise ForgedLink("no such visit")
    return found, dict(there._mapping)


def _house(there: Mapping[str, Any]) -> House:
    return House(there["name"], there["hotline"], there["time_zone"])


def _path(url: str) -> str:
    """Within the site, whatever its public address: a tablet at the door may know another."""
    return "/" + url.split("/", 3)[3]
