"""Days as people name them, on Thursday 2026-09-17: always ahead, of several the one that is wanted."""

from datetime import date

import pytest

from bot.understanding.normalise import normalise
from bot.understanding.slots.dates import Day, alone, day, registered, shifted

TODAY = date(2026, 9, 17)


def read(text: str, today: date = TODAY) -> tuple[str, str]:
    found = day(normalise(text), today) or Day()
    return str(found.on or ""), str(found.from_ or "")


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("今天下午", "2026-09-17"),
        ("明早九点", "2026-09-18"),
        ("明儿个", "2026-09-18"),
        ("听日得唔得", "2026-09-18"),
        ("後天", "2026-09-19"),
        ("大后天", "2026-09-20"),
        ("3天后", "2026-09-20"),
        ("两周后", "2026-10-01"),
        ("周六", "2026-09-19"),
        ("这周六", "2026-09-19"),
        ("礼拜天", "2026-09-20"),
        ("星期四", "2026-09-17"),
        ("周三", "2026-09-23"),
        ("下周三上午10点半", "2026-09-23"),
        ("下下周二", "2026-09-29"),
        ("周末", "2026-09-19"),
        ("下周末", "2026-09-26"),
        ("25号", "2026-09-25"),
        ("二十五号", "2026-09-25"),
        ("1号", "2026-10-01"),
        ("下个月5号", "2026-10-05"),
        ("9月20号", "2026-09-20"),
        ("9/20", "2026-09-20"),
        ("十月一号", "2026-10-01"),
        ("3月2日", "2027-03-02"),
        ("2026-09-20", "2026-09-20"),
        ("国庆第一天", "2026-10-01"),
    ],
)
def test_a_day(text: str, on: str) -> None:
    assert read(text) == (on, "")


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("国庆后", "2026-10-08"),
        ("国庆节过后", "2026-10-08"),
        ("中秋以后", "2026-09-28"),
        ("过年后", "2027-02-14"),
        ("国庆期间", "2026-10-01"),
        ("下周", "2026-09-21"),
        ("下个月", "2026-10-01"),
        ("下个月初", "2026-10-01"),
        ("月底", "2026-09-25"),
        ("这两天", "2026-09-17"),
    ],
)
def test_a_day_or_later(text: str, since: str) -> None:
    assert read(text) == ("", since)


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("周五不行了 周六可以吗", "2026-09-19"),
        ("明天不行 后天", "2026-09-19"),
        ("约错了 是20号不是21号", "2026-09-20"),
        ("周六的保养改到周日", "2026-09-20"),
        ("原来约的周六 换成下周一", "2026-09-21"),
        ("不是周六 是周日", "2026-09-20"),
        ("明天或者后天都行", "2026-09-18"),
        ("师傅明儿下午得空不我去换个机油", "2026-09-18"),
        ("明个早上过去", "2026-09-18"),
        ("后个儿过去", "2026-09-19"),
        ("下周五中秋啊 那就周四", "2026-09-24"),
    ],
)
def test_of_several_the_one_wanted(text: str, on: str) -> None:
    assert read(text)[0] == on


@pytest.mark.parametrize(
    "text", ["国庆前", "坐1号线", "3号项目不做", "上周六来过", "一年一次", "10万", "换2条胎", "2月30号"]
)
def test_no_day(text: str) -> None:
    assert read(text) == ("", "")


def test_the_weekend_is_today_on_a_sunday_and_a_month_has_the_days_it_has() -> None:
    assert read("周末", date(2026, 9, 20))[0] == "2026-09-20"
    assert read("31号", date(2026, 9, 17))[0] == "2026-10-31"
    assert read("国庆后", date(2026, 10, 9))[1] == "2027-10-08"


