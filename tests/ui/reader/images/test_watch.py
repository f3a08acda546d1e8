"""Watch over the cells: what counts as in sight is painted, uncovered, and something can be told from it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.builders.state import a_state
from tests.ui.reader.images.test_panel import stairs
from workstation.reading.images.view import Pan, ShowSlice, Zoom
from workstation.reading.seen_slices import WHOLE
from workstation.reading.session.step import step
from workstation.reading.state import SessionState
from workstation.ui.reader.images.panel import ImagesPanel
from workstation.ui.reader.images.watch import Watch


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


Watched = tuple[ImagesPanel, SessionState, Clock]


@pytest.fixture
def watched(shown: Callable[[SessionState], ImagesPanel], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Watched:
    """The case of stairs on the screen, both visits at slice 2 of 6, and a clock that moves by hand."""
    clock = Clock()
    monkeypatch.setattr("workstation.ui.reader.images.panel.Watch", lambda: Watch(clock))
    state = a_state(stairs(tmp_path / "images"))
    state = step(state, ShowSlice(1, "S1", 2)).state
    panel = shown(state)
    panel.repaint()
    return panel, state, clock


def looks(panel: ImagesPanel) -> dict[tuple[str, int], int]:
    return {(glance.series, glance.index): round(glance.ms) for glance in panel.glances() if glance.ms}


def test_what_stands_in_the_cells_is_told_when_asked_and_told_once(watched: Watched) -> None:
    panel, _, clock = watched
    panel.glances()
    clock.now_s += 0.4

    assert looks(panel) == {("S1", 2): 400, ("S2", 2): 400}
    assert looks(panel) == {}


def test_a_slice_that_is_left_counts_until_the_next_one_is_painted(watched: Watched, qtbot: QtBot) -> None:
    panel, state, clock = watched
    panel.glances()
    clock.now_s += 0.3
    panel.show_state(step(state, ShowSlice(1, "S1", 4)).state)
    qtbot.waitUntil(lambda: all(cell.in_sight is not None for cell in panel.viewports[0]))
    panel.repaint()
    clock.now_s += 0.2

    assert looks(panel) == {("S1", 2): 300, ("S2", 2): 300, ("S1", 4): 200, ("S2", 4): 200}


def test_nothing_counts_while_something_lies_over_the_cells(watched: Watched) -> None:
    panel, _, clock = watched
    panel.glances()
    cover = QWidget(panel.window())
    cover.setGeometry(panel.window().rect())
    cover.show()
    cover.raise_()
    clock.now_s += 5

    assert looks(panel) == {}


def test_the_part_that_is_in_sight_is_that_of_zoom_and_pan(watched: Watched) -> None:
    panel, state, _ = watched
    assert {glance.part for glance in panel.glances()} == {WHOLE}

    wide_mm = 16 * state.case.visits[0].series[0].pixel_spacing_mm[1]
    # at 20 x no more than a twentieth of the image fits the cell's shorter side; pictures moved left show more right
    near = step(step(state, Zoom(20)).state, Pan("COR", -2.0, 0.0)).state
    panel.show_state(near)
    panel.repaint()
    in_sight = panel.viewports[0][0].in_sight
    assert in_sight is not None
    left, top, right, bottom = in_sight[2]
    assert (left + right) / 2 == pytest.approx(500 + 1000 * 2 / wide_mm, abs=2)
    assert (top + bottom) / 2 == pytest.approx(500, abs=2)
    assert min(right - left, bottom - top) <= 50
