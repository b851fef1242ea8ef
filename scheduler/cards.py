"""The card of who comes: sent on WeChat while the scan's minute runs, else shown on the visit's page alone."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.customer import Role, StaffMember
from bot.links import Links
from bot.messages import Category, Priority, Way
from bot.ports import Renderer
from bot.visits import STAYS, VisitFacts
from store import outbox, showroom, windows
from store.follow import openid_of

TITLES: Mapping[Role, str] = {
    Role.ADVISOR: "服务顾问",
    Role.CONSULTANT: "销售顾问",
    Role.CARE: "客户关怀专员",
    Role.MANAGER: "经理",
    Role.ADMIN: "店长",
}
OLD_NEWS = timedelta(minutes=2)  # a card after that speaks of somebody who stands there already


class Cards:
    def __init__(self, renderer: Renderer, links: Links) -> None:
        self._renderer, self._links = renderer, links

    def send(self, conn: Connection, visit: VisitFacts, member: StaffMember, now: datetime) -> bool:
        """One message of the window, and one is left for a person. False: no window, so the page alone shows it."""
        who = openid_of(conn, visit.customer_id) if visit.customer_id is not None else None
        window = windows.view(conn, who.account, who.openid, now) if who else None
        if who is None or window is None or window.left < 2:
            return False
        text = self._renderer.text("showroom.card", "wechat", self._words(conn, visit, member, now))
        outbox.enqueue(
            conn,
            store_id=visit.store_id,
            customer_id=visit.customer_id,
            way=Way.CUSTOM,
            account=who.account,
            address=who.openid,
            category=Category.SERVICE,
            priority=Priority.REPLY,
            payload={"text": text},
            out_id=f"visit{visit.id}card",
            not_before=now,
            expires_at=now + OLD_NEWS,
        )
        return True

    def _words(self, conn: Connection, visit: VisitFacts, member: StaffMember, now: datetime) -> dict[str, object]:
        there = showroom.store_names(conn, visit.store_id)
        return {
            "consultant": member.name,
            "title": TITLES[member.role],
            "store": there.name if there else "",
            "link": self._links.here(visit.id, now + STAYS),
        }
