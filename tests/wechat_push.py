"""Pushes as WeChat makes them, signed and encrypted, and our replies read as WeChat reads them."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from itertools import count

import xmltodict
from wechatpy.crypto import WeChatCrypto

TOKEN, AES_KEY, APP_ID, GH = "token123", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wxsandbox0000000000", "gh_1"


def sign(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


@dataclass
class Push:
    """One account's pushing side."""

    token: str = TOKEN
    aes_key: str = AES_KEY
    app_id: str = APP_ID

    def __post_init__(self) -> None:
        self.crypto = WeChatCrypto(self.token, self.aes_key, self.app_id)
        self._nonces = count(1_000_000)

    def plain(self, xml: str, now: datetime, nonce: str = "") -> tuple[dict[str, str], bytes]:
        stamp, nonce = str(int(now.timestamp())), nonce or str(next(self._nonces))
        return {"signature": sign(self.token, stamp, nonce), "timestamp": stamp, "nonce": nonce}, xml.encode()

    def sealed(self, xml: str, now: datetime, nonce: str = "") -> tuple[dict[str, str], bytes]:
        """Query and body in secure mode."""
        query, _ = self.plain("", now, nonce)
        envelope = self.crypto.encrypt_message(xml, query["nonce"], query["timestamp"])
        encrypt = xmltodict.parse(envelope)["xml"]["Encrypt"]
        signature = sign(self.token, query["timestamp"], query["nonce"], encrypt)
        body = f"<xml><ToUserName><![CDATA[{GH}]]></ToUserName><Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>"
        return {**query, "encrypt_type": "aes", "msg_signature": signature}, body.encode()

    def sealed_json(
        self, fields: dict[str, object], now: datetime, beside: bool = False
    ) -> tuple[dict[str, str], bytes]:
        """The same in JSON data format; beside: the fields stand in the clear too, as in compatible mode."""
        args, body = self.sealed(json.dumps(fields, ensure_ascii=False), now)
        sealed = {"ToUserName": GH, "Encrypt": xmltodict.parse(body)["xml"]["Encrypt"]}
        return args, json.dumps({**(fields if beside else {}), **sealed}).encode()

    def opened(self, reply: str) -> dict[str, str]:
        """A passive reply, its signature checked, as a dict of its fields."""
        envelope = xmltodict.parse(reply)["xml"]
        xml = self.crypto.decrypt_message(envelope, envelope["MsgSignature"], envelope["TimeStamp"], envelope["Nonce"])
        return dict(xmltodict.parse(xml)["xml"])


def message(openid: str = "oLiLei", created: int = 1789611600, **fields: object) -> str:
    """An inner document. Strings are CDATA, numbers are bare, as WeChat writes them."""
    head = {"ToUserName": GH, "FromUserName": openid, "CreateTime": created}
    return "<xml>" + "".join(_node(name, value) for name, value in {**head, **fields}.items()) + "</xml>"


def text(content: str, msg_id: int = 1234567890123456, **more: object) -> str:
    safe = content.replace("]]>", "]]]]><![CDATA[>")
    return message(**{"MsgType": "text", "Content": safe, "MsgId": msg_id, **more})  # type: ignore[arg-type]  # any further field


def event(name: str, key: str = "", **more: object) -> str:
    return message(**{"MsgType": "event", "Event": name, "EventKey": key, **more})  # type: ignore[arg-type]  # any further field


def _node(name: str, value: object) -> str:
    if isinstance(value, list):
        return "".join(_node(name, each) for each in value)
    if isinstance(value, dict):
        return f"<{name}>{''.join(_node(inner, each) for inner, each in value.items())}</{name}>"
    return f"<{name}>{value}</{name}>" if isinstance(value, int) else f"<{name}><![CDATA[{value}]]></{name}>"
