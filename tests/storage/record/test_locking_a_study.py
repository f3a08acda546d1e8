"""A locked study stands still: doors refuse what would change it, the record says why, an audit finds the rest."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.audit.verification import audit
from storage.errors import RecordDamaged, StudyError, StudyLocked
from storage.exporting.export import export_study
from storage.record.study_lock import StudyLock
from storage.records import SiteNote
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.servers.whole_record import content
from tests.builders.studies import a_subject, an_assigned_study, changed, key, read_whole, record, tamper


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Two cases: one read, none signed."""
    folder, cases = an_assigned_study(tmp_path / "trial", subjects=2)
    read_whole(folder, cases[0])
    return folder


def _lock(folder: Path, why: str = "interim analysis", *, incomplete: bool = True) -> StudyLock:
    with CoordinatorStudy.open(folder) as coordinator:
        return coordinator.lock(why=why, incomplete=incomplete)


def test_open_readings_are_counted_and_keep_a_study_open(study: Path) -> None:
    with pytest.raises(StudyError, match=r"1 of 2 readings lack answers, 2 of 2 readings aren't signed"):
        _lock(study, incomplete=False)


def test_locking_with_open_readings_needs_a_reason(study: Path) -> None:
    with pytest.raises(StudyError, match="--why TEXT"):
        _lock(study, " ")

    assert (_lock(study).incomplete, _lock_of(study)["unsigned"]) == (1, 2)


def _lock_of(folder: Path) -> dict[str, int]:
    export_study(folder, folder.parent / "locked")
    package = json.loads((folder.parent / "locked" / "datapackage.json").read_text("utf-8"))
    found: dict[str, int] = package["ramris"]["locked"]
    return found


_CHANGES: dict[str, Callable[[CoordinatorStudy], object]] = {
    "assign": lambda door: door.assign("R2"),
    "reread": lambda door: door.reread("ES", 1),
    "design": lambda door: door.set_design("reread_n", "1", "late"),
    "reopen": lambda door: door.reopen("NXP3J", "a slip"),
    "resolve": lambda door: door.resolve("NXP3J", "seen"),
    "import": lambda door: door.replace_subject(a_subject("S009")),
    "lock": lambda door: door.lock(why="again", incomplete=True),
}


@pytest.mark.parametrize("change", _CHANGES)
def test_nothing_that_the_statistics_rest_on_changes_in_a_locked_study(study: Path, change: str) -> None:
    _lock(study)
    before = content(study)

    with CoordinatorStudy.open(study) as door, pytest.raises(StudyLocked, match="The study is locked"):
        _CHANGES[change](door)

    assert content(study) == before


def test_a_reader_is_told_that_the_study_is_locked_and_no_grade_is_taken(study: Path) -> None:
    _lock(study)

    with pytest.raises(StudyLocked, match="no grade is given or changed"):
        record(study, "NXP3J", changed("1 ERO CAP", "3", before="0"))

    with ReaderStudy.open(study, "ES") as door, pytest.raises(StudyLocked):
        door.note("NXP3J", key("1 ERO CAP"), SiteNote("late"))

    assert audit(study).events == 86


def test_signed_readings_lock_without_a_reason(tmp_path: Path) -> None:
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    read_whole(folder, case)
    with ReaderStudy.open(folder, "ES") as door:
        sheet = door.signing_sheet(case)
        door.sign(case, {finding.id: "as seen" for finding in sheet.findings})

    assert _lock(folder, "", incomplete=False).unsigned == 0


def test_an_unlocked_study_goes_on_and_the_record_holds_both_reasons(study: Path) -> None:
    _lock(study)
    with CoordinatorStudy.open(study) as door:
        with pytest.raises(StudyError, match="--why TEXT"):
            door.unlock("")
        door.unlock("a site was overlooked")
        with pytest.raises(StudyError, match="isn't locked"):
            door.unlock("again")

    record(study, "NXP3J", changed("1 ERO CAP", "3", before="0"))
    assert audit(study).events == 87


def test_a_grade_written_behind_the_lock_is_found_by_the_audit(study: Path) -> None:
    record(study, "NXP3J", changed("1 ERO CAP", "3", before="0"))
    _lock(study)
    # the lock moved before the last event: its own place on the chain no longer fits
    tamper(study, "UPDATE act SET after_event = 86 WHERE kind = 'locked'")

    with pytest.raises(RecordDamaged, match="act row"):
        audit(study)


def test_two_exports_of_one_lock_are_the_same_bytes(study: Path, tmp_path: Path) -> None:
    _lock(study)

    first, second = (export_study(study, tmp_path / name) for name in ("one", "two"))

    assert [path.read_bytes() for path in first.paths] == [path.read_bytes() for path in second.paths]
    assert first.locked
    assert not export_study(an_assigned_study(tmp_path / "open")[0], tmp_path / "three").locked
