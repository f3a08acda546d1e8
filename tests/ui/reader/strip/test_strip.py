"""The strip of all series as a reader uses it: looked at, clicked, dragged from, and by Alt and a number."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QFont, QFontMetrics, QGuiApplication, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from storage.records import CaseRecord
from tests.builders.cases import a_case, with_pixels
from tests.builders.rooms import DESK, a_room
from tests.builders.sessions import at
from workstation.reading.answers.focus_moves import GoTo
from workstation.reading.preferences import OfThisSession, Preferences
from workstation.ui.reader.images.panel import ImagesPanel
from workstation.ui.reader.images.view import SeriesView
from workstation.ui.reader.strip.series_drop import series_data, series_in
from workstation.ui.reader.strip.strip import SeriesStrip
from workstation.ui.reader.window.room import ReadingRoom
from workstation.ui.shared import theme

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def kept() -> OfThisSession:
    return OfThisSession(Preferences(toured=True))


@pytest.fixture
def case(tmp_path: Path) -> CaseRecord:
    return with_pixels(a_case(images=tmp_path))


@pytest.fixture
def room(qtbot: QtBot, case: CaseRecord, kept: OfThisSession) -> Iterator[ReadingRoom]:
    """A room with pixels, at the capitate's erosion."""
    opened = a_room(qtbot, case, DESK, kept)
    opened.case.dispatch(GoTo(at("ERO CAP 1")))
    qtbot.waitUntil(opened.images.all_loaded)
    yield opened
    opened.close()


def strip_of(room: ReadingRoom) -> SeriesStrip:
    (strip,) = room.findChildren(SeriesStrip)
    return strip


def shown(room: ReadingRoom, row: int) -> set[str]:
    """The codes of the series in a row."""
    panel = room.images
    assert isinstance(panel, ImagesPanel)
    views = [cell.view for cell in panel.viewports[row]]
    return {view.series.code for view in views if isinstance(view, SeriesView)}


def let_go(room: ReadingRoom, data: QMimeData, row: int, visit: int) -> bool:
    """Drag something over a cell and let it go there; whether the cell wanted it."""
    panel = room.images
    assert isinstance(panel, ImagesPanel)
    cell = panel.viewports[row][visit - 1]
    middle = cell.rect().center()
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(middle, copy, data, left, none)
    entering.ignore()
    QApplication.sendEvent(cell, entering)
    if entering.isAccepted():
        QApplication.sendEvent(cell, QDropEvent(QPointF(middle), copy, data, left, none))
    return entering.isAccepted()


def test_one_key_shows_every_series_of_both_visits_with_its_picture_and_takes_it_away(
    room: ReadingRoom, qtbot: QtBot
) -> None:
    QTest.keyClick(room, Qt.Key.Key_T, CONTROL)
    strip = strip_of(room)
    qtbot.waitUntil(lambda: all(len(tile._pictures) == 2 for tile in strip.tiles))

    assert [tile.words for tile in strip.tiles][:2] == [
        ("1  PD, coronal", "20 | 20 slices"),
        ("2  T1, axial", "20 | 20 slices"),
    ]
    assert len(strip.tiles) == 7
    assert [tile.words[0][0] for tile in strip.tiles if tile._in_sight] == ["1", "2", "3"]

    QTest.keyClick(room, Qt.Key.Key_T, CONTROL)
    assert strip.isHidden()


def test_kind_and_plane_are_whole_below_the_pictures_also_of_what_is_in_sight(room: ReadingRoom) -> None:
    QTest.keyClick(room, Qt.Key.Key_T, CONTROL)
    tiles = strip_of(room).tiles
    font = QFont(tiles[0].font())
    font.setPixelSize(theme.SMALL_PX)

    assert [tile._written for tile in tiles if "post-Gd" in tile.words[0]] == [
        ("4  T1 post-Gd fat-sat", "axial, 20 | 20"),
        ("5  T1 post-Gd fat-sat", "coronal, 20 | 20"),
    ]
    for tile in tiles:
        assert max(map(QFontMetrics(font).horizontalAdvance, tile._written)) <= tile.width() - 8


