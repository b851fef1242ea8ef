"""A push to our webhook, signed and encrypted as the account's mode has it, and the reply to it (wechat.md §2)."""

import secrets
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import requests
import xmltodict
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import WeChatSigner

from bot.ports import Clock
from sandbox.accounts import SandboxAccount
from sandbox.pushed_fields import document

ANSWER_S = 5.0
SILENT = ("", "success")


@dataclass(frozen=True, slots=True)
class Reply:
    type: str
    text: str


@dataclass(frozen=True, slots=True)
class Pushed:
    """What came of one delivery. status 0: no answer within 5 s. good: WeChat would not push it again."""

    status: int
    ms: int
    reply: Reply | None
    good: bool


def message(account: SandboxAccount, openid: str, created: int, fields: Mapping[str, object]) -> dict[str, object]:
    """The fields of a whole push."""
    head: dict[str, object] = {"ToUserName": account.original_id, "FromUserName": openid, "CreateTime": created}
    return head | dict(fields)


class Pusher:
    """web_url: where our web listens. Signatures carry business time."""

    def __init__(self, web_url: str, clock: Clock) -> None:
        self._web_url, self._clock = web_url.rstrip("/"), clock

    def push(self, account: SandboxAccount, openid: str, fields: Mapping[str, object], times: int = 1) -> list[Pushed]:
        """`times` identical deliveries at once: same body, nonce and timestamp. One `Pushed` each."""
        query, body = envelope(account, openid, fields, int(self._clock.business().timestamp()))
        start = threading.Barrier(times)

        def deliver() -> Pushed:
            start.wait()
            return self._deliver(account, openid, query, body)

        with ThreadPoolExecutor(times) as pool:
            return [waiting.result() for waiting in [pool.submit(deliver) for _ in range(times)]]

    def _deliver(self, account: SandboxAccount, openid: str, query: dict[str, str], body: str) -> Pushed:
        started = self._clock.monotonic()
        try:
            with requests.Session() as session:
                session.trust_env = False  # a proxy of the machine must not see loopback calls
                url = f"{self._web_url}/wechat/{account.name}"
                headers = {"Content-Type": "application/json" if account.data_format == "json" else "text/xml"}
                answer = session.post(
                    url, params=query, data=body.encode(), headers=headers, timeout=ANSWER_S, allow_redirects=False
                )
        except requests.RequestException:
            return Pushed(0, self._ms_since(started), None, good=False)
        spent = self._ms_since(started)
        try:
            reply = read_reply(account, openid, answer.text) if answer.status_code == 200 else None
        except ValueError:
            return Pushed(answer.status_code, spent, None, good=False)
        return Pushed(answer.status_code, spent, reply, good=answer.status_code == 200)

    def _ms_since(self, started: float) -> int:
        return round((self._clock.monotonic() - started) * 1000)


def envelope(
    account: SandboxAccount, openid: str, fields: Mapping[str, object], timestamp: int
) -> tuple[dict[str, str], str]:
    """Query and body of a push in the account's mode: fields in the clear, encrypted, or both (wechat.md §2.3)."""
    nonce, stamp = str(secrets.randbelow(10**10)), str(timestamp)
    query = {"signature": _signed(account.token, stamp, nonce), "timestamp": stamp, "nonce": nonce, "openid": openid}
    inner = document(fields, account.data_format)
    if account.mode == "plain":
        return query, inner
    crypto = WeChatCrypto(account.token, account.aes_key, account.app_id)
    sealed = xmltodict.parse(crypto.encrypt_message(inner, nonce, stamp))["xml"]
    query |= {"encrypt_type": "aes", "msg_signature": sealed["MsgSignature"]}
    plain = fields if account.mode == "compatible" else {"ToUserName": account.original_id}
    return query, document({**plain, "Encrypt": sealed["Encrypt"]}, account.data_format)


def _signed(*parts: str) -> str:
    signer = WeChatSigner()
    signer.add_data(*parts)
    return str(signer.signature)


def read_reply(account: SandboxAccount, openid: str, body: str) -> Reply | None:
    """The decrypted passive reply; None for silence. ValueError for what WeChat would not take."""
    if body.strip() in SILENT:
        return None
    try:
        inner = xmltodict.parse(body if account.mode == "plain" else _opened(account, body))["xml"]
    except Exception as broken:  # wechatpy raises seven unrelated kinds (wechat.md §1.4 row 7)
        raise ValueError("not a reply of this account") from broken
    if (inner.get("ToUserName"), inner.get("FromUserName")) != (openid, account.original_id):
        raise ValueError("a reply to someone else")
    return Reply(str(inner.get("MsgType")), _reply_text(inner))


def _opened(account: SandboxAccount, body: str) -> str:
    outer = xmltodict.parse(body)["xml"]
    crypto = WeChatCrypto(account.token, account.aes_key, account.app_id)
    return str(crypto.decrypt_message(body, outer["MsgSignature"], outer["TimeStamp"], outer["Nonce"]))


def _reply_text(inner: Mapping[str, object]) -> str:
    if inner.get("MsgType") == "text":
        return str(inner.get("Content") or "")
    return ""
