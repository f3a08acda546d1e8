"""Names of controls in the coordinator's window and its dialogs: each has one, and shows where the keyboard is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from tests.builders import controls
from workstation.managing.actions import shipped_actions
from workstation.ui.coordinator.cases.region_view import RegionView
from workstation.ui.coordinator.dialogs.choices import BlankDialog, KindDialog, ReasonDialog
from workstation.ui.coordinator.dialogs.giving import AssignDialog, HeldDialog
from workstation.ui.coordinator.dialogs.questions import QuestionsDialog
from workstation.ui.coordinator.progress.readers import ReadersDialog
from workstation.ui.coordinator.progress.repeats import RepeatDialog, WordsDialog
from workstation.ui.coordinator.window import BY_ITSELF, CoordinatorWindow
from workstation.ui.shared.keys_sheet import KeysSheet

DIALOGS: dict[str, Callable[[CoordinatorWindow], QDialog]] = {
    "kind": lambda window: KindDialog("ABCD", "T1", ["T1", "PD"], "J. Smit", window),
    "blank": lambda window: BlankDialog("ABCD", RegionView(64, 64), [], "", window),
    "reason": lambda window: ReasonDialog("Release series ABCD?", "It comes into the study.", "", window),
    "assign": lambda window: AssignDialog(window.session.state, window),
    "held": lambda window: HeldDialog(window.session.state, window),
    "keys": lambda window: KeysSheet(shipped_actions(), BY_ITSELF, window),
    "repeat": lambda window: RepeatDialog("R1", 12, window),
    "words": lambda window: WordsDialog("Give it back", "The reader sees it.", "Reason", window),
    "questions": lambda window: QuestionsDialog(window.session.state, "S001", "", window.thumbnails, window),
    "readers": lambda window: ReadersDialog(window.session.state, window),
}


def test_every_control_of_the_window_has_a_name_and_shows_the_focus(window: CoordinatorWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)

    assert controls.nameless(window) == []
    assert controls.unseen(window) == []


@pytest.mark.parametrize("name", DIALOGS)
def test_every_control_of_a_dialog_has_a_name_and_shows_the_focus(
    window: CoordinatorWindow, qtbot: QtBot, name: str
) -> None:
    dialog = DIALOGS[name](window)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)

    assert controls.nameless(dialog) == []
    assert controls.unseen(dialog) == []
