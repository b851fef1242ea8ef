"""The arithmetic of the figures: percentiles that were seen, shares with their n, groups that lose nothing."""

import math
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.figures import Measure, Seen, Share, Spread, figures, grouped, spread

MONDAY = date(2026, 9, 14)


def seen(measure: Measure, *values: float, store: int = 1, staff: int | None = 7) -> list[Seen]:
    return [Seen(measure, value, store, staff, MONDAY) for value in values]


def test_percentiles_are_by_nearest_rank() -> None:
    assert spread([10, 20, 30, 40]) == Spread(4, 25, 20, 40)
    assert spread([5]) == Spread(1, 5, 5, 5)
    assert spread([]) == Spread(0, None, None, None)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60))
def test_a_percentile_is_the_smallest_value_that_covers_its_share(values: list[float]) -> None:
    found = spread(values)
    for percent, value in ((50, found.p50), (90, found.p90)):
        assert value in values
        covered = sum(each <= value for each in values)
        below = sum(each < value for each in values)
        need = math.ceil(percent * len(values) / 100)
        assert below < need <= covered


def test_three_minutes_count_up_to_the_second() -> None:
    told = figures(seen(Measure.WAITING, 30, 180, 181) + seen(Measure.UNANSWERED, 100, 181))
    assert told.within == Share(2, 4), "who waits less than three minutes is no failure yet, who waits longer is"
    assert (told.waiting.n, told.open) == (3, 2)


def test_content_is_told_with_its_n_and_the_answer_rate() -> None:
    told = figures(seen(Measure.ASKED, *[1] * 8) + seen(Measure.RATED, 5, 4, 3, 1))
    assert (told.csat, told.answered) == (Share(2, 4), Share(4, 8))
    assert told.csat.percent == 50


def test_of_nothing_there_is_no_percentage() -> None:
    told = figures([])
    assert told.csat.percent is None
    assert told.sla.percent is None
    assert told.within == Share(0, 0)


def test_deadlines_kept_of_those_finished() -> None:
    assert figures(seen(Measure.SLA, 1, 1, 0)).sla == Share(2, 3)


@given(st.lists(st.tuples(st.sampled_from(Measure), st.integers(0, 400), st.integers(1, 3), st.integers(0, 4))))
def test_groups_hold_every_observation_once(rows: list[tuple[Measure, int, int, int]]) -> None:
    everything = [Seen(measure, value, store, staff or None, MONDAY) for measure, value, store, staff in rows]
    for key in (lambda each: each.store_id, lambda each: each.staff_id):
        parts = grouped(everything, key)
        whole = figures(everything)
        assert sum(part.waiting.n for part in parts.values()) == whole.waiting.n
        assert sum(part.sla.part for part in parts.values()) == whole.sla.part
        assert sum(part.within.of for part in parts.values()) == whole.within.of
