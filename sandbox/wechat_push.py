"""A push to our webhook, signed and encrypted as WeChat does in secure mode, and the reply to it (wechat.md §2)."""

import secrets
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from xml.sax.saxutils import escape

import requests
import xmltodict
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import WeChatSigner

from bot.ports import Clock
from sandbox.accounts import SandboxAccount

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


def message_xml(account: SandboxAccount, openid: str, created: int, fields: Mapping[str, object]) -> str:
    head = {"ToUserName": account.original_id, "FromUserName": openid, "CreateTime": created}
    return f"<xml>{''.join(_element(name, value) for name, value in (head | dict(fields)).items())}</xml>"


def _element(name: str, value: object) -> str:
    """Numbers bare, parts inside, texts as CDATA; a text that holds the end mark is escaped instead."""
    if isinstance(value, Mapping):
        return f"<{name}>{''.join(_element(*part) for part in value.items())}</{name}>"
    if isinstance(value, int):
        return f"<{name}>{value}</{name}>"
    text = str(value)
    return f"<{name}>{escape(text) if ']]>' in text else f'<![CDATA[{text}]]>'}</{name}>"


class Pusher:
    """web_url: where our web listens. Signatures carry business time."""

    def __init__(self, web_url: str, clock: Clock) -> None:
        self._web_url, self._clock = web_url.rstrip("/"), clock

    def push(self, account: SandboxAccount, openid: str, xml: str, times: int = 1) -> list[Pushed]:
        """`times` identical deliveries at once: same body, nonce and timestamp. One `Pushed` each."""
        query, body = envelope(account, openid, xml, int(self._clock.business().timestamp()))
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
                headers = {"Content-Type": "text/xml"}
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


def envelope(account: SandboxAccount, openid: str, xml: str, timestamp: int) -> tuple[dict[str, str], str]:
    """Query and body of a secure-mode push."""
    nonce, stamp = str(secrets.randbelow(10**10)), str(timestamp)
    crypto = WeChatCrypto(account.token, account.aes_key, account.app_id)
    sealed = xmltodict.parse(crypto.encrypt_message(xml, nonce, stamp))["xml"]
    signer = WeChatSigner()
    signer.add_data(account.token, stamp, nonce)
    query = {"signature": signer.signature, "timestamp": stamp, "nonce": nonce, "openid": openid}
    query |= {"encrypt_type": "aes", "msg_signature": sealed["MsgSignature"]}
    to, content = _element("ToUserName", account.original_id), _element("Encrypt", sealed["Encrypt"])
    return query, f"<xml>{to}{content}</xml>"


def read_reply(account: SandboxAccount, openid: str, body: str) -> Reply | None:
    """The decrypted passive reply; None for silence. ValueError for what WeChat would not take."""
    if body.strip() in SILENT:
        return None
    try:
        outer = xmltodict.parse(body)["xml"]
        crypto = WeChatCrypto(account.token, account.aes_key, account.app_id)
        plain = crypto.decrypt_message(body, outer["MsgSignature"], outer["TimeStamp"], outer["Nonce"])
        inner = xmltodict.parse(plain)["xml"]
    except Exception as broken:  # wechatpy raises seven unrelated kinds (wechat.md §1.4 row 7)
        raise ValueError("not a reply of this account") from broken
    if (inner.get("ToUserName"), inner.get("FromUserName")) != (openid, account.original_id):
        raise ValueError("a reply to someone else")
    return Reply(str(inner.get("MsgType")), _reply_text(inner))


def _reply_text(inner: Mapping[str, object]) -> str:
    if inner.get("MsgType") == "text":
        return str(inner.get("Content") or "")
    return ""
