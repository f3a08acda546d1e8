"""A series that no visit has: a line says so, and the images have the room."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from scoring.values import replace
from storage.records import CaseRecord, VisitRecord
from tests.builders.rooms import DESK, a_room
from tests.builders.series import a_case
from tests.fakes.doors import MemoryDoor
from tests.ui.reader.test_keyboard import go
from workstation.ui.reader.cells.grid import COLUMN_PX, LINE_PX
from workstation.ui.reader.images.panel import ImagesPanel
from workstation.ui.reader.images.view import EmptyView, SeriesView
from workstation.ui.reader.images.viewport import Viewport
from workstation.ui.reader.window.room import ReadingRoom

Key, Held = Qt.Key, Qt.KeyboardModifier


def only(visit: VisitRecord, *wanted: tuple[str, str]) -> VisitRecord:
    """A visit with series of these kinds and planes alone."""
    return replace(visit, series=tuple(one for one in visit.series if (one.kind, one.plane) in wanted))


def opened(qtbot: QtBot, case: CaseRecord) -> ReadingRoom:
    """A room at erosions, which hang T1 coronal, T1 axial and PD coronal."""
    room = a_room(qtbot, MemoryDoor(case), DESK)
    go(room, "ERO CAP 1")
    qtbot.waitUntil(room.images.all_loaded)
    return room


def cells(room: ReadingRoom) -> tuple[tuple[Viewport, Viewport], ...]:
    panel = room.images
    assert isinstance(panel, ImagesPanel)
    return panel.viewports


def test_it_takes_a_line_that_says_so_and_the_images_stand_larger(qtbot: QtBot, tmp_path: Path) -> None:
    whole = a_case(tmp_path, size=32, slices=9)
    of_all_three = cells(opened(qtbot, whole))[1][0].mm_per_pixel
    room = opened(qtbot, replace(whole, visits=tuple(only(visit, ("T1", "AX")) for visit in whole.visits)))

    (first, _), (shown, shown_later), (last, last_later) = cells(room)

    assert [cell.view.reason for cell in (first, last_later) if isinstance(cell.view, EmptyView)] == [
        "No coronal T1 at baseline",
        "No coronal PD at follow-up",
    ]
    for empty in (first, last):
        assert empty.height() == LINE_PX or empty.width() == COLUMN_PX
    assert shown.size() == shown_later.size()
    assert shown.mm_per_pixel < of_all_three / 1.1


@pytest.mark.parametrize("side_by_side", [True, False])
def test_the_scale_is_that_of_the_cells_with_images(qtbot: QtBot, tmp_path: Path, side_by_side: bool) -> None:
    whole = a_case(tmp_path, size=32, slices=9)
    axial = replace(whole, visits=tuple(only(visit, ("T1", "AX")) for visit in whole.visits))
    room = opened(qtbot, axial)
    while (cells(room)[0][0].y() == cells(room)[0][1].y()) != side_by_side:
        QTest.keyClick(room, Key.Key_V, Held.ShiftModifier)
        QApplication.processEvents()

    shown = cells(room)[1][0]
    assert isinstance(shown.view, SeriesView)
    wide, high = shown.view.box.size_mm
    assert shown.mm_per_pixel == pytest.approx(max(wide / shown.width(), high / shown.height()), rel=0.01)


def test_a_series_that_one_visit_has_keeps_its_room_at_both(qtbot: QtBot, tmp_path: Path) -> None:
    whole = a_case(tmp_path, size=32, slices=9)
    first, second = whole.visits
    room = opened(qtbot, replace(whole, visits=(first, only(second, ("T1", "AX"), ("PD", "COR")))))

    sizes = {(cell.width() // 10, cell.height() // 10) for row in cells(room) for cell in row}

    assert isinstance(cells(room)[0][1].view, EmptyView)
    assert len(sizes) == 1


def test_where_no_series_of_the_layout_is_there_all_cells_say_so_in_equal_room(qtbot: QtBot, tmp_path: Path) -> None:
    whole = a_case(tmp_path, size=32, slices=9)
    room = opened(qtbot, replace(whole, visits=tuple(replace(visit, series=()) for visit in whole.visits)))

    assert all(isinstance(cell.view, EmptyView) for row in cells(room) for cell in row)
    assert min(cell.height() for row in cells(room) for cell in row) > 2 * LINE_PX


def test_an_empty_cell_can_still_be_enlarged_and_comes_back(qtbot: QtBot, tmp_path: Path) -> None:
    whole = a_case(tmp_path, size=32, slices=9)
    room = opened(qtbot, replace(whole, visits=tuple(only(visit, ("T1", "AX")) for visit in whole.visits)))
    empty = cells(room)[0][0]
    was = empty.size()

    QTest.mouseDClick(empty, Qt.MouseButton.LeftButton, pos=empty.rect().center())
    QApplication.processEvents()
    assert min(empty.width(), empty.height()) > 2 * COLUMN_PX

    QTest.mouseDClick(empty, Qt.MouseButton.LeftButton, pos=empty.rect().center())
    QApplication.processEvents()
    assert empty.size() == was


def test_a_plane_is_cut_through_the_images_that_are_there(qtbot: QtBot, tmp_path: Path) -> None:
    whole = a_case(tmp_path, size=32, slices=9)
    room = opened(qtbot, replace(whole, visits=tuple(only(visit, ("T1", "AX")) for visit in whole.visits)))

    QTest.keyClick(room, Key.Key_R, Held.ShiftModifier)
    QApplication.processEvents()

    cut = cells(room)[-1][0].view
    assert isinstance(cut, SeriesView)
    assert cut.caption == "T1, coronal, reformatted"
