"""Every kind we send, by our own sender, against the fake WeChat: what is raised and how often it really arrived."""

import secrets
from collections.abc import Callable
from typing import Any

import pytest

from bot.errors import Mark, SendError, TemplateRefused, TryLater, Uncertain, Undeliverable
from bot.messages import Outgoing, Way
from channels.http import Http
from channels.wechat.send import WeChatApi, WeChatSender
from channels.wechat.token import AccessTokens
from channels.wechat.typing_sign import typing
from sandbox.accounts import SandboxAccount
from store.losable import Losable
from tests.sandbox.conftest import ACCOUNT, TRIAL, Running, Webhook

FIELDS = {"thing1": {"value": "维修保养后回访"}, "time2": {"value": "2026年9月14日 17:30"}}
THING = {"thing1": FIELDS["thing1"]}
PROGRAM = {"appid": "wx1", "pagepath": "pages/survey"}
MENU = {"head": "还顺心吗？", "options": [{"id": "survey:1:5", "text": "满意"}], "tail": "也可以打字"}
CARD = {"title": "车主课堂", "description": "周六上午十点", "url": "https://h.example/e/1"}


def api_of(box: Running, account: SandboxAccount, patience: tuple[float, float]) -> WeChatApi:
    clock, losable, http = box.sandbox.clock, Losable(None), Http(box.base, patience)
    tokens = AccessTokens(
        account.app_id, account.app_secret, http, cache=losable.tokens, lock=losable.locks, wakeups=losable.wakeups,
        monotonic=clock.monotonic, machine=clock.machine,
    )  # fmt: skip
    return WeChatApi(tokens, http, clock.machine)


@pytest.fixture
def api(box: Running, patience: tuple[float, float]) -> WeChatApi:
    return api_of(box, ACCOUNT, patience)


@pytest.fixture
def wechat(api: WeChatApi) -> WeChatSender:
    return WeChatSender(api)


def out(way: Way, address: str = "o1", **payload: Any) -> Outgoing:
    return Outgoing(secrets.token_hex(8), way, "main", address, payload)


def subscribe(box: Running, openid: str = "o1", template: str = "SUB-checkin", answer: str = "accept") -> None:
    box.control(f"wechat/{openid}/subscribe", {"template_id": template, "answer": answer})


def two_tagged(box: Running) -> int:
    number = box.weixin("tags/create", {"tag": {"name": "车主活动"}})["tag"]["id"]
    assert box.weixin("tags/members/batchtagging", {"openid_list": ["o1", "o2"], "tagid": number})["errcode"] == 0
    return int(number)


# kind → (the message, the api as faults name it, what stands on the phone)
KINDS: dict[str, tuple[Callable[[Running], Outgoing], str, str]] = {
    "text": (lambda box: out(Way.CUSTOM, text="您好"), "custom", "custom"),
    "news": (lambda box: out(Way.CUSTOM, text="您好", news=CARD), "custom", "custom"),
    "menu": (lambda box: out(Way.CUSTOM, text="回复数字", menu=MENU), "custom", "custom"),
    "template": (lambda box: out(Way.TEMPLATE, template_id="TPL-checkin", data=FIELDS), "template", "template"),
    "subscription": (
        lambda box: out(Way.SUBSCRIPTION, template_id="SUB-checkin", data=THING), "subscription", "subscription",
    ),
    "mass": (lambda box: out(Way.MASS, "", text="自驾", openids=["o1", "o2"]), "mass", "mass"),
    "mass_by_tag": (lambda box: out(Way.MASS, "", text="自驾", tag_id=two_tagged(box)), "mass/sendall", "mass"),
}  # fmt: skip
REPEATABLE = {"template", "mass", "mass_by_tag"}