@pytest.mark.parametrize(
    ("text", "days"), [("往后推一天", 1), ("推迟两天", 2), ("提前一天", -1), ("延后一周", 7), ("改到周日", None)]
)
def test_a_booking_moves_by_days(text: str, days: int | None) -> None:
    assert shifted(normalise(text)) == days


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("21年6月上的牌", "2021-06"),
        ("2020年11月", "2020-11"),
        ("二零一九年三月登记", "2019-03"),
        ("27年1月", None),
        ("6月上的牌", None),
    ],
)
def test_first_registered(text: str, month: str | None) -> None:
    assert registered(normalise(text), TODAY) == month


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("后天九点半,啊不对后天我妈生日,大后天", "2026-09-20"),
        ("周五吧,不好意思周五没空,下周一", "2026-09-21"),
        ("明天来,算了还是后天", "2026-09-19"),
        ("20号,记错了20号要值班,22号", "2026-09-22"),
        ("周六,等等,周日", "2026-09-20"),
        ("月底吧,28号左右", "2026-09-28"),
        ("月底28号左右", "2026-09-28"),
        ("下月初8号", "2026-10-08"),
        ("下月底28号", "2026-10-28"),
        ("听日朝早", "2026-09-18"),
        ("聽朝9點", "2026-09-18"),
        ("国庆第二天", "2026-10-02"),
        ("中秋当天", "2026-09-25"),
        ("中秋前一天", "2026-09-24"),
        ("重阳节那天", "2026-10-18"),
        ("元旦那天", "2027-01-01"),
        ("圣诞当天", "2026-12-25"),
    ],
)
def test_the_day_a_customer_comes_to(text: str, on: str) -> None:
    assert read(text) == (on, "")


def test_first_registered_some_years_ago() -> None:
    assert registered("前年三月上的牌", TODAY) == "2024-03"
    assert registered("去年三月保养过", TODAY) is None


@pytest.mark.parametrize(
    ("text", "from_"),
    [
        ("8号以后都行", "2026-10-08"),
        ("国庆放假回来,8号以后", "2026-10-08"),
        ("20号之后", "2026-09-20"),
        ("下周三往后", "2026-09-23"),
        ("10月10号起", "2026-10-10"),
        ("月底", "2026-09-25"),
        ("国庆后", "2026-10-08"),
    ],
)
def test_from_a_day_on(text: str, from_: str) -> None:
    assert read(text) == ("", from_)


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("这周末要加班,下周末孩子比赛,就30号下午三点吧", "2026-09-30"),
        ("明天一早飞成都出差,24号再过去可以不", "2026-09-24"),
        ("周五我限行,周六上午好了", "2026-09-19"),
        ("今天才发现过了保养期,后天能约吗", "2026-09-19"),
        ("长假完了上班第一天", "2026-10-08"),
        ("节后第一个工作日过来", "2026-10-08"),
        ("国庆放完假上班头一天", "2026-10-08"),
        ("十一放假前最后一天能排吗", "2026-09-30"),
        ("她下周四才回来,25号周五给她弄吧", "2026-09-25"),
        ("不是周三是周四", "2026-09-24"),
        ("周三孩子开学典礼,周四上午行不行", "2026-09-24"),
        ("30号晚上就要开车回老家,29号上午能不能检查下", "2026-09-29"),
        ("不对礼拜一要收稻礼拜四同样时间", "2026-09-24"),
        ("星期五我家办酒席那就星期天下午过来", "2026-09-20"),
        ("车25号才能拿到手,26号去", "2026-09-26"),
        ("19号20号都约满了就21号", "2026-09-21"),
        ("周六或者周日都行", "2026-09-19"),
        ("周一到周三上夜班,周四白天有空", "2026-09-24"),
    ],
)
def test_of_several_days_the_one_asked_for_counts(text: str, on: str) -> None:
    found = day(text, TODAY)
    assert found is not None
    assert str(found.on) == on


@pytest.mark.parametrize(
    ("text", "on"),
    [("29", "2026-09-29"), ("不不不,29,28我值班", "2026-09-29"), ("9.26", "2026-09-26"), ("3吧", "2026-10-03")],
)
def test_where_a_day_was_asked_a_bare_number_is_one(text: str, on: str) -> None:
    found = alone(text, TODAY)
    assert found is not None
    assert str(found.on) == on


@pytest.mark.parametrize("text", ["15万", "3个人", "8点", "12.4v", "两点半", "32"])
def test_what_counts_something_else_is_no_day(text: str) -> None:
    assert alone(text, TODAY) is None
