"""What leaves the house on WeChat, and what each answer comes to: over real HTTP, from a script."""

import json
import logging

import pytest
from structlog.testing import capture_logs

from bot.errors import (
    ChannelStopped,
    ContentRefused,
    Mark,
    SendError,
    TemplateRefused,
    TryLater,
    Uncertain,
    Undeliverable,
)
from bot.messages import Outgoing, Way
from channels.http import Http
from channels.wechat.errors import RULES, UNLISTED, Reaction, error_of, rule_of
from channels.wechat.qr import create_scene
from channels.wechat.send import EveryAccount
from store.losable import Losable
from tests.channels.wechat.conftest import (
    CUSTOM_PATH,
    MASS_PATH,
    QR_PATH,
    SECRET,
    TEMPLATE_PATH,
    Account,
    account,
)
from tests.conftest import StillClock
from tests.databases import free_port
from tests.provider import NO_ANSWER_NAMES, NO_ANSWERS, RESET, SILENCE, Provider, says

OK = says({"errcode": 0, "errmsg": "ok"})
OPENID, TEXT = "oLiLei-0001", "王女士您好，韩梅梅正在为您处理"
CUSTOM = Outgoing("out-1", Way.CUSTOM, "main", OPENID, {"text": TEXT})
TEMPLATE = Outgoing(
    "out-2", Way.TEMPLATE, "main", OPENID,
    {"template_id": "TPL1", "data": {"thing1": {"value": "服务回访"}}, "url": "https://h.example/s/1"},
)  # fmt: skip
MASS = Outgoing("out-3", Way.MASS, "main", "", {"text": "车主自驾游报名", "openids": ["o1", "o2", "o2", "o3"]})
PATHS = {Way.CUSTOM: CUSTOM_PATH, Way.TEMPLATE: TEMPLATE_PATH, Way.MASS: MASS_PATH}


def test_a_custom_text_is_utf8_json_with_the_token(wechat: Provider, one: Account) -> None:
    wechat.script(CUSTOM_PATH, OK)
    assert one.sender.send(CUSTOM) == ""
    (asked,) = wechat.to(CUSTOM_PATH)
    assert asked.query == {"access_token": "TOKEN-1"}
    assert asked.body == {"touser": OPENID, "msgtype": "text", "text": {"content": TEXT}}
    assert "您好".encode() in asked.raw, "escaped as \\uXXXX WeChat answers 40033"


def test_a_template_message_carries_our_id(wechat: Provider, one: Account) -> None:
    wechat.script(TEMPLATE_PATH, says({"errcode": 0, "errmsg": "ok", "msgid": 200228332}))
    assert one.sender.send(TEMPLATE) == "200228332"
    assert wechat.to(TEMPLATE_PATH)[0].body == {
        "touser": OPENID,
        "template_id": "TPL1",
        "url": "https://h.example/s/1",
        "client_msg_id": "out-2",
        "data": {"thing1": {"value": "服务回访"}},
    }


def test_a_mass_send_is_one_call_with_each_openid_once(wechat: Provider, one: Account) -> None:
    wechat.script(MASS_PATH, says({"errcode": 0, "msg_id": 34182, "msg_data_id": 206227730}))
    assert one.sender.send(MASS) == "34182"
    assert wechat.to(MASS_PATH)[0].body == {
        "touser": ["o1", "o2", "o3"],
        "msgtype": "text",
        "text": {"content": "车主自驾游报名"},
        "clientmsgid": "out-3",
    }


def test_a_mass_send_that_went_out_before_counts_as_sent(wechat: Provider, one: Account) -> None:
    wechat.script(MASS_PATH, says({"errcode": 45065, "errmsg": "clientmsgid exist rid: r1", "msg_id": 34182}))
    assert one.sender.send(MASS) == "34182"


@pytest.mark.parametrize(
    ("out", "code"),
    [
        (Outgoing("o", Way.CUSTOM, "main", OPENID, {"text": "字" * 683}), "45002"),
        (Outgoing("o", Way.CUSTOM, "main", OPENID, {"text": "  \n"}), "44004"),
        (Outgoing("o", Way.CUSTOM, "main", OPENID, {}), "44004"),
        (Outgoing("o", Way.MASS, "main", "", {"text": "x", "openids": ["o1", "o1"]}), "40130"),
        (Outgoing("o", Way.MASS, "main", "", {"text": "x"}), "40130"),
        (Outgoing("o", Way.MASS, "main", "", {"text": "x", "openids": [str(n) for n in range(10_001)]}), "mass_size"),
        (Outgoing("o" * 65, Way.TEMPLATE, "main", OPENID, TEMPLATE.payload), "45067"),
        (Outgoing("o", Way.SMS, "main", OPENID, {"text": "x"}), "way"),
    ],
)
def test_what_wechat_would_refuse_is_never_called(wechat: Provider, one: Account, out: Outgoing, code: str) -> None:
    with pytest.raises(ContentRefused) as caught:
        one.sender.send(out)
    assert caught.value.code == code
    assert wechat.asked == []


