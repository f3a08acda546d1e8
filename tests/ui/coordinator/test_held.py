"""Contact sheet of the series that were held back: looked at, marked and settled together, by keys alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from storage.study.coordinator import CoordinatorStudy
from storage.vault.choices import Deed
from tests.builders.burned_text import a_named_series
from tests.ui.coordinator.conftest import Opener, in_dialog
from workstation.intake.importing.importer import import_folders
from workstation.ui.coordinator.held.dialog import HeldDialog
from workstation.ui.coordinator.window import CoordinatorWindow

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def sheet(open_on: Opener, qtbot: QtBot, tmp_path: Path) -> CoordinatorWindow:
    """A window on a study in which nine series of three people wait."""
    for number in range(9):
        person = number // 3
        uids = {"PatientID": f"P{person}", "PatientName": f"Roe^{person}", "StudyInstanceUID": f"1.2.{person + 3}"}
        a_named_series(tmp_path / "in" / str(person), f"1.2.9.{number}", **uids)
    with CoordinatorStudy.create(tmp_path / "trial") as study:
        import_folders(study, [tmp_path / "in"])
    window = open_on(tmp_path / "trial")
    qtbot.waitUntil(lambda: window.session.state.findings is not None, timeout=30_000)
    return window


def _drawn(dialog: HeldDialog, qtbot: QtBot) -> None:
    qtbot.waitUntil(
        lambda: all(tile.ready for tile in dialog.tiles if not tile.visibleRegion().isEmpty()), timeout=20_000
    )


def _settled(window: CoordinatorWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(
        lambda: window.session.state.work is None and window.session.state.findings is not None, timeout=30_000
    )


@pytest.mark.case(104)
def test_marked_series_are_released_together_for_one_reason_and_taken_back(
    sheet: CoordinatorWindow, qtbot: QtBot
) -> None:
    study = sheet.session.study
    assert study is not None

    def look(dialog: HeldDialog) -> None:
        _drawn(dialog, qtbot)
        assert dialog.heading.text() == "9 series held back"
        first, second = (tile.line.series.code for tile in dialog.tiles[:2])
        QTest.keyClick(dialog, Qt.Key.Key_Space)
        QTest.keyClick(dialog, Qt.Key.Key_Space)
        assert dialog.heading.text() == "9 series held back, 2 marked"

        QTest.keyClick(dialog, Qt.Key.Key_L)
        assert dialog.told.text().startswith("Why? Return releases 2 series")
        QTest.keyClicks(dialog.focusWidget(), "no name in it")
        QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
        # nobody's name is known yet
        assert dialog.focusWidget() is dialog.who
        QTest.keyClicks(dialog.who, "J. Smit")
        QTest.keyClick(dialog.who, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: len(dialog.tiles) == 7, timeout=30_000)
        _settled(sheet, qtbot)
        assert "2 of 2 series released and in the study now" in dialog.told.text()
        assert {row.series for row in study.vault.choices.log()} == {first, second}
        assert {(row.answer, row.who, row.why) for row in study.vault.choices.log()} == {
            (Deed.RELEASE, "J. Smit", "no name in it")
        }

        QTest.keyClick(dialog, Qt.Key.Key_Z, CTRL)
        QTest.keyClicks(dialog.focusWidget(), "looked again")
        QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: len(dialog.tiles) == 9, timeout=30_000)
        _settled(sheet, qtbot)

    in_dialog(sheet, qtbot, HeldDialog, "T", look)

    assert len(study.vault.choices.held()) == 9


def test_all_on_the_screen_are_marked_and_those_below_it_are_not(sheet: CoordinatorWindow, qtbot: QtBot) -> None:
    def look(dialog: HeldDialog) -> None:
        _drawn(dialog, qtbot)

        QTest.keyClick(dialog, Qt.Key.Key_A)

        assert [tile.marked for tile in dialog.tiles] == [True] * 6 + [False] * 3
        QTest.keyClick(dialog, Qt.Key.Key_PageDown)
        _drawn(dialog, qtbot)
        QTest.keyClick(dialog, Qt.Key.Key_A)
        assert all(tile.marked for tile in dialog.tiles)

    in_dialog(sheet, qtbot, HeldDialog, "T", look)


def test_what_is_refused_leaves_the_sheet_and_stays_out(sheet: CoordinatorWindow, qtbot: QtBot) -> None:
    def look(dialog: HeldDialog) -> None:
        _drawn(dialog, qtbot)
        dialog.who.setText("J. Smit")
        # nothing is marked: the one that is chosen is meant
        QTest.keyClick(dialog, Qt.Key.Key_X)
        assert "Return refuses 1 series" in dialog.told.text()
        QTest.keyClicks(dialog.focusWidget(), "shows a name")
        QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: len(dialog.tiles) == 8, timeout=30_000)
        _settled(sheet, qtbot)

    in_dialog(sheet, qtbot, HeldDialog, "T", look)


def test_a_series_whose_picture_cannot_be_shown_cannot_be_marked(
    sheet: CoordinatorWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    for file in (tmp_path / "in" / "0").iterdir():
        file.unlink()

    def look(dialog: HeldDialog) -> None:
        _drawn(dialog, qtbot)
        broken = next(tile for tile in dialog.tiles if tile.broken)
        dialog._choose(dialog.tiles.index(broken) - dialog._row())

        QTest.keyClick(dialog, Qt.Key.Key_Space)

        assert not broken.marked
        assert "can't be marked" in dialog.told.text()

    in_dialog(sheet, qtbot, HeldDialog, "T", look)


def test_esc_in_the_reason_leaves_the_answer_and_keeps_the_marks(sheet: CoordinatorWindow, qtbot: QtBot) -> None:
    def look(dialog: HeldDialog) -> None:
        _drawn(dialog, qtbot)
        QTest.keyClick(dialog, Qt.Key.Key_Space)
        QTest.keyClick(dialog, Qt.Key.Key_L)
        QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Escape)

        assert dialog.isVisible()
        assert len(dialog.marked) == 1
        assert sheet.session.state.work is None

    in_dialog(sheet, qtbot, HeldDialog, "T", look)


def test_without_held_series_the_sheet_says_so(sheet: CoordinatorWindow, qtbot: QtBot) -> None:
    study = sheet.session.study
    assert study is not None
    for item in study.vault.choices.held():
        study.vault.choices.let_go(item.series)
    sheet.act("study.again")
    _settled(sheet, qtbot)

    def says_none(dialog: HeldDialog) -> None:
        # it may have opened while the study was still being looked at
        qtbot.waitUntil(lambda: dialog.told.text().startswith("No series is held back for text"), timeout=20_000)

    in_dialog(sheet, qtbot, HeldDialog, "T", says_none)