# fault → (what is raised without and with an id of ours, how often it stands on the phone without and with one)
FAULTS: dict[str, tuple[type[SendError] | None, type[SendError] | None, int, int]] = {
    "": (None, None, 1, 1),
    "45011": (TryLater, TryLater, 0, 0),
    "timeout_after": (Uncertain, None, 1, 1),
    "reset": (Uncertain, None, 0, 1),
    "html": (Uncertain, None, 0, 1),
    "http500": (Uncertain, None, 0, 1),
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault or "ok")
@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_is_ever_sent_twice(box: Running, wechat: WeChatSender, kind: str, fault: str) -> None:
    """§3.8, last row: with an id WeChat knows a lost answer is asked for again, without one it stays uncertain."""
    make, api, shown = KINDS[kind]
    box.control("wechat/o1/text", {"content": "你好"})
    box.control("wechat/o2/follow", {})
    subscribe(box)
    subscribe(box)
    message = make(box)
    if fault:
        box.control("faults", {"api": api, "code": fault})
    without, with_id, count, count_with_id = FAULTS[fault]
    error = with_id if kind in REPEATABLE else without
    if error is None:
        wechat.send(message)
    else:
        with pytest.raises(error):
            wechat.send(message)
    lines = [line["kind"] for line in box.control("wechat/o1/messages") if line["dir"] == "out"]
    assert lines == [shown] * (count_with_id if kind in REPEATABLE else count)


def test_a_card_a_choice_and_a_notification_stand_on_the_phone(box: Running, wechat: WeChatSender) -> None:
    box.control("wechat/o1/text", {"content": "你好"})
    subscribe(box)
    wechat.send(out(Way.CUSTOM, text="您好", news=CARD))
    wechat.send(out(Way.CUSTOM, text="回复数字", menu=MENU))
    wechat.send(out(Way.SUBSCRIPTION, template_id="SUB-checkin", data=THING, page="https://h.example/s/1"))
    card, choice, notice = box.control("wechat/o1/messages")[-3:]
    assert card["data"]["article"]["title"] == "车主课堂"
    assert choice["data"]["options"] == [{"id": "survey:1:5", "content": "满意"}]
    assert choice["text"] == "还顺心吗？\n满意\n也可以打字"
    assert (notice["kind"], notice["template"], notice["url"]) == (
        "subscription",
        "SUB-checkin",
        "https://h.example/s/1",
    )


def test_one_tap_is_one_notification_of_this_template(box: Running, wechat: WeChatSender) -> None:
    """43101 without a consent; each accept is one more, a reject takes back the rest."""
    notice = out(Way.SUBSCRIPTION, template_id="SUB-checkin", data=THING)

    def refused() -> bool:
        with pytest.raises(Undeliverable) as caught:
            wechat.send(notice)
        return caught.value.code == "43101"

    box.control("wechat/o1/follow", {})
    assert refused()
    subscribe(box, template="SUB-event")
    assert refused(), "a consent is for one template"
    subscribe(box)
    subscribe(box)
    wechat.send(notice)
    wechat.send(notice)
    assert refused()
    subscribe(box)
    subscribe(box, answer="reject")
    assert refused()


def test_a_tap_and_a_notification_are_told_to_us(box: Running, wechat: WeChatSender, webhook: Webhook) -> None:
    box.control("wechat/o1/follow", {})
    subscribe(box)
    number = wechat.send(out(Way.SUBSCRIPTION, template_id="SUB-checkin", data=THING))
    webhook.wait_for(3)
    popup, sent = (heard.plain for heard in webhook.heard[-2:])
    assert (popup["Event"], popup["SubscribeMsgPopupEvent"]["List"]) == (
        "subscribe_msg_popup_event",
        {"TemplateId": "SUB-checkin", "SubscribeStatusString": "accept", "PopupScene": "1"},
    )
    assert sent["Event"] == "subscribe_msg_sent_event"
    assert sent["SubscribeMsgSentEvent"]["List"]["MsgID"] == number


def test_a_subscribe_button_opens_no_window(box: Running, wechat: WeChatSender) -> None:
    box.control("wechat/o1/follow", {})
    box.control("clock", {"advance": "2m"})
    subscribe(box)
    with pytest.raises(Undeliverable) as caught:
        wechat.send(out(Way.CUSTOM, text="您好"))
    assert caught.value.marks is Mark.WINDOW_CLOSED


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"template_id": "SUB-no", "answer": "accept"}, "unknown"),
        ({"template_id": "SUB-event", "answer": "yes"}, "accept"),
    ],
)  # fmt: skip
def test_a_tap_that_cannot_be_is_refused(box: Running, body: dict[str, str], words: str) -> None:
    status, error = box.refused("wechat/o1/subscribe", body)
    assert status == 400
    assert words in error


