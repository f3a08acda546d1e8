"""The door of the start window: folders looked at, processes begun, the list kept."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.builders.editions import a_trial, handed
from tests.journeys.conftest import ROOT, ramris, until
from workstation.app import starting
from workstation.app.starting import Running, StartDoor, facts_of, remember
from workstation.starting import kept, spoken
from workstation.starting.recent import Opened, Role
from workstation.starting.wishes import Facts, LookAt, Read


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAMRIS_CONFIG", str(tmp_path / "settings"))
    monkeypatch.setenv("RAMRIS_DATA", str(tmp_path / "data"))


def test_a_folder_is_told_as_what_it_holds(tmp_path: Path) -> None:
    trial, _ = a_trial(tmp_path / "trial")
    (tmp_path / "empty").mkdir()

    assert facts_of(trial) == Facts(holds_study=True, readers=("ES", "MO"))
    assert facts_of(handed(trial, "es")) == Facts(holds_study=True, is_copy=True, readers=("ES",))
    assert facts_of(tmp_path / "empty") == Facts(is_empty=True)
    assert facts_of(tmp_path) == Facts()
    # the dialog can name one that isn't made yet
    assert facts_of(tmp_path / "not yet") == Facts(is_empty=True)


def test_a_study_that_was_opened_is_remembered_by_its_whole_path_and_anything_else_isnt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trial, _ = a_trial(tmp_path / "trial")
    monkeypatch.chdir(tmp_path)
    door = StartDoor(tmp_path / "data")

    remember(Path("trial"), Role.READER, "ES")
    remember(tmp_path, Role.COORDINATOR)

    assert door.recent() == (Opened(trial, Role.READER, "ES"),)
    assert door.forget(door.recent()[0])
    assert door.recent() == ()


def test_a_process_is_begun_says_why_it_ended_and_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "folder").mkdir()

    running = StartDoor(tmp_path / "data").begin(Read(tmp_path / "folder", "R1"))
    until(lambda: running.status() is not None, "the end of a room without a study")

    assert running.status() == 2
    line = spoken.ending(2, running.said(), tmp_path / "folder")
    assert line.startswith("This folder holds no study (study.db is missing)")
    running.close()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("ramris-said")] == []


def test_a_folder_that_went_away_gives_no_process_and_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    with pytest.raises(OSError, match="gone"):
        StartDoor(tmp_path / "data").begin(Read(tmp_path / "gone", "R1"))

    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("ramris-said")] == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process at once")
def test_an_import_that_was_stopped_opens_no_room_and_says_that_what_was_finished_is_kept() -> None:
    running = Running(LookAt(ROOT / "sample_dicom"))
    until(lambda: spoken.last_step(running.said()) is not None, "the first step")

    running.stop()
    until(lambda: running.status() is not None, "the end")

    assert running.status() == 1
    assert spoken.ending(1, running.said(), None).startswith("stopped. What was finished is kept")
    running.close()
    # and so it isn't among what was opened
    assert kept.load(starting.recent_file()) == ()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a display")
def test_without_a_display_the_program_says_how_to_go_on() -> None:
    bare = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    bare.pop("QT_QPA_PLATFORM", None)

    done = subprocess.run(
        [sys.executable, "-m", "workstation"], cwd=ROOT, env=bare, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("ramris: no display here, so the start window can't be shown. ")
    assert "`ramris --help`" in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_help_says_what_it_always_said_first() -> None:
    assert ramris("--help").stdout.splitlines()[:3] == [
        "Usage: ramris [OPTIONS] COMMAND [ARGS]...",
        "",
        "  Read paired wrist MRI blinded, score it, and export the scores.",
    ]
