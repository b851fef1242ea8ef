"""Every kind WeChat pushes, over real HTTP with real encryption, in every mode: what is kept and what is answered."""

from pathlib import Path

import pytest

from store.tables import contact
from tests.channels.wechat.samples import ACTS, ALL, EVENTS, MESSAGES, NEWS, RECEIPTS
from tests.whole_house import WholeHouse, whole_house

# By sample: a piece of the answer; "" = `success`.
ANSWERS = {
    "text": "",
    "text from an article": "",
    "sticker": "收到啦",
    "old sticker": "收到啦",
    "emoji": "收到啦",
    "tap": "",  # praise nobody asked for needs no answer
    "unsupported": "显示不出来",
    "image": "图片收到了",
    "voice": "语音收到了",
    "voice recognised": "",
    "voice in 16K only": "语音收到了",
    "video": "视频收到了",
    "shortvideo": "视频收到了",
    "location": "位置收到了",
    "location without words": "位置收到了",
    "location off the earth": "位置收到了",
    "link": "链接收到了",
    "mini-program page": "显示不出来",
    "a kind of tomorrow": "显示不出来",
}
TOUCHES = {"tap", *ACTS} - {"unsubscribe"}


@pytest.mark.parametrize(("form", "mode"), [
    ("xml", "secure"),
    ("json", "plain"),
    *(pytest.param(*each, marks=pytest.mark.again) for each in (
        ("xml", "compatible"), ("xml", "plain"), ("json", "secure"), ("json", "compatible"),
    )),
])  # fmt: skip
def test_every_sample_is_taken_in_every_mode(tmp_path: Path, sqlite_template: Path, mode: str, form: str) -> None:
    """One house a mode and format; one person a sample, so that none meets another's thread."""
    from tests.databases import copied

    url = copied(sqlite_template, tmp_path / "house.sqlite")
    with whole_house(tmp_path, url, WECHAT_MODE=mode, WECHAT_DATA_FORMAT=form) as here:
        for number, (name, fields) in enumerate(ALL.items()):
            (answer,) = here.push(f"o{number}", _own(fields, number))
            assert answer["status"] == 200, name
            said = answer["reply"]["text"] if answer["reply"] else ""
            assert ANSWERS.get(name, "") in said, (name, said)
            assert bool(said) or name not in MESSAGES or name == "tap", name
            left = here.control(f"wechat/o{number}/messages")
            assert name not in MESSAGES or left[0]["dir"] == "in"
            _same_windows(here, f"o{number}", name)


def _own(fields: dict[str, object], number: int) -> dict[str, object]:
    return {**fields, "MsgId": 1000 + number} if "MsgId" in fields else fields


def _same_windows(here: WholeHouse, openid: str, name: str) -> None:
    """Our ledger says what WeChat would (wechat.md §3.2, §7.3 item 9)."""
    mine = here.rows(contact.wechat_window, account="main", openid=openid)
    expected = [] if name in NEWS or name in RECEIPTS or name == "unsubscribe" else [3 if name in TOUCHES else 5]
    assert [row.quota for row in mine] == expected, name


def test_pictures_keep_what_the_worker_fetches_them_by(here: WholeHouse) -> None:
    here.push("o1", {"MsgType": "image", "MediaId": "M1", "PicUrl": "http://mmbiz.test/1"})
    here.said("o1", "location", {"latitude": 30.2, "longitude": 120.1, "label": "滨江区1号"})
    here.said("o1", "link", {"title": "一篇文章", "url": "https://a.test/1"})
    rows = here.rows(contact.message, direction="in")
    assert [(row.kind, row.text, row.data) for row in rows] == [
        ("image", "[图片]", {"media": {"id": "M1", "url": "http://mmbiz.test/1", "form": ""}}),
        ("location", "[位置] 滨江区1号", {"location": {"latitude": 30.2, "longitude": 120.1, "label": "滨江区1号"}}),
        ("link", "[链接] 一篇文章", {"link": {"title": "一篇文章", "url": "https://a.test/1"}}),
    ]


def test_words_have_no_data(here: WholeHouse) -> None:
    here.said("o1", "text", {"content": "你好"})
    here.push("o1", {"MsgType": "voice", "MediaId": "M2", "Format": "amr", "Recognition": "你好"})
    first, second = here.rows(contact.message, direction="in")
    assert (first.data, second.data["media"]["form"], second.text) == (None, "amr", "你好")