def test_a_picture_is_the_middle_slice_in_the_grey_of_the_images(room: ReadingRoom, qtbot: QtBot) -> None:
    QTest.keyClick(room, Qt.Key.Key_T, CONTROL)
    (tile, *_) = strip_of(room).tiles
    qtbot.waitUntil(lambda: len(tile._pictures) == 2)

    picture = tile._pictures[1].convertToFormat(tile._pictures[1].Format.Format_Grayscale8)
    grey = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), -1)[:, : picture.width()]

    # a disc of a third of the side, brighter by 500 than the 250 around it (tests.builders.cases)
    assert grey.shape == (56, 56)
    assert grey[30, 30] > grey[3, 3] + 50
    assert 0.30 < (grey > (int(grey[30, 30]) + int(grey[3, 3])) / 2).mean() < 0.40


def test_the_strip_is_there_again_in_the_next_room_once_it_was_wanted(
    room: ReadingRoom, qtbot: QtBot, case: CaseRecord, kept: OfThisSession
) -> None:
    QTest.keyClick(room, Qt.Key.Key_T, CONTROL)
    assert kept.load().strip

    again = a_room(qtbot, case, DESK, kept)

    assert strip_of(again).isVisible()
    again.close()


def test_a_click_puts_a_series_into_the_row_that_keys_act_on(room: ReadingRoom) -> None:
    QTest.keyClick(room, Qt.Key.Key_T, CONTROL)
    QTest.keyClick(room, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)

    QTest.mouseClick(strip_of(room).tiles[5], Qt.MouseButton.LeftButton)

    assert shown(room, 1) == {"K7QM212", "K7QM222"}
    assert [tile.words[0][0] for tile in strip_of(room).tiles if tile._in_sight] == ["2", "3", "6"]


def test_a_series_that_is_dragged_into_a_cell_comes_into_its_row_at_both_visits(room: ReadingRoom) -> None:
    QTest.keyClick(room, Qt.Key.Key_T, CONTROL)
    tile = strip_of(room).tiles[3]

    taken = series_data(tile.series_at(tile.area_of(1).center()))

    assert series_in(taken) == "K7QM225"
    assert let_go(room, taken, row=1, visit=1)
    assert shown(room, 1) == {"K7QM215", "K7QM225"}


def test_a_drag_takes_the_series_from_the_tile_and_is_no_click(
    room: ReadingRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    QTest.keyClick(room, Qt.Key.Key_T, CONTROL)
    tile = strip_of(room).tiles[5]
    dragged: list[str] = []
    monkeypatch.setattr(tile, "_drag", lambda data: dragged.append(series_in(data)))
    before = shown(room, 0)

    QTest.mousePress(tile, Qt.MouseButton.LeftButton, pos=tile.area_of(0).center())
    QTest.mouseMove(tile, tile.area_of(0).center() + QPoint(3, 0))
    assert dragged == []
    QTest.mouseMove(tile, tile.area_of(0).center() + QPoint(60, 0))
    QTest.mouseRelease(tile, Qt.MouseButton.LeftButton)

    assert dragged == ["K7QM212"]
    assert shown(room, 0) == before


def test_nothing_but_a_series_can_be_let_go_of_in_a_cell(room: ReadingRoom) -> None:
    text = QMimeData()
    text.setText("K7QM215")
    before = shown(room, 0)

    assert not let_go(room, text, row=0, visit=1)
    assert not let_go(room, series_data(""), row=0, visit=1)
    assert shown(room, 0) == before


def test_alt_and_a_number_puts_a_series_into_the_row_without_the_strip(room: ReadingRoom) -> None:
    QTest.keyClick(room, Qt.Key.Key_7, Qt.KeyboardModifier.AltModifier)

    assert shown(room, 0) == {"K7QM213", "K7QM223"}
    assert room.state is not None
    assert room.state.reading.answers == {}


def test_alt_and_a_digits_key_does_so_where_the_layout_has_another_sign_on_it(
    room: ReadingRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Alt and the key of 6 on a French keyboard: keycode 15 of X11, the sign is a minus
    monkeypatch.setattr(QGuiApplication, "platformName", lambda: "xcb")
    key = QKeyEvent(QKeyEvent.Type.ShortcutOverride, Qt.Key.Key_Minus, Qt.KeyboardModifier.AltModifier, 15, 45, 0, "-")
    key.ignore()
    QApplication.sendEvent(room, key)
    assert key.isAccepted()

    QApplication.sendEvent(
        room, QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_Minus, Qt.KeyboardModifier.AltModifier, 15, 45, 0, "-")
    )

    assert shown(room, 0) == {"K7QM212", "K7QM222"}
