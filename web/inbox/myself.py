"""A member's own page: browser notification and sound, from which level on, which of their destinations rest."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import Connection

from bot.alerts import Level
from store import feed, notices
from store.alert_copies import last_said
from store.notices import Notice
from web.answers import Answer
from web.inbox.papers import Papers
from web.login import me, user

T = TypeVar("T")
LEVELS = (Level.NORMAL, Level.URGENT, Level.PAGE)


class Desk(Protocol):
    @property
    def papers(self) -> Papers: ...

    def now(self) -> datetime: ...

    def read(self, fn: Callable[[Connection], T]) -> T: ...

    def write(self, fn: Callable[[Connection], T]) -> T: ...


def register(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/inbox/me")
    def myself_page() -> Answer:
        mine, said = _mine(desk), desk.read(last_said)
        shown = {"mine": mine, "said": said, "levels": LEVELS, "kept": "kept" in request.args}
        return render_template("pages/inbox/myself.html", **shown, tested="tested" in request.args)

    @pages.post("/inbox/me")
    def keep_notice() -> Answer:
        notice = _chosen(_mine(desk))
        desk.write(lambda conn: notices.choose(conn, user().id, notice))
        return redirect(url_for("inbox.myself_page", kept=1), 303)

    @pages.post("/inbox/me/test")
    def test_alert() -> Answer:
        """To this member alone: page, browser, and own destinations."""
        ref: dict[str, Any] = {"reason": "test", "staff": [user().id]}
        desk.write(lambda conn: feed.tell(conn, user().store_id, "alert", ref, None, desk.now()))
        return redirect(url_for("inbox.myself_page", tested=1), 303)


def _mine(desk: Desk) -> Sequence[str]:
    """Names in dealer.yaml."""
    known = desk.papers.dealer.alerts.destinations
    return [name for name, one in known.items() if one.staff == me().username]


def _chosen(mine: Sequence[str]) -> Notice:
    given = request.form.get("lowest", "")
    return Notice(
        browser="browser" in request.form,
        sound="sound" in request.form,
        lowest=Level(given) if given in LEVELS else Level.NORMAL,
        off=tuple(name for name in mine if f"on:{name}" not in request.form),
    )
