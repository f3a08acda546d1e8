"""Reformatting in the room, by keys and wheel: told as such, linked, and nothing of it is ever on the record."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from scoring.values import replace
from storage.records import CaseRecord
from tests.builders.rooms import DESK, a_room
from tests.builders.series import a_case
from tests.fakes.doors import MemoryDoor
from tests.ui.reader.test_keyboard import go, notice
from workstation.imaging.geometry import dot
from workstation.ui.reader.images.panel import ImagesPanel
from workstation.ui.reader.images.view import EmptyView, SeriesView
from workstation.ui.reader.images.viewport import Viewport
from workstation.ui.reader.window.room import ReadingRoom

Key, Held = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def case(tmp_path: Path) -> CaseRecord:
    return a_case(tmp_path, size=32, slices=9)


@pytest.fixture
def reader(qtbot: QtBot, case: CaseRecord) -> ReadingRoom:
    room = a_room(qtbot, MemoryDoor(case), DESK)
    go(room, "ERO CAP 1")
    panel = room.images
    assert isinstance(panel, ImagesPanel)
    qtbot.waitUntil(panel.all_loaded)
    # a light that came later would change the windows meanwhile
    qtbot.waitUntil(lambda: panel.lights(case) is not None)
    return room


def cells(room: ReadingRoom) -> tuple[Viewport, Viewport]:
    panel = room.images
    assert isinstance(panel, ImagesPanel)
    return panel.viewports[-1]


def cut(room: ReadingRoom, visit: int = 1) -> SeriesView:
    view = cells(room)[visit - 1].view
    assert isinstance(view, SeriesView)
    return view


def press(room: ReadingRoom, key: Qt.Key, held: Qt.KeyboardModifier = Held.ShiftModifier) -> None:
    QTest.keyClick(room, key, held)
    QApplication.processEvents()


def turn(cell: Viewport, notches: int) -> None:
    middle = QPointF(cell.rect().center())
    event = QWheelEvent(
        middle, cell.mapToGlobal(middle), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton,
        Held.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(cell, event)
    QApplication.processEvents()
    QTest.qWait(1)


def test_the_key_puts_a_plane_below_then_the_other_one_then_none(reader: ReadingRoom) -> None:
    panel = reader.images
    assert isinstance(panel, ImagesPanel)
    before = len(panel.viewports)

    press(reader, Key.Key_R)
    assert len(panel.viewports) == before + 1
    assert cut(reader).caption == "T1, axial, reformatted"
    assert cut(reader).position_text == "4.4 mm slices"
    assert cells(reader)[0].accessibleName() == "Baseline, T1, axial, reformatted, 4.4 mm slices"
    assert cut(reader, 2).caption == cut(reader).caption

    press(reader, Key.Key_R)
    assert cut(reader).caption == "T1, sagittal, reformatted"

    press(reader, Key.Key_R)
    assert len(panel.viewports) == before
    assert notice(reader).text() == "The reformatted plane is gone."


def test_it_is_tilted_in_steps_of_fifteen_degrees_and_then_called_oblique(reader: ReadingRoom) -> None:
    press(reader, Key.Key_Right)
    assert notice(reader).text().startswith("No plane is reformatted.")

    press(reader, Key.Key_R)
    press(reader, Key.Key_Right)
    press(reader, Key.Key_Right)
    assert cut(reader).caption.startswith("T1, oblique, reformatted")
    assert notice(reader).text() == "Reformatted plane at 30 degrees to the rows of its series."

    press(reader, Key.Key_Left)
    press(reader, Key.Key_Left)
    press(reader, Key.Key_Left)
    assert notice(reader).text() == "Reformatted plane at 165 degrees to the rows of its series."


def test_the_wheel_moves_it_by_a_millimetre_at_both_visits_and_its_line_in_the_other_cells_with_it(
    reader: ReadingRoom,
) -> None:
    press(reader, Key.Key_R)
    before = [cut(reader, visit).stack.heights_mm[0] for visit in (1, 2)]

    turn(cells(reader)[0], -3)

    after = [cut(reader, visit).stack.heights_mm[0] for visit in (1, 2)]
    assert [now - then for now, then in zip(after, before, strict=True)] == pytest.approx([3.0, 3.0], abs=0.01)
    panel = reader.images
    assert isinstance(panel, ImagesPanel)
    source = panel.viewports[0][0].view
    assert isinstance(source, SeriesView)
    assert any(
        abs(line.start_mm[1] - dot(cut(reader).stack.positions_mm[0], source.stack.down)) < 0.01
        for line in source.crossings
    )


def test_a_click_in_it_brings_every_plane_there(reader: ReadingRoom) -> None:
    press(reader, Key.Key_R)
    cell = cells(reader)[0]
    at = cell.rect().center() + QPoint(30, 5)

    QTest.mouseClick(cell, Qt.MouseButton.LeftButton, pos=at)
    QApplication.processEvents()

    assert reader.state is not None
    assert reader.state.view.pointed == 1
    cursor, plane = reader.state.view.cursor_mm[1], cut(reader).stack
    assert dot(cursor, plane.normal) == pytest.approx(plane.heights_mm[0], abs=0.01)


def test_a_grade_keeps_the_place_of_the_series_and_none_of_the_cut(qtbot: QtBot, case: CaseRecord) -> None:
    door = MemoryDoor(case)
    room = a_room(qtbot, door, DESK)
    go(room, "ERO CAP 1")
    press(room, Key.Key_R)
    turn(cells(room)[0], -2)

    QTest.keyClick(room, Key.Key_2)
    QApplication.processEvents()

    assert room.state is not None
    (sighting,) = room.state.sightings.values()
    source = next(one for one in case.visits[0].series if one.code == sighting.series)
    assert (source.kind, source.plane) == ("T1", "COR")
    assert 0 <= sighting.slice_index < len(source.slices)


def test_it_stands_there_again_when_the_case_is_opened_again(qtbot: QtBot, case: CaseRecord) -> None:
    door = MemoryDoor(case)
    first = a_room(qtbot, door, DESK)
    go(first, "ERO CAP 1")
    press(first, Key.Key_R)
    press(first, Key.Key_Right)
    was = cut(first)
    first.close()

    again = a_room(qtbot, door, DESK)

    assert cut(again).caption == was.caption == "T1, axial, reformatted"
    assert cut(again).stack == was.stack
    # the key goes on where it was: it takes the plane away
    press(again, Key.Key_R)
    assert notice(again).text() == "The reformatted plane is gone."


def test_slices_are_seen_in_the_series_alone(reader: ReadingRoom, qtbot: QtBot) -> None:
    press(reader, Key.Key_R)
    turn(cells(reader)[0], -2)
    qtbot.wait(400)

    assert cells(reader)[0].in_sight is None
    panel = reader.images
    assert isinstance(panel, ImagesPanel)
    assert {glance.series for glance in panel.glances()} <= {
        view.series.code for row in panel.viewports[:-1] for cell in row if isinstance(view := cell.view, SeriesView)
    }


def test_nothing_is_drawn_or_measured_in_it(reader: ReadingRoom) -> None:
    press(reader, Key.Key_R)
    QTest.keyClick(reader, Key.Key_M)
    QApplication.processEvents()

    assert cut(reader).tool == ""
    assert cut(reader).marks is None

    cell = cells(reader)[0]
    middle, window = cell.rect().center(), cut(reader).window
    QTest.mousePress(cell, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(cell, middle + QPoint(40, 25))
    QTest.mouseRelease(cell, Qt.MouseButton.LeftButton, pos=middle + QPoint(40, 25))
    QTest.qWait(1)
    assert cut(reader).window == window
    assert notice(reader).text().startswith("Nothing is drawn in a reformatted plane")


def test_a_visit_whose_series_is_no_volume_says_why(qtbot: QtBot, case: CaseRecord) -> None:
    second = case.visits[1]
    few = tuple(replace(one, slices=one.slices[:3]) for one in second.series)
    short = replace(case, visits=(case.visits[0], replace(second, series=few)))
    room = a_room(qtbot, MemoryDoor(short), DESK)
    go(room, "ERO CAP 1")

    press(room, Key.Key_R)

    view = cells(room)[1].view
    assert isinstance(view, EmptyView)
    assert view.reason == "Not reformatted: it has fewer than 4 slices"


def test_window_and_grey_are_those_of_the_series(reader: ReadingRoom) -> None:
    press(reader, Key.Key_R)
    before = cut(reader).window

    QTest.keyClick(reader, Key.Key_W)
    QApplication.processEvents()

    panel = reader.images
    assert isinstance(panel, ImagesPanel)
    source = panel.viewports[0][0].view
    assert isinstance(source, SeriesView)
    assert cut(reader).window == source.window != before
