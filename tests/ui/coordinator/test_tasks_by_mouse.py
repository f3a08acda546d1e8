"""Tasks by the mouse: the menu, a click on the task, on a box, on what runs it; words are typed where one clicked."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from storage.study.coordinator import CoordinatorStudy
from tests.ui.coordinator.conftest import Opener, in_dialog
from workstation.app.window_tasks import TASKS
from workstation.ui.coordinator.tasks.dialog import TasksDialog
from workstation.ui.coordinator.window import CoordinatorWindow

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def window(open_on: Opener, trial: Path, qtbot: QtBot) -> CoordinatorWindow:
    """A window on a study, with the tasks that the program has."""
    opened = open_on(trial)
    opened.session.tasks = TASKS
    qtbot.waitUntil(lambda: opened.session.state.findings is not None, timeout=30_000)
    return opened


def _click(widget: QWidget, at: QPoint | None = None) -> None:
    assert widget.isVisible()
    QTest.mouseClick(widget, LEFT, pos=widget.rect().center() if at is None else at)


def _choose(dialog: TasksDialog, task_id: str, qtbot: QtBot) -> None:
    """A click on the line of a task, brought into sight as the wheel does; its fields are there then."""
    tasks, title = dialog.list, next(task.title for task in TASKS if task.id == task_id)
    (line,) = [tasks.item(row) for row in range(tasks.count()) if tasks.item(row).text().strip() == title]
    tasks.scrollToItem(line)
    _click(tasks.viewport(), tasks.visualItemRect(line).center())
    fields = [field.name for field in next(task.fields for task in TASKS if task.id == task_id)]
    qtbot.waitUntil(lambda: all(dialog.field(name).isVisible() for name in fields), timeout=5_000)


def _run(dialog: TasksDialog, window: CoordinatorWindow, qtbot: QtBot) -> str:
    """A click on what runs it; what is told when it has ended."""
    dialog._tell("", ())
    _click(dialog.run)
    qtbot.waitUntil(lambda: window.session.state.work is not None or dialog._said.text() != "", timeout=30_000)
    qtbot.waitUntil(lambda: window.session.state.work is None, timeout=60_000)
    return dialog._said.text()


def test_the_dialog_of_tasks_is_in_a_menu(window: CoordinatorWindow) -> None:
    menus = [menu for menu in window.menuBar().findChildren(QMenu) if menu.title()]

    found = [action for menu in menus for action in menu.actions() if "Ctrl+K" in action.shortcut().toString()]

    assert [action.isVisible() and action.isEnabled() for action in found] == [True]


def test_the_audit_runs_by_two_clicks(window: CoordinatorWindow, qtbot: QtBot) -> None:
    def looked(dialog: TasksDialog) -> None:
        _choose(dialog, "study.audit", qtbot)
        assert _run(dialog, window, qtbot).startswith("The record is intact")
        _click(dialog.close_button)

    in_dialog(window, qtbot, TasksDialog, "Ctrl+K", looked)


def test_a_study_is_locked_and_unlocked_by_clicks_and_the_reason_is_typed_where_one_clicked(
    window: CoordinatorWindow, qtbot: QtBot
) -> None:
    assert window.session.study is not None
    window.session.study.assign("AD", seed=1)

    def looked(dialog: TasksDialog) -> None:
        _choose(dialog, "study.lock", qtbot)
        box, line = dialog.field("incomplete").findChild(QCheckBox), dialog.field("why").findChild(QLineEdit)
        assert box is not None
        assert line is not None
        _click(box, QPoint(8, box.height() // 2))
        _click(line)
        assert line.hasFocus()
        QTest.keyClicks(line, "an interim look")
        assert _run(dialog, window, qtbot).startswith("Locked: 2 readings")
        _choose(dialog, "study.unlock", qtbot)
        line = dialog.field("why").findChild(QLineEdit)
        assert line is not None
        _click(line)
        QTest.keyClicks(line, "a query came")
        _run(dialog, window, qtbot)
        _click(dialog.close_button)

    in_dialog(window, qtbot, TasksDialog, "Ctrl+K", looked)

    with CoordinatorStudy.open(window.session.folder) as study, study._store.reading() as connection:
        kinds = connection.exec_driver_sql("SELECT kind FROM act WHERE kind IN ('locked', 'unlocked') ORDER BY seq")
        assert [kind for (kind,) in kinds] == ["locked", "unlocked"]
