"""Questions that are asked alike, in the window: one answer for all of them, and one key that takes it back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from storage.study.coordinator import CoordinatorStudy
from tests.builders.dicom_files import T1, a_series
from tests.ui.coordinator.conftest import Opener
from workstation.intake.importing.importer import import_folders
from workstation.ui.coordinator.dialogs.questions import QuestionsDialog
from workstation.ui.coordinator.window import CoordinatorWindow


@pytest.fixture
def window(open_on: Opener, tmp_path: Path, qtbot: QtBot) -> CoordinatorWindow:
    """On a study of which two series are asked alike."""
    with CoordinatorStudy.create(tmp_path / "trial") as study:
        for number in (1, 2):
            uids: dict[str, Any] = {"PatientID": f"P{number}", "StudyInstanceUID": f"1.2.{number}"}
            a_series(tmp_path / "in", f"1.2.3.{number}", **{**T1, "ScanOptions": "FS"}, **uids)
        import_folders(study, [tmp_path / "in"])
    window = open_on(tmp_path / "trial")
    qtbot.waitUntil(lambda: window.session.state.findings is not None, timeout=30_000)
    return window


def _kinds(window: CoordinatorWindow) -> list[str]:
    study = window.session.state.study
    return [series.kind for subject in study.subjects for series in subject.series] if study else []


def test_all_that_ask_the_same_are_answered_by_one_box_and_taken_back_by_it(
    window: CoordinatorWindow, qtbot: QtBot
) -> None:
    dialog = QuestionsDialog(window.session.state, "", "", window.thumbnails, window)
    qtbot.addWidget(dialog)
    window.questions = dialog
    dialog.asked.connect(window.session.dispatch)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow, timeout=10_000)
    pane = dialog.pane
    before = _kinds(window)
    pane.who.setText("J. Smit")
    first = next(line.what for line in dialog._lines if line.what.startswith("kind:"))
    dialog._go_to(first)
    assert dialog.line is not None
    assert pane.alike.isVisible()
    assert pane.alike.text() == "All 2 that are asked the same for the same reason  Alt+A"
    # each may be another picture, so it is never chosen beforehand
    assert not pane.alike.isChecked()

    QTest.keyClick(dialog, Qt.Key.Key_A, Qt.KeyboardModifier.AltModifier)
    assert pane.alike.isChecked()
    QTest.keyClick(dialog.questions, Qt.Key.Key_1)
    assert pane.chosen == "T1FSGD"
    pane.why.setText("the form says so")
    pane.answer()
    qtbot.waitUntil(
        lambda: _kinds(window) == ["T1FSGD", "T1FSGD"] and window.session.state.work is None, timeout=30_000
    )
    qtbot.waitUntil(lambda: window.session.state.findings is not None, timeout=30_000)

    dialog._go_to(first)
    assert dialog.line.what == first
    assert pane.alike.text() == "All 2 that were answered at once  Alt+A"
    pane.pick_undo()
    pane.alike.setChecked(True)
    pane.why.setText("another list")
    pane.answer()
    qtbot.waitUntil(lambda: _kinds(window) == before and window.session.state.work is None, timeout=30_000)
    window.questions = None
