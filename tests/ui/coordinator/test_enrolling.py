"""Enrolments in the window: each person's visits and what is read together, changed by keys, taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from storage.study.coordinator import CoordinatorStudy
from tests.builders.studies import a_study, a_subject, changed, record, with_files
from tests.ui.coordinator.conftest import Opener, in_dialog
from workstation.app.window_tasks import TASKS
from workstation.ui.coordinator.tasks.dialog import TasksDialog
from workstation.ui.coordinator.window import CoordinatorWindow

HEADING = "person,enrolment,visits,label\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """S001 with four visits, S002 with two."""
    made = a_study(tmp_path / "trial", "S002")
    with CoordinatorStudy.open(made) as study:
        study.replace_subject(a_subject("S001", visits=(1, 2, 3, 4)))
    return with_files(made)


def _window(open_on: Opener, folder: Path, qtbot: QtBot) -> CoordinatorWindow:
    opened = open_on(folder)
    opened.session.tasks = TASKS
    qtbot.waitUntil(lambda: opened.session.state.findings is not None, timeout=30_000)
    return opened


def _rows(dialog: TasksDialog) -> list[tuple[str, ...]]:
    model = dialog.shown.table.model() if dialog.shown.table else None
    assert model is not None
    return [
        tuple(str(model.index(row, column).data()) for column in range(model.columnCount()))
        for row in range(model.rowCount())
    ]


def _run(dialog: TasksDialog, qtbot: QtBot) -> str:
    window = dialog.parent()
    assert isinstance(window, CoordinatorWindow)
    dialog._tell("", ())
    before = window.session.state.study
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.session.state.work is None and dialog._said.text() != "", timeout=60_000)
    # the study is read anew after each task
    qtbot.waitUntil(lambda: window.session.state.study is not before, timeout=60_000)
    qtbot.waitUntil(lambda: window.session.state.findings is not None, timeout=60_000)
    return dialog._said.text()


def _typed(dialog: TasksDialog, name: str) -> QLineEdit:
    line = dialog.field(name).findChild(QLineEdit)
    assert line is not None
    return line


def _opened(dialog: TasksDialog) -> None:
    QTest.keyClicks(dialog.filter, "enrolm")
    assert dialog.task is not None
    assert dialog.task.id == "study.enrolments"


def test_each_person_is_shown_with_the_visits_that_are_read_together_and_those_that_nobody_gets(
    open_on: Opener, folder: Path, qtbot: QtBot
) -> None:
    window = _window(open_on, folder, qtbot)

    def looked(dialog: TasksDialog) -> None:
        _opened(dialog)
        assert dialog.shown.line.text() == "2 people, 2 enrolments: 2 of two visits, 0 of one"
        assert _rows(dialog) == [
            ("S001", "1, 2, 3, 4", "S001", "1+2", "", "rule", ""),
            ("S001", "1, 2, 3, 4", "none", "3, 4", "", "", "nobody gets these visits"),
            ("S002", "1, 2", "S002", "1+2", "", "rule", ""),
        ]
        assert dialog.field("rule").value() == "first-two"
        assert dialog.field("list").value() == HEADING

    in_dialog(window, qtbot, TasksDialog, "Ctrl+K", looked)


def test_a_rule_is_chosen_by_keys_a_list_is_typed_and_the_last_change_taken_back(
    open_on: Opener, folder: Path, qtbot: QtBot
) -> None:
    window = _window(open_on, folder, qtbot)

    def looked(dialog: TasksDialog) -> None:
        _opened(dialog)
        rule = dialog.field("rule").findChild(QComboBox)
        assert rule is not None
        qtbot.waitUntil(dialog.filter.hasFocus, timeout=10_000)
        for passed in (dialog.filter, dialog.list, dialog.shown.table):
            assert passed is not None
            qtbot.waitUntil(passed.hasFocus, timeout=10_000)
            QTest.keyClick(passed, Qt.Key.Key_Tab)
        assert rule.hasFocus()
        QTest.keyClick(rule, Qt.Key.Key_Down)
        assert _run(dialog, qtbot).startswith("The enrolments were changed: 2 people, 4 enrolments")
        assert [row[3] for row in _rows(dialog)] == ["1+2", "2+3", "3+4", "1+2"]

        lines = dialog.field("list").findChild(QPlainTextEdit)
        assert lines is not None
        lines.moveCursor(lines.textCursor().MoveOperation.End)
        QTest.keyClicks(lines, "S001,1,1+2,group A")
        QTest.keyClick(lines, Qt.Key.Key_Return)
        QTest.keyClicks(lines, "S001,2,3+4,group B")
        dialog.run.setFocus()
        assert _run(dialog, qtbot).startswith("The enrolments were changed: 2 people, 3 enrolments")
        assert [(row[2], row[3], row[4], row[5]) for row in _rows(dialog)] == [
            ("S001", "1+2", "group A", "list"),
            ("S001/2", "3+4", "group B", "list"),
            ("S002", "1+2", "", "rule"),
        ]
        assert dialog.field("list").value() == f"{HEADING}S001,1,1+2,group A\nS001,2,3+4,group B\n"

        dialog.field("undo").fill("yes")
        assert _run(dialog, qtbot).startswith("The last change was taken back: 2 people, 4 enrolments")
        assert dialog.field("list").value() == HEADING
        assert dialog.field("undo").value() == ""

    in_dialog(window, qtbot, TasksDialog, "Ctrl+K", looked)


def test_once_there_is_a_grade_a_change_needs_a_reason_and_what_was_typed_stays_when_it_is_refused(
    open_on: Opener, folder: Path, qtbot: QtBot
) -> None:
    with CoordinatorStudy.open(folder) as study:
        case = study.assign("AD", seed=1)[0].case
    record(folder, case, changed("1 ERO CAP", "3"), reader="AD")
    window = _window(open_on, folder, qtbot)

    def looked(dialog: TasksDialog) -> None:
        _opened(dialog)
        dialog.field("rule").fill("disjoint-pairs")
        assert "Give the reason for the change: “Why”" in _run(dialog, qtbot)
        assert dialog.field("rule").value() == "disjoint-pairs"
        QTest.keyClicks(_typed(dialog, "why"), "four people went to the other group")
        assert _run(dialog, qtbot).startswith("The enrolments were changed")
        assert ("S001/2", "3+4") in [(row[2], row[3]) for row in _rows(dialog)]

    in_dialog(window, qtbot, TasksDialog, "Ctrl+K", looked)


def test_without_scans_it_says_what_to_do_next(open_on: Opener, tmp_path: Path, qtbot: QtBot) -> None:
    CoordinatorStudy.create(tmp_path / "empty").close()
    window = _window(open_on, tmp_path / "empty", qtbot)

    def looked(dialog: TasksDialog) -> None:
        _opened(dialog)
        assert "add scans (Ctrl+O)" in dialog.shown.empty.text()
        assert dialog.shown.empty.isVisible()
        assert dialog.shown.table is not None
        assert not dialog.shown.table.isVisible()

    in_dialog(window, qtbot, TasksDialog, "Ctrl+K", looked)
