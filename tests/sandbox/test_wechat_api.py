"""The fake WeChat, rule by rule, over HTTP."""

import json
from typing import Any

import pytest
import requests

from tests.sandbox.conftest import ACCOUNT, Running, Webhook

GOOD = {"thing1": {"value": "维修保养后回访"}, "time2": {"value": "2026年9月14日 17:30"}}


def template(box: Running, openid: str = "o1", data: Any = None, **more: object) -> Any:
    body = {"touser": openid, "template_id": "TPL-checkin", "data": GOOD if data is None else data, **more}
    return box.weixin("message/template/send", body)


@pytest.mark.parametrize(
    ("change", "code"),
    [({"grant_type": "x"}, 40002), ({"appid": "wxother"}, 40013), ({"secret": "wrong"}, 40125)],
)
def test_a_token_needs_the_right_credentials(box: Running, change: dict[str, str], code: int) -> None:
    body = {"grant_type": "client_credential", "appid": ACCOUNT.app_id, "secret": ACCOUNT.app_secret, **change}
    assert box.weixin("stable_token", body, token=None)["errcode"] == code


def test_a_stable_token_stays_while_it_is_good(box: Running) -> None:
    first = box.token()
    box.control("clock", {"advance": "1h"})
    assert box.token() == first


def test_near_its_end_both_tokens_are_good_and_then_only_the_new(box: Running) -> None:
    box.control("wechat/o1/text", {"content": "你好"})
    first = box.token()
    box.control("clock", {"advance": "1h56m"})
    second = box.token()
    assert second != first
    for token in (first, second):
        assert box.weixin("user/info?openid=o1", token=token)["errcode"] == 0
    box.control("clock", {"advance": "5m"})
    assert box.weixin("menu/get", token=first)["errcode"] == 42001
    assert box.weixin("menu/get", token=second)["errcode"] == 46003


def test_a_forced_token_ends_the_old_one_and_not_too_often(box: Running) -> None:
    first = box.token()
    body = {"grant_type": "client_credential", "appid": ACCOUNT.app_id, "secret": ACCOUNT.app_secret}
    assert box.weixin("stable_token", {**body, "force_refresh": True}, token=None)["errcode"] == 45009
    box.control("clock", {"advance": "31s"})
    assert box.token(force_refresh=True) != first
    assert box.weixin("menu/get", token=first)["errcode"] == 42001


def test_a_plain_token_ends_the_one_before_in_five_minutes(box: Running) -> None:
    query = {"grant_type": "client_credential", "appid": ACCOUNT.app_id, "secret": ACCOUNT.app_secret}

    def fetch() -> str:
        return str(requests.get(f"{box.base}/cgi-bin/token", params=query, timeout=5).json()["access_token"])

    stable, first, second = box.token(), fetch(), fetch()
    assert len({stable, first, second}) == 3
    box.control("clock", {"advance": "6m"})
    codes = [box.weixin("menu/get", token=token)["errcode"] for token in (stable, first, second)]
    assert codes == [46003, 42001, 46003]


@pytest.mark.parametrize(("token", "code"), [(None, 41001), ("made-up", 40001)])
def test_a_call_needs_a_token(box: Running, token: str | None, code: int) -> None:
    body = {"touser": "o1", "msgtype": "text", "text": {"content": "您好"}}
    answer = box.weixin("message/custom/send", body, token=token)
    assert answer["errcode"] == code
    assert "rid" in answer["errmsg"]


def test_an_unknown_api_is_not_there(box: Running) -> None:
    assert requests.post(f"{box.base}/cgi-bin/message/nonsense", json={}, timeout=5).status_code == 404


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"{not json", 47001),
        (b"[1]", 47001),
        (json.dumps({"touser": "o1", "msgtype": "text", "text": {"content": "您好"}}).encode(), 40033),
        (b'{"touser":"o1","msgtype":"text","text":{"content":"a\\\\u4f60 is a path"}}', 0),
        (b'{"touser":"o1","msgtype":"text","text":{"content":"line\\u000aline"}}', 0),
    ],
)
def test_the_body_is_unescaped_json(box: Running, raw: bytes, code: int) -> None:
    box.control("wechat/o1/text", {"content": "你好"})
    assert box.weixin("message/custom/send", raw)["errcode"] == code


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"touser": "nobody", "msgtype": "text", "text": {"content": "您好"}}, 40003),
        ({"touser": "o1", "msgtype": "text", "text": {"content": ""}}, 44004),
        ({"touser": "o1", "msgtype": "text"}, 44004),
        ({"touser": "o1", "msgtype": "text", "text": {"content": "好" * 682}}, 0),
        ({"touser": "o1", "msgtype": "text", "text": {"content": "好" * 683}}, 45002),
        ({"touser": "o1", "msgtype": "smoke"}, 40008),
        ({"touser": "o1", "msgtype": "image", "image": {"media_id": "M"}}, 40007),
        ({"touser": "o1", "msgtype": "news", "news": {"articles": [{"title": "一"}, {"title": "二"}]}}, 45008),
        ({"touser": "o1", "msgtype": "msgmenu", "msgmenu": {"list": []}}, 44004),
    ],
)
def test_what_a_custom_message_must_be(box: Running, body: dict[str, Any], code: int) -> None:
    box.control("wechat/o1/text", {"content": "你好"})
    assert box.weixin("message/custom/send", body)["errcode"] == code


