"""`/k/<token>`: "I have it", from the link in an alert. Looking changes nothing: chats fetch links to preview them."""

from flask import Response
from flask_login import current_user
from sqlalchemy import Row

from bot.alerts import kind_of
from bot.links import ForgedLink, Link
from store import alerts
from store.engine import reading
from store.page_facts import House
from web.login import user
from web.page_parts import PageNeeds, page, target


def show(needs: PageNeeds, token: str) -> Response:
    return _page(needs, _alert(needs, token))


def acknowledged(needs: PageNeeds, token: str) -> Response:
    """Who is logged in here is named; in a group nobody knows who pressed, and the record says so."""
    (alert_id,) = target(needs, Link.ALERT, token).ids
    who = user().id if current_user.is_authenticated else None
    needs.writer.run(lambda conn: alerts.acknowledge(conn, alert_id, who, "link", needs.clock.business()))
    return _page(needs, _alert(needs, token))


def _alert(needs: PageNeeds, token: str) -> "Row[tuple[object, ...]]":
    (alert_id,) = target(needs, Link.ALERT, token).ids
    with reading(needs.engine) as conn:
        found = alerts.about(conn, alert_id)
    if found is None:
        raise ForgedLink("no such alert")
    return found


def _page(needs: PageNeeds, found: "Row[tuple[object, ...]]") -> Response:
    row = found._mapping
    house = House(row["store_name"], "", row["time_zone"])
    inbox = f"/inbox/c/{row['customer_id']}" if row["customer_id"] else "/inbox"
    sentence = kind_of({"reason": row["reason"]}).sentence
    shown = {"at": row["at"], "taken": row["acknowledged_at"], "by": row["by"], "times": row["times"]}
    return page("alert", house, sentence=sentence, inbox=inbox, **shown)
