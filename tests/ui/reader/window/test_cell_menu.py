"""Over an image: the menu of the right button, the value under the pointer, the ring of the site in focus."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from scoring.values import replace
from storage.records import CaseRecord
from tests.builders.cases import a_case, with_pixels
from tests.builders.rooms import DESK, a_room
from tests.builders.sessions import at as at_focus
from workstation.hanging.words import caption
from workstation.imaging.geometry import dot
from workstation.reading.answers.focus_moves import GoTo
from workstation.reading.images.expected_positions import expected
from workstation.ui.reader.images.panel import ImagesPanel
from workstation.ui.reader.images.view import SeriesView
from workstation.ui.reader.images.viewport import Viewport
from workstation.ui.reader.images.volumes import Loaded
from workstation.ui.reader.window.room import ReadingRoom


@pytest.fixture
def case(tmp_path: Path) -> CaseRecord:
    return with_pixels(a_case("K7QM2", images=tmp_path / "images"))


@pytest.fixture
def room(qtbot: QtBot, case: CaseRecord) -> Iterator[ReadingRoom]:
    opened = a_room(qtbot, case, DESK)
    panel = opened.images
    assert isinstance(panel, ImagesPanel)
    qtbot.waitUntil(panel.all_loaded)
    yield opened
    opened.close()


@pytest.fixture
def known(qtbot: QtBot, tmp_path: Path) -> Iterator[ReadingRoom]:
    """A room on a right wrist, so that its sites are expected somewhere; erosion of the capitate in focus."""
    pair = a_case("K7QM2", images=tmp_path / "images")
    right = replace(pair, visits=tuple(replace(visit, side="R") for visit in pair.visits))
    opened = a_room(qtbot, with_pixels(right), DESK)
    panel = opened.images
    assert isinstance(panel, ImagesPanel)
    opened.form.wanted.emit(GoTo(at_focus("ERO CAP 1")))
    qtbot.waitUntil(panel.all_loaded)
    QTest.qWait(30)
    yield opened
    opened.close()


def cell_of(room: ReadingRoom, row: int = 0, visit: int = 1) -> Viewport:
    panel = room.images
    assert isinstance(panel, ImagesPanel)
    return panel.viewports[row][visit - 1]


def menu_at(cell: Viewport) -> QMenu | None:
    QTest.mouseClick(cell, Qt.MouseButton.RightButton, pos=QPoint(150, 150))
    found = QApplication.activePopupWidget()
    return found if isinstance(found, QMenu) else None


def series_menu(menu: QMenu) -> QMenu:
    found = menu.actions()[0].menu()
    assert isinstance(found, QMenu)
    return found


def test_the_menu_names_every_series_of_the_case_and_the_one_chosen_comes_into_the_first_row(
    room: ReadingRoom, case: CaseRecord
) -> None:
    menu = menu_at(cell_of(room))
    assert menu is not None
    offered = series_menu(menu)
    names = {caption(series.kind, series.plane) for visit in case.visits for series in visit.series}
    assert {action.text() for action in offered.actions()} == {"As the layout says", *names}
    assert [action.text() for action in offered.actions() if action.isChecked()] == ["As the layout says"]

    next(action for action in offered.actions() if action.text() == "PD, coronal").trigger()
    menu.close()

    assert [cell_of(room, 0, visit).view.caption for visit in (1, 2)] == ["PD, coronal"] * 2  # type: ignore[union-attr]
    again = menu_at(cell_of(room))
    assert again is not None
    assert [action.text() for action in series_menu(again).actions() if action.isChecked()] == ["PD, coronal"]
    again.close()


def test_the_menu_shows_the_image_that_was_clicked_alone_and_all_again(room: ReadingRoom) -> None:
    below = cell_of(room, 1, 2)
    menu = menu_at(below)
    assert menu is not None
    next(action for action in menu.actions() if action.text() == "This image alone").trigger()
    menu.close()
    assert room.state is not None
    assert list(room.state.view.cells.enlarged.values()) == [(1, 2)]

    menu = menu_at(below)
    assert menu is not None
    next(action for action in menu.actions() if action.text() == "All images again").trigger()
    menu.close()
    assert not room.state.view.cells.enlarged


def test_what_a_key_does_stands_in_the_menu_with_that_key(room: ReadingRoom) -> None:
    menu = menu_at(cell_of(room))
    assert menu is not None
    keys = {action.text(): action.shortcut().toString() for action in menu.actions() if action.text()}
    assert keys["Invert grey"] == "I"
    assert keys["Reset the windows"] == "D"
    menu.close()


def test_a_right_drag_zooms_and_opens_no_menu(room: ReadingRoom) -> None:
    cell = cell_of(room)
    before = cell.mm_per_pixel

    QTest.mousePress(cell, Qt.MouseButton.RightButton, pos=QPoint(150, 150))
    for y in (130, 100):
        at = QPointF(150, y)
        moved = QMouseEvent(
            QEvent.Type.MouseMove, at, cell.mapToGlobal(at), Qt.MouseButton.NoButton, Qt.MouseButton.RightButton,
            Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QApplication.sendEvent(cell, moved)
    QTest.qWait(20)
    QTest.mouseRelease(cell, Qt.MouseButton.RightButton, pos=QPoint(150, 100))

    assert QApplication.activePopupWidget() is None
    assert cell.mm_per_pixel < before


def test_no_menu_opens_while_a_sheet_lies_over_the_room(room: ReadingRoom) -> None:
    QTest.keyClick(room, Qt.Key.Key_F1)

    assert menu_at(cell_of(room)) is None


@pytest.mark.parametrize(("row", "column"), [(0, 0), (20, 30), (41, 7)])
def test_the_value_of_the_pixel_under_the_pointer_is_the_stored_one(room: ReadingRoom, row: int, column: int) -> None:
    cell = cell_of(room)
    view, pixels = cell.view, cell._pixels
    assert isinstance(view, SeriesView)
    assert isinstance(pixels, Loaded)
    row_mm, column_mm = view.stack.spacing_mm
    corner = view.corner_mm
    middle = cell.to_screen.map(QPointF(corner[0] + (column + 0.5) * column_mm, corner[1] + (row + 0.5) * row_mm))

    QApplication.sendEvent(cell, hover(cell, middle))

    assert cell.value_text == f"value {int(pixels.volume[view.index, row, column]):,}"
    QApplication.sendEvent(cell, QEvent(QEvent.Type.Leave))
    assert cell.value_text == ""


def test_beside_the_image_there_is_no_value(room: ReadingRoom) -> None:
    cell = cell_of(room)
    view = cell.view
    assert isinstance(view, SeriesView)
    beside = cell.to_screen.map(QPointF(view.corner_mm[0] - 3.0, view.corner_mm[1] + 5.0))

    QApplication.sendEvent(cell, hover(cell, beside))

    assert cell.value_text == ""


def test_a_faint_ring_stands_round_the_site_in_focus_until_a_key_hides_it(known: ReadingRoom) -> None:
    cell = cell_of(known)
    view = cell.view
    assert isinstance(view, SeriesView)
    assert view.ring is not None
    assert view.ring.expected
    around = cell.to_screen.map(QPointF(*view.ring.middle_mm))
    side = round(view.ring.radius_mm / cell.mm_per_pixel) + 4
    part = QRect(round(around.x()) - side, round(around.y()) - side, 2 * side, 2 * side).intersected(cell.rect())
    shown = cell.grab(part).toImage()

    QTest.keyClick(known, Qt.Key.Key_K)
    QTest.qWait(20)

    assert isinstance(cell.view, SeriesView)
    assert cell.view.ring is None
    assert cell.grab(part).toImage() != shown


def test_alt_and_click_on_a_bone_goes_to_its_row_at_that_visit(known: ReadingRoom) -> None:
    assert known.state is not None
    cell = cell_of(known, 0, 2)
    view = cell.view
    assert isinstance(view, SeriesView)
    wanted = expected(known.state, 2, "SCA")
    assert wanted is not None
    at = cell.to_screen.map(QPointF(dot(wanted, view.stack.right), dot(wanted, view.stack.down))).toPoint()
    assert cell.rect().contains(at)

    QTest.mouseClick(cell, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.AltModifier, at)

    assert known.state.focus == at_focus("ERO SCA 2")


def hover(cell: Viewport, at: QPointF) -> QMouseEvent:
    """The pointer moved there, no button held."""
    none = Qt.MouseButton.NoButton
    return QMouseEvent(QEvent.Type.MouseMove, at, cell.mapToGlobal(at), none, none, Qt.KeyboardModifier.NoModifier)