def test_a_menu_message_shows_its_options(box: Running) -> None:
    box.control("wechat/o1/text", {"content": "你好"})
    menu = {"head_content": "满意吗？", "list": [{"id": "5", "content": "满意"}], "tail_content": "谢谢"}
    assert box.weixin("message/custom/send", {"touser": "o1", "msgtype": "msgmenu", "msgmenu": menu})["errcode"] == 0
    last = box.control("wechat/o1/messages")[-1]
    assert (last["text"], last["data"]) == (
        "满意吗？\n满意\n谢谢", {"options": menu["list"], "head": "满意吗？", "tail": "谢谢"},
    )  # fmt: skip


def test_a_typed_message_opens_five_in_two_days(box: Running) -> None:
    box.control("wechat/o1/text", {"content": "你好"})
    assert [box.custom("o1") for _ in range(6)] == [0, 0, 0, 0, 0, 45047]
    box.control("wechat/o1/text", {"content": "还在吗"})
    box.control("clock", {"advance": "47h59m"})
    assert box.custom("o1") == 0
    box.control("clock", {"advance": "1m5s"})
    assert box.custom("o1") == 45015


@pytest.mark.parametrize(
    ("deed", "body"),
    [
        ("follow", {}),
        ("scan", {"scene": "bind:x"}),
        ("click", {"key": "SURVEY"}),
        ("menu", {"id": "101", "content": "满意"}),
    ],
)
def test_a_touch_opens_three_in_a_minute(box: Running, deed: str, body: dict[str, str]) -> None:
    box.control(f"wechat/o1/{deed}", body)
    assert [box.custom("o1") for _ in range(4)] == [0, 0, 0, 45047]
    box.control(f"wechat/o2/{deed}", body)
    box.control("clock", {"advance": "61s"})
    assert box.custom("o2") == 45015


def test_windows_do_not_add_up(box: Running) -> None:
    box.control("wechat/o1/text", {"content": "你好"})
    assert [box.custom("o1") for _ in range(4)] == [0, 0, 0, 0]
    box.control("wechat/o1/click", {"key": "SURVEY"})
    assert [box.custom("o1") for _ in range(4)] == [0, 0, 0, 45047]
    box.control("wechat/o2/text", {"content": "你好"})
    box.control("wechat/o2/click", {"key": "SURVEY"})
    assert [box.custom("o2") for _ in range(6)] == [0, 0, 0, 0, 0, 45047]


def test_nothing_reaches_who_left(box: Running) -> None:
    box.control("wechat/o1/text", {"content": "你好"})
    box.control("wechat/o1/unfollow", {})
    assert box.custom("o1") == 45015
    assert template(box)["errcode"] == 43004
    assert [line["dir"] for line in box.control("wechat/o1/messages")] == ["in"]


def test_a_template_stands_on_the_phone_and_its_end_is_reported(box: Running, webhook: Webhook) -> None:
    box.control("wechat/o1/follow", {})
    msgid = template(box, url="https://example.test/s/1")["msgid"]
    webhook.wait_for(2)
    finish = webhook.events()[-1]
    assert (finish["Event"], finish["MsgID"], finish["Status"]) == ("TEMPLATESENDJOBFINISH", str(msgid), "success")
    assert finish["FromUserName"] == "o1"
    last = box.control("wechat/o1/messages")[-1]
    assert (last["kind"], last["dir"], last["template"], last["url"]) == (
        "template", "out", "TPL-checkin", "https://example.test/s/1",
    )  # fmt: skip
    assert list(last["data"].items()) == [("thing1", "维修保养后回访"), ("time2", "2026年9月14日 17:30")]


def test_a_template_may_fail_after_it_was_accepted(box: Running, webhook: Webhook) -> None:
    box.control("wechat/o1/follow", {})
    box.control("faults", {"api": "template/finish", "code": "failed:user block"})
    assert template(box)["errcode"] == 0
    webhook.wait_for(2)
    assert webhook.events()[-1]["Status"] == "failed:user block"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"thing1": {"value": "字" * 21}, "time2": GOOD["time2"]}, "thing1"),
        ({"thing1": {"value": ""}, "time2": GOOD["time2"]}, "thing1"),
        ({"thing1": GOOD["thing1"]}, "time2"),
        ({"thing1": {"value": "两\n行"}, "time2": GOOD["time2"]}, "thing1"),
        ({"thing1": GOOD["thing1"], "time2": {"value": "明天上午"}}, "time2"),
        ({"thing1": "no value", "time2": GOOD["time2"]}, "thing1"),
    ],
)
def test_a_wrong_field_is_named(box: Running, data: dict[str, Any], field: str) -> None:
    box.control("wechat/o1/follow", {})
    answer = template(box, data=data)
    assert answer["errcode"] == 47003
    assert f"data.{field}.value" in answer["errmsg"]


