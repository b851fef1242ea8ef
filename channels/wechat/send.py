"""Sending on WeChat: the calls of an account, and each kind of message by its own file (wechat.md §3.2–3.5)."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import structlog

from bot.errors import ContentRefused, SendError, TryLater, Uncertain, Undeliverable
from bot.messages import Outgoing, Way
from bot.ports import Sender
from channels.http import Answer, Http, NoAnswer, NotSent
from channels.wechat.answers import Reading, read_answer
from channels.wechat.custom import MENUS, custom
from channels.wechat.mass import mass
from channels.wechat.notices import subscription, template
from channels.wechat.request import Request
from channels.wechat.token import AccessTokens

UNREACHED_S = 10.0  # WeChat could not be connected to: nothing left, try again
STILL_REFUSED_S = 60.0  # a token fetched this moment is refused as well

Ask = Callable[[str], Answer]  # with this token


class WeChatApi:
    """One account's calls: token, one refresh and one retry when it is refused, errors as `bot.errors`."""

    def __init__(self, tokens: AccessTokens, http: Http, machine: Callable[[], datetime]) -> None:
        self._tokens, self._http, self._machine = tokens, http, machine

    def call(self, path: str, payload: Mapping[str, object], *, out_id: str = "", repeatable: bool = False) -> Reading:
        """Code 0, or one that says it was sent before; else raises a SendError.

        repeatable: the provider drops a second one of the same id, so a call without an answer is made once more.
        """
        # Chinese must not be \u-escaped (40033).
        body = json.dumps(payload, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8"}

        def ask(token: str) -> Answer:
            return self._http.post(f"/cgi-bin/{path}?access_token={token}", body, headers, says="errcode")

        return self._carried(path, ask, out_id, repeatable)

    def look(self, path: str, **query: str) -> Reading:
        """A call that changes nothing (GET), made once more without an answer. Raises a SendError, never Uncertain.

        path: below cgi-bin; with a leading / it is the whole one (`/wxaapi/…`).
        """

        def ask(token: str) -> Answer:
            asked = urlencode({"access_token": token, **query})
            return self._http.get(f"{path if path[0] == '/' else f'/cgi-bin/{path}'}?{asked}", says="errcode")

        try:
            return self._carried(path, ask, "", repeatable=True)
        except Uncertain as error:
            raise TryLater(error.code, "微信没有回应，请稍后再试", UNREACHED_S) from None

    def _carried(self, path: str, ask: Ask, out_id: str, repeatable: bool) -> Reading:
        token = self._tokens.get()
        reading = self._read(path, token, ask, out_id, repeatable)
        if reading.refresh:
            reading = self._read(path, self._tokens.instead_of(token), ask, out_id, repeatable=False)
        if reading.refresh:
            raise TryLater(
                str(reading.code), "微信拒绝了刚取得的令牌，稍后自动重试", STILL_REFUSED_S, channel_wide=True
            )
        if reading.code and not reading.sent_before:
            raise reading.error
        return reading

    def _read(self, path: str, token: str, ask: Ask, out_id: str, repeatable: bool) -> Reading:
        answer = self._answer(path, token, ask, out_id, tries=2 if repeatable else 1)
        return read_answer(answer.body, path, out_id, self._machine())

    def _answer(self, path: str, token: str, ask: Ask, out_id: str, tries: int) -> Answer:
        left = False
        for _ in range(tries):
            try:
                return ask(token)
            except NotSent as error:
                kind = str(error)
            except NoAnswer as error:
                kind, left = str(error), True
            structlog.get_logger().warning("wechat_no_answer", api=path, kind=kind, out_id=out_id, left=left)
        if left:
            raise Uncertain("no_answer", f"微信没有回应（{kind}），无法确认是否送达")
        raise TryLater("no_connection", f"无法连接微信（{kind}），稍后自动重试", UNREACHED_S, channel_wide=True)


# One row a kind; each is a file of its own and makes the request, this one carries it out.
KINDS: Mapping[Way, Callable[[Outgoing], Request]] = {
    Way.CUSTOM: custom,
    Way.TEMPLATE: template,
    Way.SUBSCRIPTION: subscription,
    Way.MASS: mass,
}


class WeChatSender:
    """Implements `Sender` for one account. Returns the provider's id, "" where WeChat gives none.

    menus: False where the account is known to refuse menu messages (40200); else the first refusal is remembered.
    """

    def __init__(self, api: WeChatApi, *, menus: bool = True) -> None:
        self._api = api
        self._lacks: set[str] = set() if menus else {MENUS}

    def send(self, out: Outgoing) -> str:
        """Raises a SendError; a custom text without an answer is Uncertain, since WeChat cannot tell a second one."""
        kind = KINDS.get(out.way)
        if kind is None:
            raise ContentRefused("way", f"微信不能发送 {out.way.value}")
        return self._carry_out(kind(out), out.out_id)

    def _carry_out(self, request: Request, out_id: str) -> str:
        other = request.otherwise
        if other is not None and other.lacks in self._lacks:
            return self._carry_out(other.request, out_id)
        try:
            reading = self._api.call(request.path, request.payload, out_id=out_id, repeatable=request.repeatable)
        except SendError as refused:
            if other is None or refused.code != other.code:
                raise
            if other.lacks:
                self._lacks.add(other.lacks)
            return self._carry_out(other.request, out_id)
        return _id(reading.body, *request.names)


class EveryAccount:
    """Implements `Sender` for all accounts: each message goes by the one it names."""

    def __init__(self, senders: Mapping[str, Sender]) -> None:
        self._senders = senders

    def send(self, out: Outgoing) -> str:
        sender = self._senders.get(out.account)
        if sender is None:
            raise Undeliverable("no_account", "没有配置这个微信公众号，改用其他方式")
        return sender.send(out)


def _id(body: Mapping[str, Any], *names: str) -> str:
    return next((str(body[name]) for name in names if body.get(name)), "")
