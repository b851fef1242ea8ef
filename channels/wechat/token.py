"""The access token, owned by us: stable_token, which gives the same one to all who ask (wechat.md §3.1)."""

import json
from collections.abc import Callable
from datetime import datetime

from bot.errors import ChannelStopped, TryLater
from bot.ports import Lock, TokenCache, WakeUps
from channels.http import Http, NoAnswer, NotSent
from channels.wechat.answers import read_answer
from channels.wechat.fetched import REST_S, Fetched


class AccessTokens(Fetched):
    """One account's token."""

    kind = "token"

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
        super().__init__(app_id, cache=cache, lock=lock, wakeups=wakeups, monotonic=monotonic)
        self.app_id, self._secret, self._http, self._machine = app_id, app_secret, http, machine

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
