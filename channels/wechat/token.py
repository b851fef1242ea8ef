"""The access token, owned by us: stable_token, one fetch however many ask, the failed one compared (wechat.md §3.1)."""

import json
import threading
from collections.abc import Callable
from datetime import datetime

import structlog

from bot.errors import ChannelStopped, SendError, TryLater
from bot.ports import Lock, TokenCache, WakeUps
from channels.http import Http, NoAnswer, NotSent
from channels.wechat.answers import read_answer

LOCK_S = 10.0
PATIENCE = 40  # times 0.2 s for another process's fetch, whose own time-outs are 3 + 5 s
MARGIN_S, LONGEST_S, SHORTEST_S = 300, 6600, 60
REST_S = 5.0  # after a failed fetch all waiters get its error instead of trying one after the other


class AccessTokens:
    """One account's token, shared by threads (a lock here) and processes (Redis lock and cache, both losable)."""

    def __init__(
        self,
        app_id: str,
        app_secret: str,
        http: Http,
        *,
        cache: TokenCache,
        lock: Lock,
        wakeups: WakeUps,
        monotonic: Callable[[], float],
        machine: Callable[[], datetime],
    ) -> None:
        self.app_id, self._secret, self._http = app_id, app_secret, http
        self._cache, self._lock, self._wakeups = cache, lock, wakeups
        self._monotonic, self._machine = monotonic, machine
        self._one = threading.Lock()
        self._failure: tuple[SendError, float] | None = None

    def get(self) -> str:
        """Raises TryLater (WeChat busy or away) or ChannelStopped (secret, IP list)."""
        return self._cache.get(self.app_id) or self._fetch_once("")

    def instead_of(self, failed: str) -> str:
        """A token other than the one WeChat just refused; fetched only if nobody has fetched one since."""
        cached = self._cache.get(self.app_id)
        return cached if cached and cached != failed else self._fetch_once(failed)

    def _fetch_once(self, failed: str) -> str:
        with self._one:
            return self._usable(failed) or self._fetch_or_wait(failed)

    def _usable(self, failed: str) -> str | None:
        cached = self._cache.get(self.app_id)
        if cached and cached != failed:
            return cached
        if self._failure and self._monotonic() < self._failure[1]:
            raise self._failure[0]
        return None

    def _fetch_or_wait(self, failed: str) -> str:
        for _ in range(PATIENCE):
            with self._lock.hold(f"token:{self.app_id}", LOCK_S) as mine:
                if mine:
                    return self._usable(failed) or self._fetch(failed)
            self._wakeups.wait(f"token:{self.app_id}", 0.2)
            found = self._usable(failed)
            if found:
                return found
        return self._fetch(failed)  # its holder is stuck; stable_token gives both of us the same token

    def _fetch(self, failed: str) -> str:
        if failed:
            self._cache.drop_if(self.app_id, failed)
        try:
            token, seconds = self._ask()
        except SendError as error:
            self._failure = (error, self._monotonic() + REST_S)
            raise
        self._failure = None
        self._cache.put(self.app_id, token, max(SHORTEST_S, min(seconds - MARGIN_S, LONGEST_S)))
        self._wakeups.wake(f"token:{self.app_id}")
        structlog.get_logger().info("wechat_token_fetched", app_id=self.app_id, seconds=seconds)
        return token

    def _ask(self) -> tuple[str, int]:
        """Nothing reaches a customer here, so whatever goes wrong on the way may simply be tried again."""
        asked = {
            "grant_type": "client_credential",
            "appid": self.app_id,
            "secret": self._secret,
            "force_refresh": False,
        }
        try:
            answer = self._http.post("/cgi-bin/stable_token", json.dumps(asked).encode(), says="errcode")
        except (NotSent, NoAnswer) as error:
            raise TryLater("token", f"无法取得微信令牌：{error}", after=REST_S, channel_wide=True) from None
        body = read_answer(answer.body, "stable_token", "", self._machine())
        if body.code:
            raise ChannelStopped(str(body.code), "AppSecret 不正确，请在公众平台核对") if body.refresh else body.error
        token = str(answer.body.get("access_token") or "")
        if not token:
            raise TryLater("token", "微信没有返回令牌", after=REST_S, channel_wide=True)
        return token, int(answer.body.get("expires_in") or 0)
