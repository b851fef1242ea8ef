"""The JS-SDK: its ticket, kept like the token, and the signature a page needs (wechat.md §3.7)."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from bot.errors import TryLater
from bot.ports import Lock, TokenCache, WakeUps
from channels.wechat.fetched import REST_S, Fetched
from channels.wechat.send import WeChatApi


@dataclass(frozen=True, slots=True)
class Signed:
    """What `wx.config` is given on one page. timestamp: seconds."""

    app_id: str
    timestamp: int
    nonce: str
    signature: str


class JsTickets(Fetched):
    """One account's jsapi_ticket, good for two hours."""

    kind = "ticket"

    def __init__(
        self,
        app_id: str,
        api: WeChatApi,
        *,
        cache: TokenCache,
        lock: Lock,
        wakeups: WakeUps,
        monotonic: Callable[[], float],
    ) -> None:
        super().__init__(f"jsapi:{app_id}", cache=cache, lock=lock, wakeups=wakeups, monotonic=monotonic)
        self.app_id, self._api = app_id, api

    def sign(self, url: str, nonce: str, timestamp: int) -> Signed:
        """url: of the page as the browser shows it. Raises a SendError when there is no ticket to be had."""
        return Signed(self.app_id, timestamp, nonce, signature(self.get(), nonce, timestamp, url))

    def _ask(self) -> tuple[str, int]:
        body = self._api.look("ticket/getticket", type="jsapi").body
        ticket = str(body.get("ticket") or "")
        if not ticket:
            raise TryLater("ticket", "微信没有返回 jsapi_ticket", after=REST_S)
        return ticket, int(body.get("expires_in") or 0)


def signature(ticket: str, nonce: str, timestamp: int, url: str) -> str:
    """Over the url without what follows #. SHA-1 is WeChat's choice."""
    plain = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url.partition('#')[0]}"
    return hashlib.sha1(plain.encode(), usedforsecurity=False).hexdigest()
