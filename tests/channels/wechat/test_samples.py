"""Every kind of message and event WeChat pushes (wechat.md §2.8): what it means, its key, in XML and in JSON."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.errors import BadBody, BadSignature
from bot.messages import Inbound, InboundKind, Link, Media, News, NewsKind, Place, Receipt, ReceiptState
from bot.shown import carried, shown
from channels.receipts import from_kept, marks_of, to_kept
from channels.wechat.receive import Came, Mode, WeChatReceiver
from tests.channels.wechat.samples import ACTS, ALL, MESSAGES, NEWS, WHEN, WHO, lifted, whole
from tests.wechat_push import AES_KEY, APP_ID, TOKEN, Push, message

NOW = datetime(2026, 9, 17, 2, 20, tzinfo=UTC)
PUSH = Push()
MODES: tuple[Mode, ...] = ("secure", "compatible", "plain")


def receiver(mode: Mode = "secure") -> WeChatReceiver:
    return WeChatReceiver("main", TOKEN, AES_KEY, APP_ID, mode)


def came(name: str) -> Came:
    return receiver().receive(*PUSH.sealed(message(WHO, WHEN, **ALL[name]), NOW), NOW)


def inbound(name: str) -> Inbound:
    found = came(name)
    assert isinstance(found, Inbound)
    return found


def news(name: str) -> News:
    found = came(name)
    assert isinstance(found, News)
    return found


def receipts(name: str) -> tuple[Receipt, ...]:
    found = came(name)
    assert isinstance(found, tuple)
    return found


# kind, text, option, readable line of the thread
MEANT: dict[str, tuple[InboundKind, str, str, str]] = {
    "text": (InboundKind.TEXT, "空调还是不凉", "", "空调还是不凉"),
    "text from an article": (InboundKind.TEXT, "你好", "", "你好"),
    "sticker": (InboundKind.TEXT, "[微笑]", "", "[微笑]"),
    "old sticker": (InboundKind.TEXT, "/::)", "", "/::)"),
    "emoji": (InboundKind.TEXT, "😊", "", "😊"),
    "tap": (InboundKind.TAP, "满意", "101", "满意"),
    "unsupported": (InboundKind.OTHER, "", "", "发来一条暂不能显示的消息"),
    "image": (InboundKind.IMAGE, "", "", "[图片]"),
    "voice": (InboundKind.VOICE, "", "", "[语音]"),
    "voice recognised": (InboundKind.VOICE, "空调不凉。", "", "空调不凉。"),
    "voice in 16K only": (InboundKind.VOICE, "", "", "[语音]"),
    "video": (InboundKind.VIDEO, "", "", "[视频]"),
    "shortvideo": (InboundKind.VIDEO, "", "", "[视频]"),
    "location": (InboundKind.LOCATION, "滨江区1号", "", "[位置] 滨江区1号"),
    "location without words": (InboundKind.LOCATION, "23.134521, 113.358803", "", "[位置] 23.134521, 113.358803"),
    "location off the earth": (InboundKind.LOCATION, "", "", "[位置]"),
    "link": (InboundKind.LINK, "一篇文章", "", "[链接] 一篇文章"),
    "mini-program page": (InboundKind.OTHER, "[小程序] 我的爱车", "", "[小程序] 我的爱车"),
    "a kind of tomorrow": (InboundKind.OTHER, "", "", "发来一条暂不能显示的消息"),
    "subscribe": (InboundKind.FOLLOW, "", "", "关注了公众号"),
    "subscribe by a code": (InboundKind.FOLLOW, "", "bind:abc", "关注了公众号"),
    "unsubscribe": (InboundKind.UNFOLLOW, "", "", "取消了关注"),
    "SCAN": (InboundKind.SCAN, "", "bind:abc", "扫描了二维码"),
    "CLICK": (InboundKind.CLICK, "", "SURVEY", "点击了菜单"),
    "scancode_push": (InboundKind.CLICK, "", "S", "点击了菜单"),
    "scancode_waitmsg": (InboundKind.CLICK, "", "S", "点击了菜单"),
}


@pytest.mark.parametrize("name", MEANT)
def test_what_a_person_did(name: str) -> None:
    found = inbound(name)
    kind, text, option, line = MEANT[name]
    assert (found.kind, found.text, found.option, shown(found)) == (kind, text, option, line)
    assert (found.address, found.sent_at.timestamp(), found.raw["to"]) == (WHO, WHEN, "gh_1")


def test_every_sample_has_its_row() -> None:
    assert set(MEANT) == set(MESSAGES) | set(ACTS)


CARRIED: dict[str, dict[str, Any]] = {
    "image": {"media": {"id": "M1", "url": "http://mmbiz.test/1", "form": ""}},
    "voice": {"media": {"id": "M1", "url": "", "form": "amr"}},
    "voice recognised": {"media": {"id": "M1", "url": "", "form": "amr"}},
    "voice in 16K only": {"media": {"id": "M16", "url": "", "form": "speex"}},
    "video": {"media": {"id": "M1", "url": "", "form": ""}},
    "shortvideo": {"media": {"id": "M1", "url": "", "form": ""}},
    "location": {"location": {"latitude": 23.134521, "longitude": 113.358803, "label": "滨江区1号"}},
    "location without words": {"location": {"latitude": 23.134521, "longitude": 113.358803, "label": ""}},
    "link": {"link": {"title": "一篇文章", "url": "https://a.test/1"}},
}


@pytest.mark.parametrize("name", MEANT)
def test_what_a_message_carries(name: str) -> None:
    """X is the latitude. `message.data` has exactly these names."""
    assert carried(inbound(name)) == CARRIED.get(name)


def test_parts_are_typed() -> None:
    assert inbound("image").media == Media("M1", "http://mmbiz.test/1", "")
    assert inbound("location").place == Place(23.134521, 113.358803, "滨江区1号")
    assert inbound("link").link == Link("一篇文章", "https://a.test/1")


@pytest.mark.parametrize("name", MESSAGES)
def test_a_messages_key_is_its_number(name: str) -> None:
    assert inbound(name).provider_key == f"71-{WHEN}-{WHO}"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("subscribe", f"{WHEN}-{WHO}--subscribe"),
        ("subscribe by a code", f"{WHEN}-{WHO}-qrscene_bind:abc-subscribe"),
        ("SCAN", f"{WHEN}-{WHO}-bind:abc-scan"),
        ("CLICK", f"{WHEN}-{WHO}-SURVEY-click"),
        ("VIEW", f"{WHEN}-{WHO}-https://example.com/-view"),
        ("subscribe_msg_popup_event", f"{WHEN}-{WHO}--subscribe_msg_popup_event-T1-T2"),
        ("verify_expired", f"{WHEN}-{WHO}--verify_expired"),
    ],
)
def test_an_events_key(name: str, key: str) -> None:
    """wechat.md §7.3 item 4: the same delivery has the same key, another event of the second has another."""
    found = came(name)
    assert isinstance(found, Inbound | News)
    assert found.provider_key == key


def test_no_two_samples_of_one_second_share_a_key() -> None:
    found = [came(name) for name in ALL if name not in MESSAGES]
    keys = [each.provider_key for each in found if isinstance(each, Inbound | News)]
    same = {"subscribe_msg_popup_event of one", "subscribe_msg_change_event, the other tag"}
    assert len(set(keys)) >= len(keys) - len(same)


# --- news ----------------------------------------------------------------------------------------------------------

KINDS = {
    NewsKind.SEEN: ("LOCATION", "VIEW", "view_miniprogram", "pic_sysphoto", "pic_photo_or_album", "pic_weixin",
                    "location_select", "an event of tomorrow"),
    NewsKind.SUBSCRIPTION: ("subscribe_msg_popup_event", "subscribe_msg_popup_event of one",
                            "subscribe_msg_change_event", "subscribe_msg_change_event, the other tag"),
    NewsKind.DESK: ("kf_create_session", "kf_close_session", "kf_switch_session"),
    NewsKind.REVOKED: ("user_authorization_revoke", "user_authorization_cancellation", "user_info_modified"),
    NewsKind.ACCOUNT: ("qualification_verify_success", "qualification_verify_fail", "naming_verify_success",
                       "naming_verify_fail", "annual_renew", "verify_expired"),
    NewsKind.DEBUG: ("debug_demo",),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in KINDS.items() for name in names])
def test_what_nobody_said_is_news(kind: NewsKind, name: str) -> None:
    found = news(name)
    assert (found.kind, found.account) == (kind, "main")
    assert found.event == str(NEWS[name]["Event"]).lower()


def test_every_sample_of_news_has_its_row() -> None:
    assert {name for names in KINDS.values() for name in names} == set(NEWS)


def items(name: str) -> list[tuple[str, str]]:
    listed = news(name).data["items"]
    assert isinstance(listed, list)
    return [(item["template_id"], item["status"]) for item in listed]


def test_one_list_or_several() -> None:
    """wechat.md §7.3 item 14: a single `<List>` is a dict for xmltodict, several are a list."""
    assert items("subscribe_msg_popup_event") == [("T1", "accept"), ("T2", "reject")]
    assert items("subscribe_msg_popup_event of one") == [("T1", "accept")]
    for tag in ("subscribe_msg_change_event", "subscribe_msg_change_event, the other tag"):
        assert items(tag) == [("T1", "reject")]


def test_several_items_of_one_push_have_keys_of_their_own() -> None:
    thrice = {"List": [{"TemplateId": "T1", "SubscribeStatusString": "accept"}] * 3}
    fields = ALL["subscribe_msg_popup_event"] | {"SubscribeMsgPopupEvent": thrice}
    found = receiver().receive(*PUSH.sealed(message(WHO, WHEN, **fields), NOW), NOW)
    assert isinstance(found, News)
    assert len({item["key"] for item in found.data["items"]}) == 3  # type: ignore[attr-defined]  # a list of items


def test_a_withdrawal_is_about_whom_it_names() -> None:
    assert news("user_authorization_revoke").openid == "oOther"
    assert news("user_authorization_revoke").data == {"info": "301"}
    assert news("user_authorization_revoke").provider_key.endswith("-oOther")


def test_an_account_notice_is_about_nobody_and_tells_when() -> None:
    found = news("annual_renew")
    assert (found.openid, found.data) == ("", {"ExpiredTime": datetime.fromtimestamp(WHEN, UTC).isoformat()})
    assert news("naming_verify_fail").data["FailReason"] == "重名"


def test_where_somebody_was_is_not_kept() -> None:
    assert news("LOCATION").data == news("location_select").data == {}


# --- receipts ------------------------------------------------------------------------------------------------------


def test_reports_of_one_message_each() -> None:
    (template,), (mass,) = receipts("TEMPLATESENDJOBFINISH"), receipts("MASSSENDJOBFINISH")
    assert (template.state, template.provider_id, template.address) == (ReceiptState.DELIVERED, "200163836", WHO)
    assert (mass.state, mass.provider_id, mass.address) == (ReceiptState.DELIVERED, "1000001625", "")
    assert mass.counts == {"total": 100, "filtered": 80, "sent": 75, "failed": 5}
    assert from_kept(to_kept(mass)) == mass, "a report that comes too soon is kept whole"


@pytest.mark.parametrize(
    ("status", "code", "rejects"),
    [
        ("failed:user block", "failed:user block", True),
        ("failed: user block", "failed:user block", True),
        ("failed:  user  block ", "failed:user block", True),
        ("failed: system failed", "failed:system failed", False),
        ("failed:system failed", "failed:system failed", False),
    ],
)
def test_a_template_that_failed(status: str, code: str, rejects: bool) -> None:
    """Spaces vary (wechat.md §2.8)."""
    xml = message(WHO, WHEN, MsgType="event", Event="TEMPLATESENDJOBFINISH", MsgID=1, Status=status)
    found = receiver().receive(*PUSH.sealed(xml, NOW), NOW)
    assert isinstance(found, tuple)
    assert (found[0].state, found[0].code, bool(marks_of(found[0]))) == (ReceiptState.FAILED, code, rejects)


MASS_CODES = (10001, 20001, 20004, 20002, 20006, 20008, 20013, 22000, 21000, 30001, 30002, 30003, 40001, 40002)


@pytest.mark.parametrize("status", ["send fail", *(f"err({code})" for code in MASS_CODES), "something new"])
def test_a_mass_send_that_failed_says_why(status: str) -> None:
    xml = message(WHO, WHEN, MsgType="event", Event="MASSSENDJOBFINISH", MsgID=1, Status=status, ErrorCount=5)
    found = receiver().receive(*PUSH.sealed(xml, NOW), NOW)
    assert isinstance(found, tuple)
    assert (found[0].state, found[0].code) == (ReceiptState.FAILED, status)


def test_a_sent_notification_is_a_receipt_each() -> None:
    one, two = receipts("subscribe_msg_sent_event")
    assert (one.state, one.provider_id, one.code) == (ReceiptState.DELIVERED, "1700827132819554304", "")
    assert (two.state, two.provider_id, two.code) == (ReceiptState.FAILED, "1700827132819554305", "43101 refused")
    assert {one.address, two.address} == {WHO}
    assert [each.provider_id for each in receipts("subscribe_msg_sent_event of one")] == ["17008"]


# --- modes and formats ---------------------------------------------------------------------------------------------


def pushed(name: str, mode: Mode, form: str) -> tuple[dict[str, str], bytes]:
    fields = whole(name)
    if form == "json":
        fields = lifted(fields)
        if mode == "plain":
            args, _ = PUSH.plain("", NOW)
            return args, json.dumps(fields).encode()
        return PUSH.sealed_json(fields, NOW, beside=mode == "compatible")
    head = {key: fields.pop(key) for key in ("ToUserName", "FromUserName", "CreateTime")}
    xml = message(head["FromUserName"], head["CreateTime"], **fields)
    if mode == "plain":
        return PUSH.plain(xml, NOW)
    args, body = PUSH.sealed(xml, NOW)
    return (args, body) if mode == "secure" else (args, xml.encode().replace(b"</xml>", body.removeprefix(b"<xml>")))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("form", ["xml", "json"])
def test_every_sample_in_every_mode_and_format_says_the_same(mode: Mode, form: str) -> None:
    """wechat.md §7.3 item 18: JSON chosen in the console is read all the same, and said once in the log."""
    here = receiver(mode)
    with capture_logs() as lines:
        for name in ALL:
            assert here.receive(*pushed(name, mode, form), NOW) == came(name), name
    told = [line["event"] for line in lines]
    assert told == (["wechat_pushes_json"] if form == "json" else [])


@pytest.mark.parametrize("mode", ["secure", "compatible"])
@pytest.mark.parametrize("form", ["xml", "json"])
def test_a_plain_push_is_refused_where_encryption_is_on(mode: Mode, form: str) -> None:
    """wechat.md §7.3 item 1: one captured plain signature would let anyone post anything."""
    args, body = pushed("text", "plain", form)
    with pytest.raises(BadSignature, match="plain body"):
        receiver(mode).receive(args, body, NOW)
    with pytest.raises((BadSignature, BadBody)):
        receiver(mode).receive(args | {"encrypt_type": "aes"}, body, NOW)


@pytest.mark.parametrize("mode", ["secure", "compatible"])
def test_the_plain_signature_is_not_looked_at(mode: Mode) -> None:
    """wechat.md §7.3 item 2: `msg_signature` covers the body, `signature` does not."""
    args, body = PUSH.sealed(message(WHO, WHEN, **MESSAGES["text"]), NOW)
    assert isinstance(receiver(mode).receive(args | {"signature": "0" * 40}, body, NOW), Inbound)
    with pytest.raises(BadSignature):
        receiver(mode).receive(args | {"msg_signature": args["signature"]}, body, NOW)


def test_an_encrypted_push_in_plain_mode_names_the_mistake() -> None:
    args, body = PUSH.sealed(message(WHO, WHEN, **MESSAGES["text"]), NOW)
    with pytest.raises(BadBody, match="HUIFANG_WECHAT_MODE"):
        receiver("plain").receive(args, body, NOW)


def test_another_accounts_key_opens_nothing() -> None:
    other = WeChatReceiver("xl", TOKEN, "z" * 43, "wxother", "secure")
    with pytest.raises(BadBody):
        other.receive(*PUSH.sealed(message(WHO, WHEN, **MESSAGES["text"]), NOW), NOW)


BAD_JSON = {
    "no object": "[1]",
    "cut": '{"MsgType":"text"',
    "nan": '{"MsgType":"text","MsgId":NaN}',
    "deep": '{"MsgType":' * 4000 + "1" + "}" * 4000,
    "a flag for a text": '{"MsgType":"text","FromUserName":"o1","ToUserName":"g","CreateTime":1,"Content":true}',
    "a list for a text": '{"MsgType":"text","FromUserName":"o1","ToUserName":"g","CreateTime":1,"Content":["x"]}',
    "a time in milliseconds": '{"MsgType":"text","FromUserName":"o1","ToUserName":"g","CreateTime":1789611600000}',
    "a time before time": '{"MsgType":"text","FromUserName":"o1","ToUserName":"g","CreateTime":-1}',
    "a list of words": '{"MsgType":"event","Event":"subscribe_msg_popup_event","FromUserName":"o1","ToUserName":"g",'
    '"CreateTime":1,"List":["x"]}',
    "an empty list": '{"MsgType":"event","Event":"subscribe_msg_popup_event","FromUserName":"o1","ToUserName":"g",'
    '"CreateTime":1,"List":[]}',
}


@pytest.mark.parametrize("name", BAD_JSON)
def test_bad_json_is_a_bad_body(name: str) -> None:
    args, _ = PUSH.plain("", NOW)
    with pytest.raises(BadBody):
        receiver("plain").receive(args, BAD_JSON[name].encode(), NOW)


def test_what_no_database_takes_is_left_out() -> None:
    args, _ = PUSH.plain("", NOW)
    fields = {**whole("text"), "Content": "a\x00b\ud800c"}
    found = receiver("plain").receive(args, json.dumps(fields).encode(), NOW)
    assert isinstance(found, Inbound)
    assert found.text == "abc"
