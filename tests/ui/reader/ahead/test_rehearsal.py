"""Rehearsal of the next feature: what a key then needn't do, and that its images are those drawn without it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPaintDevice, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from storage.records import CaseRecord
from tests.builders.rooms import a_room
from tests.builders.series import a_case
from tests.ui.reader.ahead.rehearsing import A_MINUTE, counted, pictures, rehearsed, the_panel
from workstation.reading.answers.focus_moves import MoveFeature
from workstation.reading.images.view import Zoom
from workstation.ui.reader.ahead import rehearsal
from workstation.ui.reader.cells import laying_out
from workstation.ui.reader.cells.grid import Arrangement, Grid
from workstation.ui.reader.images import overlay, slice_image
from workstation.ui.reader.images import panel as panels
from workstation.ui.reader.window.room import ReadingRoom


@pytest.fixture
def case(tmp_path: Path) -> CaseRecord:
    return a_case(tmp_path / "images")


@pytest.fixture
def room(qtbot: QtBot, case: CaseRecord) -> Iterator[ReadingRoom]:
    room = a_room(qtbot, case, (1400, 900))
    qtbot.waitUntil(room.images.all_loaded)
    yield room
    room.close()


def test_a_feature_that_was_foreseen_resamples_no_slice_when_it_comes(
    room: ReadingRoom, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    features = 4
    for _ in range(features):
        rehearsed(qtbot, room)
        with monkeypatch.context() as patch:
            # what comes behind that one is not to be counted
            patch.setattr(rehearsal, "QUIET_MS", A_MINUTE)
            resampled = counted(patch, slice_image, "resample")
            drawn = counted(patch, slice_image, "to_screen")
            room.case.dispatch(MoveFeature(1))
            QApplication.processEvents()

            assert (resampled, drawn) == ([], [])


def test_it_looks_as_it_would_without_being_foreseen(room: ReadingRoom, qtbot: QtBot) -> None:
    for _ in range(4):
        rehearsed(qtbot, room)
        room.case.dispatch(MoveFeature(1))
        ours = pictures(room)
        for pair in the_panel(room).viewports:
            for cell in pair:
                cell._slice._grid = None
                cell.update()

        assert pictures(room) == ours


def test_another_zoom_is_rehearsed_anew(room: ReadingRoom, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    rehearsed(qtbot, room)
    room.case.dispatch(Zoom(1.5))
    rehearsed(qtbot, room)
    monkeypatch.setattr(rehearsal, "QUIET_MS", A_MINUTE)
    resampled = counted(monkeypatch, slice_image, "resample")

    room.case.dispatch(MoveFeature(1))
    QApplication.processEvents()

    assert resampled == []


def test_another_feature_is_arranged_once(room: ReadingRoom, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(4):
        rehearsed(qtbot, room)
        with monkeypatch.context() as patch:
            # what comes behind that one is not to be counted
            patch.setattr(rehearsal, "QUIET_MS", A_MINUTE)
            arranged = counted(patch, panels, "arrange")
            room.case.dispatch(MoveFeature(1))
            QApplication.processEvents()

            assert len(arranged) == 1


def test_a_grade_that_ends_a_feature_finds_the_next_one_ready(
    room: ReadingRoom, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert room.state is not None
    first = room.state.focus.feature
    resampled: list[int] = []
    while room.state.focus.feature == first:
        rehearsed(qtbot, room)
        with monkeypatch.context() as patch:
            patch.setattr(rehearsal, "QUIET_MS", A_MINUTE)
            resampled = counted(patch, slice_image, "resample")
            QTest.keyClick(room, Qt.Key.Key_1)
            QApplication.processEvents()

    assert resampled == []


@pytest.mark.parametrize(
    "grid",
    [
        Grid(2),
        Grid(4, Arrangement.BLOCKS),
        Grid(3, Arrangement.ABOVE),
        Grid(1),
        Grid(3, Arrangement.BESIDE, frozenset({0, 2})),
        Grid(3, Arrangement.ABOVE, frozenset({1})),
    ],
)
def test_cells_are_as_large_as_they_are_foreseen(room: ReadingRoom, grid: Grid) -> None:
    panel = the_panel(room)
    heading = panel._headings.labels[1].height()
    assert grid != panel._cells

    hung = panel._cells
    panel._lay_out(grid)
    found = laying_out.sizes(grid, (1, 2), QSize(panel.width(), panel.height()), heading)
    shown = {at: cell.size() for at, cell in panel._cells_at()}
    # nothing hangs so: by the time something is drawn again, the cells are those of the series that do
    panel._lay_out(hung)

    assert found == shown
    assert len(found) == 2 * grid.series


@pytest.mark.qt_no_exception_capture
def test_a_fault_in_the_rehearsal_leaves_no_painter_open_and_the_room_goes_on(
    room: ReadingRoom, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    # both kept from here on: Qt ends the process where an image goes that is still painted on
    used: list[tuple[QPainter, QPaintDevice]] = []
    caught: list[type[BaseException]] = []

    def fail(painter: QPainter, *_: object) -> None:
        used.append((painter, painter.device()))
        raise ValueError

    rehearsed(qtbot, room)
    assert room.state is not None
    before = room.state.focus.feature
    with monkeypatch.context() as patch:
        patch.setattr(sys, "excepthook", lambda kind, *_: caught.append(kind))
        patch.setattr(overlay, "draw_series", fail)
        for pair in the_panel(room).viewports:
            for cell in pair:
                # nobody looks: what fails is the rehearsal alone
                cell.setUpdatesEnabled(False)
        room.case.dispatch(Zoom(1.5))
        rehearsed(qtbot, room)
    still_open = [painter for painter, _ in used if painter.isActive()]
    for painter in still_open:
        painter.end()
    room.case.dispatch(MoveFeature(1))

    assert still_open == []
    assert used
    assert set(caught) == {ValueError}
    assert room.state.focus.feature != before
