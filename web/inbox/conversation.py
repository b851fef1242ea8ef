"""The desk: list, conversation and file in one page, and the fragments of it that live updates ask for."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy import Connection, Engine

from bot.customer import Role
from bot.dealer import Sms
from bot.ports import Clock, Foresee, WakeUps
from bot.tone import Guide
from channels.assistant import Assistant
from channels.preview import Previews
from store import churn, conversation, customer_file, merging, survey_results, wishes
from store.conversation import PAGE, Head, Line, Step
from store.media_files import MediaFolder
from store.viewers import Viewers
from web.answers import Answer
from web.inbox import steps
from web.inbox.listing import list_parts
from web.inbox.papers import Papers
from web.inbox.sms_choice import choices
from web.inbox.taught import Taught
from web.inbox.telephone import Telephone
from web.inbox.template_choice import templates_for
from web.inbox.ways import ways_for
from web.login import me, user

T = TypeVar("T")
MAY_EXPORT = frozenset({Role.CARE, Role.MANAGER, Role.ADMIN})  # the proof of consents: web/inbox/proof.py
PREFIX = "/inbox/c/<int:customer_id>"


class Desk(Protocol):
    @property
    def engine(self) -> Engine: ...

    @property
    def sms(self) -> Sms: ...

    @property
    def guide(self) -> Guide: ...

    @property
    def previews(self) -> Previews: ...

    @property
    def media(self) -> MediaFolder: ...

    @property
    def simulations(self) -> Path: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def papers(self) -> Papers: ...

    @property
    def telephone(self) -> Telephone: ...

    @property
    def foresee(self) -> Foresee: ...

    @property
    def viewers(self) -> Viewers: ...

    @property
    def wakeups(self) -> WakeUps: ...

    @property
    def taught(self) -> Taught: ...

    @property
    def assistant(self) -> Assistant | None: ...

    def now(self) -> datetime: ...

    def read(self, fn: Callable[[Connection], T]) -> T: ...

    def write(self, fn: Callable[[Connection], T]) -> T: ...

    def write_quietly(self, fn: Callable[[Connection], T]) -> T: ...


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in the log: a day's divider, where the unread begin, a line, or a step of the case."""

    kind: str
    at: datetime
    line: Line | None = None
    step: Step | None = None


def register(pages: Blueprint, desk: Desk) -> None:
    @pages.get(PREFIX)
    def thread_page(customer_id: int) -> Answer:
        def load(conn: Connection) -> dict[str, Any]:
            parts = thread_parts(conn, desk, customer_id)
            return parts | beside(conn, parts["head"])

        parts = desk.read(load)
        if (into := parts["head"].merged_into) is not None:
            return redirect(url_for("inbox.thread_page", customer_id=into))
        return render_template(
            "pages/inbox/desk.html", **parts, **list_parts(desk), **new_composer(desk, parts["head"])
        )

    @pages.get(f"{PREFIX}/live")
    def live_part(customer_id: int) -> Answer:
        since = request.args.get("since", type=int)
        parts = desk.read(lambda conn: thread_parts(conn, desk, customer_id, since=since))
        return render_template("pages/inbox/_live.html", composed=False, **parts)

    @pages.get(f"{PREFIX}/older")
    def older_part(customer_id: int) -> Answer:
        before = request.args.get("before", type=int) or 0
        parts = desk.read(lambda conn: thread_parts(conn, desk, customer_id, before=before))
        return render_template("pages/inbox/_older.html", **parts)

    @pages.get(f"{PREFIX}/around")
    def around_part(customer_id: int) -> Answer:
        """Where the search found it, long before the page of today."""
        at = request.args.get("m", type=int) or 0

        def load(conn: Connection) -> dict[str, Any]:
            who = head(conn, desk, customer_id)
            lines = conversation.lines_around(conn, customer_id, at)
            return {"head": who, "items": log_items(lines, [], ZoneInfo(me().time_zone))}

        return render_template("pages/inbox/_around.html", **desk.read(load))

    _beside(pages, desk)


