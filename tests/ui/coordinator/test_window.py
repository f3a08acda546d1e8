"""The coordinator's window: what it shows is what is there, and the keyboard is enough."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.coordinator.conftest import Opener
from workstation.intake.deidentify.blanking import Region
from workstation.intake.findings import Level
from workstation.managing.state import SeriesStatus
from workstation.ui.coordinator.cases.region_view import RegionView
from workstation.ui.coordinator.cases.subject_model import WHO
from workstation.ui.coordinator.cases.thumbnails import Wanted
from workstation.ui.coordinator.dialogs.choices import BlankDialog, ChoiceDialog, KindDialog
from workstation.ui.coordinator.window import CoordinatorWindow

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def _rows(window: CoordinatorWindow) -> list[list[str]]:
    model = window.board.subjects
    return [
        [str(model.data(model.index(row, column))) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def _go_to(window: CoordinatorWindow, status: SeriesStatus) -> str:
    """Look at the one series at that place among the subjects, and return its code."""
    study = window.session.state.study
    assert study is not None
    for row, subject in enumerate(study.subjects):
        for series in subject.series:
            if series.status is status and (status is not SeriesStatus.IN or series.candidates):
                window.board.subject_view.setCurrentIndex(window.board.subjects.index(row, 0))
                window.board.grid_view.setCurrentIndex(window.board.grid.index_of(series.code))
                return series.code
    raise AssertionError(status)


def _answer(dialog_filled: Callable[[QDialog], None]) -> None:
    """When the next dialog is open, fill it in."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QDialog):
            dialog_filled(dialog)
        else:
            QTimer.singleShot(20, look)

    QTimer.singleShot(20, look)


def _reasoned(dialog: QDialog) -> None:
    assert isinstance(dialog, ChoiceDialog)
    QTest.keyClicks(dialog.why, "looked at it")
    if not dialog.who.text():
        QTest.keyClicks(dialog.who, "J. Smit")
    QTest.keyClick(dialog.who, Qt.Key.Key_Return)


def _idle(window: CoordinatorWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.session.state.work is None, timeout=30_000)
    qtbot.waitUntil(lambda: window.session.state.findings is not None, timeout=30_000)


def test_subjects_stand_with_what_each_visit_has_and_what_is_to_be_done(window: CoordinatorWindow) -> None:
    rows = {row[1]: row for row in _rows(window)}

    assert rows["7 of 7"][2] == "7 of 7"
    assert rows["0 of 7"][2] == "none"
    assert rows["0 of 7"][3].startswith("choose 2, ")
    # what is to be chosen isn't counted among what was found, too
    state = window.session.state
    code, found = rows["0 of 7"][0], int(rows["0 of 7"][3].split(", ")[1].split()[0])
    mine = [item for item in state.findings_of(code) if item.level is not Level.NOTE]
    asked = [item for item in mine if item.question.startswith(("kind:", "text:"))]
    assert len(asked) == 2
    assert found == len(mine) - 2


def test_the_grid_has_a_column_for_each_series_that_the_protocol_asks_for_also_where_it_lacks(
    window: CoordinatorWindow,
) -> None:
    code = _go_to(window, SeriesStatus.WAITS)
    grid = window.board.grid

    headers = [str(grid.headerData(n, Qt.Orientation.Horizontal)) for n in range(grid.columnCount())]

    assert headers[:7] == ["T1 AX", "T1 COR", "T2FS AX", "T2FS COR", "PD COR", "T1FSGD AX", "T1FSGD COR"]
    assert "OTHER AX" in headers
    said = grid.data(grid.index_of(code), Qt.ItemDataRole.AccessibleTextRole)
    assert said == f"Baseline, T1 AX: {code}, 4 slices, held back"
    assert grid.data(grid.index(0, 1), Qt.ItemDataRole.AccessibleTextRole) == "Baseline, T1 COR: none"


