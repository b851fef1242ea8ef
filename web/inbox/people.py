"""Customers and their files, and why a touchpoint went out or did not."""

from typing import Any

from flask import Blueprint, abort, render_template, request
from sqlalchemy import Connection

from store import conversation, customer_file, merging, why
from store.why_nothing import absent_of
from web.answers import Answer
from web.inbox.conversation import Desk, file_parts, head
from web.login import user


def register(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/inbox/customers")
    def customers_page() -> Answer:
        query = request.args.get("q", "").strip()[:64]

        def load(conn: Connection) -> dict[str, Any]:
            twice = [] if query else merging.doubled(conn, user())
            return {"rows": customer_file.customers_for(conn, user(), query), "twice": twice}

        return render_template("pages/inbox/customers.html", query=query, **desk.read(load))

    @pages.get("/inbox/customers/<int:customer_id>")
    def customer_page(customer_id: int) -> Answer:
        def load(conn: Connection) -> dict[str, Any]:
            who = head(conn, desk, customer_id)
            case = conversation.case_of(conn, customer_id)
            return {"head": who, "case": case} | file_parts(conn, who)

        return render_template("pages/inbox/customer.html", **desk.read(load))

    @pages.get("/inbox/customers/<int:customer_id>/why")
    def story_page(customer_id: int) -> Answer:
        def load(conn: Connection) -> dict[str, Any]:
            who, chains = head(conn, desk, customer_id), why.chains_of(conn, customer_id)
            there = {each["rule"] for each in chains}
            nothing = absent_of(conn, customer_id, desk.previews.journeys, there, desk.now())
            talk = why.talk_of(conn, customer_id)
            return {"head": who, "chains": chains[::-1], "nothing": nothing, "talk": talk[::-1]}

        return render_template("pages/inbox/story.html", **desk.read(load))

    @pages.get("/inbox/touchpoints/<int:touchpoint_id>")
    def why_page(touchpoint_id: int) -> Answer:
        def load(conn: Connection) -> dict[str, Any]:
            touch = customer_file.touch_for(conn, user(), touchpoint_id)
            if touch is None:
                abort(404)
            return {"touch": touch, "chain": why.chain(conn, touchpoint_id)}

        return render_template("pages/inbox/why.html", **desk.read(load))
