"""The box for what readers have: an area is blacked out in the window, and that is taken back, once it is ticked."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from workstation.intake.deidentify.blanking import Region
from workstation.managing.state import Managed, SeriesLine, SeriesStatus, SubjectLine, VisitLine
from workstation.ui.coordinator.cases.region_view import RegionView
from workstation.ui.coordinator.dialogs.choices import BlankDialog, ReasonDialog


def test_an_area_of_what_readers_have_is_blacked_out_once_the_box_is_ticked(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = BlankDialog("ABCD2345", RegionView(16, 16), [Region(0, 0, 4, 4)], "J. Smit", parent)
    dialog.why.setText("text in the picture")
    assert dialog.change_read.isHidden()
    assert dialog.is_whole()

    dialog.ask_for_read()
    assert not dialog.is_whole()
    dialog.change_read.setChecked(True)

    assert dialog.is_whole()


def test_a_choice_that_readers_do_not_rest_on_is_taken_back_without_a_box(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = ReasonDialog("Undo?", "", "J. Smit", parent)

    dialog.why.setText("a slip")

    assert dialog.is_whole()


def test_readers_have_what_was_read_and_what_was_handed_over() -> None:
    def one(code: str, *, read: bool = False, handed: bool = False) -> SubjectLine:
        series = SeriesLine(code, "T1", "COR", 8, 16, 16, SeriesStatus.IN)
        return SubjectLine(code, (VisitLine(1, (series,)),), read=read, handed=handed)

    study = Managed("trial", (one("A", read=True), one("B", handed=True), one("C")), ())

    assert [study.readers_have(code) for code in ("A", "B", "C", "D")] == [True, True, False, False]