def test_2048_bytes_still_go(wechat: Provider, one: Account) -> None:
    wechat.script(CUSTOM_PATH, OK)
    one.sender.send(Outgoing("o", Way.CUSTOM, "main", OPENID, {"text": "字" * 682 + "ab"}))
    assert len(wechat.to(CUSTOM_PATH)[0].body["text"]["content"].encode()) == 2048


RAISES: dict[Reaction, type[SendError]] = {
    Reaction.LATER: TryLater,
    Reaction.PAUSE: TryLater,
    Reaction.PERSON: Undeliverable,
    Reaction.TEMPLATE: TemplateRefused,
    Reaction.FIELD: TemplateRefused,
    Reaction.CONTENT: ContentRefused,
    Reaction.STOP: ChannelStopped,
}
REFUSALS = sorted(code for code, rule in RULES.items() if rule.reaction in RAISES)


@pytest.mark.parametrize("code", [*REFUSALS, 65410, 99999])
def test_http_200_with_an_error_code_is_a_refusal(wechat: Provider, one: Account, code: int) -> None:
    wechat.script(TEMPLATE_PATH, says({"errcode": code, "errmsg": "no rid: r-1"}))
    with pytest.raises(SendError) as caught:
        one.sender.send(TEMPLATE)
    assert type(caught.value) is RAISES[rule_of(code).reaction]
    assert caught.value.code == str(code)
    assert caught.value.sentence.startswith(rule_of(code).sentence)
    assert len(wechat.to(TEMPLATE_PATH)) == 1, "a refusal is an answer: not called again"


@pytest.mark.parametrize(
    ("code", "marks"),
    [
        (43004, Mark.UNFOLLOWED),
        (45015, Mark.WINDOW_CLOSED),
        (45047, Mark.WINDOW_EMPTY),
        (48002, Mark.REJECTS_ACCOUNT),
        (40003, Mark.BAD_ADDRESS),
        (43101, Mark.NONE),
    ],
)
def test_a_refusal_teaches_about_the_person(wechat: Provider, one: Account, code: int, marks: Mark) -> None:
    wechat.script(CUSTOM_PATH, says({"errcode": code, "errmsg": "no"}))
    with pytest.raises(Undeliverable) as caught:
        one.sender.send(CUSTOM)
    assert caught.value.marks is marks


@pytest.mark.parametrize(
    ("code", "after", "channel_wide"),
    [(-1, 4.0, False), (45011, 60.0, True), (45066, 60.0, False), (45009, 13 * 3600 + 40 * 60, True)],
)
def test_how_long_to_wait_and_who_waits(
    wechat: Provider, one: Account, code: int, after: float, channel_wide: bool
) -> None:
    """45009: the clock stands at 10:20 in China, the quota starts anew at midnight there."""
    wechat.script(CUSTOM_PATH, says({"errcode": code, "errmsg": "no"}))
    with pytest.raises(TryLater) as caught:
        one.sender.send(CUSTOM)
    assert (caught.value.after, caught.value.channel_wide) == (after, channel_wide)
    assert caught.value.costs is (code == -1), "a busy WeChat is tried so often; a limit costs the message nothing"


def test_staff_are_told_which_ip_and_which_field(wechat: Provider, one: Account) -> None:
    wechat.script(
        TEMPLATE_PATH,
        says({"errcode": 40164, "errmsg": "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: r"}),
        says({"errcode": 47003, "errmsg": "argument invalid! data.thing1.value invalid rid: r"}),
    )
    with pytest.raises(ChannelStopped, match=r"203\.0\.113\.7"):
        one.sender.send(TEMPLATE)
    with pytest.raises(TemplateRefused, match=r"data\.thing1\.value"):
        one.sender.send(TEMPLATE)


def test_an_errcode_that_is_no_number_is_no_success(wechat: Provider, one: Account) -> None:
    wechat.script(CUSTOM_PATH, says({"errcode": "busy", "errmsg": "?"}))
    with pytest.raises(ContentRefused, match=UNLISTED.sentence):
        one.sender.send(CUSTOM)


@pytest.mark.parametrize("step", NO_ANSWERS, ids=NO_ANSWER_NAMES)
def test_a_custom_text_without_an_answer_is_uncertain_and_sent_once(
    wechat: Provider, one: Account, step: object
) -> None:
    wechat.script(CUSTOM_PATH, step)  # type: ignore[arg-type]  # pytest gives parameters no type
    with pytest.raises(Uncertain) as caught:
        one.sender.send(CUSTOM)
    assert caught.value.code == "no_answer"
    assert len(wechat.to(CUSTOM_PATH)) == 1


