"""Sentences of writers whom neither rules nor classifier know: what may never fail, and its look-alikes."""

import pytest

from tests.by_writer import WRITERS, measured, said_by

# By `python -m tests.by_writer danger_calm+refusals_2+rights_1+blame_2`, less two or three points: the labels.
LEAST = {
    "D": 0.92, "ND": 0.94, "R": 0.91, "NR": 0.94, "P": 0.79, "PX": 0.82, "NP": 0.92, "I": 0.83, "NI": 0.84,
    "C": 0.7, "NC": 0.72, "H": 0.7, "NH": 0.82,
}  # fmt: skip


@pytest.mark.again
def test_who_was_never_read_before_is_read_as_well_as_measured() -> None:
    table = measured(("danger_calm", "refusals_2", "rights_1", "blame_2"))
    assert table.keys() == LEAST.keys()
    fallen = {label: pair for label, pair in table.items() if pair[0] < LEAST[label] * pair[1]}
    assert fallen == {}


def test_every_line_of_a_writer_has_a_label_and_its_sentence() -> None:
    for path in WRITERS.glob("*.tsv"):
        for said in said_by(path.stem):
            assert said.text, said
            assert said.opened in ("-", "survey", "invite", "promo", "booking", "quote"), said