def test_the_detail_says_why_a_series_is_held_back_and_offers_what_can_be_done(window: CoordinatorWindow) -> None:
    _go_to(window, SeriesStatus.WAITS)
    detail = window.board.detail

    assert "text-like structures" in detail._held.text()
    assert {name for name, button in detail.buttons.items() if button.isEnabled()} == {
        "series.kind",
        "series.blank",
        "series.release",
        "series.refuse",
    }
    _go_to(window, SeriesStatus.IN)
    assert detail._held.text() == ""
    assert "against: nothing says that contrast was given" in detail._against.text()
    assert not detail.buttons["series.release"].isEnabled()


def test_a_series_is_released_by_keyboard_and_its_scans_are_read(window: CoordinatorWindow, qtbot: QtBot) -> None:
    code = _go_to(window, SeriesStatus.WAITS)
    _answer(_reasoned)

    QTest.keyClick(window.board.grid_view, Qt.Key.Key_L)

    qtbot.waitUntil(lambda: f"{code} is in the study now" in window.bar.notice.text(), timeout=30_000)
    qtbot.waitUntil(lambda: window.board.series is not None and window.board.series.status is SeriesStatus.IN)
    assert window.board.series is not None
    assert window.board.series.code == code


def test_a_kind_is_chosen_from_the_candidates_and_who_is_asked_once(window: CoordinatorWindow, qtbot: QtBot) -> None:
    code = _go_to(window, SeriesStatus.IN)
    offered: list[str] = []

    def choose(dialog: QDialog) -> None:
        assert isinstance(dialog, KindDialog)
        offered.extend(str(dialog.kind.itemData(number)) for number in range(dialog.kind.count()))
        _reasoned(dialog)

    _answer(choose)
    QTest.keyClick(window.board.grid_view, Qt.Key.Key_K)
    _idle(window, qtbot)
    qtbot.waitUntil(lambda: window.session.state.study is not None and window.session.state.study.who == "J. Smit")

    assert offered[:2] == ["T1FSGD", "OTHER"]
    assert window.board.series is not None
    assert (window.board.series.code, window.board.series.kind) == (code, "T1FSGD")
    assert window.board.series.reasons[0] == "T1FSGD chosen by the coordinator: looked at it"


def test_a_choice_cannot_be_made_without_a_reason(window: CoordinatorWindow) -> None:
    _go_to(window, SeriesStatus.WAITS)
    seen: list[bool] = []

    def leave(dialog: QDialog) -> None:
        assert isinstance(dialog, ChoiceDialog)
        QTest.keyClicks(dialog.who, "J. Smit")
        seen.append(dialog.is_whole())
        QTest.keyClick(dialog, Qt.Key.Key_Escape)

    _answer(leave)
    QTest.keyClick(window.board.grid_view, Qt.Key.Key_X)

    assert seen == [False]
    assert window.session.state.work is None


def test_the_place_to_blank_is_there_as_it_was_found_and_can_be_typed_or_drawn(
    window: CoordinatorWindow, qtbot: QtBot
) -> None:
    _go_to(window, SeriesStatus.WAITS)
    places: list[tuple[Region, ...]] = []

    def blank(dialog: QDialog) -> None:
        assert isinstance(dialog, BlankDialog)
        places.append(dialog.chosen())
        dialog.regions.setText("1,2,3")
        places.append(dialog.chosen())
        dialog.regions.setText("0,0,20,128")
        _reasoned(dialog)

    _answer(blank)
    QTest.keyClick(window.board.grid_view, Qt.Key.Key_B)
    _idle(window, qtbot)

    assert len(places[0]) == 1
    assert places[1] == ()
    qtbot.waitUntil(lambda: window.board.series is not None and window.board.series.regions == ((0, 0, 20, 128),))


