"""True sizes: what is drawn in millimetres is as long on the screen as in the tissue, at any zoom and slant."""

from __future__ import annotations

from math import cos, hypot, radians, sin

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage

from scoring.values import replace
from storage.records import CaseRecord, SeriesRecord
from tests.builders.state import a_state
from tests.ui.reader.images.conftest import ShownPanel
from workstation.imaging.measuring import DEPTH_MM
from workstation.reading.answers.measuring import Draw
from workstation.reading.images.registration_link import ToggleLines
from workstation.reading.images.view import Zoom
from workstation.reading.session.step import step
from workstation.reading.state import SessionState
from workstation.reading.tools.depth_guide import Depth
from workstation.ui.reader.images.view import SeriesView
from workstation.ui.reader.images.viewport import Viewport
from workstation.ui.shared import theme


def oblique(series: SeriesRecord, degrees: float, spacing_mm: tuple[float, float]) -> SeriesRecord:
    """The series turned about the patient's vertical axis, with pixels that aren't square."""
    c, s = cos(radians(degrees)), sin(radians(degrees))
    x, y, z, down_x, down_y, down_z = series.orientation
    turned = (c * x - s * y, s * x + c * y, z, down_x, down_y, down_z)
    return replace(series, orientation=turned, pixel_spacing_mm=spacing_mm, window_high=1e6)


def opened(case: CaseRecord, spacing_mm: tuple[float, float], zoom: float) -> SessionState:
    """At the radius, black, without lines: nothing but the guide has its colour."""
    visits = tuple(
        replace(visit, series=tuple(oblique(entry, 20.0, spacing_mm) for entry in visit.series))
        for visit in case.visits
    )
    state = a_state(replace(case, visits=visits))
    for command in (Zoom(zoom), ToggleLines()):
        state = step(state, command).state
    return state


@pytest.mark.parametrize("spacing_mm", [(0.2, 0.2), (0.39, 0.31), (1.0, 0.5)])
@pytest.mark.parametrize("zoom", [1.0, 2.6, 7.0])
def test_the_depth_guide_lies_a_centimetre_from_the_clicked_surface(
    shown: ShownPanel, case: CaseRecord, spacing_mm: tuple[float, float], zoom: float
) -> None:
    state = opened(case, spacing_mm, zoom)
    panel = shown(state)
    cell = panel.viewports[0][0]
    view = cell.view
    assert isinstance(view, SeriesView)
    # 3-4-5 towards the lower right; the guide's line runs through the middle of the cell, also where the surface lies
    # outside of what is shown
    middle = view.centre_mm
    surface = (middle[0] - 0.6 * DEPTH_MM, middle[1] - 0.8 * DEPTH_MM)
    mark = Depth(view.series.code, view.index, surface, (surface[0] + 3.0, surface[1] + 4.0))

    panel.show_state(step(state, Draw(mark)).state)

    line = guide_pixels(cell)
    assert len(line) > 10
    # how far each painted pixel lies from the surface along the way drawn; the farthest is the guide's, 2 pixels wide
    start = cell.to_screen.map(QPointF(*surface))
    off_mm = [((x - start.x()) * 0.6 + (y - start.y()) * 0.8) * cell.mm_per_pixel for x, y in line]
    assert max(off_mm) == pytest.approx(10.0, abs=2.0 * cell.mm_per_pixel)


def guide_pixels(cell: Viewport) -> list[tuple[float, float]]:
    """The middles of the pixels in the guide's colour, the frame of the cell left out."""
    image: QImage = cell.grab().toImage()
    colour = QColor(theme.ACCENT)
    return [
        (x + 0.5, y + 0.5)
        for x in range(4, image.width() - 4)
        for y in range(4, image.height() - 4)
        if near(image.pixelColor(x, y), colour)
    ]


def near(one: QColor, other: QColor) -> bool:
    return hypot(one.red() - other.red(), one.green() - other.green(), one.blue() - other.blue()) < 60
