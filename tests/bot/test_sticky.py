"""The same people always fall into the same hundredth, evenly, and another salt mixes them anew."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.sticky import BUCKETS, bucket


@given(salt=st.text(max_size=20), number=st.integers(1, 2**31))
def test_a_hundredth_is_sticky(salt: str, number: int) -> None:
    assert 0 <= bucket(salt, number) < BUCKETS
    assert bucket(salt, number) == bucket(salt, number)


def test_the_hundredths_are_even() -> None:
    counted = Counter(bucket("winback/hold_out", number) for number in range(1, 50_001))
    assert len(counted) == BUCKETS
    assert max(counted.values()) < 650
    assert min(counted.values()) > 350


def test_who_is_in_the_first_tenth_of_one_journey_is_anywhere_in_another() -> None:
    tenth = [number for number in range(1, 50_001) if bucket("one", number) < 10]
    again = sum(bucket("two", number) < 10 for number in tenth)
    assert 0.05 < again / len(tenth) < 0.15
