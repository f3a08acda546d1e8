"""Two imports into one study never run together; a dead one leaves no lock behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from storage.errors import StudyError
from storage.files.import_lock import import_lock
from storage.study.coordinator import CoordinatorStudy
from tests.builders.dicom_files import a_series
from workstation.cli import main
from workstation.intake.importing.importer import import_folders

ROOT = Path(__file__).parents[3]
# Holds the lock of argv[1] until it is killed
HOLDER = """
import sys
from pathlib import Path
from storage.files.import_lock import import_lock
with import_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_import_is_refused_in_one_line_and_changes_nothing(
    study: CoordinatorStudy, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a_series(tmp_path / "in")
    with import_lock(study.path):
        status = main(["study", "add", str(study.path), str(tmp_path / "in")])

    said = capsys.readouterr().err
    assert status == 2
    assert said.count("\n") == 1
    assert "another import into this study is running" in said
    assert study.subjects() == ()


def test_an_import_may_follow_another_one(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "in")

    import_folders(study, [tmp_path / "in"])
    report = import_folders(study, [tmp_path / "in"])

    assert len(report.subjects) == 1


def test_a_killed_import_leaves_the_study_free(study: CoordinatorStudy) -> None:
    command = [sys.executable, "-c", HOLDER, str(study.path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"held"
        with pytest.raises(StudyError), import_lock(study.path):
            pass
        holder.kill()

    with import_lock(study.path):
        pass
