"""Menu, QR codes and people of the fake WeChat: a row a rule, each with WeChat's code at HTTP 200."""

from typing import Any

import pytest
from sqlalchemy import insert

from sandbox.tables import qr_ticket
from store.engine import writing
from tests.sandbox.conftest import Running

CLICK = {"type": "click", "name": "服务评价", "key": "SURVEY"}
VIEW = {"type": "view", "name": "我的爱车", "url": "https://car.example/w/main/cars"}
APP = {"type": "miniprogram", "name": "商城", "url": "https://car.example", "appid": "wx1", "pagepath": "pages/a"}


def top(**changed: Any) -> list[dict[str, Any]]:
    return [{**CLICK, **changed}]


def under(*items: Any, name: str = "服务") -> list[dict[str, Any]]:
    return [{"name": name, "sub_button": list(items)}]


@pytest.mark.parametrize(
    ("buttons", "code"),
    [
        ([], 40016),
        ([CLICK] * 4, 40016),
        ("menu", 40016),
        (["menu"], 40016),
        (top(type="dance"), 40017),
        ([{"name": "空"}], 40017),
        (top(name=""), 40018),
        (top(name="六个汉字的名"), 40018),
        (top(key=""), 40019),
        (top(key="K" * 129), 40019),
        ([{**VIEW, "url": ""}], 40020),
        ([{**VIEW, "url": "https://car.example/" + "x" * 1005}], 40020),
        (under(*[CLICK] * 6), 40023),
        (under({**CLICK, "type": "dance"}), 40024),
        (under({**CLICK, "name": "很" * 21}), 40025),
        (under({**CLICK, "key": "K" * 129}), 40026),
        (under({**VIEW, "url": "https://" + "x" * 1020}), 40027),
        (under({"name": "更深", "sub_button": [CLICK]}), 40022),
        ([{**APP, "appid": ""}], 40013),
        (top(name="五个汉字名"), 0),
        (top(key="K" * 128), 0),
        ([{**VIEW, "url": "https://car.example/" + "x" * 1004}], 0),
        ([CLICK, VIEW, APP], 0),
        (under(*[CLICK] * 5), 0),
        (under({**CLICK, "name": "很" * 20}), 0),
        (under({"type": "scancode_push", "name": "扫一扫", "key": "SCAN"}), 0),
    ],
)
def test_what_a_menu_must_be(box: Running, buttons: Any, code: int) -> None:
    assert box.weixin("menu/create", {"button": buttons})["errcode"] == code


def test_a_shown_menu_has_an_empty_sub_button_on_every_item(box: Running) -> None:
    box.weixin("menu/create", {"button": [CLICK, *under(VIEW)]})
    first, second = box.weixin("menu/get")["menu"]["button"]
    assert (first, second["sub_button"]) == ({"sub_button": [], **CLICK}, [VIEW])
    assert box.weixin("menu/delete")["errcode"] == 0
    assert box.weixin("menu/get")["errcode"] == 46003


def code(action: str, **scene: Any) -> dict[str, Any]:
    return {"action_name": action, "action_info": {"scene": scene}}


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        (code("QR_STR_SCENE", scene_str=""), 40053),
        (code("QR_STR_SCENE", scene_str="x" * 65), 40053),
        (code("QR_STR_SCENE", scene_str="x" * 64), 0),
        (code("QR_STR_SCENE", scene_id=7), 40053),
        (code("QR_LIMIT_STR_SCENE", scene_str="showroom:door"), 0),
        (code("QR_SCENE", scene_id=2**32 - 1), 0),
        (code("QR_SCENE", scene_id=2**32), 40053),
        (code("QR_SCENE", scene_id=0), 40053),
        (code("QR_LIMIT_SCENE", scene_id=100_000), 0),
        (code("QR_LIMIT_SCENE", scene_id=100_001), 40053),
        (code("QR", scene_str="x"), 40052),
        ({"action_name": "QR_STR_SCENE"}, 40053),
    ],
)
def test_what_a_code_must_be(box: Running, body: dict[str, Any], errcode: int) -> None:
    assert box.weixin("qrcode/create", body)["errcode"] == errcode


