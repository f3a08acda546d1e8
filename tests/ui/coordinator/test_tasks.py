"""Dialog of all tasks: opened by its key, found by typing, filled in and run by keys; what came of it stands there."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from storage.audit.verification import audit
from storage.recovery.backup import back_up
from storage.study.coordinator import CoordinatorStudy
from storage.vault import sealed_file, vault_passphrase
from tests.ui.coordinator.conftest import Opener, in_dialog
from workstation.app.window_tasks import TASKS
from workstation.ui.coordinator.tasks.dialog import TasksDialog
from workstation.ui.coordinator.window import CoordinatorWindow


@pytest.fixture
def window(open_on: Opener, trial: Path, qtbot: QtBot) -> CoordinatorWindow:
    """A window on a study, with the tasks that the program has."""
    opened = open_on(trial)
    opened.session.tasks = TASKS
    qtbot.waitUntil(lambda: opened.session.state.findings is not None, timeout=30_000)
    return opened


def _run(dialog: TasksDialog, qtbot: QtBot) -> str:
    """Press Return, wait until it has ended; what is told."""
    window = dialog.parent()
    assert isinstance(window, CoordinatorWindow)
    dialog._tell("", ())
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.session.state.work is not None or dialog._said.text() != "", timeout=30_000)
    qtbot.waitUntil(lambda: window.session.state.work is None, timeout=60_000)
    return f"{dialog._said.text()}\n{dialog.told.toPlainText()}"


def test_the_audit_runs_from_the_word_and_return_alone(window: CoordinatorWindow, qtbot: QtBot) -> None:
    head = audit(window.session.folder).head

    def looked(dialog: TasksDialog) -> None:
        qtbot.waitUntil(dialog.filter.hasFocus, timeout=5_000)
        QTest.keyClicks(dialog.filter, "audit")
        assert dialog.task is not None
        assert dialog.task.id == "study.audit"
        said = _run(dialog, qtbot)
        assert said.startswith("The record is intact")
        assert head in said

    in_dialog(window, qtbot, TasksDialog, "Ctrl+K", looked)


def test_up_and_down_choose_a_task_while_typing(window: CoordinatorWindow, qtbot: QtBot) -> None:
    def looked(dialog: TasksDialog) -> None:
        QTest.keyClicks(dialog.filter, "restore")
        QTest.keyClick(dialog.filter, Qt.Key.Key_Down)
        assert dialog.task is not None
        assert dialog.task.id == "study.restore_vault"
        QTest.keyClick(dialog.filter, Qt.Key.Key_Up)
        assert dialog.task.id == "study.restore"

    in_dialog(window, qtbot, TasksDialog, "Ctrl+K", looked)


def test_nothing_runs_before_what_is_needed_is_there_and_it_is_named(window: CoordinatorWindow, qtbot: QtBot) -> None:
    def looked(dialog: TasksDialog) -> None:
        dialog.choose("study.reopen")
        assert not dialog.run.isEnabled()
        assert dialog._lacks.text() == "Still to fill in: Case, Why"
        for name in ("case", "why"):
            line = dialog.field(name).findChild(QLineEdit)
            assert line is not None
            QTest.keyClicks(line, "QQQQQ")
        assert dialog.run.isEnabled()
        assert "QQQQQ" in _run(dialog, qtbot)

    in_dialog(window, qtbot, TasksDialog, "Ctrl+K", looked)


def test_a_study_is_locked_and_the_window_knows_it(window: CoordinatorWindow, qtbot: QtBot) -> None:
    assert window.session.study is not None
    assert not window.locked.isVisible()
    window.session.study.assign("AD", seed=1)

    def looked(dialog: TasksDialog) -> None:
        dialog.choose("study.lock")
        assert "“Also if readings lack answers or signatures” and “Why”" in _run(dialog, qtbot)
        box, line = dialog.field("incomplete").findChild(QCheckBox), dialog.field("why").findChild(QLineEdit)
        assert box is not None
        assert line is not None
        box.setChecked(True)
        QTest.keyClicks(line, "an interim look")
        assert _run(dialog, qtbot).startswith("Locked: 2 readings")

    in_dialog(window, qtbot, TasksDialog, "Ctrl+K", looked)
    qtbot.waitUntil(lambda: "Locked" in window.locked.text(), timeout=30_000)


def test_what_can_t_be_undone_is_said_before(window: CoordinatorWindow, qtbot: QtBot) -> None:
    def looked(dialog: TasksDialog) -> None:
        for task in TASKS:
            dialog.choose(task.id)
            assert dialog._warns.isVisible() == bool(task.warns), task.id
            assert dialog._warns.text() == task.warns

    in_dialog(window, qtbot, TasksDialog, "Ctrl+K", looked)


def test_behind_a_restore_the_window_says_that_a_sealed_vault_is_not_followed_and_what_to_type(
    window: CoordinatorWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    # a guess is to cost nothing here
    monkeypatch.setitem(sealed_file._COST, "memory_kib", 64)
    back_up(window.session.folder)
    assert window.session.study is not None
    window.session.study.lock_vault("correct horse battery")

    def looked(dialog: TasksDialog) -> None:
        dialog.choose("study.restore")
        said = _run(dialog, qtbot)
        assert (
            "What was decided since that backup doesn't hold yet: the identities have a passphrase: type it above and "
            "restore again. The next import brings it in"
        ) in said
        dialog.field("passphrase").fill("correct horse battery")
        dialog.field("why").fill("once more, with the passphrase")
        said = _run(dialog, qtbot)
        assert said.startswith("Restored ")
        assert "hold yet" not in said

    token = vault_passphrase.ask.set(lambda: "correct horse battery")
    in_dialog(window, qtbot, TasksDialog, "Ctrl+K", looked)
    vault_passphrase.ask.reset(token)


def test_a_backup_is_chosen_and_restored_and_the_window_goes_on(window: CoordinatorWindow, qtbot: QtBot) -> None:
    def looked(dialog: TasksDialog) -> None:
        dialog.choose("study.backup")
        _run(dialog, qtbot)
        dialog.choose("study.restore")
        box = dialog.field("name").findChild(QComboBox)
        assert box is not None
        assert box.count() > 1
        box.setCurrentIndex(1)
        assert _run(dialog, qtbot).startswith("Restored study-")
        assert isinstance(window.session.study, CoordinatorStudy)

    in_dialog(window, qtbot, TasksDialog, "Ctrl+K", looked)


def test_tab_goes_from_the_list_through_the_fields_to_the_buttons(window: CoordinatorWindow, qtbot: QtBot) -> None:
    def looked(dialog: TasksDialog) -> None:
        # another task before it: its fields were made first
        dialog.choose("study.trail")
        dialog.choose("study.rename_reader")
        qtbot.wait(50)
        dialog.filter.setFocus()
        passed = []
        for _ in range(6):
            QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
            focused = dialog.focusWidget()
            passed.append(focused.accessibleName() or focused.property("text"))

        assert passed == ["Tasks", "Reader", "New name", "Undo: the first id again", "Why", "Close"]

    in_dialog(window, qtbot, TasksDialog, "Ctrl+K", looked)


def test_each_task_fits_on_the_smallest_screen(window: CoordinatorWindow, qtbot: QtBot) -> None:
    def looked(dialog: TasksDialog) -> None:
        high = {}
        layout = dialog.layout()
        assert layout is not None
        for task in TASKS:
            dialog.choose(task.id)
            assert dialog.task == task
            qtbot.wait(1)
            high[task.id] = layout.totalMinimumSize().height()
        # 768 pixels are the least screen that the program is made for
        assert {task: pixels for task, pixels in high.items() if pixels > 720} == {}

    in_dialog(window, qtbot, TasksDialog, "Ctrl+K", looked)