def test_a_box_that_is_drawn_is_the_region_of_the_image_that_it_covers(qtbot: QtBot) -> None:
    view = RegionView(100, 100)
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show()
    drawn: list[Region] = []
    view.drawn.connect(drawn.append)

    # 100 pixels in 300: three to one, 50 to the right of the edge
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(50 + 30, 15))
    QTest.mouseMove(view, QPoint(50 + 90, 45))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(50 + 91, 46))
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))

    assert drawn == [Region(5, 10, 11, 21)]


def test_thumbnails_are_made_when_they_are_looked_at_and_kept(window: CoordinatorWindow, qtbot: QtBot) -> None:
    code = _go_to(window, SeriesStatus.WAITS)

    qtbot.waitUntil(lambda: window.thumbnails.get(Wanted(code, held=True)) is not None, timeout=30_000)

    assert window.thumbnails.get(Wanted(code, held=True)) is window.thumbnails.get(Wanted(code, held=True))


def test_the_next_subject_that_asks_is_one_key_away(window: CoordinatorWindow) -> None:
    pair = next(number for number, row in enumerate(_rows(window)) if row[1] == "7 of 7")
    window.board.subject_view.setCurrentIndex(window.board.subjects.index(pair, 0))

    QTest.keyClick(window.board.subject_view, Qt.Key.Key_N)

    assert window.board.series is not None
    assert window.board.series.asks


def test_every_part_that_takes_the_keyboard_has_a_name_for_screen_readers(window: CoordinatorWindow) -> None:
    nameless = [
        type(widget).__name__
        for widget in window.findChildren(QWidget)
        if widget.isVisible()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not (widget.accessibleName() or getattr(widget, "text", str)())
        and widget.metaObject().className() not in {"QScrollArea", "QSplitterHandle"}
    ]

    assert nameless == []


@pytest.mark.parametrize(
    ("key", "name"), [("1", "Subjects"), ("2", "Series of the subject, a row for each visit"), ("3", "Findings")]
)
def test_each_list_has_a_key(key: str, name: str, window: CoordinatorWindow) -> None:
    QTest.keyClick(window, getattr(Qt.Key, f"Key_{key}"), Qt.KeyboardModifier.AltModifier)

    focused = QApplication.focusWidget()
    assert focused is not None
    assert focused.accessibleName().startswith(name)


def _all_text(window: CoordinatorWindow) -> str:
    model = window.board.subjects
    roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole)
    cells = [
        str(model.data(model.index(row, column), role))
        for row in range(model.rowCount())
        for column in range(model.columnCount())
        for role in roles
    ]
    return " ".join([*cells, window.board._counts.text(), window.board._heading.text()])


@pytest.mark.case(102)
def test_patient_ids_and_folders_are_shown_on_demand_alone_and_never_at_the_next_start(
    window: CoordinatorWindow, trial: Path, open_on: Opener, qtbot: QtBot
) -> None:
    assert "P2" not in _all_text(window)
    assert window.board.subject_view.isColumnHidden(WHO)

    QTest.keyClick(window, Qt.Key.Key_I, CTRL_SHIFT)
    assert "P2, " in _all_text(window)
    assert "patient IDs are on the screen" in window.board._counts.text()
    assert not window.board.subject_view.isColumnHidden(WHO)

    QTest.keyClick(window, Qt.Key.Key_I, CTRL_SHIFT)
    assert "P2" not in _all_text(window)
    assert window.board.subject_view.isColumnHidden(WHO)

    window.act("subject.names")
    again = open_on(trial)
    qtbot.waitUntil(lambda: again.session.state.findings is not None, timeout=30_000)
    assert "P2" not in _all_text(again)


def test_the_counts_of_a_row_are_read_out(window: CoordinatorWindow) -> None:
    model = window.board.subjects

    said = [model.data(model.index(row, 0), Qt.ItemDataRole.AccessibleTextRole) for row in range(2)]

    assert any("baseline 7 of 7, follow-up 7 of 7" in text for text in said)
