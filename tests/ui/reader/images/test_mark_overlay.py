"""Marks as they are painted: each kind of shape in its colour, where it lies."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage

from scoring.values import replace
from storage.records import CaseRecord
from tests.builders.state import a_state
from tests.ui.reader.images.conftest import ShownPanel
from workstation.reading.answers.measuring import Draw
from workstation.reading.images.registration_link import ToggleLines
from workstation.reading.session.step import step
from workstation.reading.tools.calliper import Width
from workstation.reading.tools.depth_guide import Depth
from workstation.reading.tools.outlines import Outline
from workstation.reading.tools.tool import Hue, Mark
from workstation.ui.reader.images import mark_overlay
from workstation.ui.reader.images.view import SeriesView
from workstation.ui.shared import theme

Point = tuple[float, float]
Drawn = Callable[[str, int, Point], Mark]


def width(series: str, index: int, middle: Point) -> Mark:
    return Width(series, index, (middle[0] - 8.0, middle[1]), (middle[0] + 8.0, middle[1]))


def undecided(series: str, index: int, middle: Point) -> Mark:
    """A depth guide whose direction isn't clear yet: all places a centimetre off the surface."""
    surface = (middle[0] - 10.0, middle[1])
    return Depth(series, index, surface, surface)


def outline(part: str, series: str, index: int, middle: Point) -> Mark:
    right, down = middle
    return Outline(series, index, part, ((right, down - 5.0), (right, down + 5.0), (right - 5.0, down)))


def bone(series: str, index: int, middle: Point) -> Mark:
    return outline("bone", series, index, middle)


def lesion(series: str, index: int, middle: Point) -> Mark:
    return outline("lesion", series, index, middle)


@pytest.mark.parametrize(
    ("mark", "colour"),
    [(width, theme.ACCENT), (undecided, theme.ACCENT), (bone, theme.SAVED), (lesion, theme.REFUSED)],
)
def test_a_mark_runs_through_its_places_in_its_colour(
    shown: ShownPanel, case: CaseRecord, mark: Drawn, colour: str
) -> None:
    dark = tuple(
        replace(visit, series=tuple(replace(entry, window_high=1e6) for entry in visit.series)) for visit in case.visits
    )
    state = step(a_state(replace(case, visits=dark)), ToggleLines()).state
    panel = shown(state)
    cell = panel.viewports[0][0]
    view = cell.view
    assert isinstance(view, SeriesView)
    middle = cell.to_screen.map(QPointF(*view.centre_mm)).toPoint()
    assert not near(cell.grab().toImage(), (middle.x(), middle.y()), colour)

    panel.show_state(step(state, Draw(mark(view.series.code, view.index, view.centre_mm))).state)

    assert near(cell.grab().toImage(), (middle.x(), middle.y()), colour)
    # of this slice and of no other
    other = step(state, Draw(mark(view.series.code, view.index + 1, view.centre_mm))).state
    panel.show_state(other)
    assert not near(cell.grab().toImage(), (middle.x(), middle.y()), colour)


def near(image: QImage, place: tuple[int, int], colour: str) -> bool:
    wanted, (x, y) = QColor(colour), place
    found = [image.pixelColor(x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
    return any(
        abs(one.red() - wanted.red()) + abs(one.green() - wanted.green()) + abs(one.blue() - wanted.blue()) < 60
        for one in found
    )


def test_every_hue_that_a_tool_may_choose_is_a_colour() -> None:
    assert mark_overlay._COLOURS.keys() == set(Hue)