@pytest.mark.parametrize("out", [TEMPLATE, MASS], ids=["template", "mass"])
@pytest.mark.parametrize("step", [RESET, SILENCE], ids=["reset", "timeout_after"])
def test_with_our_id_a_call_without_an_answer_is_made_once_more(
    wechat: Provider, one: Account, out: Outgoing, step: object
) -> None:
    path, key = PATHS[out.way], "client_msg_id" if out.way is Way.TEMPLATE else "clientmsgid"
    wechat.script(path, step, says({"errcode": 0, "msgid": 7, "msg_id": 7}))  # type: ignore[arg-type]  # as above
    assert one.sender.send(out) == "7"
    assert [asked.body[key] for asked in wechat.to(path)] == [out.out_id, out.out_id]


@pytest.mark.parametrize("out", [TEMPLATE, MASS], ids=["template", "mass"])
def test_two_calls_without_an_answer_are_uncertain(wechat: Provider, one: Account, out: Outgoing) -> None:
    wechat.script(PATHS[out.way], RESET)
    with pytest.raises(Uncertain):
        one.sender.send(out)
    assert len(wechat.to(PATHS[out.way])) == 2


@pytest.mark.parametrize("out", [CUSTOM, TEMPLATE, MASS], ids=["custom", "template", "mass"])
def test_what_never_left_is_tried_later(clock: StillClock, out: Outgoing) -> None:
    losable = Losable(None)
    losable.tokens.put("wx0123456789", "TOKEN-1", 60)
    with pytest.raises(TryLater) as caught:
        account(Http(f"http://127.0.0.1:{free_port()}"), losable, clock).sender.send(out)
    assert (caught.value.code, caught.value.channel_wide) == ("no_connection", True)


def test_without_a_token_nothing_leaves(clock: StillClock) -> None:
    nowhere = account(Http(f"http://127.0.0.1:{free_port()}"), Losable(None), clock)
    with pytest.raises(TryLater) as caught:
        nowhere.sender.send(CUSTOM)
    assert caught.value.code == "token"


def test_each_message_goes_by_the_account_it_names(wechat: Provider, one: Account) -> None:
    wechat.script(CUSTOM_PATH, OK)
    senders = EveryAccount({"main": one.sender})
    assert senders.send(CUSTOM) == ""
    with pytest.raises(Undeliverable) as caught:
        senders.send(Outgoing("o", Way.CUSTOM, "closed", OPENID, {"text": "x"}))
    assert caught.value.code == "no_account"
    assert len(wechat.to(CUSTOM_PATH)) == 1


def test_a_bind_scene_becomes_a_code(wechat: Provider, one: Account) -> None:
    wechat.script(QR_PATH, says({"ticket": "gQ/1==", "expire_seconds": 2592000, "url": "http://weixin.qq.com/q/x"}))
    scene = create_scene(one.api, "bind:ab12", 9_999_999)
    assert scene.image == "https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=gQ%2F1%3D%3D"
    assert (scene.url, scene.seconds) == ("http://weixin.qq.com/q/x", 2592000)
    assert wechat.to(QR_PATH)[0].body == {
        "expire_seconds": 2592000,
        "action_name": "QR_STR_SCENE",
        "action_info": {"scene": {"scene_str": "bind:ab12"}},
    }
    for wrong in ("", "x" * 65):
        with pytest.raises(ContentRefused):
            create_scene(one.api, wrong)


def test_logs_name_code_and_rid_and_nothing_private(
    wechat: Provider, one: Account, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wechat.script(CUSTOM_PATH, says({"errcode": 40003, "errmsg": f"invalid openid {OPENID} rid: 5f-ab"}), SILENCE)
    with capture_logs() as logs:
        errors = [_error(one, CUSTOM), _error(one, CUSTOM)]
    refused = next(each for each in logs if each["event"] == "wechat_refused")
    assert (refused["code"], refused["rid"], refused["out_id"]) == (40003, "5f-ab", "out-1")
    assert any(each["event"] == "wechat_no_answer" for each in logs)
    written = (
        json.dumps(logs, ensure_ascii=False) + caplog.text + "".join(map(repr, errors)) + "".join(map(str, errors))
    )
    for private in (OPENID, TEXT, SECRET, "TOKEN-1", "access_token="):
        assert private not in written


def test_an_error_carries_no_url_into_a_traceback(wechat: Provider, one: Account) -> None:
    import traceback

    wechat.script(CUSTOM_PATH, RESET)
    shown = "".join(traceback.format_exception(_error(one, CUSTOM)))
    assert "TOKEN-1" not in shown
    assert "access_token=" not in shown.replace("access_token={token}", "")


def _error(one: Account, out: Outgoing) -> SendError:
    with pytest.raises(SendError) as caught:
        one.sender.send(out)
    return caught.value


def test_every_rule_has_a_sentence_for_staff() -> None:
    for code in RULES:
        error = error_of(code, "", 60.0)
        assert error.code == str(code)
        assert any("\u4e00" <= character <= "\u9fff" for character in error.sentence)