def test_a_test_account_refuses_menus_and_gets_the_text(box: Running, patience: tuple[float, float]) -> None:
    """40200, asked once; afterwards the text at once (bizmsgmenu links work everywhere, wechat.md §2.7)."""
    sender = WeChatSender(api_of(box, TRIAL, patience))
    box.control("wechat/o1/text", {"content": "你好", "account": "trial"})
    text = '<a href="weixin://bizmsgmenu?msgmenucontent=满意&msgmenuid=survey:1:5">满意</a>'
    for _ in range(2):
        sender.send(out(Way.CUSTOM, text=text, menu=MENU))
    lines = box.control("wechat/o1/messages?account=trial")[-2:]
    assert [(line["text"], line["data"]) for line in lines] == [(text, None)] * 2


def test_a_page_that_does_not_exist_costs_the_page(box: Running, wechat: WeChatSender) -> None:
    box.control("wechat/o1/follow", {})
    for program in (PROGRAM, {**PROGRAM, "pagepath": "pages/gone"}):
        wechat.send(out(Way.TEMPLATE, template_id="TPL-checkin", data=FIELDS, miniprogram=program))
    assert len(box.control("wechat/o1/messages")) == 2
    body = {"touser": "o1", "template_id": "TPL-checkin", "data": FIELDS, "miniprogram": {"appid": "wx2"}}
    assert box.weixin("message/template/send", body)["errcode"] == 40165


def custom(box: Running, kind: str, content: object) -> int:
    return int(box.weixin("message/custom/send", {"touser": "o1", "msgtype": kind, kind: content})["errcode"])


@pytest.mark.parametrize(
    ("articles", "code"),
    [([CARD], 0), ([CARD, CARD], 45008), ([], 44003), ([{"title": "x"}], 44003), ([{"url": "https://x"}], 44003)],
)
def test_one_card_a_message(box: Running, articles: list[dict[str, str]], code: int) -> None:
    box.control("wechat/o1/text", {"content": "你好"})
    assert custom(box, "news", {"articles": articles}) == code


@pytest.mark.parametrize(
    ("menu", "code"),
    [({"list": [{"id": "1", "content": "满意"}]}, 0), ({"list": []}, 44004), ({"list": [{"id": "1"}]}, 44004),
     ({"list": ["满意"]}, 44004)],
)  # fmt: skip
def test_a_choice_needs_options(box: Running, menu: dict[str, Any], code: int) -> None:
    box.control("wechat/o1/text", {"content": "你好"})
    assert custom(box, "msgmenu", menu) == code


def test_outside_the_window_nothing_goes_and_inside_it_five_do(box: Running, wechat: WeChatSender) -> None:
    """§7.3 no. 7 (custom messages outside the window) and no. 8 (five, no longer twenty)."""
    box.control("wechat/o1/text", {"content": "你好"})
    for number in range(5):
        wechat.send(out(Way.CUSTOM, text=str(number)))
    with pytest.raises(Undeliverable) as sixth:
        wechat.send(out(Way.CUSTOM, text="6"))
    assert sixth.value.marks is Mark.WINDOW_EMPTY
    box.control("wechat/o1/text", {"content": "还在"})
    box.control("clock", {"advance": "48h1s"})
    with pytest.raises(Undeliverable) as late:
        wechat.send(out(Way.CUSTOM, text="7"))
    assert late.value.marks is Mark.WINDOW_CLOSED


def sign(box: Running, command: str = "Typing") -> int:
    return int(box.weixin("message/custom/typing", {"touser": "o1", "command": command})["errcode"])


