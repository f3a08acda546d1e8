"""A study of hidden order whose people are read twice: what is said of an answer is said of the visit that it is of.

Of one person the first two visits may be turned and the next two not. Here the grade of the visit that stands first is
1 and one slice of it was seen, of the other 2 and two: in each row both numbers must be the same, whatever was drawn.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from storage.exporting.export import export_study
from storage.exporting.tables.visits import InTime
from storage.records import Viewing
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.vault.vault import Person, VisitIdentity
from tests.builders.editions import rows
from tests.builders.studies import a_subject, changed, with_files

FOUR = (1, 2, 3, 4)
PEOPLE = tuple(f"S{number:03}" for number in range(1, 9))


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    """Eight people of four visits each, read as two pairs by ES; the tables."""
    folder = tmp_path / "trial"
    with CoordinatorStudy.create(folder, order="hidden") as study:
        people = [Person(subject, f"key {subject}", {}) for subject in PEOPLE]
        dates = [VisitIdentity(subject, visit, f"2026010{visit}", ()) for subject in PEOPLE for visit in FOUR]
        study.vault.save(people, dates, [], [])
        for subject in PEOPLE:
            study.replace_subject(a_subject(subject, visits=FOUR))
        study.set_enrolments("disjoint-pairs")
        study.assign("ES", seed=1)
        turned, visits = study.turned(), study.visits_in_time()
    with_files(folder)
    cases = [str(code) for (code,) in rows(folder, "SELECT code FROM reading_case")]
    with ReaderStudy.open(folder, "ES") as door:
        for case in cases:
            for at in (1, 2):
                seen = Viewing("T1 COR", 3, 10, (480, 512), at, 3.2)
                door.record(case, [changed(f"{at} ERO CAP", str(at))], "room", viewings=[seen])
    # else this shows nothing: a person of whom one pair is turned and the other isn't
    assert any((subject in turned) is not (f"{subject}/2" in turned) for subject in PEOPLE)
    with CoordinatorStudy.open(folder) as study:
        for subject in PEOPLE:
            study.exclude(subject, 3, "", "moved during the scan")
    export_study(folder, tmp_path / "out", in_time=InTime(turned, visits))
    return tmp_path / "out"


def test_slices_that_were_seen_are_those_of_the_visit_of_the_row(exported: Path) -> None:
    with (exported / "scores.csv").open(encoding="utf-8", newline="") as file:
        given = [row for row in csv.DictReader(file) if row["site"] == "CAP" and row["feature"] == "ERO"]

    # of each person two pairs, without the visit that is excluded
    graded = [row for row in given if row["score"]]
    assert len(graded) == (2 * 2 - 1) * len(PEOPLE)
    assert [row["slices_seen"] for row in graded] == [row["score"] for row in graded]


def test_an_exclusion_names_its_visit_in_time(exported: Path) -> None:
    """The third visit of everybody was excluded; a person of four visits may be shown them in any order."""
    with (exported / "exclusions.csv").open(encoding="utf-8", newline="") as file:
        assert [row["visit"] for row in csv.DictReader(file)] == ["V3"] * len(PEOPLE)
