"""Rounds of readings: the numbers that studies on disk and exports hold."""

from __future__ import annotations

from scoring.readings import rounds


def test_each_round_has_the_number_that_stands_in_studies_on_disk_and_in_the_dictionary_of_exports() -> None:
    # storage/exporting/trail/trail_table.py and docs/data.md say these in words
    assert (rounds.FIRST, rounds.REREAD, rounds.DRIFT, rounds.ADJUDICATION) == (1, 2, 3, 4)
