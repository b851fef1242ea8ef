"""Keys of a menu we wrote: what each stands for, however it was written, and nothing where there is no menu."""

import pytest

from bot.understanding.menus import answered, offered
from bot.understanding.normalise import normalise

FOUR = {"1": "confirm", "2": "change", "3": "cancel"}


@pytest.mark.parametrize(
    "told",
    [
        "明天9:00保养预约，回复1确认，2改期，3取消",
        "后天14:00的保养预约，回复1确认 2改期 3取消",
        "确认请回1，改时间请回2，取消请回3",
        "您明天的预约：1.准时到店 2.改天 3.不来了",
        "预约提醒：①确认 ②改期 ③取消",
        "回复1确认、回复2改约、回复3取消",
        "1=确认，2=推迟，3=放弃",
        "保留请按1 换时间请按2 取消请按3",
        "【店】回1保留；回2调整；回3取消，退订回T",
    ],
)
def test_three_keys_of_a_visit(told: str) -> None:
    assert offered(normalise(told)) == FOUR


@pytest.mark.parametrize(
    ("told", "keys"),
    [
        ("回A确认，回B取消", {"a": "confirm", "b": "cancel"}),
        ("来请回Y，来不了请回N", {"y": "confirm", "n": "cancel"}),
        ("回复1取消，回复2确认", {"1": "cancel", "2": "confirm"}),
        ("回复1取消回复2确认", {"1": "cancel", "2": "confirm"}),
        ("1参加 2不参加", {"1": "confirm", "2": "cancel"}),
    ],
)
def test_other_keys(told: str, keys: dict[str, str]) -> None:
    assert offered(normalise(told)) == keys


@pytest.mark.parametrize(
    "told",
    [
        "",
        "保养可以约：1. 9月19日09:00；2. 9月19日14:00，您看哪个合适？",
        "回复1到5打分，5是非常满意",
        "检查发现：1.前制动片 680元；2.雨刮片 180元，请您确认",
        "明天9点30分准时到店就行",
        "退订回T",
        "请回复人数报名参加",
    ],
)
def test_no_menu(told: str) -> None:
    assert offered(normalise(told)) == {}


@pytest.mark.parametrize("text", ["3", "3。", "回3", "回复3", "选3吧", "三", "３", "3号"])
def test_a_key_however_it_is_sent(text: str) -> None:
    assert answered(normalise(text), normalise("回复1确认 2改期 3取消")) == "cancel"


@pytest.mark.parametrize("text", ["4", "三点", "3个人", "13", "取消", ""])
def test_what_is_no_key(text: str) -> None:
    assert answered(normalise(text), normalise("回复1确认 2改期 3取消")) is None
