"""A reminder declined is no booking, no complaint and no refusal of messages."""

import pytest

from bot.turn import NOTHING_BEFORE, Before
from tests.bot.understanding.test_leaning import read

DUE = "【远禾滨江店】何先生您好，您的知行已到保养时间，方便请回复日期，为您预约。拒收请回复R"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("上个月刚做过", "done"), ("已经保养好了", "done"), ("做过了呀", "done"), ("下回再说吧",
        "later"), ("改天吧", "later"),
        ("这阵子太忙", "later"), ("人在外地呢", "later"), ("公里数还没到", "later"), ("才开了两千",
        "later"), ("不用了", "later"),
        ("还早呢", "later"), ("没怎么开", "later"), ("等有空了再约", "later"),
    ],
)  # fmt: skip
def test_it_is_noted(text: str, kind: str) -> None:
    said = read(text, told=DUE)
    assert (said.intent, said.slots.get("_reminder")) == ("info_update", kind)


@pytest.mark.parametrize(
    "text",
    [
        "周六上午",
        "下周三再去吧",
        "多少钱",
        "要做哪些项目",
        "做过了怎么还响",
        "该保养了吗",
        "别发了",
        "R",
        "给我约明天下午",
        "刹车失灵了",
    ],
)
def test_what_asks_books_blames_or_refuses_is_none(text: str) -> None:
    assert "_reminder" not in read(text, told=DUE).slots


def test_it_goes_on_line_after_line() -> None:
    said = read("那到了再约", Before("才跑了三千", "info_update"), told="好的，已记下。")
    assert said.slots.get("_reminder") == "later"


@pytest.mark.parametrize("text", ["下次再说", "最近没空"])
def test_without_a_reminder_nothing_was_declined(text: str) -> None:
    assert "_reminder" not in read(text, told="您好，我是自动助手。").slots


@pytest.mark.parametrize(
    ("text", "before", "insured"),
    [
        ("我保险在别家买了", NOTHING_BEFORE, True),
        ("车险已经续好了", NOTHING_BEFORE, True),
        ("保险续过了", NOTHING_BEFORE, True),
        ("别再催了", Before("保险在朋友那买了", "insurance_query"), True),
        ("保险买了吗", NOTHING_BEFORE, False),
        ("买了保险怎么理赔", NOTHING_BEFORE, False),
    ],
)
def test_who_is_insured_elsewhere_is_urged_no_more(text: str, before: Before, insured: bool) -> None:
    assert bool(read(text, before).slots.get("_insured")) is insured