def test_twenty_characters_fit(box: Running) -> None:
    box.control("wechat/o1/follow", {})
    assert template(box, data={**GOOD, "thing1": {"value": "字" * 20}})["errcode"] == 0


@pytest.mark.parametrize(("plate", "code"), [("浙A8Z888", 0), ("浙AD12345", 0), ("浙AD1234567", 47003)])
def test_a_plate_has_at_most_eight_characters(box: Running, plate: str, code: int) -> None:
    box.control("wechat/o1/follow", {})
    body = {"touser": "o1", "template_id": "TPL-plate", "data": {"car_number1": {"value": plate}}}
    assert box.weixin("message/template/send", body)["errcode"] == code


@pytest.mark.parametrize(("openid", "template_id", "code"), [("o1", "TPL-gone", 40037), ("o9", "TPL-checkin", 40003)])
def test_template_and_person_must_exist(box: Running, openid: str, template_id: str, code: int) -> None:
    box.control("wechat/o1/follow", {})
    body = {"touser": openid, "template_id": template_id, "data": GOOD}
    assert box.weixin("message/template/send", body)["errcode"] == code


def test_the_same_client_msg_id_is_sent_once_in_ten_minutes(box: Running) -> None:
    box.control("wechat/o1/follow", {})
    box.control("wechat/o2/follow", {})
    first = template(box, client_msg_id="m1")["msgid"]
    assert template(box, client_msg_id="m1")["msgid"] == first
    assert template(box, "o2", client_msg_id="m1")["msgid"] != first
    box.control("clock", {"advance": "10m1s"})
    assert template(box, client_msg_id="m1")["msgid"] != first
    assert len(box.control("wechat/o1/messages")) == 2
    assert template(box, client_msg_id="x" * 65)["errcode"] == 45067


def mass(box: Running, *openids: str, **more: object) -> Any:
    body = {"touser": list(openids), "msgtype": "text", "text": {"content": "秋季自驾"}, **more}
    return box.weixin("message/mass/send", body)


@pytest.mark.parametrize("openids", [(), ("o1",), ("o1", "o1")])
def test_a_mass_needs_two(box: Running, openids: tuple[str, ...]) -> None:
    box.control("wechat/o1/follow", {})
    assert mass(box, *openids)["errcode"] == 40130


def test_a_mass_reports_counts(box: Running, webhook: Webhook) -> None:
    for openid in ("o1", "o2", "o3"):
        box.control(f"wechat/{openid}/follow", {})
    box.control("wechat/o3/unfollow", {})
    msg_id = mass(box, "o1", "o2", "o3")["msg_id"]
    webhook.wait_for(5)
    event = webhook.events()[-1]
    assert (event["Event"], event["MsgID"], event["Status"]) == ("MASSSENDJOBFINISH", str(msg_id), "send success")
    assert [event[f"{name}Count"] for name in ("Total", "Filter", "Sent", "Error")] == ["3", "3", "2", "1"]
    texts = [[line["text"] for line in box.control(f"wechat/{openid}/messages")] for openid in ("o1", "o2", "o3")]
    assert texts == [["秋季自驾"], ["秋季自驾"], []]


def test_the_same_clientmsgid_is_refused_with_the_first_msg_id(box: Running) -> None:
    for openid in ("o1", "o2"):
        box.control(f"wechat/{openid}/follow", {})
    first = mass(box, "o1", "o2", clientmsgid="batch-1")["msg_id"]
    again = mass(box, "o1", "o2", clientmsgid="batch-1")
    assert (again["errcode"], again["msg_id"]) == (45065, first)
    assert len(box.control("wechat/o1/messages")) == 1


def test_four_masses_a_month_and_person(box: Running, webhook: Webhook) -> None:
    for openid in ("o1", "o2"):
        box.control(f"wechat/{openid}/follow", {})
    assert [mass(box, "o1", "o2")["errcode"] for _ in range(5)] == [0] * 5
    webhook.wait_for(7)
    assert webhook.events()[-1]["Status"] == "send fail"
    assert len(box.control("wechat/o1/messages")) == 4
    box.control("clock", {"set": "2026-10-01T09:30:00+08:00"})
    mass(box, "o1", "o2")
    assert len(box.control("wechat/o1/messages")) == 5
