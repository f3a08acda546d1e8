"""The overview of a radiograph: there while a cell shows a part of it, and a click in it goes there, at both visits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from scoring.schemes.load import shipped_scheme
from scoring.values import replace
from storage.records import CaseRecord, VisitRecord
from tests.builders.cases import a_case
from tests.builders.rooms import DESK, a_room
from tests.builders.series import a_series
from tests.fakes.doors import MemoryDoor
from workstation.reading.images.view import Zoom
from workstation.ui.reader.images.view import SeriesView
from workstation.ui.reader.images.viewport import Viewport
from workstation.ui.reader.insets.overview import Overview
from workstation.ui.reader.window.room import ReadingRoom

Key = Qt.Key
PA = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


def a_film_case(images: Path) -> CaseRecord:
    """A hand of 250 x 200 mm at both visits, a bright square in its left upper corner."""
    volume = np.full((1, 500, 400), 200, np.uint16)
    volume[0, 100:420, 80:320] = 1500
    volume[0, :40, :40] = 3000
    visits = []
    for number in (1, 2):
        series = a_series(
            images, f"F{number}", "RHAND", "PA", orientation=PA, slices=1, volume=volume, rows=500, columns=400,
            spacing_mm=(0.5, 0.5), frame="",
        )  # fmt: skip
        visits.append(VisitRecord(number, (series,)))
    return replace(a_case(), visits=tuple(visits), images=images)


@pytest.fixture
def films(qtbot: QtBot, tmp_path: Path) -> Iterator[ReadingRoom]:
    door = MemoryDoor(a_film_case(tmp_path))
    door.scheme = shipped_scheme("sharp-vdh")
    room = a_room(qtbot, door, DESK)
    yield room
    room.close()


def insets(room: ReadingRoom) -> list[Overview]:
    return [one for one in room.findChildren(Overview) if one.isVisible()]


def cell_of(inset: Overview) -> Viewport:
    cell = inset.parentWidget()
    assert isinstance(cell, Viewport)
    return cell


def zoomed(room: ReadingRoom, times: float = 4.0) -> list[Overview]:
    room.case.dispatch(Zoom(times))
    QApplication.processEvents()
    return insets(room)


def seen(room: ReadingRoom, visit: int) -> SeriesView:
    view = room.images.viewports[0][visit - 1].view  # type: ignore[attr-defined] # the panel's own
    assert isinstance(view, SeriesView)
    return view


def test_it_is_there_while_a_part_of_the_radiograph_is_shown(films: ReadingRoom) -> None:
    films.case.dispatch(Zoom(0.5))
    QApplication.processEvents()
    assert insets(films) == []

    first, second = zoomed(films)

    for inset in (first, second):
        cell = cell_of(inset)
        assert cell.rect().contains(inset.geometry())
        assert inset.width() <= cell.width() / 4
        # the picture's own shape
        assert inset.width() / inset.height() == pytest.approx(400 / 500, abs=0.02)


def test_the_frame_lies_round_what_the_cell_shows(films: ReadingRoom) -> None:
    inset = zoomed(films)[0]
    cell, view = cell_of(inset), seen(films, 1)

    scale = inset.width() / view.size_mm[0]
    wide = cell.width() * cell.mm_per_pixel * scale
    middle = ((view.centre_mm[0] - view.corner_mm[0]) * scale, (view.centre_mm[1] - view.corner_mm[1]) * scale)

    assert inset.frame.width() == pytest.approx(wide, abs=1.5)
    assert (inset.frame.center().x(), inset.frame.center().y()) == pytest.approx(middle, abs=1.5)


@pytest.mark.parametrize("part", [(0.25, 0.25), (0.75, 0.6)])
def test_a_click_brings_that_place_into_the_middle_at_both_visits(
    films: ReadingRoom, part: tuple[float, float]
) -> None:
    inset = zoomed(films, 6.0)[0]
    at = QPoint(round(inset.width() * part[0]), round(inset.height() * part[1]))

    QTest.mouseClick(inset, Qt.MouseButton.LeftButton, pos=at)
    QApplication.processEvents()

    for visit in (1, 2):
        view = seen(films, visit)
        shown = [(view.centre_mm[axis] - view.corner_mm[axis]) / view.size_mm[axis] for axis in (0, 1)]
        assert shown == pytest.approx(part, abs=0.02)
    assert inset.frame.center().x() == pytest.approx(at.x(), abs=2)
    # where the reader looks is no grade and no cursor
    assert films.state is not None
    assert films.state.view.pointed is None
    assert films.state.past == ()


def test_a_key_hides_it_for_this_case_and_the_next_and_brings_it_back(films: ReadingRoom) -> None:
    zoomed(films)

    QTest.keyClick(films, Key.Key_K, Qt.KeyboardModifier.ShiftModifier)
    assert insets(films) == []
    assert films._chosen.now.hung.overview is False

    QTest.keyClick(films, Key.Key_K, Qt.KeyboardModifier.ShiftModifier)
    assert len(insets(films)) == 2
    assert films._chosen.now.hung.overview is True


def test_the_whole_picture_is_in_it_in_the_window_of_the_cell(films: ReadingRoom) -> None:
    inset = zoomed(films)[0]

    picture = inset.grab().toImage()

    corner = picture.pixelColor(inset.width() // 30, inset.height() // 30).lightness()
    flesh = picture.pixelColor(inset.width() // 2, round(inset.height() * 0.75)).lightness()
    air = picture.pixelColor(inset.width() // 8, inset.height() - 5).lightness()
    assert corner > flesh > air


def test_an_mri_has_none_and_the_key_says_so(room: ReadingRoom) -> None:
    QTest.keyClick(room, Key.Key_K, Qt.KeyboardModifier.ShiftModifier)

    assert room.state is not None
    assert room.state.notice is not None
    assert room.state.notice.refused
    assert insets(room) == []


def test_the_right_button_over_it_is_the_cells(films: ReadingRoom) -> None:
    inset = zoomed(films)[0]
    asked: list[object] = []
    films.images.menu_asked.disconnect()  # type: ignore[attr-defined] # the panel's signal
    films.images.menu_asked.connect(asked.append)  # type: ignore[attr-defined] # the panel's signal

    QTest.mouseClick(inset, Qt.MouseButton.RightButton, pos=QPoint(20, 20))

    assert len(asked) == 1
    assert QRectF(inset.rect()).contains(inset.frame)
