"""What is free: a bay for the whole job and an advisor to take the car in, a car and a consultant for a drive."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.booking import Capacity, Hold, House, Visit, Wanted, can_take, free_starts, places

SATURDAY = date(2026, 9, 19)
NOW = datetime(2026, 9, 17, 2, 20, tzinfo=UTC)
TWO_BAYS = Capacity(bays=2, advisors=1, consultants=1, drive_cars={"长风": 1})
SERVICE, DRIVE = Wanted(Visit.SERVICE, 60), Wanted(Visit.TEST_DRIVE, 60, "长风")


def house(capacity: Capacity = TWO_BAYS) -> House:
    return House(time(8, 30), time(17, 30), "Asia/Shanghai", capacity)


def at(hour: int, minute: int = 0) -> datetime:
    """Shanghai time on that Saturday."""
    return datetime(2026, 9, 19, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def free(wanted: Wanted, *taken: Hold, now: datetime = NOW, day: date = SATURDAY) -> list[datetime]:
    return list(free_starts(wanted, day, house(), frozenset(taken), now))


def test_a_day_runs_from_opening_until_the_job_still_ends_before_closing() -> None:
    found = free(SERVICE)
    assert (found[0], found[-1], len(found)) == (at(8, 30), at(16, 30), 17)


def test_nothing_is_offered_sooner_than_the_notice() -> None:
    assert free(SERVICE, now=at(10, 5))[0] == at(11, 30)
    assert free(SERVICE, now=at(18)) == []


def test_the_advisor_is_needed_only_while_the_car_is_taken_in() -> None:
    assert at(9) not in free(SERVICE, ("advisor:1", at(9)))
    assert at(8, 30) in free(SERVICE, ("advisor:1", at(9)))


def test_a_bay_is_needed_for_the_whole_time_and_the_other_one_does() -> None:
    one_bay = (("bay:1", at(9, 30)),)
    assert at(9) in free(SERVICE, *one_bay)
    assert places(SERVICE, at(9), TWO_BAYS, one_bay)[0] == ("bay:2", at(9))
    assert at(9) not in free(SERVICE, *one_bay, ("bay:2", at(9)))


def test_the_only_car_is_driven_by_one_at_a_time() -> None:
    assert at(9, 30) not in free(DRIVE, ("car:长风:1", at(9)), ("car:长风:1", at(9, 30)))
    assert at(10) in free(DRIVE, ("car:长风:1", at(9)), ("car:长风:1", at(9, 30)))


def test_a_drive_whose_car_was_never_noted_takes_any_that_is_free() -> None:
    two_cars, unnamed = TWO_BAYS.model_copy(update={"drive_cars": {"长风": 1, "云栖": 1}}), Wanted(Visit.TEST_DRIVE, 60)
    assert places(unnamed, at(9), two_cars, (("car:长风:1", at(9)),))[0] == ("car:云栖:1", at(9))


@pytest.mark.parametrize(
    ("wanted", "capacity", "can"),
    [
        (SERVICE, TWO_BAYS, True),
        (SERVICE, Capacity(), False),
        (DRIVE, TWO_BAYS, True),
        (Wanted(Visit.TEST_DRIVE, 60, "千帆"), TWO_BAYS, False),
    ],
)
def test_what_a_store_has_none_of_is_not_booked_here(wanted: Wanted, capacity: Capacity, can: bool) -> None:
    assert can_take(wanted, capacity) is can
