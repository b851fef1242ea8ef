"""Pages opened from the account's menu: `/w/<account>/<page>` asks WeChat who it is, then leads to a signed link.

Looking records nothing. A snapshot page (WeChat's preview of a page nobody opened) is refused: its openid stands for
nobody (wechat.md §3.7).
"""

import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog
from flask import Blueprint, Response, make_response, redirect, render_template, request
from itsdangerous import BadSignature, TimestampSigner
from sqlalchemy import Engine
from werkzeug.exceptions import HTTPException, TooManyRequests

from bot.consent import Source
from bot.dealer import Dealer
from bot.errors import SendError
from bot.links import BadLink, ForgedLink, Link, Links
from bot.menu import CustomerPage
from bot.ports import Bucket, Clock
from channels.wechat.oauth import CodeSpent, Visitor
from store.engine import reading
from store.garage import Garage, customer_of, garage, house_of, identity_of

COOKIE = "huifang_w"
ASKED_S = 600  # between our redirect and WeChat's
OPEN_FOR = timedelta(hours=2)  # the signed link; the menu makes a new one
GUESSES, GUESS_BURST = 1.0, 30  # as for other customer pages
STATUS = {
    "booked": "已预约", "arrived": "已到店", "inspecting": "检查中", "quoted": "报价待您确认",
    "awaiting_approval": "报价待您确认", "in_progress": "施工中", "quality_check": "质检中", "ready": "可以取车了",
    "rework": "返修中",
}  # fmt: skip


class Visitors(Protocol):
    """`channels.wechat.oauth.PageVisitors`."""

    def address(self, back: str, state: str) -> str: ...

    def visitor(self, code: str) -> Visitor: ...


@dataclass(frozen=True, slots=True)
class WeChatPageNeeds:
    """visitors: by account. secret: signs the cookie that holds the state."""

    engine: Engine
    clock: Clock
    links: Links
    buckets: Bucket
    visitors: Mapping[str, Visitors]
    dealer: Dealer
    secret: str
    chance: Callable[[], str] = lambda: secrets.token_urlsafe(18)


def wechat_pages(needs: WeChatPageNeeds) -> Blueprint:
    blueprint = Blueprint("wechat_pages", __name__)
    blueprint.register_error_handler(BadLink, lambda error: _gone(error.status))
    blueprint.register_error_handler(HTTPException, lambda error: _gone(error.code or 500))
    blueprint.add_url_rule("/w/<account>/<page>", "ask", lambda account, page: _ask(needs, account, page, "first"))
    blueprint.add_url_rule("/w/<account>/<page>/back", "back", lambda account, page: _back(needs, account, page))
    blueprint.add_url_rule(f"/{Link.CARS.value}/<token>", "cars", lambda token: _cars(needs, token))
    return blueprint


# Asking WeChat


def _ask(needs: WeChatPageNeeds, account: str, page: str, time: str) -> Response:
    """time: first, or again when the code was no good, so that nobody is sent round in circles."""
    visitors = _visitors(needs, account, page)
    state = needs.chance()
    back = f"{needs.links.base}/w/{account}/{page}/back"
    answer = make_response(redirect(visitors.address(back, state)))
    kept = _signer(needs).sign(f"{state}|{account}|{page}|{time}").decode()
    https = needs.links.base.startswith("https://")
    answer.set_cookie(COOKIE, kept, max_age=ASKED_S, path="/w/", httponly=True, samesite="Lax", secure=https)
    return answer


def _back(needs: WeChatPageNeeds, account: str, page: str) -> Response:
    """WeChat often loads this twice; both loads get the same answer."""
    visitors = _visitors(needs, account, page)
    time = _asked_before(needs, account, page)
    if time is None:
        return _words("again", 400)
    try:
        visitor = visitors.visitor(request.args.get("code", ""))
    except CodeSpent:
        return _ask(needs, account, page, "again") if time == "first" else _words("again", 400)
    except SendError as error:
        structlog.get_logger().warning("wechat_visitor_unknown", account=account, code=error.code)
        return _words("trouble", 503)
    return _lead(needs, account, page, visitor) if visitor.openid else _words("snapshot", 403)


def _asked_before(needs: WeChatPageNeeds, account: str, page: str) -> str | None:
    """Which time this browser was sent away, None when the state is not the one it was sent with."""
    try:
        kept = _signer(needs).unsign(request.cookies.get(COOKIE, ""), max_age=ASKED_S).decode()
    except BadSignature:
        return None
    state, of_account, of_page, time = kept.split("|")
    same = hmac.compare_digest(state.encode(), request.args.get("state", "").encode())
    return time if same and (of_account, of_page) == (account, page) else None


def _lead(needs: WeChatPageNeeds, account: str, page: str, visitor: Visitor) -> Response:
    with reading(needs.engine) as conn:
        found = identity_of(conn, account, visitor.openid)
        person = customer_of(conn, found) if found is not None else None
        house = house_of(conn, needs.dealer.accounts[account].store)
    if found is not None and person is not None:
        return make_response(redirect(_address(needs, page, found, person)))
    if house is None:
        raise ForgedLink("no such store")
    return _shown(needs, Garage(house, bound=False))


def _address(needs: WeChatPageNeeds, page: str, identity_id: int, customer_id: int) -> str:
    until = needs.clock.business() + OPEN_FOR
    if page == CustomerPage.PREFERENCES:
        return f"{needs.links.unsubscribe(customer_id, until)}?by={Source.MENU}"
    return needs.links.cars(identity_id, until)


def _visitors(needs: WeChatPageNeeds, account: str, page: str) -> Visitors:
    if account not in needs.visitors or page not in set(CustomerPage):
        raise ForgedLink("no such page")
    return needs.visitors[account]


def _signer(needs: WeChatPageNeeds) -> TimestampSigner:
    return TimestampSigner(needs.secret, salt="huifang.w", key_derivation="hmac")


# 我的爱车


def _cars(needs: WeChatPageNeeds, token: str) -> Response:
    now = needs.clock.business()
    try:
        (identity_id,) = needs.links.read(Link.CARS, token, now).ids
    except ForgedLink:
        wait = needs.buckets.take(f"page:{request.remote_addr}", GUESSES, GUESS_BURST)
        if wait > 0:
            raise TooManyRequests(retry_after=int(wait) + 1) from None
        raise
    with reading(needs.engine) as conn:
        found = garage(conn, identity_id, now)
    if found is None:
        raise ForgedLink("nobody")
    return _shown(needs, found)


def _shown(needs: WeChatPageNeeds, found: Garage) -> Response:
    zone = ZoneInfo(found.house.zone)

    def day(moment: datetime) -> str:
        there = moment.astimezone(zone)
        return f"{there.year}年{there.month}月{there.day}日"

    survey = needs.links.survey(*found.asked) if found.asked else ""
    page = render_template(
        "pages/customer/cars.html", house=found.house, garage=found, survey=survey, day=day, status=STATUS
    )
    return make_response(page)


def _words(kind: str, status: int) -> Response:
    return make_response(render_template("pages/customer/wechat.html", kind=kind), status)


def _gone(status: int) -> Response:
    return make_response(render_template("pages/customer/gone.html", status=status), status)
