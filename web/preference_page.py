"""`/u/<token>`: what this customer gets from us, and switching it. Looking changes nothing.

Whatever is posted without the page's own form is one click of a mail program (RFC 8058): marketing and greetings end.
"""

from collections.abc import Mapping

from flask import Response, request
from sqlalchemy import Connection

from bot.consent import ON_PAGE, PROMOTION, Source
from bot.customer import Purpose
from bot.links import ForgedLink, Link
from bot.messages import Channel
from store.consents import Act
from store.engine import reading
from store.preferences import Chosen, Preferences, choose, preferences_of, stop
from web.page_parts import PageNeeds, page, target

NAMES: Mapping[Purpose, str] = {
    Purpose.SERVICE: "服务提醒",
    Purpose.SURVEY: "满意度回访",
    Purpose.GREETING: "节日生日问候",
    Purpose.MARKETING: "活动优惠",
}
DONE = {"save": "已保存", "all": "已全部停止", "one-click": "已为您退订"}


def show(needs: PageNeeds, token: str, done: str = "") -> Response:
    customer_id = target(needs, Link.UNSUBSCRIBE, token).ids[0]
    with reading(needs.engine) as conn:
        return _shown(_known(conn, needs, customer_id), _source(), done)


def chosen(needs: PageNeeds, token: str) -> Response:
    customer_id = target(needs, Link.UNSUBSCRIBE, token).ids[0]
    deed = request.form.get("deed", "")
    deed = deed if deed in DONE else "one-click"

    def carry_out(conn: Connection) -> Preferences:
        current, act = _known(conn, needs, customer_id), _act(needs, deed)
        if deed == "save":
            choose(conn, current, _sent_in(), act)
        else:
            stop(conn, current, [Purpose.ALL] if deed == "all" else PROMOTION, act)
        return _known(conn, needs, customer_id)

    return _shown(needs.writer.run(carry_out), _source(), DONE[deed])


def _shown(found: Preferences, source: Source, done: str) -> Response:
    return page("preferences", found.house, found=found, names=NAMES, source=source.value, done=done)


def _known(conn: Connection, needs: PageNeeds, customer_id: int) -> Preferences:
    found = preferences_of(conn, customer_id, needs.clock.business())
    if found is None:
        raise ForgedLink("no such customer")
    return found


def _source() -> Source:
    """The account's menu leads here too, and says so."""
    return Source.MENU if request.values.get("by") == Source.MENU else Source.LINK


def _act(needs: PageNeeds, deed: str) -> Act:
    return Act(_source(), needs.clock.business(), Channel.PAGE.value, evidence=f"page:{deed}:{needs.chance()}")


def _sent_in() -> Chosen:
    return Chosen(
        ticked=_purposes("on"),
        shown=_purposes("was"),
        versions={each: request.form.get(f"version_{each.value}", "")[:20] for each in ON_PAGE},
    )


def _purposes(field: str) -> list[Purpose]:
    given = request.form.getlist(field)
    return [each for each in ON_PAGE if each.value in given]
