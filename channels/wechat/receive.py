"""What WeChat pushes to us: check, decrypt, parse → `Inbound` or `Receipt`; and the passive reply going back.

Rules and samples: wechat.md §2. Crypto, parser and reply come from wechatpy 1.8.18; the signature is compared by us,
since wechatpy does not compare in constant time (§1.4 row 8).
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

import xmltodict
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.messages import BaseMessage
from wechatpy.replies import TextReply

from bot.errors import BadBody, BadInbound, BadSignature, BodyTooLarge
from bot.messages import Channel, Inbound, InboundKind, Receipt, ReceiptState
from bot.parts import split

Mode = Literal["secure", "compatible", "plain"]
LARGEST = 64 * 1024  # before any parsing: nested elements are cheap to send and dear to read (§1.4)
FRESH_S = 300
LONGEST_REPLY = 2048  # bytes of one text (§2.7)
LONGEST_KEY = 200  # characters; an EventKey may be a whole address, an index entry may not
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
OPENID = re.compile(r"[^\s<>\]]{1,128}")  # it goes back into XML
JSON_ADVICE = "the body is JSON; choose data format XML in the account's console"
EVENTS = {
    "subscribe": InboundKind.FOLLOW,
    "subscribe_scan": InboundKind.FOLLOW,
    "unsubscribe": InboundKind.UNFOLLOW,
    "scan": InboundKind.SCAN,
    "click": InboundKind.CLICK,
}
COUNTS = {"TotalCount": "total", "FilterCount": "filtered", "SentCount": "sent", "ErrorCount": "failed"}
FINISHED = {"templatesendjobfinish": "success", "masssendjobfinish": "send success"}


class WeChatReceiver:
    """One account's receiving side. Raises BadSignature, BadBody or BodyTooLarge, and nothing else."""

    def __init__(self, account: str, token: str, aes_key: str, app_id: str, mode: Mode) -> None:
        self.account, self._token, self._mode = account, token, mode
        self._crypto = None if mode == "plain" else WeChatCrypto(token, aes_key, app_id)

    def echo(self, args: Mapping[str, str], now: datetime) -> str:
        """Answers the console's check of our address with its own `echostr`, never encrypted for a 服务号."""
        self._check(args.get("signature", ""), args)
        _fresh(args, now)
        return args.get("echostr", "")

    def receive(self, args: Mapping[str, str], body: bytes, now: datetime) -> Inbound | Receipt:
        """args: the query string. now: business time; a push older or younger than five minutes is refused."""
        _plausible(body)
        try:
            xml = body.decode() if self._crypto is None else self._decrypted(args, body)
            if self._crypto is None:
                self._check(args.get("signature", ""), args)
            _fresh(args, now)
            _no_doctype(xml)
            return self._read(parse_message(xml))
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
        envelope = xmltodict.parse(body)["xml"]
        sealed = envelope["Encrypt"]
        signature, timestamp, nonce = (args.get(name, "") for name in ("msg_signature", "timestamp", "nonce"))
        self._check(signature, args, sealed)
        return str(self._crypto.decrypt_message(envelope, signature, timestamp, nonce))

    def _check(self, signature: str, args: Mapping[str, str], *sealed: str) -> None:
        parts = sorted([self._token, args.get("timestamp", ""), args.get("nonce", ""), *sealed])
        ours = hashlib.sha1("".join(parts).encode(), usedforsecurity=False).hexdigest()  # prescribed by WeChat
        if not hmac.compare_digest(ours.encode(), signature.encode()):
            raise BadSignature("the signature does not match")

    def _read(self, message: Any) -> Inbound | Receipt:
        data = message._data
        name = str(data.get("Event") or "").lower()
        if name in FINISHED:
            return self._receipt(name, data)
        kind, text, option = _meaning(message, name)
        return Inbound(
            channel=Channel.WECHAT,
            account=self.account,
            address=_openid(data),
            kind=kind,
            provider_key=_key(data, name),
            sent_at=_moment(data),
            text=text,
            option=option,
            raw={"to": str(data["ToUserName"]), "type": str(data["MsgType"]).lower(), "event": name},
        )

    def _receipt(self, name: str, data: Mapping[str, Any]) -> Receipt:
        """A mass send reports counts, not people: its receipt names nobody."""
        status, mass = str(data["Status"]), name == "masssendjobfinish"
        return Receipt(
            channel=Channel.WECHAT,
            account=self.account,
            state=ReceiptState.DELIVERED if status.lower() == FINISHED[name] else ReceiptState.FAILED,
            at=_moment(data),
            provider_id=str(data["MsgID"]),
            code="" if status.lower() == FINISHED[name] else status,
            address="" if mass else _openid(data),
            counts=_counts(data) if mass else {},
        )


