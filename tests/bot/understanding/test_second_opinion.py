"""What only sounds like a right over data or like somebody else's data."""

import pytest

from bot.understanding import others_data, reached
from bot.understanding.normalise import normalise
from tests.bot.understanding.test_leaning import read


@pytest.mark.parametrize("text", ["你们什么时候能给我解决", "几个人都可以吗", "我们4个", "改成2个人"])
def test_no_right_is_invented(text: str) -> None:
    assert not read(text).wants("privacy_request")


@pytest.mark.parametrize("text", ["什么时候能把我的资料给我", "我的信息给我处理掉", "我在你们那儿都存了些啥信息"])
def test_a_right_is_one(text: str) -> None:
    assert read(text).wants("privacy_request")


@pytest.mark.parametrize("text", ["你们前台小姑娘老看手机", "那几个人一直玩手机", "展厅卖的那种车模还有吗"])
def test_nobodys_data_are_asked_for(text: str) -> None:
    assert others_data.of_no_person(normalise(text))
    assert not others_data.asked(normalise(text))


@pytest.mark.parametrize("text", ["让我看看那个车主的手机号", "前面那台车是谁的，看下手机号", "隔壁老王电话多少"])
def test_somebodys_data_are(text: str) -> None:
    assert others_data.asked(normalise(text))


def test_hours_stand_beside_a_refusal_by_name() -> None:
    assert reached.hours_beside(normalise("广告短信别发了，还有晚上九点以后别打电话"))
    assert not reached.hours_beside(normalise("有事发信息，晚上九点以后别打电话"))
    assert not reached.hours_beside(normalise("晚上九点以后别打电话"))
