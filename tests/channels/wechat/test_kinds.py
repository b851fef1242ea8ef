"""One row a kind of message: what stands on the wire, what each answer comes to, and how often WeChat was asked."""

from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.errors import ContentRefused, SendError, TemplateRefused, TryLater, Uncertain, Undeliverable
from bot.messages import Outgoing, Way
from channels.wechat.send import KINDS, WeChatSender
from channels.wechat.typing_sign import typing
from tests.channels.wechat.conftest import Account
from tests.provider import HTML, HTTP500, RESET, SILENCE, Provider, Step, says

OPENID, ID = "oLiLei-0001", "out-1"
CUSTOM, TEMPLATE = "/cgi-bin/message/custom/send", "/cgi-bin/message/template/send"
BIZSEND, TYPING = "/cgi-bin/message/subscribe/bizsend", "/cgi-bin/message/custom/typing"
MASS, SENDALL = "/cgi-bin/message/mass/send", "/cgi-bin/message/mass/sendall"
FIELDS = {"thing1": {"value": "维修保养后回访"}}
PROGRAM = {"appid": "wx1", "pagepath": "pages/survey"}
SCALE = {
    "head": "还顺心吗？",
    "options": [{"id": "survey:1:5", "text": "满意"}, {"id": "survey:1:1", "text": "不满意"}],
}
CARD = {
    "title": "车主课堂",
    "description": "周六上午",
    "url": "https://h.example/e/1",
    "picture": "https://h.example/p",
}


def out(way: Way, **payload: Any) -> Outgoing:
    return Outgoing(ID, way, "main", "" if way is Way.MASS else OPENID, payload)


TEXT = out(Way.CUSTOM, text="您好")
NEWS = out(Way.CUSTOM, text="您好", news=CARD)
MENU = out(Way.CUSTOM, text="回复数字：5 满意，1 不满意", menu={**SCALE, "tail": "也可以打字"})
NOTICE = out(Way.TEMPLATE, template_id="TPL1", data=FIELDS, url="https://h.example/s/1")
SUBSCRIBED = out(Way.SUBSCRIPTION, template_id="SUB1", data=FIELDS, page="https://h.example/s/1")
TO_MANY = out(Way.MASS, text="自驾游报名", openids=["o1", "o2"])
TO_TAG = out(Way.MASS, text="自驾游报名", tag_id=101)

# kind → (message, path, the body on the wire, the id WeChat answers and we keep)
WIRE: dict[str, tuple[Outgoing, str, dict[str, Any], dict[str, Any], str]] = {
    "text": (TEXT, CUSTOM, {"touser": OPENID, "msgtype": "text", "text": {"content": "您好"}}, {}, ""),
    "news": (
        NEWS, CUSTOM,
        {"touser": OPENID, "msgtype": "news", "news": {"articles": [
            {"title": "车主课堂", "description": "周六上午", "url": CARD["url"], "picurl": CARD["picture"]}]}},
        {}, "",
    ),
    "menu": (
        MENU, CUSTOM,
        {"touser": OPENID, "msgtype": "msgmenu", "msgmenu": {
            "head_content": "还顺心吗？",
            "list": [{"id": "survey:1:5", "content": "满意"}, {"id": "survey:1:1", "content": "不满意"}],
            "tail_content": "也可以打字"}},
        {}, "",
    ),
    "template": (
        NOTICE, TEMPLATE,
        {"touser": OPENID, "template_id": "TPL1", "url": "https://h.example/s/1", "client_msg_id": ID, "data": FIELDS},
        {"msgid": 200228332}, "200228332",
    ),
    "subscription": (
        SUBSCRIBED, BIZSEND,
        {"touser": OPENID, "template_id": "SUB1", "page": "https://h.example/s/1", "data": FIELDS},
        {"msgid": "1700827132819554304"}, "1700827132819554304",
    ),
    "mass": (
        TO_MANY, MASS,
        {"touser": ["o1", "o2"], "msgtype": "text", "text": {"content": "自驾游报名"}, "clientmsgid": ID},
        {"msg_id": 34182}, "34182",
    ),
    "mass_by_tag": (
        TO_TAG, SENDALL,
        {"filter": {"is_to_all": False, "tag_id": 101}, "msgtype": "text", "text": {"content": "自驾游报名"},
         "clientmsgid": ID},
        {"msg_id": 34183}, "34183",
    ),
}  # fmt: skip
REPEATABLE = {"template", "mass", "mass_by_tag"}  # WeChat knows our id of these


