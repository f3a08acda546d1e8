"""Turned pictures on the screen: what is clicked and drawn lies where it lies in the patient, however shown."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from scoring.values import replace
from storage.records import CaseRecord, SeriesRecord, VisitRecord
from tests.builders.series import a_series
from tests.builders.state import a_state
from tests.ui.reader.images.conftest import ShownPanel
from workstation.imaging.geometry import Stack, dot
from workstation.imaging.turning import TURNS
from workstation.reading.answers.measuring import Draw
from workstation.reading.command import Command
from workstation.reading.images.registration_link import ToggleLines
from workstation.reading.images.view import JumpTo
from workstation.reading.marks import Marks
from workstation.reading.session.step import step
from workstation.reading.tools.calliper import Width
from workstation.ui.reader.images import mark_overlay
from workstation.ui.reader.images.view import SeriesView
from workstation.ui.reader.images.viewport import Viewport
from workstation.ui.shared import theme

# slice, row and column of the one bright pixel, as it is stored
BRIGHT = (2, 5, 21)


def a_turned_series(folder: Path, turn: str) -> SeriesRecord:
    """Five coronal slices of 20 x 30 pixels that aren't square, black but for one pixel."""
    volume = np.zeros((5, 20, 30), np.uint16)
    volume[BRIGHT] = 1000
    series = a_series(
        folder, "S", "T1", "COR", rows=20, columns=30, slices=5, spacing_mm=(3.0, 2.0), volume=volume,
        orientation=(0.96, 0.28, 0.0, 0.0, 0.0, -1.0), centre_mm=(11.0, -7.0, 23.0),
    )  # fmt: skip
    return replace(series, turn=turn, window_low=0.0, window_high=1000.0)


def bright_mm(series: SeriesRecord) -> tuple[float, float, float]:
    """Where the bright pixel lies, by the stored geometry."""
    return Stack.stored(series).pixel_to_mm(*BRIGHT)


def the_cell(shown: ShownPanel, series: SeriesRecord, folder: Path) -> Viewport:
    """The cell that shows the slice with the bright pixel, and no lines."""
    state = a_state(CaseRecord("C1", folder, (VisitRecord(1, (series,)),)))
    if state.view.lines:
        state = step(state, ToggleLines()).state
    panel = shown(step(state, JumpTo(1, Stack.stored(series).positions_mm[BRIGHT[0]])).state)
    cell: Viewport = panel.viewports[0][0]
    return cell


def brightest_place(cell: Viewport) -> QPointF:
    """The middle of what is nearly white in the cell, its frame and its writing left out."""
    image = cell.grab().toImage()
    found = [
        (x, y)
        for x in range(60, image.width() - 60)
        for y in range(60, image.height() - 60)
        if image.pixelColor(x, y).lightness() > 200 and image.pixelColor(x, y).saturation() < 30
    ]
    x, y = np.mean(found, axis=0) + 0.5
    return QPointF(x, y)


@pytest.mark.parametrize("turn", TURNS)
def test_a_click_on_what_is_seen_is_the_place_where_it_lies(shown: ShownPanel, tmp_path: Path, turn: str) -> None:
    series = a_turned_series(tmp_path, turn)
    cell = the_cell(shown, series, tmp_path)
    wishes: list[Command] = []
    cell.wanted.connect(wishes.append)

    QTest.mouseClick(cell, Qt.MouseButton.LeftButton, pos=brightest_place(cell).toPoint())

    (jump,) = [wish for wish in wishes if isinstance(wish, JumpTo)]
    # within a pixel of the screen
    assert jump.position_mm == pytest.approx(bright_mm(series), abs=1.5 * cell.mm_per_pixel)


@pytest.mark.parametrize("turn", TURNS)
def test_a_mark_is_kept_in_the_stored_plane_and_drawn_over_what_it_measures(
    shown: ShownPanel, tmp_path: Path, turn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # the number at its end has the colour of the line
    monkeypatch.setattr(mark_overlay, "draw_words", lambda *_: None)
    series = a_turned_series(tmp_path, turn)
    stack = Stack.stored(series)
    # as an older program kept it: 8 mm along the stored row, through the bright pixel
    point = bright_mm(series)
    right, down = dot(point, stack.right), dot(point, stack.down)
    old = Width("S", BRIGHT[0], (right - 4.0, down), (right + 4.0, down))
    cell = the_cell(shown, series, tmp_path)
    place = brightest_place(cell)

    view = cell.view
    assert isinstance(view, SeriesView)
    line = drawn_line(cell, replace(view, marks=None), old)

    assert line == pytest.approx((place.x(), place.y()), abs=2.0)


@pytest.mark.parametrize("turn", TURNS)
def test_what_is_drawn_by_hand_has_the_coordinates_of_the_stored_plane(
    shown: ShownPanel, tmp_path: Path, turn: str
) -> None:
    series = a_turned_series(tmp_path, turn)
    stack, point = Stack.stored(series), bright_mm(series)
    cell = the_cell(shown, series, tmp_path)
    view = cell.view
    assert isinstance(view, SeriesView)
    cell.show_view(replace(view, tool="width"), cell._pixels, cell.mm_per_pixel)
    wishes: list[Command] = []
    cell.wanted.connect(wishes.append)
    start = brightest_place(cell).toPoint()

    QTest.mousePress(cell, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(cell, start + QPointF(40, 0).toPoint())
    QTest.mouseRelease(cell, Qt.MouseButton.LeftButton, pos=start + QPointF(40, 0).toPoint())

    (draw,) = [wish for wish in wishes if isinstance(wish, Draw)]
    first = draw.mark.points[0]
    assert first == pytest.approx((dot(point, stack.right), dot(point, stack.down)), abs=1.5 * cell.mm_per_pixel)
    (width,) = [draw.mark]
    assert isinstance(width, Width)
    assert np.hypot(*np.subtract(width.end, width.start)) == pytest.approx(40 * cell.mm_per_pixel, abs=0.01)


def drawn_line(cell: Viewport, view: SeriesView, mark: Width) -> tuple[float, float]:
    """The middle of all pixels in the colour of a mark."""
    cell.show_view(replace(view, marks=Marks((mark,))), cell._pixels, cell.mm_per_pixel)
    image, colour = cell.grab().toImage(), QColor(theme.ACCENT)
    found = [
        (x + 0.5, y + 0.5)
        for x in range(60, image.width() - 60)
        for y in range(60, image.height() - 60)
        if _near(image.pixelColor(x, y), colour)
    ]
    x, y = np.mean(found, axis=0)
    return float(x), float(y)


def _near(one: QColor, other: QColor) -> bool:
    off = (one.red() - other.red(), one.green() - other.green(), one.blue() - other.blue())
    return sum(part * part for part in off) < 60**2
