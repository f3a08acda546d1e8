"""Figures of grades while cases are read: every door puts on the record that they were seen, and why."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from storage.errors import StudyError
from storage.record import acts
from storage.study.coordinator import CoordinatorStudy
from tests.builders.cohort import a_read_study
from workstation.cli import main
from workstation.ui.coordinator.progress.figures import FiguresDialog

SOON_MS = 60_000
DOORS: Mapping[str, tuple[str, ...]] = {
    "agreement": ("agreement", "{trial}", "--inter", "--readers", "R1,R2"),
    "report": ("agreement", "{trial}", "--report", "{out}.html"),
    "disagreements": ("study", "disagreements", "{trial}", "--readers", "R1,R2"),
    "final values": ("study", "final", "{trial}"),
    "window of numbers": ("numbers", "{trial}", "--figure", "grades", "--out", "{out}.csv"),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two readers have read all of three cases, a third one none."""
    folder = a_read_study(tmp_path_factory.mktemp("figures") / "trial", subjects=3, readers=("R1", "R2"))
    with CoordinatorStudy.open(folder) as study:
        study.assign("R3")
    return folder


@pytest.fixture
def trial(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "trial")
    return tmp_path / "trial"


def _seen(trial: Path) -> list[dict[str, object]]:
    with CoordinatorStudy.open(trial) as study, study._store.reading() as connection:
        return [act.said for act in acts.of_kind(connection, "figures_seen")]


def _run(door: str, trial: Path, *more: str) -> int:
    given = (part.format(trial=trial, out=trial.parent / "out") for part in DOORS[door])
    return main([*given, *more])


@pytest.mark.parametrize("door", [door for door in DOORS if door != "window of numbers"])
def test_a_command_without_a_reason_is_told_and_the_record_says_that_none_was_given(
    door: str, trial: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Scripts look at a study that is half read: they go on as before."""
    assert _run(door, trial) in {0, 1}

    told = capsys.readouterr()
    assert "3 readings lack answers" in told.err
    assert "give it the reason with --why TEXT" in told.err
    assert told.out
    assert _seen(trial) == [{"open": 3, "what": door, "why": "no reason was given"}]


def test_the_window_of_numbers_draws_nothing_without_a_reason_while_cases_are_read(
    trial: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run("window of numbers", trial) == 2

    told = capsys.readouterr()
    assert "3 readings lack answers" in told.err
    assert "give the reason: --why TEXT" in told.err
    assert told.out == ""
    assert not list(trial.parent.glob("out.*"))
    assert _seen(trial) == []


@pytest.mark.parametrize("door", DOORS)
def test_with_a_reason_the_record_says_which_figures_were_seen_and_why(door: str, trial: Path) -> None:
    assert _run(door, trial, "--why", "safety board") in {0, 1}

    assert _seen(trial) == [{"open": 3, "what": door, "why": "safety board"}]


@pytest.mark.parametrize("door", DOORS)
def test_after_the_lock_nothing_is_asked_and_nothing_recorded(door: str, trial: Path) -> None:
    with CoordinatorStudy.open(trial) as study:
        study.lock(why="interim analysis", incomplete=True)

    assert _run(door, trial) in {0, 1}

    assert _seen(trial) == []


def test_the_same_look_twice_is_one_line_of_the_record_and_another_reason_a_second_one(trial: Path) -> None:
    for why in ("safety board", "safety board", "sponsor asks"):
        _run("agreement", trial, "--why", why)

    assert [said["why"] for said in _seen(trial)] == ["safety board", "sponsor asks"]


def test_the_log_tells_which_figures_and_why(trial: Path) -> None:
    _run("agreement", trial, "--why", "safety board")

    with CoordinatorStudy.open(trial) as study:
        line = study.record_log()[-1]
    assert line.cells[1:4] == ("figures seen while cases were being read", "agreement", "3 readings were open")
    assert line.why == "safety board"


def test_the_board_counts_no_final_values_while_cases_are_read(trial: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with CoordinatorStudy.open(trial) as study:
        for key, value in (("final_readers", "R1,R2"), ("final", "median")):
            study.set_design(key, value, "as the charter says")

    main(["study", "board", str(trial)])
    assert "Final values: not counted while 3 readings lack answers" in capsys.readouterr().out
    main(["study", "board", str(trial), "--json"])
    assert json.loads(capsys.readouterr().out)["final"] == {"cases": None, "final": None, "waits": None, "open": 3}

    with CoordinatorStudy.open(trial) as study:
        study.lock(why="interim analysis", incomplete=True)
    main(["study", "board", str(trial)])
    assert "Final values: 0 of 3 cases" in capsys.readouterr().out
    assert _seen(trial) == []


def test_the_report_in_the_window_stands_behind_a_reason(trial: Path, qtbot: QtBot) -> None:
    given: list[str] = []
    dialog = FiguresDialog(trial, 3, given.append)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    assert dialog.gate.isVisible()

    QTest.keySequence(dialog, QKeySequence("Return"))
    assert (given, dialog.gate.isVisible()) == ([], True)

    QTest.keyClicks(dialog.gate.why, "safety board")
    QTest.keySequence(dialog, QKeySequence("Return"))
    qtbot.waitUntil(dialog.save.isEnabled, timeout=SOON_MS)
    assert given == ["safety board"]
    dialog.reject()


def test_a_report_that_cant_be_put_on_the_record_isnt_shown(trial: Path, qtbot: QtBot) -> None:
    def full(_why: str) -> None:
        raise StudyError("the disk is full")

    dialog = FiguresDialog(trial, 3, full)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()

    QTest.keyClicks(dialog.gate.why, "safety board")
    QTest.keySequence(dialog, QKeySequence("Return"))

    qtbot.waitUntil(lambda: "the disk is full" in dialog.gate.refused.text(), timeout=SOON_MS)
    assert not dialog.view.isVisible()
    dialog.reject()
