"""An ellipse by the mouse: its numbers are those of the stored pixels under it, however the picture is turned."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from scoring.values import replace
from storage.records import CaseRecord
from tests.builders.cases import a_case
from tests.builders.rooms import DESK, a_room
from tests.builders.sessions import at
from workstation.reading.answers.focus_moves import GoTo
from workstation.reading.answers.measuring import marks_at
from workstation.reading.tools.ellipse import Ellipse
from workstation.ui.reader.images.panel import ImagesPanel
from workstation.ui.reader.images.view import SeriesView
from workstation.ui.reader.window.room import ReadingRoom


@pytest.fixture(params=["", "90", "mirrored-270"])
def case(request: pytest.FixtureRequest, tmp_path: Path) -> CaseRecord:
    """Every pixel another value, 64 a row, in pictures that are turned in the ways that change rows and columns."""
    made = a_case(images=tmp_path)
    for visit in made.visits:
        for series in visit.series:
            one = np.arange(series.rows * series.columns).reshape(series.rows, series.columns)
            (tmp_path / f"{series.code}.raw").write_bytes(np.stack([one] * len(series.slices)).astype("<u2").tobytes())
    return replace(
        made,
        visits=tuple(
            replace(visit, series=tuple(replace(one, turn=request.param, maximum=4095) for one in visit.series))
            for visit in made.visits
        ),
    )


@pytest.fixture
def panel(qtbot: QtBot, case: CaseRecord) -> Iterator[ImagesPanel]:
    room = a_room(qtbot, case, DESK)
    room.case.dispatch(GoTo(at("ERO CAP 1")))
    images = room.images
    assert isinstance(images, ImagesPanel)
    qtbot.waitUntil(images.all_loaded)
    QTest.keyClick(room, Qt.Key.Key_Y, Qt.KeyboardModifier.ShiftModifier)
    yield images
    room.close()


def test_a_drag_over_one_pixel_tells_its_stored_value(panel: ImagesPanel) -> None:
    cell = panel.viewports[0][0]
    view = cell.view
    assert isinstance(view, SeriesView)
    # the pixel in row 30 and column 20 of the picture as it is shown
    corner, (row_mm, column_mm) = view.corner_mm, view.stack.spacing_mm
    ends = [
        cell.to_screen.map(QPointF(corner[0] + column * column_mm, corner[1] + row * row_mm)).toPoint()
        for row, column in ((30, 20), (31, 21))
    ]
    cell._under = QPointF(ends[0] + ends[1]) / 2
    shown = int(cell.value_text.removeprefix("value ").replace(",", ""))

    QTest.mousePress(cell, Qt.MouseButton.LeftButton, pos=ends[0])
    QTest.mouseMove(cell, ends[1])
    QTest.mouseRelease(cell, Qt.MouseButton.LeftButton, pos=ends[1])

    assert panel._state is not None
    (mark,) = marks_at(panel._state, at("ERO CAP 1").key).of(Ellipse)
    assert (mark.mean, mark.pixels) == (shown, 1)


def test_a_drag_at_the_other_visit_draws_nothing_there_and_leaves_the_window_alone(panel: ImagesPanel) -> None:
    cell = panel.viewports[0][1]
    room = cell.window()
    assert isinstance(room, ReadingRoom)
    before = room.state
    assert before is not None

    middle = cell.rect().center()
    QTest.mousePress(cell, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(cell, middle + QPoint(40, 25))
    QTest.mouseRelease(cell, Qt.MouseButton.LeftButton, pos=middle + QPoint(40, 25))
    QTest.qWait(1)

    now = room.state
    assert now is not None
    assert (now.view.grey, now.view.cursor_mm) == (before.view.grey, before.view.cursor_mm)
    assert now.marks == before.marks
    assert now.notice is not None
    assert now.notice.text == "The tool draws at the visit in focus. Left or Right goes to the other."

    # with the tool put away the same drag is for the window again
    QTest.keyClick(room, Qt.Key.Key_Y, Qt.KeyboardModifier.ShiftModifier)
    QTest.mousePress(cell, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(cell, middle + QPoint(40, 25))
    QTest.mouseRelease(cell, Qt.MouseButton.LeftButton, pos=middle + QPoint(40, 25))
    QTest.qWait(1)
    assert room.state is not None
    assert room.state.view.grey.windows != before.view.grey.windows


def test_a_click_at_the_other_visit_still_puts_the_cursor_there(panel: ImagesPanel) -> None:
    cell = panel.viewports[0][1]
    room = cell.window()
    assert isinstance(room, ReadingRoom)

    QTest.mouseClick(cell, Qt.MouseButton.LeftButton, pos=cell.rect().center())

    assert room.state is not None
    assert room.state.view.pointed == 2
