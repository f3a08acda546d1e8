"""Stopped, killed or repeated: the study is whole, and importing again finishes the job and adds nothing twice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from storage.records import SubjectRecord
from storage.study.coordinator import CoordinatorStudy
from tests.builders.dicom_files import a_series, a_visit
from workstation.intake.importing.importer import import_folders
from workstation.intake.report import Progress

ROOT = Path(__file__).parents[3]
# Imports argv[2] into argv[1] and is killed at the argv[4]-th call of the step named argv[3]
KILLED = """
import os, signal, sys
from pathlib import Path
from storage.study.coordinator import CoordinatorStudy
from storage.vault.vault import Vault
from workstation.intake.writing import images_folder
from workstation.intake.importing.importer import import_folders
place, number = sys.argv[3], int(sys.argv[4])
owner = {"fill": images_folder, "publish": images_folder, "save": Vault}.get(place, CoordinatorStudy)
real, calls = getattr(owner, place), []
def killing(*values, **named):
    calls.append(1)
    if len(calls) == number:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*values, **named)
setattr(owner, place, killing)
with CoordinatorStudy.open(Path(sys.argv[1])) as study:
    import_folders(study, [Path(sys.argv[2])])
"""


def _files(study: CoordinatorStudy) -> set[str]:
    return {path.relative_to(study.images).as_posix() for path in study.images.rglob("*") if path.is_file()}


def _named(subjects: tuple[SubjectRecord, ...]) -> set[str]:
    return {item.file for subject in subjects for visit in subject.visits for s in visit.series for item in s.slices}


def _slices(study: CoordinatorStudy) -> list[int]:
    return [len(series.slices) for subject in study.subjects() for v in subject.visits for series in v.series]


@pytest.mark.case(56)
def test_importing_again_changes_nothing_and_reports_the_same_subjects(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_visit(tmp_path / "in")
    first = import_folders(study, [tmp_path / "in"])
    before = (study.subjects(), _files(study), study.vault.sources(), study.vault.series())

    second = import_folders(study, [tmp_path / "in"])

    assert (study.subjects(), _files(study), study.vault.sources(), study.vault.series()) == before
    assert second.as_json()["subjects"] == first.as_json()["subjects"]
    assert second.accepted == 21


def test_slices_that_come_later_complete_their_series_in_place(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "all", count=6)
    (tmp_path / "first").mkdir()
    for number in (1, 3, 4):
        (tmp_path / "all" / f"1.2.3.1-{number}").rename(tmp_path / "first" / str(number))
    import_folders(study, [tmp_path / "first"])
    code = study.subjects()[0].visits[0].series[0].code

    import_folders(study, [tmp_path / "all"])

    series = study.subjects()[0].visits[0].series
    with CoordinatorStudy.create(tmp_path / "other") as other:
        import_folders(other, [tmp_path / "all", tmp_path / "first"])
        at_once = other.subjects()[0].visits[0].series[0]
    assert [item.code for item in series] == [code]
    assert [item.position_mm[2] for item in series[0].slices] == [0, 2, 4, 6, 8, 10]
    assert (series[0].minimum, series[0].maximum) == (at_once.minimum, at_once.maximum)
    assert (series[0].window_low, series[0].window_high) == (at_once.window_low, at_once.window_high)


@pytest.mark.case(42)
def test_another_picture_under_a_uid_that_the_study_has_is_left_out(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "in", count=2)
    import_folders(study, [tmp_path / "in"])
    before = study.subjects()
    a_series(tmp_path / "new", count=2, PixelData=bytes(240))

    report = import_folders(study, [tmp_path / "new"])

    assert study.subjects() == before
    assert any("other pictures under the same SOPInstanceUID" in finding.text for finding in report.findings)
    assert report.accepted == 0


@pytest.mark.case(65)
@pytest.mark.parametrize("moment", [0, 3, 8, 14, 22, 25, 31, 41])
def test_cancelled_anywhere_a_series_is_there_whole_or_not_at_all(
    moment: int, study: CoordinatorStudy, tmp_path: Path
) -> None:
    a_visit(tmp_path / "in")
    calls: list[int] = []

    def cancelled() -> bool:
        calls.append(1)
        return len(calls) > moment

    report = import_folders(study, [tmp_path / "in"], cancelled=cancelled)

    assert report.cancelled
    assert set(_slices(study)) <= {3}
    assert _files(study) == _named(study.subjects())
    import_folders(study, [tmp_path / "in"])
    assert _slices(study) == [3] * 7


@pytest.mark.case(65)
@pytest.mark.parametrize(
    ("step", "number"), [("fill", 5), ("publish", 2), ("publish", 7), ("save", 1), ("replace_subject", 1)]
)
def test_killed_in_the_middle_a_series_is_there_whole_or_not_at_all_and_the_next_import_finishes(
    step: str, number: int, study: CoordinatorStudy, tmp_path: Path
) -> None:
    a_visit(tmp_path / "in")
    command = [sys.executable, "-c", KILLED, str(study.path), str(tmp_path / "in"), step, str(number)]
    killed = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)

    assert killed.returncode == -9
    assert set(_slices(study)) <= {3}
    assert len(_slices(study)) < 7
    assert _named(study.subjects()) <= _files(study)
    import_folders(study, [tmp_path / "in"])
    assert _slices(study) == [3] * 7
    assert _files(study) == _named(study.subjects())


def test_progress_reaches_the_end_of_both_stages(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_visit(tmp_path / "in")
    told: list[Progress] = []

    import_folders(study, [tmp_path / "in"], progress=told.append)

    assert {item.stage for item in told} == {"Reading headers", "Writing de-identified images"}
    assert (told[-1].done, told[-1].total) == (21, 21)


def test_cleaning_up_touches_nothing_that_an_import_did_not_make(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "in")
    (study.images / "notes").mkdir()
    (study.images / "notes" / "mine.txt").write_text("keep", encoding="utf-8")
    (study.images / ".incoming-0123").mkdir()

    import_folders(study, [tmp_path / "in"])

    assert (study.images / "notes" / "mine.txt").exists()
    assert not (study.images / ".incoming-0123").exists()
