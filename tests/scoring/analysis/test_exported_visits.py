"""Visits of an export: which number is baseline and which follow-up of an enrolment, by the numbers that are there."""

from __future__ import annotations

from pathlib import Path

import pytest

from scoring.analysis.errors import AnalysisRefused
from scoring.analysis.exported import read_export
from tests.builders.trial_cohort import write_export

_NONE = "none"


def _read(folder: Path, *visits: int) -> tuple[str, str]:
    """Baseline and follow-up of one person who was read at these visits; the grade of each is its number."""
    write_export(
        folder,
        [
            {
                "subject_id": "S1",
                "reader_id": "R1",
                "round": 1,
                "visit_num": visit,
                "total": "SYN",
                "strict_status": "SCORED",
                "strict": visit,
                "total_max": 9,
            }
            for visit in visits
        ],
    )
    (reading,) = read_export(folder).readings
    first, second = (_NONE if value != value else f"{value:g}" for value in reading.totals["SYN"])  # noqa: PLR0124 - nan
    return first, second


@pytest.mark.parametrize(
    ("visits", "pair"),
    [
        ((1, 2), ("1", "2")),
        ((2, 1), ("1", "2")),
        ((1,), ("1", _NONE)),
        # the baseline of this person is missing: a follow-up doesn't take its place
        ((2,), (_NONE, "2")),
        # later enrolments have visits of other numbers
        ((1, 3), ("1", "3")),
        ((3, 4), ("3", "4")),
        ((3,), ("3", _NONE)),
    ],
)
def test_the_earlier_visit_is_baseline_and_a_lone_visit_2_is_a_follow_up(
    tmp_path: Path, visits: tuple[int, ...], pair: tuple[str, str]
) -> None:
    assert _read(tmp_path, *visits) == pair


def test_an_enrolment_of_three_visits_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AnalysisRefused, match="S1 has 3 visits in one enrolment"):
        _read(tmp_path, 1, 2, 3)


def test_of_a_further_scheme_the_first_readings_that_the_study_is_scored_by_count(tmp_path: Path) -> None:
    def rows(reader: str, round_: int, purpose: str, values: tuple[int, int]) -> list[dict[str, object]]:
        of = {"subject_id": "S1", "reader_id": reader, "round": round_, "read_purpose": purpose, "total_max": 9}
        scheme = {"scheme_id": "psamris-hand", "total": "PSA", "strict_status": "SCORED"}
        return [{**of, **scheme, "visit_num": visit, "strict": value} for visit, value in enumerate(values, 1)]

    # read again, read for calibration: neither is what the study is scored by
    write_export(
        tmp_path,
        [
            *rows("R1", 2, "PRIMARY", (7, 7)),
            *rows("R2", 1, "CALIBRATION", (8, 8)),
            *rows("R3", 1, "PRIMARY", (1, 2)),
        ],
    )

    (found,) = read_export(tmp_path).further

    assert (found.name, dict(found.values)) == ("psamris-hand:PSA", {("S1", ""): (1.0, 2.0)})
