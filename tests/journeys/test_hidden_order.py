"""A study whose readers may not know which visit came first, from folders to files."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

import pytest

from scoring.design.draws import case_codes, draw_worklist
from storage.handover.hand_over import hand_over
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.worklists.visit_order import drawn
from tests.builders.dicom_files import a_series
from tests.builders.seeds import seeded
from tests.builders.studies import changed
from workstation.app.numbers import export
from workstation.intake.deidentify.blind import Disguise
from workstation.intake.deidentify.new_uids import renamed
from workstation.intake.importing.check_report import check_report
from workstation.intake.importing.importer import import_folders

SUBJECTS = 24


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Baseline scans of all subjects came first and follow-up scans later, as they do in a trial."""
    root = tmp_path_factory.mktemp("hidden")
    with CoordinatorStudy.create(root / "trial", order="hidden") as study:
        for visit, day in ((1, "20240105"), (2, "20240709")):
            for number in range(SUBJECTS):
                uid = f"1.2.{number + 1}.{visit}"
                # the follow-up has brighter pixels, so that a test can tell it from the outside
                a_series(
                    root / f"{visit}" / f"{number}", uid, count=2, StudyInstanceUID=uid, StudyDate=day,
                    PatientID=f"P{number}", FrameOfReferenceUID=f"{uid}.9", EchoTime=10 + visit,
                )  # fmt: skip
            import_folders(study, [root / f"{visit}"])
        study.assign("R1", seed=1)
    hand_over(root / "trial", root / "copy", renamed)
    return root


def _later(copy: Path) -> Iterator[tuple[str, int, list[Path]]]:
    """Of each subject in the reader's copy: code, number of the visit that is the later one, files of visits 1 and 2.

    By the echo time in the images, which the builder set and no real study would have differ.
    """
    from pydicom import dcmread  # noqa: PLC0415 - the judge

    connection = sqlite3.connect(copy / "study.db")
    query = "SELECT subject, visit, file FROM image JOIN series ON series.code = image.series ORDER BY subject, visit"
    files: dict[str, dict[int, list[Path]]] = {}
    for subject, visit, file in connection.execute(query):
        files.setdefault(subject, {}).setdefault(visit, []).append(copy / "images" / file)
    connection.close()
    for subject, visits in files.items():
        echo = {visit: float(dcmread(found[0]).EchoTime) for visit, found in visits.items()}
        yield subject, max(echo, key=lambda visit: echo[visit]), list(chain(*visits.values()))


def test_each_visit_is_first_in_some_subjects_and_the_vault_knows_which(trial: Path) -> None:
    later_first = {case for case, later, _ in _later(trial / "copy") if later == 1}

    with CoordinatorStudy.open(trial / "trial") as study:
        # in the copy a case is its own subject
        subject_of = {item.case: item.subject for item in study.assign("R1")}
        assert study.turned() == {subject_of[case] for case in later_first}
    assert 0 < len(later_first) < SUBJECTS


def test_the_lot_falls_on_either_side_alike() -> None:
    turned = sum(drawn(f"S{number}", ["20240105", "20240709"], b"x" * 32) == {1: 2, 2: 1} for number in range(2_000))

    # 1000 expected; 4.5 standard deviations of the binomial are 100
    assert 900 < turned < 1100


CHANNELS: dict[str, Callable[[list[tuple[str, str, Path]]], list[str]]] = {
    "series code": lambda rows: [row[1] for row in rows],
    "file name": lambda rows: [row[2].name for row in rows],
    "time of change": lambda rows: [f"{row[2].stat().st_mtime_ns:030}" for row in rows],
    "size": lambda rows: [f"{row[2].stat().st_size:09}" for row in rows],
    "number in the file system": lambda rows: [f"{row[2].stat().st_ino:020}" for row in rows],
}


@pytest.mark.case(106)
@pytest.mark.parametrize("channel", sorted(CHANNELS))
def test_nothing_that_can_be_sorted_tells_the_later_visit_better_than_chance(channel: str, trial: Path) -> None:
    right = 0.0
    for _, later, files in _later(trial / "copy"):
        rows = [("", file.parent.name, file) for file in files]
        keys = CHANNELS[channel](rows)
        half = len(files) // 2
        first, second = min(keys[:half]), min(keys[half:])
        right += 0.5 if first == second else (first < second) == (later == 2)

    # 12 of 24 expected; 4.1 standard deviations of the binomial are 10
    assert 2 <= right <= 22


NAMES: dict[str, Callable[[Disguise, str, str], str]] = {
    "series code": lambda disguise, subject, uid: disguise.code("series", subject, uid),
    "slice UID as a number": lambda disguise, _, uid: f"{disguise.uid('slice', uid).rpartition('.')[2]:0>40}",
    "slice UID as text": lambda disguise, _, uid: disguise.uid("slice", uid),
    "study UID": lambda disguise, subject, uid: disguise.uid("study", subject, uid),
    "frame UID": lambda disguise, _, uid: disguise.uid("frame", uid),
    "file name": lambda disguise, _, uid: disguise.file_name("file", disguise.uid("slice", uid)),
}


