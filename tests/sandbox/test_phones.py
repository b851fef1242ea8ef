"""The phones page: what it shows, what its buttons do, and once with a real browser."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask, Response, jsonify, request
from playwright.sync_api import Browser, Page, expect

from tests.sandbox.conftest import Running, Webhook

SCALE = "".join(
    f'<a href="weixin://bizmsgmenu?msgmenucontent={word}&msgmenuid={number}">{number} {word}</a>\n'
    for number, word in ((5, "非常满意"), (2, "不满意"))
)


def add_dealer_api(app: Flask, asked: list[tuple[str, str, Any]]) -> None:
    """Our API as the page sees it, remembering what it was asked."""
    orders = [{"external_id": "RO8812", "status": "in_progress", "vehicle": "V1"}]
    file = {
        "external_id": "C1", "name": "韩女士", "phone": "+8613900000001", "birthday": "1990-09-18",
        "wechat": [{"account": "main", "following": True, "bound": True}],
        "vehicles": [{"external_id": "V1", "plate": "浙A8Z888", "model": "云栖"}], "repair_orders": orders,
    }  # fmt: skip

    @app.route("/api/v1/<path:path>", methods=["GET", "PUT", "POST"])
    def api(path: str) -> Response | tuple[Response, int]:
        if request.headers.get("Authorization") != "Bearer demo-token":
            return jsonify(title="Unauthorized", detail="no token"), 401
        if request.method == "GET" and path.startswith("quotes/"):
            return jsonify(title="Not Found", detail="no such quote"), 404
        if request.method == "GET":
            return jsonify(file)
        body = request.get_json(silent=True)
        asked.append((request.method, path, body))
        if path.endswith("bind-code"):
            return jsonify(scene="bind:once", expires_at="2026-10-17T00:00:00Z"), 201
        if path.startswith("repair-orders/RO8812"):
            orders[0]["status"] = "delivered"
        return jsonify(file)


@pytest.fixture
def asked(webhook: Webhook) -> list[tuple[str, str, Any]]:
    calls: list[tuple[str, str, Any]] = []
    webhook.more = lambda app: add_dealer_api(app, calls)
    return calls


@pytest.fixture
def shop(asked: list[tuple[str, str, Any]], tmp_path: Path, start: Any) -> Running:
    """The sandbox beside a seeded demo: 韩女士 follows, 李先生 does not."""
    customers = [
        {"external_id": "C1", "name": "韩女士", "openid": "o_han", "phone": "+8613900000001"},
        {"external_id": "C2", "name": "李先生", "openid": None, "phone": "13900000002"},
    ]
    (tmp_path / "demo.json").write_text(json.dumps({"api_token": "demo-token", "customers": customers}))
    running: Running = start()
    return running


def state(box: Running, who: str = "") -> Any:
    return requests.get(f"{box.base}/phones/state", params={"who": who}, timeout=10).json()


def press(box: Running, path: str, body: Any) -> requests.Response:
    return requests.post(f"{box.base}/phones/{path}", json=body, timeout=10)


def test_demo_customers_with_an_openid_already_follow(shop: Running) -> None:
    assert state(shop, "C1")["chosen"]["following"]
    assert not state(shop, "C2")["chosen"]["following"]
    body = {"touser": "o_han", "template_id": "TPL-plate", "data": {"car_number1": {"value": "浙A8Z888"}}}
    assert shop.weixin("message/template/send", body)["errcode"] == 0


def test_a_demo_seeded_later_is_noticed(box: Running, tmp_path: Path) -> None:
    assert [one["id"] for one in state(box)["people"]] == ["passerby"]
    customers = [{"external_id": "C9", "name": "新客", "openid": "o_new", "phone": "13900000009"}]
    (tmp_path / "demo.json").write_text(json.dumps({"api_token": "t", "customers": customers}))
    assert [one["id"] for one in state(box)["people"]] == ["C9", "passerby"]
    assert state(box, "C9")["chosen"]["following"]


def test_who_left_does_not_follow_again_by_a_restart(shop: Running, start: Any) -> None:
    shop.control("wechat/o_han/unfollow", {})
    assert not state(start(), "C1")["chosen"]["following"]


def test_it_shows_file_window_and_both_phones(shop: Running) -> None:
    shop.control("wechat/o_han/text", {"content": "你好"})
    shop.control("sms/13900000001/reply", {"content": "5"})
    chosen = state(shop, "C1")["chosen"]
    assert chosen["file"]["car"] == "云栖 浙A8Z888"
    assert chosen["file"]["orders"] == [{"id": "RO8812", "status": "in_progress", "open": True, "car": "浙A8Z888"}]
    assert chosen["window"]["left"] == 5
    assert [line["text"] for line in chosen["wechat"]] == ["你好"]
    assert [line["text"] for line in chosen["sms"]] == ["5"]


def test_people_who_show_up_get_a_phone(shop: Running) -> None:
    shop.control("wechat/o_stranger/follow", {})
    shop.control("sms/13911112222/reply", {"content": "谁"})
    ids = [one["id"] for one in state(shop)["people"]]
    assert ids == ["C1", "C2", "passerby", "wx:o_stranger", "sms:13911112222"]


def test_the_receipt_binds_who_scans_it(shop: Running, webhook: Webhook, asked: list[tuple[str, str, Any]]) -> None:
    assert press(shop, "C2/scan-receipt", {"order": "RO8812"}).status_code == 200
    assert asked == [("POST", "repair-orders/RO8812/bind-code", None)]
    (event,) = webhook.events()
    assert (event["Event"], event["EventKey"], event["FromUserName"]) == ("subscribe", "qrscene_bind:once", "o_C2")


def test_delivery_birthday_and_a_new_order_go_through_the_api(shop: Running, asked: list[tuple[str, str, Any]]) -> None:
    press(shop, "C1/deliver", {"order": "RO8812"})
    press(shop, "C1/birthday-tomorrow", {})
    order = press(shop, "C1/open-order", {}).json()["order"]
    assert asked[:2] == [
        ("PUT", "repair-orders/RO8812", {"status": "delivered"}),
        ("PUT", "customers/C1", {"birthday": "09-18"}),
    ]
    method, path, body = asked[2]
    assert (method, path, body["status"]) == ("PUT", f"repair-orders/{order}", "in_progress")
    assert body["vehicle"]["plate"] == "浙A8Z888"


def test_a_quote_goes_through_the_api(shop: Running, asked: list[tuple[str, str, Any]]) -> None:
    assert press(shop, "C1/quote", {"order": "RO8812"}).status_code == 200
    (put,) = asked
    assert put[:2] == ("PUT", "quotes/Q-RO8812")
    assert [len(put[2]["lines"]), put[2]["repair_order"]] == [3, "RO8812"]
    assert {line["urgency"] for line in put[2]["lines"]} == {"must", "advised", "can_wait"}


@pytest.mark.parametrize(
    ("path", "body"),
    [("C1/deliver", {}), ("C1/quote", {}), ("C1/deliver", {"order": "x", "y": 1}), ("nobody/deliver", {"order": "x"})],
)
def test_a_wrong_button_is_told(shop: Running, path: str, body: Any) -> None:
    answer = press(shop, path, body)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_a_dealer_that_does_not_answer_is_told(shop: Running, tmp_path: Path) -> None:
    told = json.loads((tmp_path / "demo.json").read_text()) | {"api_token": "an-old-token"}
    (tmp_path / "demo.json").write_text(json.dumps(told))
    answer = press(shop, "C1/deliver", {"order": "RO8812"})
    assert (answer.status_code, "401" in answer.json()["error"]) == (400, True)


def test_the_page_takes_nothing_from_elsewhere(shop: Running) -> None:
    answer = requests.get(shop.base, timeout=10)
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "http" not in answer.text


@pytest.fixture
def page(chromium: Browser, shop: Running) -> Iterator[Page]:
    with chromium.new_context(viewport={"width": 1440, "height": 900}) as context:
        page = context.new_page()
        page.goto(shop.base)
        yield page


def test_cards_choices_and_notifications_are_bubbles(
    page: Page, shop: Running, webhook: Webhook, tmp_path: Path
) -> None:
    shop.control("wechat/o_han/text", {"content": "你好"})
    card = {
        "title": "车主课堂：冬季用车",
        "description": "本周六上午十点，二楼客户休息区",
        "url": "https://example.test/e/1",
    }
    menu = {
        "head_content": "您的爱车交车已有三天，用着还顺心吗？点一下就好：",
        "list": [{"id": "survey:1:5", "content": "非常满意"}, {"id": "survey:1:2", "content": "不满意"}],
        "tail_content": '也可以直接打字，或<a href="https://example.test/s/1">点开评价</a>',
    }
    for kind, content in (("news", {"articles": [card]}), ("msgmenu", menu)):
        body = {"touser": "o_han", "msgtype": kind, kind: content}
        assert shop.weixin("message/custom/send", body)["errcode"] == 0
    page.get_by_role("button", name="允许订阅通知").first.click()
    expect(page.get_by_role("button", name="允许订阅通知（剩 1）")).to_be_visible()
    notice = {"touser": "o_han", "template_id": "SUB-checkin", "data": {"thing1": {"value": "维修保养后回访"}}}
    assert shop.weixin("message/subscribe/bizsend", {**notice, "page": "https://example.test/s/1"})["errcode"] == 0
    wechat = page.get_by_label("微信")
    expect(wechat.get_by_text("订阅通知", exact=True)).to_be_visible()
    expect(wechat.get_by_role("link", name="车主课堂：冬季用车")).to_have_attribute("href", "https://example.test/e/1")
    expect(wechat.get_by_role("link", name="点开评价")).to_be_visible()
    page.screenshot(path=tmp_path / "phones.png")
    wechat.get_by_role("button", name="不满意", exact=True).click()
    expect(wechat.get_by_text("不满意", exact=True)).to_have_count(2)
    assert webhook.heard[-1].plain["bizmsgmenuid"] == "survey:1:2"


def test_a_customer_talks_on_the_page(page: Page, shop: Running, webhook: Webhook) -> None:
    plate = {"touser": "o_han", "template_id": "TPL-plate", "data": {"car_number1": {"value": "浙A8Z888"}}}
    shop.weixin("message/template/send", {**plate, "url": "https://example.test/s/1"})
    expect(page.get_by_role("link", name="查看详情")).to_be_visible()
    webhook.answer = "请点选：\n" + SCALE + "<b>不是标记</b>"
    page.get_by_placeholder("发消息").fill("空调还是不凉")
    page.get_by_placeholder("发消息").press("Enter")
    wechat = page.get_by_label("微信")
    expect(wechat.get_by_text("空调还是不凉")).to_be_visible()
    expect(wechat.get_by_text("<b>不是标记</b>")).to_be_visible()
    webhook.answer = "非常抱歉"
    wechat.get_by_role("button", name="2 不满意").click()
    expect(wechat.get_by_text("非常抱歉")).to_be_visible()
    assert webhook.heard[-1].plain["bizmsgmenuid"] == "2"
    page.get_by_role("button", name="＋1 天").click()
    expect(page.locator("#day")).to_contain_text("2026-09-18")
    page.get_by_role("button", name="到下一个 10:00").click()
    expect(page.locator("#time")).to_have_text("10:00")
    page.get_by_role("button", name="交车").click()
    expect(page.get_by_role("button", name="再开一张工单")).to_be_visible(timeout=10_000)
    page.get_by_role("button", name="李先生").click()
    expect(wechat.get_by_text("还没有关注")).to_be_visible()
    page.get_by_role("button", name="关注", exact=True).click()
    expect(page.get_by_placeholder("发消息")).to_be_enabled()
