"""Copies that a command looks at lie in the study's own folder, private, and what a killed one left goes."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from storage.files.leftovers import SCRATCH, sweep
from storage.files.scratch import copy_of_file, scratch_folder
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.studies import an_assigned_study


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    return an_assigned_study(tmp_path / "trial")[0]


def _left_by_a_killed_one(trial: Path) -> Path:
    folder = trial / "backups" / ".looked-at.building-abc"
    folder.mkdir(parents=True)
    copy_of_file(trial / "study.db", folder / "study.db")
    return folder


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")
def test_a_copy_that_is_looked_at_is_for_this_account_alone_and_goes_afterwards(trial: Path) -> None:
    (trial / "study.db-journal").write_bytes(b"half-done")
    (trial / "study.db").chmod(0o644)

    with scratch_folder(trial) as folder:
        copy_of_file(trial / "study.db", folder / "study.db")
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}
        content = (folder / "study.db-journal").read_bytes()

    assert folder.is_relative_to(trial / "backups")
    assert modes == {folder.name: 0o700, "study.db": 0o600, "study.db-journal": 0o600}
    assert content == b"half-done"
    assert not [path for path in (trial / "backups").iterdir() if path.is_dir()]


@pytest.mark.parametrize("door", ["reader", "coordinator"])
def test_what_a_killed_one_left_goes_with_the_next_opening(door: str, trial: Path) -> None:
    left = _left_by_a_killed_one(trial)

    (ReaderStudy.open(trial, "ES") if door == "reader" else CoordinatorStudy.open(trial)).close()

    assert not left.exists()


def test_an_opening_leaves_the_copies_of_a_command_that_is_at_work(trial: Path) -> None:
    with scratch_folder(trial) as folder:
        ReaderStudy.open(trial, "ES").close()

        assert folder.exists()


def test_a_study_whose_folder_is_not_there_is_opened_no_worse_for_it(tmp_path: Path) -> None:
    sweep(tmp_path / "nowhere" / SCRATCH)

    assert not list(tmp_path.iterdir())
