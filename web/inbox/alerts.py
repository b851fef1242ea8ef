"""Pages that wait for somebody to say "I have it", over every page; and who is there (heartbeat, switch)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from flask import Blueprint, abort, redirect, render_template, request
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy import Connection

from bot.alerts import kind_of
from bot.ports import Clock
from store import alerts
from store.presence import Presence, beat
from web.answers import Answer
from web.login import me, user

T = TypeVar("T")


class Desk(Protocol):
    @property
    def clock(self) -> Clock: ...

    def now(self) -> datetime: ...

    def read(self, fn: Callable[[Connection], T]) -> T: ...

    def write(self, fn: Callable[[Connection], T]) -> T: ...


@dataclass(frozen=True, slots=True)
class Shown:
    id: int
    customer_id: int | None
    customer: str
    sentence: str
    at: datetime
    times: int
    round: int


def register(pages: Blueprint, desk: Desk) -> None:
    @pages.context_processor
    def paging() -> dict[str, Any]:
        asked = current_user.is_authenticated and (me().paging or "HX-Request" in request.headers)
        return {"pages": (lambda: desk.read(_standing)) if asked else list}

    @pages.get("/inbox/pages")
    def pages_part() -> Answer:
        return render_template("pages/inbox/_pages.html")

    @pages.post("/inbox/alerts/<int:alert_id>/ack")
    def acknowledge(alert_id: int) -> Answer:
        def act(conn: Connection) -> None:
            if not alerts.seen_by(conn, user(), alert_id):
                abort(404)
            alerts.acknowledge(conn, alert_id, user().id, "page", desk.now())

        desk.write(act)
        return render_template("pages/inbox/_pages.html") if "HX-Request" in request.headers else _back()

    @pages.post("/inbox/presence")
    def presence() -> Answer:
        """An open page's heartbeat; with `chosen` the switch in the rail."""
        given = request.form.get("chosen", "")
        chosen = Presence(given) if given in (Presence.ONLINE, Presence.AWAY) else None
        state = desk.write(lambda conn: beat(conn, user().id, desk.clock.machine(), chosen))
        return _back() if "next" in request.form else (state.value, 200, {"Content-Type": "text/plain"})


def _standing(conn: Connection) -> list[Shown]:
    return [
        Shown(
            each.id, each.customer_id, each.customer, gettext(kind_of({"reason": each.reason}).sentence), each.at,
            each.times, each.round,
        )
        for each in alerts.standing(conn, user())
    ]  # fmt: skip


def _back() -> Answer:
    """To where the form stood; only inside the house."""
    wanted = request.form.get("next", "")
    return redirect(wanted if wanted.startswith("/inbox") else "/inbox", 303)
