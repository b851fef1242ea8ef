"""What voice and dialect make of the words of danger, beside the part they are said of and nowhere else."""

import pytest

from bot.understanding.misheard import as_meant


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("刹车失林了", "刹车失灵了"),
        ("煞车又是灵了", "煞车又失灵了"),
        ("方向盘锁四了", "方向盘锁死了"),
        ("车头冒言了", "车头冒烟了"),
        ("发动机起伙了", "发动机起火了"),
        ("刹车莫得反应", "刹车没反应"),
    ],
)
def test_what_was_heard_is_written_as_meant(heard: str, meant: str) -> None:
    assert as_meant(heard) == meant


@pytest.mark.parametrize("text", ["刹车是灵的", "按键失零", "大家起伙做饭", "这车自然好看", "没得说,很好"])
def test_the_same_sounds_elsewhere_stay(text: str) -> None:
    assert as_meant(text) == text
