"""Sending on WeChat: customer-service text, template message, mass send by openids (wechat.md §3.2, 3.3, 3.5)."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import structlog

from bot.errors import ContentRefused, TryLater, Uncertain, Undeliverable
from bot.messages import Outgoing, Way
from bot.ports import Sender
from channels.http import Answer, Http, NoAnswer, NotSent
from channels.wechat.answers import Reading, read_answer
from channels.wechat.token import AccessTokens

TEXT_BYTES = 2048
CLIENT_ID_BYTES = 64
MASS_LEAST, MASS_MOST = 2, 10_000
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
        """A call that changes nothing (GET), made once more without an answer. Raises a SendError, never Uncertain."""

        def ask(token: str) -> Answer:
            return self._http.get(f"/cgi-bin/{path}?{urlencode({'access_token': token, **query})}", says="errcode")

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


class WeChatSender:
    """Implements `Sender` for one account. Returns the provider's id, "" where WeChat gives none."""

    def __init__(self, api: WeChatApi) -> None:
        self._api = api
        self._ways: Mapping[Way, Callable[[Outgoing], str]] = {
            Way.CUSTOM: self._custom,
            Way.TEMPLATE: self._template,
            Way.MASS: self._mass,
        }

    def send(self, out: Outgoing) -> str:
        """Raises a SendError; a custom text without an answer is Uncertain, since WeChat cannot tell a second one."""
        way = self._ways.get(out.way)
        if way is None:
            raise ContentRefused("way", f"微信不能发送 {out.way.value}")
        return way(out)

    def _custom(self, out: Outgoing) -> str:
        payload = {"touser": out.address, "msgtype": "text", "text": {"content": _text(out.payload)}}
        return _id(self._api.call("message/custom/send", payload, out_id=out.out_id).body, "msgid")

    def _template(self, out: Outgoing) -> str:
        payload = {
            "touser": out.address,
            "template_id": out.payload["template_id"],
            "url": out.payload.get("url") or "",
            "client_msg_id": _client_id(out),
            "data": out.payload["data"],
        }
        return _id(self._api.call("message/template/send", payload, out_id=out.out_id, repeatable=True).body, "msgid")

    def _mass(self, out: Outgoing) -> str:
        payload = {
            "touser": _openids(out.payload),
            "msgtype": "text",
            "text": {"content": _text(out.payload)},
            "clientmsgid": _client_id(out),
        }
        return _id(
            self._api.call("message/mass/send", payload, out_id=out.out_id, repeatable=True).body, "msg_id", "msgid"
        )


class EveryAccount:
    """Implements `Sender` for all accounts: each message goes by the one it names."""

    def __init__(self, senders: Mapping[str, Sender]) -> None:
        self._senders = senders

    def send(self, out: Outgoing) -> str:
        sender = self._senders.get(out.account)
        if sender is None:
            raise Undeliverable("no_account", "没有配置这个微信公众号，改用其他方式")
        return sender.send(out)


def _text(payload: Mapping[str, object]) -> str:
    text = str(payload.get("text") or "").strip()
    if not text:
        raise ContentRefused("44004", "消息内容为空")
    size = len(text.encode())
    if size > TEXT_BYTES:
        raise ContentRefused("45002", f"消息有 {size} 字节，微信最多 {TEXT_BYTES} 字节，请缩短后再发")
    return text


def _openids(payload: Mapping[str, object]) -> list[str]:
    openids = payload.get("openids")
    found = list(dict.fromkeys(str(each) for each in openids)) if isinstance(openids, list | tuple) else []
    if len(found) < MASS_LEAST:
        raise ContentRefused("40130", "群发至少需要两位客户")
    if len(found) > MASS_MOST:
        raise ContentRefused("mass_size", f"群发一次最多 {MASS_MOST} 位客户")
    return found


def _client_id(out: Outgoing) -> str:
    if len(out.out_id.encode()) > CLIENT_ID_BYTES:
        raise ContentRefused("45067", "消息编号超过 64 字节，请联系技术支持")
    return out.out_id


def _id(body: Mapping[str, Any], *names: str) -> str:
    return next((str(body[name]) for name in names if body.get(name)), "")