def _counts(data: Mapping[str, Any]) -> dict[str, int]:
    """What became of a mass send; a count that is missing or no number is left out."""
    told = {ours: str(data.get(theirs, "")) for theirs, ours in COUNTS.items()}
    return {name: int(count) for name, count in told.items() if count.isascii() and count.isdigit()}


def _plausible(body: bytes) -> None:
    if len(body) > LARGEST:
        raise BodyTooLarge(f"{len(body)} bytes")
    start = body.lstrip()[:1]
    if not start:
        raise BadBody("the body is empty")
    if start in (b"{", b"["):
        raise BadBody(JSON_ADVICE)
    _no_doctype(body.decode("utf-8", "replace"))


def _no_doctype(xml: str) -> None:
    if xml.lstrip()[:1] == "{":
        raise BadBody(JSON_ADVICE)
    if "<!doctype" in xml.lower() and "<!DOCTYPE" in re.sub(r"<!\[CDATA\[.*?\]\]>", "", xml, flags=re.DOTALL).upper():
        raise BadBody("a document type is not accepted")


def _fresh(args: Mapping[str, str], now: datetime) -> None:
    stamp = args.get("timestamp", "")
    if not (stamp.isascii() and stamp.isdigit()) or abs(now.timestamp() - int(stamp[:16])) > FRESH_S:
        raise BadSignature(f"the timestamp is more than {FRESH_S} s away")


def _meaning(message: BaseMessage, event: str) -> tuple[InboundKind, str, str]:
    """(kind, text, option)"""
    data = message._data
    if event:
        kind = EVENTS.get(event, InboundKind.OTHER)
        return kind, "", str(data.get("EventKey") or "") if kind is not InboundKind.OTHER else ""
    if message.type == "text":
        option = str(data.get("bizmsgmenuid") or "")
        return (InboundKind.TAP if option else InboundKind.TEXT), str(data.get("Content") or ""), option
    return InboundKind.OTHER, "", ""


def _key(data: Mapping[str, Any], event: str) -> str:
    """Messages `MsgId-CreateTime-From`; events `CreateTime-From-EventKey-Event` (wechat.md §2.6)."""
    when, who = data["CreateTime"], data["FromUserName"]
    if data.get("MsgId"):
        key = f"{data['MsgId']}-{when}-{who}"
    else:
        key = "-".join(str(part) for part in (when, who, data.get("EventKey") or "", event, *_told_apart(data)))
    return key if len(key) <= LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()


def _told_apart(data: Mapping[str, Any]) -> tuple[str, ...]:
    """What keeps two events of one second apart."""
    return tuple(str(data[name]) for name in ("UserCardCode", "MsgID") if data.get(name))


def _openid(data: Mapping[str, Any]) -> str:
    openid = data["FromUserName"]
    if not isinstance(openid, str) or not OPENID.fullmatch(openid):
        raise BadBody("no sender")
    return openid


def _moment(data: Mapping[str, Any]) -> datetime:
    """CreateTime is in seconds (courier reads milliseconds, §7.2)."""
    return datetime.fromtimestamp(int(data["CreateTime"]), UTC)


def _cdata_safe(text: str) -> str:
    """wechatpy escapes nothing: `]]>` would end the text and inject what follows (§1.4 row 11)."""
    whole = NOT_XML.sub("", text).encode("utf-8", "ignore").decode()
    fitting = split(whole, LONGEST_REPLY)[0]  # a turn says no more than fits; what comes otherwise ends a sentence
    return fitting.replace("]]>", "]]]]><![CDATA[>")
