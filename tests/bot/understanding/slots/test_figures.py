"""Numbers, money, kilometres, plates, VINs, telephone numbers."""

import pytest

from bot.understanding.normalise import normalise
from bot.understanding.slots.mileage import mileage
from bot.understanding.slots.money import budget, third_party
from bot.understanding.slots.numerals import value
from bot.understanding.slots.phones import phone
from bot.understanding.slots.plates import plate, vin


@pytest.mark.parametrize(
    ("written", "worth"),
    [
        ("一万二", 12_000),
        ("1.5万", 15_000),
        ("十五六", 15.5),
        ("十五万", 150_000),
        ("两万三千", 23_000),
        ("3千", 3_000),
        ("三万二", 32_000),
        ("一百八十", 180),
        ("二十", 20),
        ("八千五", 8_500),
        ("10w", 100_000),
        ("一万零五百", 10_500),
        ("八九", 8.5),
        ("幺三九", 139),
        ("很多", None),
    ],
)
def test_a_number(written: str, worth: float | None) -> None:
    assert value(written) == worth


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("预算十五万左右", {"about": 150_000}),
        ("二十万以内", {"max": 200_000}),
        ("不超过18万", {"max": 180_000}),
        ("15到20万", {"min": 150_000, "max": 200_000, "about": 175_000}),
        ("10w出头", {"about": 100_000}),
        ("十来万", {"about": 110_000}),
        ("二十来万", {"about": 210_000}),
        ("十几万", {"about": 150_000}),
        ("八九万", {"about": 85_000}),
        ("预算15", {"about": 150_000}),
        ("别超14万", {"max": 140_000}),
        ("12万内", {"max": 120_000}),
        ("至少二十万", {"min": 200_000}),
        ("大概12.5万", {"about": 125_000}),
        ("周六下午", None),
        ("跑了3万", {"about": 30_000}),
        ("撑死20分钟", None),
        ("顶天5座", None),
    ],
)
def test_a_budget(text: str, said: dict[str, int] | None) -> None:
    assert budget(normalise(text)) == said


def test_a_bare_number_is_a_budget_only_when_it_was_asked() -> None:
    assert budget("15个") is None
    assert budget("15个", asked=True) == {"about": 150_000}


def test_the_cover_asked_for() -> None:
    assert third_party(normalise("三者想买两百万")) == 2_000_000
    assert third_party(normalise("三者100万够吗")) == 1_000_000
    assert third_party(normalise("保费涨了五百")) is None
    assert third_party("还是200吧") is None
    assert third_party("还是200吧", asked=True) == 2_000_000
    assert third_party("那就一百五吧", asked=True) == 1_500_000
    assert third_party("三者险第三年", asked=True) is None


@pytest.mark.parametrize(
    ("text", "kilometres"),
    [
        ("跑了一万四千多了", 14_000),
        ("12000公里", 12_000),
        ("一万六公里", 16_000),
        ("开了差不多两万八千公里", 28_000),
        ("1.2万km", 12_000),
        ("超了一千公里", None),
        ("一年开不了五千公里", None),
        ("跑了三天", None),
        ("每5000公里保养", None),
    ],
)
def test_kilometres(text: str, kilometres: int | None) -> None:
    assert mileage(normalise(text)) == kilometres


def test_a_bare_number_is_the_mileage_only_while_a_visit_is_arranged() -> None:
    assert mileage("三万二") is None
    assert mileage("三万二", asked=True) == 32_000


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("浙A12345", "浙A12345"),
        ("浙AD12345 新能源", "浙AD12345"),
        ("浙a八八六六八", "浙A88668"),
        ("浙A·6F288", "浙A6F288"),
        ("车牌是粤B12345D", "粤B12345D"),
        ("苏州那边", None),
        ("浙江abcde", None),
    ],
)
def test_a_plate(text: str, found: str | None) -> None:
    assert plate(normalise(text)) == found


def test_a_vin_has_letters_and_figures() -> None:
    assert vin("车架号lsvnv2182e2100001") == "LSVNV2182E2100001"
    assert vin("12345678901234567") is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("以后打 13900001111", "13900001111"),
        ("老号月底注销，之后通知请发13600000217", "13600000217"),
        ("换成13600000217这个号", "13600000217"),
        ("新号136零零零零0217", "13600000217"),
        ("138-0000-1111", "13800001111"),
        ("幺三九零零零零一一一一", "13900001111"),
        ("+8613900001111", "13900001111"),
        ("0571-88888888", "0571-88888888".replace("-", "")),
        ("12000公里", None),
    ],
)
def test_a_telephone_number(text: str, number: str | None) -> None:
    assert phone(normalise(text)) == number


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("7座商务那类,30个左右的预算", {"about": 300_000}),
        ("算了别卡十万,12万以内都看看", {"max": 120_000}),
        ("儿子给十万,我自己再添两万", {"about": 120_000}),
        ("二十八万顶天了", {"max": 280_000}),
    ],
)
def test_the_sum_that_is_meant(text: str, wanted: dict[str, int]) -> None:
    assert budget(text) == wanted