def _beside(pages: Blueprint, desk: Desk) -> None:
    @pages.get(f"{PREFIX}/context")
    def context_part(customer_id: int) -> Answer:
        def load(conn: Connection) -> dict[str, Any]:
            who = head(conn, desk, customer_id)
            return {"head": who} | beside(conn, who)

        return render_template("pages/inbox/_context.html", **desk.read(load))

    @pages.get(f"{PREFIX}/wishes")
    def wishes_part(customer_id: int) -> Answer:
        """Fetched after the page: a view asks ten questions at most, and these can wait."""

        def load(conn: Connection) -> dict[str, Any]:
            who = head(conn, desk, customer_id)
            asked = desk.papers.dealer.content.surveys
            return {
                "head": who,
                "visits": wishes.visits_of(conn, customer_id),
                "told": wishes.needs_told(conn, customer_id),
                "surveys": survey_results.results_of(conn, customer_id, asked.scale),
                "stays_away": churn.given_by(conn, customer_id),
                "reason_names": {each.id: each.name for each in asked.reasons},
                "low": asked.low,
                "factor_names": {each.id: each.name for each in asked.factors},
                "contact": wishes.contact_of(conn, customer_id, desk.now()),
                "others": merging.twins_of(conn, user(), customer_id),
            }

        return render_template("pages/inbox/_wishes.html", **desk.read(load))

    @pages.get(f"{PREFIX}/ledger")
    def ledger_part(customer_id: int) -> Answer:
        def load(conn: Connection) -> dict[str, Any]:
            who = head(conn, desk, customer_id)
            return {"head": who} | ledger_parts(conn, who)

        return render_template("pages/inbox/_ledger.html", **desk.read(load))


def head(conn: Connection, desk: Desk, customer_id: int) -> Head:
    """404 for what is not there and for what is not this person's to see: the answer tells no difference."""
    found = conversation.head_for(conn, user(), customer_id, desk.now())
    if found is None:
        abort(404)
    return found


def thread_parts(
    conn: Connection, desk: Desk, customer_id: int, *, before: int | None = None, since: int | None = None
) -> dict[str, Any]:
    """Head, case and the log's items of one conversation."""
    who = head(conn, desk, customer_id)
    seen = request.values.get("seen", type=int) or who.seen_id
    lines = conversation.lines_of(conn, customer_id, before=before, since=since)
    case = conversation.case_of(conn, customer_id)
    history = conversation.steps_of(conn, customer_id) if case else []
    more = len(lines) >= PAGE or (since is not None and bool(lines))
    steps_here = _within(history, lines, whole=not more, newest=before is None)
    items = log_items(lines, steps_here, ZoneInfo(me().time_zone), seen if before is None else 0)
    return {
        "head": who,
        "case": case,
        "items": items,
        "first": lines[0].id if lines else 0,
        "more": len(lines) >= PAGE,
        "seen": seen,
        "last": lines[-1].id if lines else 0,
        "buttons": steps.buttons(case, who, user()),
        "main": steps.main_button(case, who, user()),
    }


def beside(conn: Connection, who: Head) -> dict[str, Any]:
    """What stands beside the conversation at once; the rest comes after it in fragments of their own."""
    return {"cars": customer_file.cars_of(conn, who.customer_id), "file_key": secrets.token_hex(12)}


def ledger_parts(conn: Connection, who: Head) -> dict[str, Any]:
    """Consents and touchpoints; whoever got a Head may see them."""
    return {
        "permissions": customer_file.permissions_of(conn, who.customer_id),
        "may_export": user().role in MAY_EXPORT,
        "touches": customer_file.touches_of(conn, who.customer_id),
    }


def file_parts(conn: Connection, who: Head) -> dict[str, Any]:
    """The file on a page of its own."""
    return beside(conn, who) | ledger_parts(conn, who)


def _within(history: Sequence[Step], lines: Sequence[Line], *, whole: bool, newest: bool) -> list[Step]:
    """Steps that belong to this page of lines; the first page of all has also those before its first line."""
    start = None if whole or not lines else lines[0].at
    end = None if newest or not lines else lines[-1].at
    return [s for s in history if (start is None or s.at >= start) and (end is None or s.at <= end)]


def log_items(lines: Sequence[Line], history: Sequence[Step], zone: ZoneInfo, seen: int = 0) -> list[Item]:
    """Lines and steps by time, a divider before each new day of the store's calendar, and one where the customer's
    lines begin that this reader has not seen. seen 0: never here before, everything is new and nothing is marked."""
    unread = next((each.id for each in lines if each.id > seen and each.direction == "in"), 0) if seen else 0
    mixed = [Item("line", line.at, line=line) for line in lines] + [Item("step", s.at, step=s) for s in history]
    items: list[Item] = []
    for item in sorted(mixed, key=lambda each: each.at):
        if not items or items[-1].at.astimezone(zone).date() != item.at.astimezone(zone).date():
            items.append(Item("day", item.at))
        if item.line and item.line.id == unread:
            items.append(Item("unread", item.at))
        items.append(item)
    return items


def new_composer(desk: Desk, who: Head) -> dict[str, Any]:
    """A fresh key: one press of the button is one message, however often it arrives."""
    return {
        "key": secrets.token_hex(12),
        "sms_choices": choices(desk.sms, who.name, user().name),
        "forms": templates_for(desk.papers.dealer, who),
        "ways": ways_for(who),
    }