def test_the_typing_sign(box: Running, api: WeChatApi) -> None:
    box.control("wechat/o1/text", {"content": "你好"})
    assert (sign(box, "Writing"), sign(box), sign(box)) == (45072, 0, 45081)
    assert not typing(api, "o1"), "shown already: missed without an error"
    assert (sign(box, "CancelTyping"), sign(box)) == (0, 0)
    assert box.custom("o1") == 0
    assert sign(box) == 0, "a message ends the sign"
    box.control("clock", {"advance": "16s"})
    assert typing(api, "o1"), "it is shown for 15 s"
    box.control("clock", {"advance": "31s"})
    assert sign(box) == 45080
    assert box.weixin("message/custom/typing", {"touser": "o9", "command": "Typing"})["errcode"] == 40003


def test_tags(box: Running) -> None:
    for openid in ("o1", "o2"):
        box.control(f"wechat/{openid}/follow", {})
    number = two_tagged(box)
    assert box.weixin("tags/get") == {
        "errcode": 0, "errmsg": "ok", "tags": [{"id": number, "name": "车主活动", "count": 2}],
    }  # fmt: skip

    def tagging(openids: list[str], tagid: object) -> int:
        return int(box.weixin("tags/members/batchtagging", {"openid_list": openids, "tagid": tagid})["errcode"])

    assert tagging(["o1"], 999) == 45159
    assert tagging(["o9"], number) == 40003
    assert (tagging([], number), tagging(["o1"] * 51, number)) == (40032, 40032)
    assert tagging(["o1"], number) == 0, "tagged twice is tagged"
    create = [box.weixin("tags/create", {"tag": {"name": name}})["errcode"] for name in ("车主活动", "", "名" * 11)]
    assert create == [45157, 45158, 45158]


def send_all(box: Running, chosen: object, **more: object) -> Any:
    body = {"filter": chosen, "msgtype": "text", "text": {"content": "秋季自驾"}, **more}
    return box.weixin("message/mass/sendall", body)


@pytest.mark.parametrize(
    ("chosen", "code"),
    [(None, 40004), ({}, 40004), ({"group_id": 101}, 40004), ({"tag_id": 999}, 45159), ({"tag_id": True}, 45159)],
)
def test_a_mass_needs_a_filter_that_is_one(box: Running, chosen: object, code: int) -> None:
    assert send_all(box, chosen)["errcode"] == code


def test_a_mass_by_tag_reports_counts_and_is_sent_once(box: Running, webhook: Webhook) -> None:
    for openid in ("o1", "o2", "o3"):
        box.control(f"wechat/{openid}/follow", {})
    number = two_tagged(box)
    first = send_all(box, {"is_to_all": False, "tag_id": number}, clientmsgid="batch-1")
    again = send_all(box, {"is_to_all": False, "tag_id": number}, clientmsgid="batch-1")
    assert (again["errcode"], again["msg_id"]) == (45065, first["msg_id"])
    webhook.wait_for(4)
    event = webhook.events()[-1]
    assert [event[f"{name}Count"] for name in ("Total", "Filter", "Sent", "Error")] == ["2", "2", "2", "0"]
    shown = [len(box.control(f"wechat/{openid}/messages")) for openid in ("o1", "o2", "o3")]
    assert shown == [1, 1, 0]
    assert send_all(box, {"is_to_all": True})["errcode"] == 0
    assert [len(box.control(f"wechat/{openid}/messages")) for openid in ("o1", "o2", "o3")] == [2, 2, 1]


def test_a_long_thing_is_refused_by_both(box: Running, wechat: WeChatSender) -> None:
    """§7.3 no. 11: our guard speaks first, and the platform would have."""
    box.control("wechat/o1/follow", {})
    data = {"thing1": {"value": "字" * 21}, "time2": FIELDS["time2"]}
    with pytest.raises(TemplateRefused) as caught:
        wechat.send(out(Way.TEMPLATE, template_id="TPL-checkin", data=data))
    assert caught.value.code == "47003"
    body = {"touser": "o1", "template_id": "TPL-checkin", "data": data}
    assert box.weixin("message/template/send", body)["errcode"] == 47003