def test_every_way_of_wechat_has_a_row() -> None:
    assert {WIRE[name][0].way for name in WIRE} == set(KINDS)


@pytest.mark.parametrize("kind", WIRE)
def test_what_stands_on_the_wire(wechat: Provider, one: Account, kind: str) -> None:
    message, path, body, answer, kept = WIRE[kind]
    wechat.script(path, says({"errcode": 0, "errmsg": "ok", **answer}))
    assert one.sender.send(message) == kept
    (asked,) = wechat.to(path)
    assert asked.body == body
    assert b"\\u" not in asked.raw, "escaped as \\uXXXX WeChat answers 40033"


# What came back → what is raised by kinds WeChat knows our id of, and by those it does not.
ANSWERS: dict[str, tuple[Step, type[SendError]]] = {
    "code_in_http_200": (says({"errcode": 45011, "errmsg": "freq"}), TryLater),
    "person": (says({"errcode": 43004, "errmsg": "require subscribe"}), Undeliverable),
    "field": (says({"errcode": 47003, "errmsg": "argument invalid"}), TemplateRefused),
    "template": (says({"errcode": 40037, "errmsg": "invalid template_id"}), TemplateRefused),
    "content": (says({"errcode": 47001, "errmsg": "data format error"}), ContentRefused),
    "timeout_after": (SILENCE, Uncertain),
    "reset": (RESET, Uncertain),
    "html": (HTML, Uncertain),
    "http500": (HTTP500, Uncertain),
}


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("kind", WIRE)
def test_what_is_raised_and_how_often_wechat_was_asked(wechat: Provider, one: Account, kind: str, answer: str) -> None:
    """No answer: once more only with an id of ours; without one never (§3.8 last row)."""
    message, path, *_ = WIRE[kind]
    step, error = ANSWERS[answer]
    wechat.script(path, step)
    with pytest.raises(SendError) as caught:
        one.sender.send(message)
    assert type(caught.value) is error
    assert len(wechat.to(path)) == (2 if error is Uncertain and kind in REPEATABLE else 1)


NO_MENUS = says({"errcode": 40200, "errmsg": "invalid account type"})
OK = says({"errcode": 0, "errmsg": "ok"})


def kinds_asked(wechat: Provider) -> list[str]:
    return [asked.body["msgtype"] for asked in wechat.to(CUSTOM)]


def test_an_account_without_menus_gets_the_text_and_is_not_asked_again(wechat: Provider, one: Account) -> None:
    wechat.script(CUSTOM, NO_MENUS, OK)
    with capture_logs():
        one.sender.send(MENU)
        one.sender.send(MENU)
    assert kinds_asked(wechat) == ["msgmenu", "text", "text"]
    assert wechat.to(CUSTOM)[1].body["text"] == {"content": "回复数字：5 满意，1 不满意"}


def test_an_account_known_to_have_no_menus_is_never_asked(wechat: Provider, one: Account) -> None:
    wechat.script(CUSTOM, OK)
    WeChatSender(one.api, menus=False).send(MENU)
    assert kinds_asked(wechat) == ["text"]


@pytest.mark.parametrize("step", [RESET, SILENCE], ids=["reset", "timeout_after"])
def test_a_menu_without_an_answer_is_not_followed_by_the_text(wechat: Provider, one: Account, step: Step) -> None:
    """It may have arrived: the text would be a second copy."""
    wechat.script(CUSTOM, step)
    with pytest.raises(Uncertain):
        one.sender.send(MENU)
    assert kinds_asked(wechat) == ["msgmenu"]


def test_another_refusal_of_a_menu_is_not_the_menus_fault(wechat: Provider, one: Account) -> None:
    wechat.script(CUSTOM, says({"errcode": 45047, "errmsg": "out of response count limit"}))
    with pytest.raises(Undeliverable):
        one.sender.send(MENU)
    assert kinds_asked(wechat) == ["msgmenu"]