def test_a_passing_code_lives_a_minute_unless_told_and_thirty_days_at_most(box: Running) -> None:
    passing = code("QR_STR_SCENE", scene_str="bind:x")
    lives = [box.weixin("qrcode/create", passing | more)["expire_seconds"] for more in ({}, {"expire_seconds": 10**7})]
    assert lives == [60, 2_592_000]


def test_an_account_has_a_hundred_thousand_lasting_codes(box: Running) -> None:
    """The same scene again is the same code and takes no further place."""
    first = box.weixin("qrcode/create", code("QR_LIMIT_STR_SCENE", scene_str="showroom:door"))
    rows = [{"account": "main", "ticket": f"t{number}", "scene": f"s{number}"} for number in range(99_999)]
    with writing(box.engine) as connection:
        connection.execute(insert(qr_ticket), rows)
    assert box.weixin("qrcode/create", code("QR_LIMIT_STR_SCENE", scene_str="showroom:door")) == first
    assert box.weixin("qrcode/create", code("QR_LIMIT_STR_SCENE", scene_str="one more"))["errcode"] == 45029
    assert "expire_seconds" not in first


def test_a_ticket_stays_while_it_is_good_and_is_no_token(box: Running) -> None:
    first = box.weixin("ticket/getticket?type=jsapi")
    assert (bool(first["ticket"]), first["expires_in"]) == (True, 7200)
    assert box.weixin("ticket/getticket?type=jsapi")["ticket"] == first["ticket"]
    assert box.weixin("menu/get", token=first["ticket"])["errcode"] == 40001
    assert box.weixin("ticket/getticket?type=wx_card")["errcode"] == 40097
    box.control("clock", {"advance": "2h"})
    assert box.weixin("ticket/getticket?type=jsapi")["ticket"] != first["ticket"]


def test_no_name_and_no_portrait_is_told_of_anybody(box: Running) -> None:
    """§7.3 no. 12: nicknames are gone since 2021-12-27."""
    box.control("wechat/o1/scan", {"scene": "showroom:door"})
    told = box.weixin("user/info?openid=o1")
    assert (told["subscribe"], told["subscribe_scene"], told["qr_scene_str"]) == (
        1,
        "ADD_SCENE_QR_CODE",
        "showroom:door",
    )
    assert not {"nickname", "headimgurl", "sex", "city", "language"} & set(told)
    box.control("wechat/o1/unfollow", {})
    gone = box.weixin("user/info?openid=o1")
    assert {name for name in gone if name not in ("errcode", "errmsg")} == {"subscribe", "openid"}
    assert box.weixin("user/info?openid=o2")["errcode"] == 40003


def test_people_are_told_a_hundred_at_a_time(box: Running) -> None:
    for openid in ("o1", "o2"):
        box.control(f"wechat/{openid}/follow", {})
    box.control("wechat/o2/unfollow", {})
    asked = {"user_list": [{"openid": openid, "lang": "zh_CN"} for openid in ("o1", "o2")]}
    told = box.weixin("user/info/batchget", asked)["user_info_list"]
    assert [(one["openid"], one["subscribe"]) for one in told] == [("o1", 1), ("o2", 0)]
    assert box.weixin("user/info/batchget", {"user_list": []})["errcode"] == 40032
    assert box.weixin("user/info/batchget", {"user_list": [{"openid": "o1"}] * 101})["errcode"] == 40032
    assert box.weixin("user/info/batchget", {"user_list": [{"openid": "nobody"}]})["errcode"] == 40003


def test_followers_come_by_pages(box: Running) -> None:
    assert box.weixin("user/get") == {"errcode": 0, "errmsg": "ok", "total": 0, "count": 0, "next_openid": ""}
    for openid in ("o1", "o2", "o3"):
        box.control(f"wechat/{openid}/follow", {})
    box.control("wechat/o2/unfollow", {})
    page = box.weixin("user/get")
    assert (page["total"], page["data"]["openid"], page["next_openid"]) == (2, ["o1", "o3"], "o3")
    last = box.weixin("user/get?next_openid=o3")
    assert (last["total"], last["count"], last["next_openid"]) == (2, 0, "")
    assert box.weixin("user/get?next_openid=o2")["errcode"] == 40003
