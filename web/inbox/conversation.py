"""The desk: list, conversation and file in one page, and the fragments of it that live updates ask for."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, render_template, request
from sqlalchemy import Connection

from bot.dealer import Sms
from bot.ports import Clock
from bot.tone import Guide
from channels.preview import Previews
from store import conversation, customer_file, inbox_list
from store.conversation import PAGE, Head, Line, Step
from store.media_files import MediaFolder
from web.answers import Answer
from web.inbox import steps
from web.inbox.papers import Papers
from web.inbox.sms_choice import choices
from web.login import me, user

T = TypeVar("T")
PREFIX = "/inbox/c/<int:customer_id>"


class Desk(Protocol):
    @property
    def sms(self) -> Sms: ...

    @property
    def guide(self) -> Guide: ...

    @property
    def previews(self) -> Previews: ...

    @property
    def media(self) -> MediaFolder: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def papers(self) -> Papers: ...

    def now(self) -> datetime: ...

    def read(self, fn: Callable[[Connection], T]) -> T: ...

    def write(self, fn: Callable[[Connection], T]) -> T: ...


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in the log: a day's divider, a line, or a step of the case."""

    kind: str
    at: datetime
    line: Line | None = None
    step: Step | None = None


def register(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/inbox", endpoint="desk")
    def desk_page() -> Answer:
        return render_template("pages/inbox/desk.html", head=None, **_list(desk))

    @pages.get("/inbox/list")
    def list_part() -> Answer:
        current = request.args.get("current", type=int)
        return render_template("pages/inbox/_list.html", current=current, **_list(desk))

    @pages.get(PREFIX)
    def thread_page(customer_id: int) -> Answer:
        def load(conn: Connection) -> dict[str, Any]:
            parts = thread_parts(conn, desk, customer_id)
            return parts | file_parts(conn, parts["head"])

        parts = desk.read(load)
        return render_template("pages/inbox/desk.html", **parts, **_list(desk), **new_composer(desk, parts["head"]))

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

    @pages.get(f"{PREFIX}/context")
    def context_part(customer_id: int) -> Answer:
        def load(conn: Connection) -> dict[str, Any]:
            who = head(conn, desk, customer_id)
            return {"head": who} | file_parts(conn, who)

        return render_template("pages/inbox/_context.html", **desk.read(load))


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
    lines = conversation.lines_of(conn, customer_id, before=before, since=since)
    case = conversation.case_of(conn, customer_id)
    history = conversation.steps_of(conn, customer_id) if case else []
    more = len(lines) >= PAGE or (since is not None and bool(lines))
    items = log_items(lines, _within(history, lines, whole=not more, newest=before is None), ZoneInfo(me().time_zone))
    return {
        "head": who,
        "case": case,
        "items": items,
        "first": lines[0].id if lines else 0,
        "more": len(lines) >= PAGE,
        "buttons": steps.buttons(case, who, user()),
        "claim": steps.claim_button(case, who, user()),
    }


def file_parts(conn: Connection, who: Head) -> dict[str, Any]:
    """What stands beside the conversation; whoever got a Head may see it."""
    return {
        "cars": customer_file.cars_of(conn, who.customer_id),
        "permissions": customer_file.permissions_of(conn, who.customer_id, [who.phone, who.openid]),
        "touches": customer_file.touches_of(conn, who.customer_id),
        "file_key": secrets.token_hex(12),
    }


def _within(history: Sequence[Step], lines: Sequence[Line], *, whole: bool, newest: bool) -> list[Step]:
    """Steps that belong to this page of lines; the first page of all has also those before its first line."""
    start = None if whole or not lines else lines[0].at
    end = None if newest or not lines else lines[-1].at
    return [s for s in history if (start is None or s.at >= start) and (end is None or s.at <= end)]


def log_items(lines: Sequence[Line], history: Sequence[Step], zone: ZoneInfo) -> list[Item]:
    """Lines and steps by time, a divider before each new day of the store's calendar."""
    mixed = [Item("line", line.at, line=line) for line in lines] + [Item("step", s.at, step=s) for s in history]
    items: list[Item] = []
    for item in sorted(mixed, key=lambda each: each.at):
        if not items or items[-1].at.astimezone(zone).date() != item.at.astimezone(zone).date():
            items.append(Item("day", item.at))
        items.append(item)
    return items


def new_composer(desk: Desk, who: Head) -> dict[str, Any]:
    """A fresh key: one press of the button is one message, however often it arrives."""
    return {"key": secrets.token_hex(12), "sms_choices": choices(desk.sms, who.name, user().name)}


def _list(desk: Desk) -> dict[str, Any]:
    tab, query = _asked()
    now = desk.now()

    def load(conn: Connection) -> dict[str, Any]:
        rows = inbox_list.threads_for(conn, user(), tab, query, now)
        return {"rows": rows, "counts": inbox_list.counts_for(conn, user()), "tab": tab, "query": query}

    return desk.read(load)


def _asked() -> tuple[str, str]:
    tab = request.args.get("tab", "")
    return tab if tab in inbox_list.TABS else "all", request.args.get("q", "").strip()[:64]