@pytest.mark.parametrize(("plain", "path"), [(NOTICE, TEMPLATE), (SUBSCRIBED, BIZSEND)], ids=["template", "bizsend"])
def test_a_wrong_page_of_a_mini_program_costs_the_page_not_the_message(
    wechat: Provider, one: Account, plain: Outgoing, path: str
) -> None:
    """url and mini-program both: WeChat prefers the mini-program; 40165 → once more without (§3.8)."""
    message = out(plain.way, **plain.payload, miniprogram=PROGRAM)
    wechat.script(path, says({"errcode": 40165, "errmsg": "invalid weapp pagepath"}), OK, OK)
    one.sender.send(message)
    one.sender.send(message)
    programs = [asked.body.get("miniprogram") for asked in wechat.to(path)]
    assert programs == [PROGRAM, None, PROGRAM], "the next one tries its page: this may have been one wrong page"


def test_refused_for_its_page_and_again_is_refused(wechat: Provider, one: Account) -> None:
    wechat.script(TEMPLATE, says({"errcode": 40165, "errmsg": "no"}), says({"errcode": 40037, "errmsg": "no"}))
    with pytest.raises(SendError) as caught:
        one.sender.send(out(Way.TEMPLATE, **NOTICE.payload, miniprogram=PROGRAM))
    assert caught.value.code == "40037"
    assert len(wechat.to(TEMPLATE)) == 2


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (out(Way.CUSTOM, text="x", news={"title": "", "url": "https://h.example"}), "news"),
        (out(Way.CUSTOM, text="x", news=[CARD, CARD]), "news"),
        (out(Way.CUSTOM, text="x", menu={"head": "?", "options": []}), "menu"),
        (out(Way.CUSTOM, text=" ", menu=SCALE), "44004"),
        (out(Way.MASS, text="x", tag_id=0), "tag"),
        (out(Way.MASS, text="x", tag_id=True), "tag"),
        (out(Way.MASS, text="x", tag_id="101"), "tag"),
        (out(Way.MASS, text="字" * 683, tag_id=101), "45002"),
        (out(Way.TEMPLATE, template_id="T", data={"thing1": {"value": "字" * 21}}), "47003"),
        (out(Way.SUBSCRIPTION, template_id="T", data={"thing1": {"value": "字" * 21}}), "47003"),
        (out(Way.TEMPLATE, template_id="T", data={"car_number2": {"value": "浙A12345678"}}), "47003"),
        (out(Way.TEMPLATE, template_id="T", data={"thing1": {"value": "两\n行"}}), "47003"),
        (out(Way.TEMPLATE, template_id="T", data={"thing1": {"value": ""}}), "47003"),
    ],
)
def test_what_wechat_would_refuse_never_leaves(wechat: Provider, one: Account, message: Outgoing, code: str) -> None:
    """§7.3 no. 11 (a thing over 20 characters), whoever wrote the row; a second article (45008) cannot be said."""
    with pytest.raises((ContentRefused, TemplateRefused)) as caught:
        one.sender.send(message)
    assert caught.value.code == code
    assert wechat.asked == []


@pytest.mark.parametrize(
    ("step", "shows"),
    [(OK, True), (says({"errcode": 45080, "errmsg": "no"}), False), (says({"errcode": 45081, "errmsg": "no"}), False),
     (says({"errcode": 48001, "errmsg": "no"}), False), (RESET, False), (SILENCE, False), (HTML, False)],
    ids=["ok", "45080", "45081", "48001", "reset", "timeout_after", "html"],
)  # fmt: skip
def test_the_typing_sign_fails_nothing(wechat: Provider, one: Account, step: Step, shows: bool) -> None:
    wechat.script(TYPING, step)
    assert typing(one.api, OPENID) is shows
    assert [asked.body for asked in wechat.to(TYPING)] == [{"touser": OPENID, "command": "Typing"}]


def test_the_typing_sign_is_taken_away(wechat: Provider, one: Account) -> None:
    wechat.script(TYPING, OK)
    assert typing(one.api, OPENID, on=False)
    assert wechat.to(TYPING)[0].body["command"] == "CancelTyping"