@pytest.mark.case(106)
@pytest.mark.parametrize("channel", sorted(NAMES))
def test_over_a_thousand_subjects_no_name_tells_the_later_visit(channel: str) -> None:
    secret = b"a secret that one vault drew.   "
    right = 0.0
    for number in range(1_000):
        subject, dates = f"S{number:04}", ("20240105", "20240709")
        shown = drawn(subject, dates, secret)
        names = {shown[visit]: NAMES[channel](Disguise(secret), subject, f"1.2.{number}.{visit}") for visit in (1, 2)}
        # who guesses that the visit with the larger name is the later one
        guess = 1 if names[1] > names[2] else 2
        right += guess == shown[2]

    assert abs(right / 1_000 - 0.5) < 0.05


@pytest.mark.case(106)
def test_over_a_thousand_assignments_neither_place_nor_code_of_a_case_tells_which_visit_is_shown_first() -> None:
    secret = b"a secret that one vault drew.   "
    subjects = [f"S{number:04}" for number in range(1_000)]
    order = draw_worklist(subjects, seeded(11))
    codes = dict(zip(order, case_codes(len(order), (), seeded(11)), strict=True))
    turned = {subject for subject in subjects if drawn(subject, ("20240105", "20240709"), secret)[1] == 2}

    for rank in (order.index, codes.__getitem__, str):
        ranked = sorted(subjects, key=rank)
        places = [place for place, subject in enumerate(ranked) if subject in turned]
        # the area under the curve by ranks (Mann and Whitney)
        wins = sum(places) - len(places) * (len(places) - 1) / 2
        assert abs(wins / (len(places) * (1_000 - len(places))) - 0.5) < 0.05


def test_the_rows_of_the_study_lie_in_the_order_that_is_shown(trial: Path) -> None:
    connection = sqlite3.connect(trial / "trial" / "study.db")
    for table in ("series", "visit"):
        number = "visit" if table == "series" else "number"
        rows = connection.execute(f"SELECT subject, {number} FROM {table} ORDER BY rowid").fetchall()  # noqa: S608 - ours
        by_subject: dict[str, list[int]] = {}
        for subject, visit in rows:
            by_subject.setdefault(subject, []).append(visit)
        assert all(found == [1, 2] for found in by_subject.values()), table
    connection.close()


def test_the_coordinator_sees_visits_in_time(trial: Path) -> None:
    with CoordinatorStudy.open(trial / "trial") as study:
        report = check_report(study)
        dates = {item.code: [visit.date for visit in study.vault.visits(item.code)] for item in study.subjects()}
        identities = {item.code: item.visit for item in study.vault.series()}
        subjects = study.subjects()

    assert not any("swapped" in finding.text or "earlier" in finding.text for finding in report.findings)
    assert all(found == sorted(found) for found in dates.values())
    assert all(identities[s.code] == v.number for item in subjects for v in item.visits for s in v.series)


def test_importing_again_draws_nothing_anew(trial: Path) -> None:
    before = [later for _, later, _ in _later(trial / "trial")]

    with CoordinatorStudy.open(trial / "trial") as study:
        import_folders(study, [trial / "1", trial / "2"])

    assert [later for _, later, _ in _later(trial / "trial")] == before


def test_files_have_a_and_b_until_the_vault_puts_them_in_time(trial: Path, tmp_path: Path) -> None:
    with CoordinatorStudy.open(trial / "trial") as study:
        subject_of = {item.case: item.subject for item in study.assign("R1")}
    turned = {subject_of[case]: later == 1 for case, later, _ in _later(trial / "copy")}
    with ReaderStudy.open(trial / "trial", "R1") as study:
        for case in subject_of:
            study.record(case, [changed("1 ERO CAP", "1"), changed("2 ERO CAP", "3")], "enter")

    export(trial / "trial", tmp_path / "shown", wide=False, excel=False)
    export(trial / "trial", tmp_path / "time", wide=False, excel=False, with_order=True)

    shown, time = _rows(tmp_path / "shown" / "scores.csv"), _rows(tmp_path / "time" / "scores.csv")
    assert {row["chronology"] for row in (*shown, *time)} == {"BLINDED"}
    assert {row["visit"] for row in shown} == {"VA", "VB"}
    scores = {(row["subject_id"], row["visit"]): row["score"] for row in time if row["score"]}
    assert scores == {
        (subject, visit): ("3" if (visit == "V1") == later_first else "1")
        for subject, later_first in turned.items()
        for visit in ("V1", "V2")
    }


def test_a_visit_more_of_a_subject_that_was_read_stays_outside_since_it_would_tell(tmp_path: Path) -> None:
    with CoordinatorStudy.create(tmp_path / "trial", order="hidden") as study:
        a_series(tmp_path / "1", "1.2.1", StudyInstanceUID="1.2.1", StudyDate="20240105")
        import_folders(study, [tmp_path / "1"])
        case = study.assign("R1")[0].case
        with ReaderStudy.open(tmp_path / "trial", "R1") as reader:
            reader.record(case, [changed("1 ERO CAP", "1")], "enter")
        a_series(tmp_path / "2", "1.2.2", StudyInstanceUID="1.2.2", StudyDate="20240709")

        report = import_folders(study, [tmp_path / "2"])

        assert any("one more visit would show which came first" in finding.text for finding in report.findings)
        assert [len(item.visits) for item in study.subjects()] == [1]