def test_nine_pictures_at_once_are_one_answer_and_one_call(here: WholeHouse) -> None:
    said = [_sent(here, "image") for _ in range(9)]
    assert ["图片收到了" in each for each in said] == [True] + [False] * 8
    assert said[1:] == [""] * 8
    (thread,) = here.rows(contact.thread)
    assert (thread.state, thread.reason, thread.last_text) == ("waiting", "sent_in", "[图片]")
    assert "语音收到了" in _sent(here, "voice")
    here.control("clock", {"advance": "11m"})
    assert "语音收到了" in _sent(here, "voice")


def _sent(here: WholeHouse, name: str) -> str:
    """A sample as a new message; our answer to it."""
    fields = {key: value for key, value in MESSAGES[name].items() if key != "MsgId"}
    (push,) = here.push("o1", fields)
    return str(push["reply"]["text"]) if push["reply"] else ""


def test_the_same_push_six_times_and_again_later(here: WholeHouse) -> None:
    """wechat.md §7.3 items 3 and 4: every copy gets the same answer in time, one message, one call."""
    pushes = here.push("o1", MESSAGES["image"], msg_id="7", times=6)
    pushes += here.push("o1", MESSAGES["image"], msg_id="7")
    assert len({push["reply"]["text"] for push in pushes}) == 1
    assert all(push["ms"] < 5000 for push in pushes)
    assert len(here.rows(contact.message, direction="in")) == 1


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_twice_counts_once(here: WholeHouse, name: str) -> None:
    """wechat.md §7.3 item 4."""
    before = here.push("o1", EVENTS[name], msg_id="e1", times=3)
    after = here.push("o1", EVENTS[name], msg_id="e1")
    assert {push["status"] for push in before + after} == {200}
    assert len(here.rows(contact.message, direction="in")) == (1 if name in ACTS else 0)


def test_markup_comes_back_as_text(here: WholeHouse) -> None:
    """wechat.md §7.3 item 15: `]]>` in what is said does not end the reply."""
    evil = "a]]><Content>evil</Content><![CDATA["
    (push,) = here.push("o1", {"MsgType": "link", "Title": evil, "Url": "https://a.test/", "MsgId": 5})
    assert push["reply"]["text"].startswith("链接收到了")
    assert here.rows(contact.message, direction="in")[0].text == f"[链接] {evil}"


@pytest.mark.parametrize("ending", ["", "/"])
def test_the_callback_address_never_redirects(here: WholeHouse, ending: str) -> None:
    """wechat.md §7.3 item 17: WeChat follows no redirect, with or without the slash."""
    import requests

    for ask in (requests.get, requests.post):
        answer = ask(f"{here.web}/wechat/main{ending}", timeout=20, allow_redirects=False)
        assert answer.status_code in (400, 403)


def test_a_tapped_dissatisfied_is_answered_with_a_question_and_typing_opens_the_window(here: WholeHouse) -> None:
    """wechat.md §7.3 items 8 and 9: the tap gives three in a minute, the typed answer five in 48 hours."""
    from datetime import timedelta

    from bot.effects import Ask, PromptKind, Say
    from store import prompts
    from store.engine import writing

    here.bound("o1", here.cast.zhang)
    now = here.house.clock.business()
    with writing(here.house.engine) as conn:
        ask = Ask(Say("checkin.question"), PromptKind.SURVEY, now + timedelta(days=7), scale="1-5")
        asked = prompts.ask(conn, here.cast.zhang, ask, {"channel": "wechat"}, now)
    said = here.said("o1", "menu", {"id": f"survey:{asked}:2", "content": "不满意"})
    assert "打字告诉我" in said
    (window,) = here.rows(contact.wechat_window)
    assert (window.kind, window.quota, window.expires_at - window.opened_at) == ("touch", 3, timedelta(minutes=1))
    here.said("o1", "text", {"content": "空调不凉，修了两次"})
    (window,) = here.rows(contact.wechat_window)
    assert (window.kind, window.quota, window.expires_at - window.opened_at) == ("typed", 5, timedelta(hours=48))
