"""Who opens one of our pages in WeChat: snsapi_base, the openid and nothing else (wechat.md §3.7).

WeChat often loads the page it returns to twice, and a code is good once: who it stood for is kept for as long as the
code would have lived, so the second load gets the same answer.
"""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode

from bot.errors import HuifangError, TryLater
from bot.ports import Lock, TokenCache, WakeUps
from channels.http import Http, NoAnswer, NotSent
from channels.wechat.answers import read_answer

CODE_S = 300
LOCK_S = 10.0
PATIENCE = 40  # times 0.2 s for the other load's call
SPENT = (40029, 40163)
CODE = re.compile(r"[\w-]{1,200}", re.ASCII)
API = "sns/oauth2/access_token"


class CodeSpent(HuifangError):
    """The code is unknown, over or used elsewhere: WeChat must be asked anew."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """openid "": a snapshot page, whose openid is a virtual one that stands for nobody; it is never kept."""

    openid: str


class PageVisitors:
    """One account's side of the log-in. oauth_base: where the customer's browser is sent to be recognised."""

    def __init__(
        self,
        app_id: str,
        app_secret: str,
        http: Http,
        oauth_base: str,
        *,
        cache: TokenCache,
        lock: Lock,
        wakeups: WakeUps,
        machine: Callable[[], datetime],
    ) -> None:
        self._app_id, self._secret, self._http, self._base = app_id, app_secret, http, oauth_base.rstrip("/")
        self._cache, self._lock, self._wakeups, self._machine = cache, lock, wakeups, machine

    def address(self, back: str, state: str) -> str:
        """Where to send the browser; WeChat insists on this order of the parameters."""
        asked = f"appid={self._app_id}&redirect_uri={quote(back, safe='')}&response_type=code&scope=snsapi_base"
        return f"{self._base}/connect/oauth2/authorize?{asked}&state={state}#wechat_redirect"

    def visitor(self, code: str) -> Visitor:
        """Raises CodeSpent, or a SendError when WeChat could not be asked."""
        if not CODE.fullmatch(code):
            raise CodeSpent("no code")
        name = f"oauth:{hashlib.sha256(code.encode()).hexdigest()}"
        for _ in range(PATIENCE):
            if known := self._known(name):
                return known
            with self._lock.hold(name, LOCK_S) as mine:
                if mine:
                    return self._known(name) or self._exchange(name, code)
            self._wakeups.wait(name, 0.2)
        raise TryLater("oauth", "微信登录还没有完成，请稍后再试", after=LOCK_S)

    def _known(self, name: str) -> Visitor | None:
        kept = self._cache.get(name)
        return Visitor(str(json.loads(kept))) if kept else None

    def _exchange(self, name: str, code: str) -> Visitor:
        asked = {"appid": self._app_id, "secret": self._secret, "code": code, "grant_type": "authorization_code"}
        try:
            body = self._http.get(f"/{API}?{urlencode(asked)}", says="errcode").body
        except (NotSent, NoAnswer) as error:
            raise TryLater("oauth", f"无法向微信确认身份：{error}", after=LOCK_S) from None
        read = read_answer(body, API, "", self._machine())
        if read.code in SPENT:
            if known := self._known(name):  # the other load was faster, and Redis is away
                return known
            raise CodeSpent(str(read.code))
        if read.code:
            raise read.error
        found = Visitor("" if str(body.get("is_snapshotuser") or "0") == "1" else str(body.get("openid") or ""))
        self._cache.put(name, json.dumps(found.openid), CODE_S)
        self._wakeups.wake(name)
        return found
