"""Every text of the house as a customer gets it: for managers, with sample values or a customer's own."""

from typing import Any

from flask import Blueprint, abort, render_template, request
from sqlalchemy import Connection

from bot.cases import MANAGERS
from store import customer_file
from store.sample_facts import values_of
from web.answers import Answer
from web.inbox import trying
from web.inbox.conversation import Desk
from web.inbox.tone import said_of
from web.login import user


def register(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/inbox/preview")
    def preview_page() -> Answer:
        if user().role not in MANAGERS:
            abort(403)
        chosen, query = request.args.get("m", ""), request.args.get("q", "").strip()[:64]
        messages = desk.previews.messages
        shown = chosen if chosen in messages else next(iter(messages), "")
        who, real = desk.read(lambda conn: _whose(conn, desk, query)) if query else ("", {})
        return render_template(
            "pages/inbox/preview.html",
            messages=[(name, channels, desk.previews.openings[name]) for name, channels in messages.items()],
            chosen=chosen if chosen in messages else "",
            shown=shown,
            views=desk.previews.views(shown, real=real),
            query=query,
            who=who,
            **desk.read(lambda conn: trying.tried(conn, desk)),
            said_of=said_of,
        )


def _whose(conn: Connection, desk: Desk, query: str) -> tuple[str, dict[str, Any]]:
    """The first of this user's customers that the search finds, with their values; "" when nobody."""
    found = customer_file.customers_for(conn, user(), query)
    return (found[0].name, dict(values_of(conn, found[0].id, desk.now()))) if found else ("", {})
