"""What WeChat pushes: who may, what it means, what is refused. Vectors: tests/data/wechat-vectors.json."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import xmltodict
from wechatpy.crypto import base as wechatpy_base

from bot.errors import BadBody, BadInbound, BadSignature, BodyTooLarge
from bot.messages import Channel, Inbound, InboundKind, News, NewsKind
from channels.wechat.receive import LARGEST, Came, Mode, WeChatReceiver
from tests.wechat_push import AES_KEY, APP_ID, GH, TOKEN, Push, event, message, sign, text

NOW = datetime(2026, 9, 17, 2, 20, tzinfo=UTC)
VECTORS = json.loads((Path(__file__).parents[2] / "data" / "wechat-vectors.json").read_text("utf-8"))
PUSH = Push()


def of_kind(*kinds: str) -> list[Any]:
    return [pytest.param(each, id=each["id"]) for each in VECTORS if each["kind"] in kinds]


def receiver(mode: Mode = "secure") -> WeChatReceiver:
    return WeChatReceiver("main", TOKEN, AES_KEY, APP_ID, mode)


def received(xml: str, mode: Mode = "secure") -> Came:
    return receiver(mode).receive(*PUSH.sealed(xml, NOW), NOW)


def inbound(xml: str) -> Inbound:
    came = received(xml)
    assert isinstance(came, Inbound)
    return came


def at(vector: dict[str, str]) -> datetime:
    return datetime.fromtimestamp(int(vector["timestamp"]), UTC)


def query(vector: dict[str, str], **more: str) -> dict[str, str]:
    return {**{name: vector[name] for name in ("timestamp", "nonce")}, **more}


def receiver_of(vector: dict[str, str]) -> WeChatReceiver:
    return WeChatReceiver("main", vector["token"], vector["encoding_aes_key"], vector["app_id"], "secure")


# --- the vectors ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vector", of_kind("decrypt_xml"))
def test_a_vectors_message_is_read(vector: dict[str, str]) -> None:
    args = query(vector, encrypt_type="aes", msg_signature=vector["msg_signature"])
    came = receiver_of(vector).receive(args, vector["encrypted_xml"].encode(), at(vector))
    plain = xmltodict.parse(vector["plaintext"])["xml"]
    assert isinstance(came, Inbound)
    assert (came.kind, came.text, came.address) == (InboundKind.TEXT, plain["Content"], plain["FromUserName"])
    assert came.provider_key == f"{plain['MsgId']}-{plain['CreateTime']}-{plain['FromUserName']}"


@pytest.mark.parametrize("vector", of_kind("decrypt_xml"))
def test_a_vectors_message_with_one_letter_changed_is_refused(vector: dict[str, str]) -> None:
    args = query(vector, encrypt_type="aes", msg_signature=vector["msg_signature"])
    start = vector["encrypted_xml"].index("<Encrypt><![CDATA[") + 20
    body = vector["encrypted_xml"]
    changed = body[:start] + ("A" if body[start] != "A" else "B") + body[start + 1 :]
    with pytest.raises(BadSignature):
        receiver_of(vector).receive(args, changed.encode(), at(vector))


@pytest.mark.parametrize("vector", of_kind("decrypt_raw"))
def test_a_vectors_ciphertext_that_is_no_xml(vector: dict[str, str]) -> None:
    """JSON data format is read (here the debugger's event); WeCom's encrypted echostr is no message of ours."""
    args = query(vector, encrypt_type="aes", msg_signature=vector["msg_signature"])
    body = f"<xml><Encrypt><![CDATA[{vector['encrypt']}]]></Encrypt></xml>"
    if vector["plaintext"].startswith("{"):
        came = receiver_of(vector).receive(args, body.encode(), at(vector))
        assert isinstance(came, News)
        assert (came.kind, came.data) == (NewsKind.DEBUG, {"length": len(json.loads(vector["plaintext"])["debug_str"])})
        return
    with pytest.raises(BadBody, match="not a message"):
        receiver_of(vector).receive(args, body.encode(), at(vector))


@pytest.mark.parametrize("vector", of_kind("encrypt_deterministic"))
def test_a_vectors_reply_is_encrypted_to_the_letter(vector: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The crypto under our replies, with chance fixed."""
    monkeypatch.setattr(wechatpy_base, "random_string", lambda _length: vector["random16"])
    crypto = receiver_of(vector)._crypto
    assert crypto is not None
    envelope = xmltodict.parse(crypto.encrypt_message(vector["plaintext"], vector["nonce"], vector["timestamp"]))["xml"]
    assert (envelope["Encrypt"], envelope["MsgSignature"]) == (vector["encrypt"], vector["msg_signature"])


@pytest.mark.parametrize("vector", of_kind("signature"))
def test_a_vectors_signature_is_accepted_and_no_other(vector: dict[str, str]) -> None:
    here = WeChatReceiver("main", vector["token"], "", "", "plain")
    args = query(vector, echostr=vector.get("echostr", "42"))
    assert here.echo({**args, "signature": vector["signature"]}, at(vector)) == args["echostr"]
    with pytest.raises(BadSignature):
        here.echo({**args, "signature": vector["signature"].replace("6", "7")}, at(vector))


def test_every_vector_that_concerns_us_is_used() -> None:
    used = {"decrypt_xml", "decrypt_raw", "encrypt_deterministic", "signature"}
    assert {each["kind"] for each in VECTORS} - used == {"jsapi_signature"}  # no page of ours calls the JS-SDK


# --- meaning -------------------------------------------------------------------------------------------------------


def test_a_text() -> None:
    came = inbound(text("空调还是不凉", 42))
    assert (came.channel, came.account, came.address) == (Channel.WECHAT, "main", "oLiLei")
    assert (came.kind, came.text, came.option) == (InboundKind.TEXT, "空调还是不凉", "")
    assert came.sent_at == datetime.fromtimestamp(1789611600, UTC)
    assert came.provider_key == "42-1789611600-oLiLei"


def test_an_events_key_is_time_sender_key_and_name() -> None:
    assert inbound(event("CLICK", "SURVEY")).provider_key == "1789611600-oLiLei-SURVEY-click"


def test_events_of_one_second_are_told_apart() -> None:
    keys = {inbound(xml).provider_key for xml in (event("CLICK", "A"), event("CLICK", "B"), event("SCAN", "A"))}
    assert len(keys) == 3


def test_a_long_key_is_shortened_and_still_its_own() -> None:
    one, two = (inbound(event("CLICK", f"{'x' * 3000}{end}")).provider_key for end in "ab")
    assert len(one) == 64
    assert one != two


# --- modes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["secure", "compatible"])
def test_a_plain_body_is_refused_where_encryption_is_on(mode: Mode) -> None:
    with pytest.raises(BadSignature, match="plain body"):
        receiver(mode).receive(*PUSH.plain(text("退订"), NOW), NOW)


@pytest.mark.parametrize("encrypt_type", ["", "raw", "aes"])
def test_a_captured_plain_signature_opens_nothing(encrypt_type: str) -> None:
    args, body = PUSH.plain(text("退订"), NOW)
    with pytest.raises(BadInbound):
        receiver().receive({**args, "encrypt_type": encrypt_type, "msg_signature": args["signature"]}, body, NOW)


def test_compatible_mode_reads_the_encrypted_part_only() -> None:
    args, body = PUSH.sealed(text("真的"), NOW)
    both = body.replace(b"<xml>", b"<xml><FromUserName>oEvil</FromUserName><Content>forged</Content>", 1)
    came = receiver("compatible").receive(args, both, NOW)
    assert isinstance(came, Inbound)
    assert (came.text, came.address) == ("真的", "oLiLei")


@pytest.mark.parametrize("mode", ["secure", "plain"])
def test_signatures_are_compared_in_constant_time(mode: Mode, monkeypatch: pytest.MonkeyPatch) -> None:
    """wechatpy compares with `!=`, which tells by its time how much was right (wechat.md §1.4 row 8)."""
    compared: list[bool] = []

    def compare(one: bytes, two: bytes) -> bool:
        compared.append(one == two)
        return compared[-1]

    monkeypatch.setattr("channels.wechat.receive.hmac.compare_digest", compare)
    pushed = PUSH.plain(text("x"), NOW) if mode == "plain" else PUSH.sealed(text("x"), NOW)
    receiver(mode).receive(*pushed, NOW)
    with pytest.raises(BadSignature):
        receiver(mode).echo({}, NOW)
    assert compared == [True, False]


def test_plain_mode() -> None:
    came = receiver("plain").receive(*PUSH.plain(text("你好"), NOW), NOW)
    assert isinstance(came, Inbound)
    assert came.text == "你好"
    args, body = PUSH.plain(text("你好"), NOW)
    with pytest.raises(BadSignature):
        receiver("plain").receive({**args, "signature": "0" * 40}, body, NOW)


@pytest.mark.parametrize("away", [-301, 301])
def test_an_old_or_early_push_is_refused(away: int) -> None:
    then = NOW + timedelta(seconds=away)
    with pytest.raises(BadSignature, match="timestamp"):
        receiver().receive(*PUSH.sealed(text("你好"), then), NOW)


def test_a_push_of_another_app_is_refused() -> None:
    other = Push(app_id="wxother")
    with pytest.raises(BadBody, match="InvalidAppId"):
        receiver().receive(*other.sealed(text("你好"), NOW), NOW)


# --- bad bodies ----------------------------------------------------------------------------------------------------

BAD_INNER = {
    "not xml": "hello",
    "json without a type": '{"ToUserName":"x"}',
    "json of no object": '["ToUserName"]',
    "empty": "<xml/>",
    "other root": "<html><MsgType>text</MsgType></html>",
    "no type": "<xml><ToUserName>a</ToUserName></xml>",
    "empty type": message(MsgType=""),
    "type twice": message(MsgType="text").replace("</xml>", "<MsgType>text</MsgType></xml>"),
    "no sender": text("x").replace("FromUserName", "From"),
    "sender with markup": text("x", FromUserName="a]]]]><![CDATA[><b/>"),
    "time is no number": text("x", CreateTime="soon"),
    "time out of range": text("x", CreateTime=10**30),
    "control character": text("\x08"),
    "doctype": "<!DOCTYPE xml [<!ENTITY a 'aa'>]>" + text("&a;"),
    "plain doctype": "<!DOCTYPE xml>" + text("x"),
    "report without id": event("TEMPLATESENDJOBFINISH", Status="success"),
    "deep": message(MsgType="text", MsgId=1, Content="").replace("<![CDATA[]]>", "<a>" * 4000 + "</a>" * 4000),
}


@pytest.mark.parametrize("name", BAD_INNER)
@pytest.mark.parametrize("mode", ["secure", "plain"])
def test_a_bad_message_is_a_bad_body(name: str, mode: Mode) -> None:
    pushed = PUSH.sealed(BAD_INNER[name], NOW) if mode == "secure" else PUSH.plain(BAD_INNER[name], NOW)
    with pytest.raises(BadBody):
        receiver(mode).receive(*pushed, NOW)


BAD_OUTER = {
    "empty": b"",
    "blank": b"  \n",
    "json": b'{"Encrypt":"x"}',
    "bad utf-8": b"<xml>\xff\xfe</xml>",
    "no envelope": b"<xml><ToUserName>a</ToUserName></xml>",
    "empty root": b"<xml/>",
    "billion laughs": b"<!DOCTYPE l [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]><xml><Encrypt>&b;</Encrypt></xml>",
    "external entity": b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><xml><Encrypt>&e;</Encrypt></xml>",
    "nested envelope": b"<xml><Encrypt><a>1</a></Encrypt></xml>",
    "two envelopes": b"<xml><Encrypt>1</Encrypt><Encrypt>2</Encrypt></xml>",
    "garbage": bytes(range(256)),
}


@pytest.mark.parametrize("name", BAD_OUTER)
def test_a_bad_envelope_is_refused(name: str) -> None:
    args, _ = PUSH.sealed(text("x"), NOW)
    with pytest.raises(BadInbound):
        receiver().receive(args, BAD_OUTER[name], NOW)


@pytest.mark.parametrize("sealed", ["", "AAAA", "not base64!", "A" * 44])
def test_a_rightly_signed_envelope_of_garbage_is_a_bad_body(sealed: str) -> None:
    args, _ = PUSH.sealed(text("x"), NOW)
    args["msg_signature"] = sign(TOKEN, args["timestamp"], args["nonce"], sealed)
    with pytest.raises(BadBody):
        receiver().receive(args, f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>".encode(), NOW)


@pytest.mark.parametrize("missing", ["msg_signature", "timestamp", "nonce", "encrypt_type"])
def test_a_missing_argument_is_refused(missing: str) -> None:
    args, body = PUSH.sealed(text("x"), NOW)
    del args[missing]
    with pytest.raises(BadSignature):
        receiver().receive(args, body, NOW)


def test_too_large_a_body_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(BodyTooLarge):
        receiver().receive({}, b"<" * (LARGEST + 1), NOW)


def test_a_doctype_a_customer_wrote_is_text() -> None:
    assert inbound(text("<!DOCTYPE html> 是什么")).text == "<!DOCTYPE html> 是什么"


# --- replies -------------------------------------------------------------------------------------------------------


def replied(words: str, nonce: str = "n1") -> dict[str, str]:
    return PUSH.opened(receiver().reply(words, inbound(text("x")), nonce, NOW))


def test_a_reply_goes_back_to_who_wrote() -> None:
    fields = replied("您好\n欢迎")
    assert (fields["ToUserName"], fields["FromUserName"], fields["MsgType"]) == ("oLiLei", GH, "text")
    assert (fields["Content"], fields["CreateTime"]) == ("您好\n欢迎", str(int(NOW.timestamp())))


@pytest.mark.parametrize("words", ["a]]><x>evil</x>", "]]>", "]]]]>>", "a]]>b]]>c", "<b>&amp;</b>", "😀"])
def test_markup_in_a_reply_stays_text(words: str) -> None:
    fields = replied(words)
    assert fields["Content"] == words
    assert set(fields) == {"ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"}


def test_control_characters_are_left_out() -> None:
    assert replied("a\x00b\x08c\x1fd\te\uffff")["Content"] == "abcd\te"


def test_a_long_reply_is_cut_at_a_whole_character() -> None:
    words = replied("好" * 1000)["Content"]
    assert len(words.encode()) <= 2048
    assert words == "好" * 682


def test_silence_is_success_in_clear() -> None:
    assert receiver().reply("", inbound(text("x")), "n", NOW) == "success"


def test_a_reply_is_encrypted_anew_with_the_requests_nonce() -> None:
    came = inbound(text("x"))
    one, two = receiver().reply("您好", came, "n1", NOW), receiver().reply("您好", came, "n2", NOW)
    assert one != two
    assert PUSH.opened(one) == PUSH.opened(two)
    assert xmltodict.parse(two)["xml"]["Nonce"] == "n2"


def test_plain_mode_replies_in_plain() -> None:
    fields = xmltodict.parse(receiver("plain").reply("a]]>b", inbound(text("x")), "n", NOW))["xml"]
    assert fields["Content"] == "a]]>b"


def test_the_echo_is_given_back_verbatim() -> None:
    args, _ = PUSH.plain("", NOW)
    assert receiver().echo({**args, "echostr": "4375120948345356249"}, NOW) == "4375120948345356249"


def test_a_stale_or_forged_echo_is_refused() -> None:
    args, _ = PUSH.plain("", NOW)
    with pytest.raises(BadSignature):
        receiver().echo({**args, "signature": "x", "echostr": "1"}, NOW)
    with pytest.raises(BadSignature):
        receiver().echo({**args, "echostr": "1"}, NOW + timedelta(seconds=301))
