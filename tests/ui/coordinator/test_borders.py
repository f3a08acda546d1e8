"""All borders of a subject at once: Space goes down, then on; nothing counts as seen that wasn't on the screen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from storage.study.coordinator import CoordinatorStudy
from tests.ui.coordinator.conftest import Opener, in_dialog
from workstation.intake.importing.border_review import unseen
from workstation.ui.coordinator.borders.dialog import BordersDialog
from workstation.ui.coordinator.dialogs.choices import BlankDialog
from workstation.ui.coordinator.window import CoordinatorWindow


def _drawn(dialog: BordersDialog, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: bool(dialog.tiles) and all(tile.ready for tile in dialog.tiles), timeout=20_000)


def _on_the_pair(dialog: BordersDialog, qtbot: QtBot) -> None:
    """Look at the subject with all series; which code it has was drawn."""
    subjects = dialog._subjects()
    dialog._go(max(range(len(subjects)), key=lambda row: len(subjects[row].series)))
    _drawn(dialog, qtbot)
    dialog.setFocus()


def _spaces(dialog: BordersDialog, until: Callable[[], bool]) -> int:
    for pressed in range(60):
        if until():
            return pressed
        QTest.keyClick(dialog, Qt.Key.Key_Space)
    raise AssertionError(dialog.told.text())


@pytest.mark.case(104)
def test_space_goes_through_every_subject_and_puts_down_who_looked(
    window: CoordinatorWindow, qtbot: QtBot, trial: Path
) -> None:
    state = window.session.state.study
    assert state is not None
    wanted = set(state.unseen)
    seen: list[str] = []

    def look(dialog: BordersDialog) -> None:
        # nobody's name is known yet, so it is asked for first
        assert dialog.focusWidget() is dialog.who
        QTest.keyClicks(dialog.who, "J. Smit")
        QTest.keyClick(dialog.who, Qt.Key.Key_Return)
        while "Every border" not in dialog.heading.text():
            _drawn(dialog, qtbot)
            subject = dialog.subject
            assert subject is not None
            seen.append(subject.code)
            _spaces(dialog, lambda here=subject: dialog.subject is not here)  # type: ignore[misc] # bound now
        assert "Ctrl+H" in dialog.told.text()

    in_dialog(window, qtbot, BordersDialog, "Ctrl+E", look)

    assert seen == ["S001", "S002"]
    qtbot.waitUntil(lambda: window.session.state.study is not None and not window.session.state.study.unseen)
    with CoordinatorStudy.open(trial) as study:
        assert unseen(study) == ()
        assert {item.series for item in study.vault.borders.log()} == wanted
        assert {item.who for item in study.vault.borders.log()} == {"J. Smit"}


def test_nothing_is_seen_before_the_end_of_the_page_was_on_the_screen(
    window: CoordinatorWindow, qtbot: QtBot, trial: Path
) -> None:
    def look(dialog: BordersDialog) -> None:
        dialog.resize(500, 400)
        dialog.who.setText("J. Smit")
        _on_the_pair(dialog, qtbot)
        bar = dialog.area.verticalScrollBar()
        qtbot.waitUntil(lambda: bar.maximum() > 0)

        pressed = _spaces(dialog, lambda: bar.value() == bar.maximum())

        assert pressed > 1
        with CoordinatorStudy.open(trial) as study:
            assert study.vault.borders.log() == ()

    in_dialog(window, qtbot, BordersDialog, "Ctrl+E", look)


def test_without_a_name_or_with_a_picture_that_cannot_be_read_nothing_is_seen(
    open_on: Opener, qtbot: QtBot, trial: Path
) -> None:
    with CoordinatorStudy.open(trial) as study:
        first = study.subjects()[0].visits[0].series[0].slices[0].file
    (trial / "images" / first).write_bytes(b"")
    window = open_on(trial)
    qtbot.waitUntil(lambda: window.session.state.findings is not None, timeout=30_000)

    def look(dialog: BordersDialog) -> None:
        _drawn(dialog, qtbot)
        dialog.setFocus()
        _spaces(dialog, lambda: bool(dialog.told.text()))
        assert dialog.told.text().startswith("Who looks?")
        QTest.keyClicks(dialog.who, "J. Smit")
        QTest.keyClick(dialog.who, Qt.Key.Key_Return)
        QTest.keyClick(dialog, Qt.Key.Key_Space)
        assert dialog.told.text().startswith("1 of these pictures can't be shown, so nobody has seen them")

    in_dialog(window, qtbot, BordersDialog, "Ctrl+E", look)

    with CoordinatorStudy.open(trial) as study:
        assert study.vault.borders.log() == ()


def test_a_place_is_blanked_from_there_and_the_picture_is_made_anew(window: CoordinatorWindow, qtbot: QtBot) -> None:
    def fill_in(dialog: BordersDialog, code: str) -> None:
        blank = QApplication.activeModalWidget()
        if not isinstance(blank, BlankDialog):
            QTimer.singleShot(20, lambda: fill_in(dialog, code))
            return
        assert code in blank.windowTitle()
        blank.regions.setText("0,0,4,4")
        blank.why.setText("a date")
        blank.accept()

    def look(dialog: BordersDialog) -> None:
        dialog.who.setText("J. Smit")
        _on_the_pair(dialog, qtbot)
        QTest.keyClick(dialog, Qt.Key.Key_Right)
        assert dialog.series is dialog.tiles[1].series
        code = dialog.tiles[1].series.code
        before = dialog.tiles[1]
        QTimer.singleShot(20, lambda: fill_in(dialog, code))

        QTest.keyClick(dialog, Qt.Key.Key_B)

        qtbot.waitUntil(lambda: bool(dialog.tiles) and dialog.tiles[1] is not before, timeout=20_000)
        _drawn(dialog, qtbot)
        picture = next(tile for tile in dialog.tiles if tile.series.code == code).picture
        assert picture is not None
        grey = picture.toImage()
        assert {grey.pixelColor(column, row).red() for row in range(4) for column in range(4)} == {0}

    in_dialog(window, qtbot, BordersDialog, "Ctrl+E", look)


def test_darkest_values_stand_in_for_the_brightest_while_wanted(window: CoordinatorWindow, qtbot: QtBot) -> None:
    def look(dialog: BordersDialog) -> None:
        dialog.setFocus()
        _drawn(dialog, qtbot)
        bright = dialog.tiles[0].picture
        QTest.keyClick(dialog, Qt.Key.Key_D)
        dark = dialog.tiles[0].picture
        QTest.keyClick(dialog, Qt.Key.Key_D)
        again = dialog.tiles[0].picture
        assert bright is not None
        assert dark is not None
        assert again is not None
        assert bright.toImage() != dark.toImage()
        assert bright.toImage() == again.toImage()

    in_dialog(window, qtbot, BordersDialog, "Ctrl+E", look)


def test_what_is_on_the_page_has_a_name_for_a_screen_reader(window: CoordinatorWindow, qtbot: QtBot) -> None:
    def look(dialog: BordersDialog) -> None:
        assert dialog.accessibleName()
        assert dialog.who.accessibleName()
        _drawn(dialog, qtbot)
        name = dialog.tiles[0].accessibleName()
        assert name.startswith("Baseline, ")
        assert dialog.tiles[0].series.code in name

    in_dialog(window, qtbot, BordersDialog, "Ctrl+E", look)
