"""Participants at each stage, counted by hand, and each left out once, for the reason that explains it best."""

from __future__ import annotations

from pathlib import Path

import pytest

from scoring.analysis.clinical_csv import read_clinical
from scoring.analysis.cohort import Cohort, joined
from scoring.analysis.exported import read_export
from scoring.analysis.participants import LeftOut, Participants, outcome_of, participants_of
from scoring.analysis.plan import shipped_plan
from scoring.analysis.studies import studies_of
from tests.builders.trial_cohort import write_cohort, write_export

# subject, visit, total, value, status; reader R1, round 1 unless said
_ROWS = (
    # S1, S2 and S8: complete pairs
    *(
        (subject, visit, total, "3", "SCORED")
        for subject in ("S1", "S2", "S8")
        for visit in (1, 2)
        for total in ("SYN", "MRII")
    ),
    # S3: one visit alone
    ("S3", 1, "SYN", "3", "SCORED"),
    ("S3", 1, "MRII", "3", "SCORED"),
    # S4: a total at each visit, none in common
    ("S4", 1, "SYN", "3", "SCORED"),
    ("S4", 1, "MRII", "", "NOT_EVALUABLE"),
    ("S4", 2, "SYN", "", "NOT_EVALUABLE"),
    ("S4", 2, "MRII", "3", "SCORED"),
    # S5: excluded at visit 1, broken off at visit 2
    ("S5", 1, "SYN", "", "NOT_EVALUABLE"),
    ("S5", 1, "MRII", "", "EXCLUDED"),
    ("S5", 2, "SYN", "", "NOT_DONE"),
    ("S5", 2, "MRII", "", "NOT_EVALUABLE"),
    # S6: a pair whose outcome lacks
    ("S6", 1, "SYN", "3", "SCORED"),
    ("S6", 1, "MRII", "", "NOT_EVALUABLE"),
    ("S6", 2, "SYN", "3", "SCORED"),
    ("S6", 2, "MRII", "3", "SCORED"),
)
# S1 and S7 are one person, enrolled in both groups; S7 wasn't read, and S2 and S8 have no DAS28-CRP at visit 2
_CLINICAL = (
    "subject_id,person_id,group,das28crp_v1,das28crp_v2\n"
    "S1,P1,A,5,4\nS2,P2,A,5,\nS3,P3,A,5,4\nS4,P4,B,5,4\nS5,P5,B,5,4\nS6,P6,B,5,4\nS7,P1,B,5,4\nS8,P8,A,5,\n"
)


def _cohort(folder: Path) -> Cohort:
    plan = shipped_plan()
    return joined(studies_of([read_export(folder / "export")]), read_clinical(folder / "clinical.csv", plan), plan)


@pytest.fixture
def found(tmp_path: Path) -> Participants:
    rows = [
        {
            "subject_id": subject,
            "reader_id": "R1",
            "round": 1,
            "visit_num": visit,
            "total": total,
            "strict_status": status,
            "strict": value,
            "total_max": 9,
        }
        for subject, visit, total, value, status in _ROWS
    ]
    # S1 was read again
    write_export(tmp_path / "export", [*rows, *({**row, "round": 2} for row in rows if row["subject_id"] == "S1")])
    (tmp_path / "clinical.csv").write_text(_CLINICAL, "utf-8")
    return participants_of(_cohort(tmp_path))


def test_people_count_once_and_enrolments_each(found: Participants) -> None:
    assert (found.people, found.in_two_groups, found.repeats) == (7, 1, 1)
    assert (found.enrolled.count, found.enrolled.by_group) == (8, (("A", 4), ("B", 4)))


def test_who_was_not_read_is_told(found: Participants) -> None:
    assert (found.read.count, found.read.by_group) == (7, (("A", 4), ("B", 3)))
    assert found.read.left_out == (LeftOut("no reading in the export", 1),)


def test_a_scan_counts_when_any_total_of_it_is_known(found: Participants) -> None:
    first, second = found.scored

    assert (first.count, second.count) == (6, 5)
    assert first.left_out == (LeftOut("excluded", 1),)
    assert second.left_out == (LeftOut("no scan at this visit", 1), LeftOut("not read to the end", 1))


def test_a_pair_needs_one_total_at_both_visits(found: Participants) -> None:
    assert found.pairs.count == 4
    assert found.pairs.left_out == (LeftOut("no total in common", 1),)


def test_a_pair_is_analysed_when_both_changes_are_known(found: Participants) -> None:
    assert found.analysed.title == "Change in MRII and DAS28-CRP known"
    assert found.analysed.by_group == (("A", 1), ("B", 0))
    assert found.analysed.left_out == (
        LeftOut("change in DAS28-CRP not known", 2),
        LeftOut("change in MRII not known", 1),
    )


def test_the_cohort_of_the_published_size_has_its_80_people_84_enrolments_77_scans_and_66_pairs(tmp_path: Path) -> None:
    write_cohort(tmp_path)
    cohort = _cohort(tmp_path)

    found = participants_of(cohort)

    assert outcome_of(cohort) == "MRII"
    assert (found.people, found.enrolled.count, found.read.count) == (80, 84, 77)
    assert [stage.count for stage in (*found.scored, found.pairs)] == [77, 66, 66]
    for before, after in ((found.enrolled, found.read), (found.read, found.scored[1]), (found.pairs, found.analysed)):
        assert before.count == after.count + sum(item.count for item in after.left_out)
        assert after.count == sum(count for _, count in after.by_group)
