"""The part of the day a customer wants to be rung in."""

import pytest

from bot.understanding.call_times import call_time
from bot.understanding.normalise import normalise


@pytest.mark.parametrize(
    ("words", "part"),
    [("下午打给我", "afternoon"), ("麻烦晚上再联系我", "evening"), ("上午给我打电话吧", "morning"),
     ("中午打电话", "noon"), ("下班后打给我", "evening"), ("call me in the afternoon", "afternoon"),
     ("下午再打过来", "afternoon"),
     ("上午别打电话", ""), ("上午开会，下午打给我", ""), ("下午来取车", ""), ("打电话给我", ""),
     ("上午或者下午打给我", "")],
)  # fmt: skip
def test_a_part_of_the_day(words: str, part: str) -> None:
    assert call_time(normalise(words)) == part
