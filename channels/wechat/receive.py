"""What WeChat pushes to us: check and decrypt by the account's mode, then read; and the passive reply going back.

Rules and samples: wechat.md §2. Crypto and reply come from wechatpy 1.8.18; the signature is compared by us, since
wechatpy does not compare in constant time (§1.4 row 8).
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import structlog
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import TextReply

from bot.errors import BadBody, BadInbound, BadSignature
from bot.messages import Inbound
from bot.parts import split
from channels.wechat.body import LARGEST, UNWRITABLE, Fields, fields_of, is_json, needed, plausible
from channels.wechat.events import Came, read_event
from channels.wechat.messages import read_message

__all__ = ["LARGEST", "Came", "Mode", "WeChatReceiver"]

Mode = Literal["secure", "compatible", "plain"]
FRESH_S = 300
LONGEST_REPLY = 2048  # bytes of one text (§2.7)
log = structlog.get_logger()


class WeChatReceiver:
    """One account's receiving side. Raises BadSignature, BadBody or BodyTooLarge, and nothing else."""

    def __init__(self, account: str, token: str, aes_key: str, app_id: str, mode: Mode) -> None:
        self.account, self._token, self._mode = account, token, mode
        self._json_told = False
        self._crypto = None if mode == "plain" else WeChatCrypto(token, aes_key, app_id)

    def echo(self, args: Mapping[str, str], now: datetime) -> str:
        """Answers the console's check of our address with its own `echostr`, never encrypted for a 服务号."""
        self._check(args.get("signature", ""), args)
        _fresh(args, now)
        return args.get("echostr", "")

    def receive(self, args: Mapping[str, str], body: bytes, now: datetime) -> Came:
        """args: the query string. now: business time; a push older or younger than five minutes is refused.

        An `Inbound` is taken as a turn, receipts are settled, `News` is noted.
        """
        plausible(body)
        try:
            document = body.decode() if self._crypto is None else self._decrypted(args, body)
            if self._crypto is None:
                self._check(args.get("signature", ""), args)
            _fresh(args, now)
            self._tell_json(document)
            return self._read(fields_of(document))
        except BadInbound:
            raise
        except Exception as error:  # wechatpy lets seven kinds through (§1.4 rows 6 and 7)
            raise BadBody(f"not a message: {type(error).__name__}") from error

    def reply(self, text: str, inbound: Inbound, nonce: str, now: datetime) -> str:
        """The passive reply, encrypted anew with this request's nonce; `success` when there is nothing to say."""
        if not text:
            return "success"
        moment = int(now.timestamp())
        answer = TextReply(
            source=str(inbound.raw.get("to", "")), target=inbound.address, content=_cdata_safe(text), time=moment
        )
        if self._crypto is None:
            return str(answer.render())
        return str(self._crypto.encrypt_message(answer, _cdata_safe(nonce), str(moment)))

    def _decrypted(self, args: Mapping[str, str], body: bytes) -> str:
        """Only the encrypted part counts; plain fields beside it are signed by nobody (§2.3)."""
        assert self._crypto is not None
        if args.get("encrypt_type", "raw") == "raw":
            raise BadSignature(f"a plain body in {self._mode} mode")
        sealed = fields_of(body.decode())["Encrypt"]
        signature, timestamp, nonce = (args.get(name, "") for name in ("msg_signature", "timestamp", "nonce"))
        self._check(signature, args, sealed)
        return str(self._crypto.decrypt_message({"Encrypt": sealed}, signature, timestamp, nonce))

    def _read(self, fields: Fields) -> Came:
        if self._crypto is None and "Encrypt" in fields and "MsgType" not in fields:
            raise BadBody("an encrypted body in plain mode; the console's mode and HUIFANG_WECHAT_MODE differ")
        is_event = needed(fields, "MsgType").lower() == "event"
        return read_event(fields, self.account) if is_event else read_message(fields, self.account)

    def _tell_json(self, document: str) -> None:
        """Once an account and process. Our reply is XML all the same: which one WeChat takes then is not verified."""
        if is_json(document) and not self._json_told:
            self._json_told = True
            log.warning("wechat_pushes_json", account=self.account, advice="choose data format XML in the console")

    def _check(self, signature: str, args: Mapping[str, str], *sealed: str) -> None:
        parts = sorted([self._token, args.get("timestamp", ""), args.get("nonce", ""), *sealed])
        ours = hashlib.sha1(
            "".join(parts).encode("utf-8", "replace"), usedforsecurity=False
        ).hexdigest()  # prescribed by WeChat
        if not hmac.compare_digest(ours.encode(), signature.encode("utf-8", "replace")):
            raise BadSignature("the signature does not match")


def _fresh(args: Mapping[str, str], now: datetime) -> None:
    stamp = args.get("timestamp", "")
    if not (stamp.isascii() and stamp.isdigit()) or abs(now.timestamp() - int(stamp[:16])) > FRESH_S:
        raise BadSignature(f"the timestamp is more than {FRESH_S} s away")


def _cdata_safe(text: str) -> str:
    """wechatpy escapes nothing: `]]>` would end the text and inject what follows (§1.4 row 11)."""
    whole = UNWRITABLE.sub("", text).encode("utf-8", "ignore").decode()
    fitting = split(whole, LONGEST_REPLY)[0]  # a turn says no more than fits; what comes otherwise ends a sentence
    return fitting.replace("]]>", "]]]]><![CDATA[>")
