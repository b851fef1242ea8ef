"""The account all three servers of the benchmark share, and pushes as WeChat sends them."""

import hashlib
import secrets
import time
from pathlib import Path
from urllib.parse import urlencode

from wechatpy.crypto import WeChatCrypto

APP_ID = "wxbench00000000000"
TOKEN = "benchtoken"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
OPENIDS = [f"oBench{number:022d}" for number in range(500)]
TAILS = (
    "",
    "，谢谢",
    "。",
    "呢",
    "，麻烦您了",
    "，我姓王",
    "，车是白色的",
    "，上午方便",
    "，下午也行",
    "，不急",
    "，打扰了",
    "，辛苦",
)
WORDS = ("你好", "在吗", "请问今天几点关门", "谢谢", "我想问一下保养的事", "车子已经取了", "好的", "明天有人吗")


def push(message_id: int) -> tuple[str, str]:
    """(query string, body) of one encrypted text. Each id once: a second one would be a duplicate, which is cheap."""
    stamp, nonce = str(int(time.time())), secrets.token_hex(5)
    plain = (
        f"<xml><ToUserName><![CDATA[gh_bench]]></ToUserName>"
        f"<FromUserName><![CDATA[{OPENIDS[message_id % len(OPENIDS)]}]]></FromUserName>"
        f"<CreateTime>{stamp}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{_words(message_id)}]]></Content><MsgId>{message_id}</MsgId></xml>"
    )
    envelope = _crypto().encrypt_message(plain, nonce, stamp)
    sealed, signature = _between(envelope, "Encrypt"), _between(envelope, "MsgSignature")
    query = {"signature": _plain_signature(stamp, nonce), "timestamp": stamp, "nonce": nonce, "openid": "o"}
    body = f"<xml><ToUserName><![CDATA[gh_bench]]></ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
    return urlencode({**query, "encrypt_type": "aes", "msg_signature": signature}), body


def _words(number: int) -> str:
    """Some 9,000 different texts: nobody's cache of readings may win the benchmark."""
    day, hour = number // 8 % 31 + 1, number // 248 % 12 + 8
    start = f"{day}号{hour}点，" if number % 3 else ""
    return start + WORDS[number % len(WORDS)] + TAILS[number // 96 % len(TAILS)]


def write_pushes(file: Path, path: str, first_id: int, count: int) -> None:
    """One push a line: path with query, a tab, the body. Read by push.lua."""
    lines = (f"{path}?{query}\t{body}\n" for query, body in map(push, range(first_id, first_id + count)))
    file.write_text("".join(lines), "utf-8")


def answer_text(body: str) -> str:
    """The text of an encrypted passive reply; raises when it is none."""
    signature, stamp, nonce = (_between(body, tag) for tag in ("MsgSignature", "TimeStamp", "Nonce"))
    return _between(str(_crypto().decrypt_message(body, signature, stamp, nonce)), "Content")


def _crypto() -> WeChatCrypto:
    return WeChatCrypto(TOKEN, AES_KEY, APP_ID)


def _between(xml: str, tag: str) -> str:
    inner = xml.split(f"<{tag}>", 1)[1].split(f"</{tag}>", 1)[0].strip()
    return inner.removeprefix("<![CDATA[").removesuffix("]]>")


def _plain_signature(stamp: str, nonce: str) -> str:
    return hashlib.sha1("".join(sorted((TOKEN, stamp, nonce))).encode()).hexdigest()
