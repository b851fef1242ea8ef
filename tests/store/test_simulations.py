"""Saved simulations: nobody sees half a run, the newest first, the oldest goes, its file is its owner's alone."""

from pathlib import Path

import pytest

from store import simulations
from store.simulations import KEPT, Saving, Touch

ONE = Touch(
    2, "2026-03-08T10:30", "birthday.greeting", "2026-birthday", "greeting", "sent", "", "sms", "生日快乐", 0.055
)
TWO = Touch(2, "2026-01-02T10:00", "checkin.question", "RO#1", "survey", "skipped", "cap", "", "", 0.0)


def test_what_was_saved_is_read_in_order_of_time(tmp_path: Path) -> None:
    saving = Saving(tmp_path)
    saving.add([ONE], [(2, "李雷")])
    saving.add([TWO], [])
    assert simulations.runs(tmp_path) == []
    path = saving.done({"customers": 3})
    assert path.stat().st_mode & 0o777 == 0o600
    assert simulations.runs(tmp_path) == [1]
    assert simulations.summary(tmp_path, 1) == {"customers": 3}
    assert simulations.touches_of(tmp_path, 1, 2) == [TWO, ONE]
    assert list(simulations.all_touches(tmp_path, 1)) == [TWO, ONE]
    assert (simulations.name_of(tmp_path, 1, 2), simulations.name_of(tmp_path, 1, 9)) == ("李雷", None)
    assert simulations.touches_of(tmp_path, 1, 0) == []


def test_the_newest_are_kept_and_a_dropped_run_leaves_nothing(tmp_path: Path) -> None:
    for _ in range(KEPT + 2):
        Saving(tmp_path).done({})
    Saving(tmp_path).dropped()
    assert simulations.runs(tmp_path) == list(range(KEPT + 2, 2, -1))
    assert len(list(tmp_path.iterdir())) == KEPT


def test_two_runs_side_by_side_are_both_kept_and_a_killed_one_is_swept_away(tmp_path: Path) -> None:
    (tmp_path / "999999999-killed.new").write_bytes(b"")
    first, second = Saving(tmp_path), Saving(tmp_path)
    first.add([ONE], [(2, "李雷")])
    second.add([TWO], [(2, "王磊")])
    second.done({})
    first.done({})
    assert (second.number, first.number) == (1, 2)
    assert [simulations.name_of(tmp_path, number, 2) for number in (1, 2)] == ["王磊", "李雷"]
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("there", [True, False])
def test_a_folder_without_runs_has_none(tmp_path: Path, there: bool) -> None:
    assert simulations.runs(tmp_path if there else tmp_path / "missing") == []
