"""Times of cases and features, from the moments of the answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.study.reading_times import reading_times
from tests.builders.numbers.two_readers import PACE, two_readers
from tests.builders.studies import an_assigned_study, changed


def test_times_of_cases_add_up_to_the_hours_of_the_board(tmp_path: Path) -> None:
    folder = two_readers(tmp_path / "trial", pairs=3)

    found = reading_times(folder)

    with CoordinatorStudy.open(folder) as study:
        hours = sum(line.hours for line in study.board())
    assert len(found) == 6
    assert sum(sum(case.values()) for case in found.values()) / 3600 == pytest.approx(hours)
    # six answers a case; of the first case of each reader the first answer has none before it
    assert sorted(case["SYN"] for case in found.values()) == [5 * PACE["SYN"]] * 2 + [6 * PACE["SYN"]] * 4


def test_a_case_that_was_entered_from_elsewhere_has_no_times(tmp_path: Path) -> None:
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    with ReaderStudy.open(folder, "ES") as study:
        study.record(case, [changed("1 ERO CAP", "3")], "enter")

    assert reading_times(folder) == {}
