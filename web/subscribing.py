"""On the thank-you page, inside WeChat: one tap, one notification, for who wants it (wechat.md §3.4).

The button is WeChat's own and needs WeChat's own script, the one thing on our pages that does not come from us (ADR 9).
Whatever fails on the way, the page is the one without the offer.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog
from flask import g, request
from sqlalchemy import Engine

from bot.dealer import Dealer
from bot.errors import SendError
from channels.wechat.ticket import Signed
from store.engine import reading
from store.offers import account_of_follower

SCRIPTS = "https://res.wx.qq.com"
# The button draws itself with styles of its own. What else the open tag needs is not verified outside WeChat.
WIDER = {
    "script-src": f"'self' {SCRIPTS}",
    "style-src": "'self' 'unsafe-inline'",
    "frame-src": f"'self' {SCRIPTS}",
}


class Tickets(Protocol):
    """`channels.wechat.ticket.JsTickets`."""

    def sign(self, url: str, nonce: str, timestamp: int) -> Signed: ...


@dataclass(frozen=True, slots=True)
class Offer:
    """wanted: what a tap allows one message of, in plain words. templates: their ids, as the button takes them."""

    signed: Signed
    templates: str
    wanted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Offers:
    """tickets: by account. base: HUIFANG_PUBLIC_URL, as the browser shows it."""

    engine: Engine
    tickets: Mapping[str, Tickets]
    dealer: Dealer
    base: str
    machine: Callable[[], datetime]
    chance: Callable[[], str] = lambda: secrets.token_hex(8)

    def here(self, prompt_id: int) -> Offer | None:
        """What this page may offer to whom was asked this question; widens this page's script policy if anything."""
        offering = [name for name in self.tickets if self.dealer.accounts[name].thanks_offers]
        if not offering or "MicroMessenger" not in request.user_agent.string:
            return None
        with reading(self.engine) as conn:
            account = account_of_follower(conn, prompt_id, offering)
        return self._made(account) if account else None

    def _made(self, account: str) -> Offer | None:
        url = self.base + request.full_path.removesuffix("?")
        try:
            signed = self.tickets[account].sign(url, self.chance(), int(self.machine().timestamp()))
        except SendError as error:
            structlog.get_logger().warning("no_offer", account=account, code=error.code)
            return None
        g.wider_policy = WIDER
        settings = self.dealer.accounts[account]
        ids = [settings.subscriptions[name].template_id for name in settings.thanks_offers]
        return Offer(signed, ",".join(ids), tuple(settings.thanks_offers.values()))
