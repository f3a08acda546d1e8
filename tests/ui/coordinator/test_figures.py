"""The figures in the coordinator's window: what is shown is what is saved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.builders.cohort import a_read_study
from tests.builders.studies import an_assigned_study
from workstation.ui.coordinator.progress.figures import FiguresDialog
from workstation.ui.coordinator.window import CoordinatorWindow

SOON_MS = 60_000


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_read_study(tmp_path_factory.mktemp("figures") / "trial", subjects=4, repeats=3)


def _never(_why: str) -> None:
    raise AssertionError


@pytest.fixture
def dialog(read: Path, qtbot: QtBot) -> Iterator[FiguresDialog]:
    made = FiguresDialog(read, 0, _never)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.reject()


def test_the_report_stands_there_with_its_tables_and_room_for_its_drawings(dialog: FiguresDialog, qtbot: QtBot) -> None:
    assert not dialog.save.isEnabled()

    qtbot.waitUntil(dialog.save.isEnabled, timeout=SOON_MS)

    shown = dialog.view.toPlainText()
    assert "Intra-reader agreement of R1" in shown
    assert "3 cases read twice" in shown
    # one of agreement and three of change; then five of readers: two of repeats, two of times, grades
    assert shown.count("\ufffc") == 9
    assert "keep these figures to yourself" in dialog.line.text()


def test_what_is_saved_is_what_the_command_writes_and_never_lies_in_the_study(
    dialog: FiguresDialog, qtbot: QtBot, tmp_path: Path, read: Path
) -> None:
    qtbot.waitUntil(dialog.save.isEnabled, timeout=SOON_MS)

    dialog.write(tmp_path / "report.html")
    assert "Saved as report.html" in dialog.line.text()
    assert "<svg" in (tmp_path / "report.html").read_text("utf-8")

    dialog.write(read / "report.html")
    assert "would be in the study folder" in dialog.line.text()
    assert not (read / "report.html").exists()

    dialog.write(tmp_path / "report.docx")
    assert "neither in .html nor in .pdf" in dialog.line.text()


def test_a_study_that_nobody_has_read_says_so(tmp_path: Path, qtbot: QtBot) -> None:
    folder, _ = an_assigned_study(tmp_path / "trial")
    dialog = FiguresDialog(folder, 0, _never)
    qtbot.addWidget(dialog)

    qtbot.waitUntil(lambda: "No case is read completely yet" in dialog.line.text(), timeout=SOON_MS)

    assert not dialog.save.isEnabled()
    dialog.reject()


def test_closing_while_it_computes_leaves_nothing_running(read: Path, qtbot: QtBot) -> None:
    dialog = FiguresDialog(read, 0, _never)
    qtbot.addWidget(dialog)

    dialog.reject()

    assert not dialog.save.isEnabled()


def test_the_windows_action_opens_it(window: CoordinatorWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []

    def at_once(dialog: FiguresDialog) -> int:
        opened.append(dialog._folder)
        dialog.reject()
        return 0

    monkeypatch.setattr(FiguresDialog, "exec", at_once)

    window.act("study.figures")

    assert opened == [window.session.folder]
