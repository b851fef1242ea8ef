"""Every text a handler can say is there, renders with what it is given, and keeps the house's tone."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.understanding.under_way import TOLD_TO_DO, told_kind
from channels.render import Templates
from handlers.showroom import NEEDS

ROOT = Path(__file__).parents[2]
MESSAGES = ROOT / "templates" / "messages"
TEXTS = Templates(MESSAGES)
GIVEN = {
    "name": "李雷",
    "store": "远禾滨江店",
    "rescue": "400-000-0001",
    "hotline": "0571-00000000",
    "now": datetime(2026, 9, 17, 2, 20, tzinfo=UTC),
    "zone": "Asia/Shanghai",
    "owner": "韩梅梅",
    "contact_by": datetime(2026, 9, 17, 4, 20, tzinfo=UTC),
    "plate": "浙A00001",
    "options": ({"id": "survey:11:5", "text": "非常满意"}, {"id": "survey:11:4", "text": "满意"}),
    "survey_id": 11,
    "scope": "marketing",
    "by": None,
    "event": "车主讲堂",
    "children": 1,
    "code": 4821,
    "seats": 2,
    "left": 1,
    "place": "二楼",
    "starts_at": datetime(2026, 9, 19, 2, 0, tzinfo=UTC),
    "kind": "brake_failure",
    "injury": False,
    "told": False,
    "again": False,
    "on": "",
    "shut": False,
    "about": "",
    "best": "按您说的（跑长途），牧野更合适：跑长途：插电混动四驱。",
    "said": "",
    "fault": "brakes",
    "away": False,
    "past": False,
    "knocked": False,
    "fast": False,
    "road": False,
    "often": False,
    "staff": "韩梅梅",
    "only": True,
    "done": False,
    "free": False,
    "joined": False,
    "invite": True,
    "unplaced": True,
    "at": "17:00",
    "link": "https://example.test/s/x",
    "advisor": "韩梅梅",
    "approved": "更换前刹车片",
    "declined": "更换雨刮片",
    "total": "820.00",
    "explained": "雨刮片",
    "aside": True,
    "waits": "刹车油",
    "added": "雨刮片",
    "stopped": "刹车油",
    "refused": "活动信息",
    "going_on": "保养提醒",
    "priced": "雨刮片140.00元、刹车油260.00元",
    "known": False,
    "consultant": "韩梅梅",
    "opens": "08:30",
    "closes": "17:30",
    "address": "远禾路1号",
    "item": "小保养",
    "includes": "",
    "note": "",
    "model": "长风",
    "low": 520,
    "high": 780,
    "minutes": 60,
    "offer": True,
    "change": False,
    "answer": "召回是免费的。",
    "clause": "",
    "own": "",
    "topic": "documents",
    "location": "",
    "state": "正在施工",
    "promised": None,
    "late": False,
    "ready": False,
    "wish": "删除个人信息",
    "car": "长风",
    "no_call": True,
    "who": "我老公，15:30到",
    "inside": True,
    "right": "姓名是李雷",
    "stood": True,
    "wished": False,
    "phone": "13900001111",
    "what": "保养",
    "when": "9月19日（周六）09:00",
    "drive": False,
    "repair": False,
    "cars": "长风、云栖",
    "which": False,
    "arrives": "10:20",
    "ill": False,
    "first": "",
    "last": "",
    "choices": "1. 9月19日（周六）09:00",
    "full": False,
    "closed": False,
    "day": "10月8日（周四）",
    "out_of_range": False,
    "days": 30,
    "cost": "免费",
    "needs": "家用",
    "cards": "1. 长风",
    "hint": "",
    "near": "牧野",
    "price": "17.58万",
    "over": "1.58万",
    "facts": "指导价：11.58万–15.88万",
    "unknown": "颜色",
    "models": "长风 ｜ 牧野",
    "rows": "综合续航：暂无数据 ｜ 暂无数据",
}
SAID_IN_CODE = re.compile(
    r'"((?:welcome|survey|case|membership|optout|optin|human|event|safety|greeting|fallback|sent|quote|showroom|house|price|faq|terms|roadside|order|privacy|info|churn|smalltalk|booking|drive|model|stranger|referral|praise)\.\w+|clarify)"'
)
OURS = sorted(
    {
        *(f"showroom.{need}" for need in NEEDS),
        *(found for path in (ROOT / "handlers").glob("*.py") for found in SAID_IN_CODE.findall(path.read_text())),
    }
)
FORBIDDEN = re.compile("最好|最佳|第一|绝对|百分百|好评|满分|五星|打.{0,2}分|赶紧|抓紧|错过|亲[,，]|保证|承诺")


@pytest.mark.parametrize("message_id", [name for name in OURS if name != "case.ack"])
def test_each_message_has_a_text_for_wechat(message_id: str) -> None:
    assert TEXTS.text(message_id, "wechat", GIVEN)


@pytest.mark.handbook("H1.2.2")
@pytest.mark.parametrize("file", sorted(MESSAGES.rglob("*.txt")), ids=lambda file: file.stem)
def test_the_tone_is_warm_short_and_promises_nothing(file: Path) -> None:
    words = file.read_text("utf-8")
    assert not FORBIDDEN.search(words)
    assert "你" not in words.replace("您", "")


@pytest.mark.parametrize(
    ("approved", "declined", "words", "silent"),
    [
        ("更换前刹车片", "更换雨刮片", ("合计820.00元", "暂时不做的是：更换雨刮片", "随时告诉我们"), "先不做"),
        ("更换前刹车片", "", ("合计820.00元",), "暂时不做"),
        ("", "更换雨刮片", ("这次的项目都先不做", "随时告诉我们"), "合计"),
    ],
)
def test_what_was_agreed_to_is_said_and_what_not_without_pressure(
    approved: str, declined: str, words: tuple[str, ...], silent: str
) -> None:
    text = TEXTS.text("quote.answered", "wechat", GIVEN | {"approved": approved, "declined": declined})
    assert all(word in text for word in words), text
    assert silent not in text


@pytest.mark.parametrize("ready_at", [None, datetime(2026, 9, 17, 8, 0, tzinfo=UTC)])
def test_a_quote_names_a_time_only_when_there_is_one(ready_at: datetime | None) -> None:
    given = GIVEN | {"lines": 2, "until": datetime(2026, 9, 24, 2, 0, tzinfo=UTC), "ready_at": ready_at}
    assert ("今天 16:00可以取车" in TEXTS.text("quote.sent", "wechat", given)) is (ready_at is not None)


def test_the_scale_is_links_that_send_their_words() -> None:
    text = TEXTS.text("survey.scale", "wechat", GIVEN)
    link = "weixin://bizmsgmenu?msgmenucontent=%E6%BB%A1%E6%84%8F&msgmenuid=survey:11:4"
    assert f'<a href="{link}">满意</a>' in text


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("brake_failure", ("不要继续", "请勿")),
        ("smoke_fire", ("119", "离开")),
        ("ev_battery", ("100米", "119", "复燃")),
        ("overheat", ("水箱盖", "烫伤")),
        ("accident", ("120", "122", "150米")),
        ("flood", ("不要启动",)),
        ("person_trapped", ("119", "车窗")),
        ("medical", ("120",)),
    ],
)
def test_danger_texts_hold_what_saves(kind: str, words: tuple[str, ...]) -> None:
    text = TEXTS.text("safety.stop", "wechat", GIVEN | {"kind": kind})
    assert all(word in text for word in words), text
    assert "400-000-0001" in text


@pytest.mark.parametrize("kind", sorted(TOLD_TO_DO))
@pytest.mark.parametrize("said", ["", "over", "out", "drive", "wait", "stopped"])
def test_whatever_is_said_in_a_danger_names_its_kind_again(kind: str, said: str) -> None:
    """The next line is read by it: what goes on is known from our last line."""
    text = TEXTS.text("safety.more", "wechat", GIVEN | {"kind": kind, "said": said})
    assert told_kind(text) == kind, text
    assert told_kind(TEXTS.text("safety.stop", "wechat", GIVEN | {"kind": kind})) == kind


def test_first_aid_stays_while_somebody_is_hurt() -> None:
    hurt = {"kind": "accident", "injury": True, "said": "wait"}
    assert "120" in TEXTS.text("safety.more", "wechat", GIVEN | hurt)
    assert "有人受伤请立即" not in TEXTS.text("safety.more", "wechat", GIVEN | hurt | {"injury": False})


@pytest.mark.parametrize(
    ("kind", "said", "word"),
    [
        ("flood", "start", "千万别打火"),
        ("overheat", "cap", "烫伤"),
        ("ev_battery", "drive", "不能"),
        ("brake_failure", "drive", "拖车"),
        ("accident", "settle", "122"),
        ("person_trapped", "out", "没精神"),
    ],
)
def test_what_is_asked_in_a_danger_is_answered(kind: str, said: str, word: str) -> None:
    assert word in TEXTS.text("safety.more", "wechat", GIVEN | {"kind": kind, "said": said})


@pytest.mark.parametrize("channel", ["wechat", "page"])
def test_the_apology_asks_for_a_time_when_the_reason_was_given(channel: str) -> None:
    told = TEXTS.text("survey.apology", channel, GIVEN | {"told": True})
    asked = TEXTS.text("survey.apology", channel, GIVEN | {"told": False})
    assert ("方便接电话？" in told, "哪里" in told) == (True, False)
    assert "哪里" in asked


def test_the_apology_names_owner_and_time() -> None:
    text = TEXTS.text("survey.apology", "wechat", GIVEN)
    assert "韩梅梅" in text
    assert "今天 12:20" in text
    assert "打字告诉我" in text
