"""Two files, one customer: put together after a look at both, and taken apart again."""

from flask import Blueprint, redirect, request, url_for
from sqlalchemy import Connection

from store import merging
from web.answers import Answer
from web.inbox.conversation import PREFIX, Desk, head
from web.login import user


def register(pages: Blueprint, desk: Desk) -> None:
    @pages.post(f"{PREFIX}/merge", endpoint="do_merge")
    def merge(customer_id: int) -> Answer:
        """The other file goes into this one."""
        other = request.form.get("other", type=int) or 0

        def put(conn: Connection) -> None:
            head(conn, desk, customer_id)
            merging.merge(conn, user(), other, customer_id, desk.now())

        desk.write(put)
        return _to(url_for("inbox.customer_page", customer_id=customer_id))

    @pages.post("/inbox/merges/<int:merging_id>/undo")
    def undo_merge(merging_id: int) -> Answer:
        stands = desk.write(lambda conn: merging.take_apart(conn, user(), merging_id, desk.now()))
        return _to(url_for("inbox.customer_page", customer_id=stands))


def _to(address: str) -> Answer:
    if "HX-Request" in request.headers:
        return "", 204, {"HX-Redirect": address}
    return redirect(address, 303)
