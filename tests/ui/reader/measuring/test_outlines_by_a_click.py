"""Outlines by one click in a cell, mended by dragging the border, taken back by Backspace and Escape."""

from __future__ import annotations

from collections.abc import Iterator
from math import pi
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
from tests.builders.sessions import at, grade
from workstation.imaging.rings import area_mm2
from workstation.reading.answers.focus_moves import GoTo
from workstation.reading.answers.measuring import marks_at
from workstation.reading.images.view import SetWindow
from workstation.reading.tools.outlines import Outline
from workstation.ui.reader.images.panel import ImagesPanel
from workstation.ui.reader.images.view import SeriesView
from workstation.ui.reader.window.room import ReadingRoom

BONE, LESION = 9.0, 4.0


@pytest.fixture(params=["", "90", "mirrored-270"])
def case(request: pytest.FixtureRequest, tmp_path: Path) -> CaseRecord:
    """A bone of 9 pixels round the middle of each slice, a lesion of 4 in it, in pictures that are turned."""
    made = a_case(images=tmp_path)
    for visit in made.visits:
        for series in visit.series:
            rows, columns = np.ogrid[: series.rows, : series.columns]
            off = np.hypot(rows - (series.rows - 1) / 2, columns - (series.columns - 1) / 2)
            one = np.where(off < LESION, 3500, np.where(off < BONE, 2000, 100))
            (tmp_path / f"{series.code}.raw").write_bytes(np.stack([one] * len(series.slices)).astype("<u2").tobytes())
    return replace(
        made,
        visits=tuple(
            replace(visit, series=tuple(replace(one, turn=request.param, maximum=4095) for one in visit.series))
            for visit in made.visits
        ),
    )


@pytest.fixture
def room(qtbot: QtBot, case: CaseRecord) -> Iterator[ReadingRoom]:
    made = a_room(qtbot, case, DESK)
    made.case.dispatch(GoTo(at("ERO CAP 1")))
    panel = made.images
    assert isinstance(panel, ImagesPanel)
    qtbot.waitUntil(panel.all_loaded)
    view = panel.viewports[0][0].view
    assert isinstance(view, SeriesView)
    # a window in which bone and lesion differ
    made.case.dispatch(SetWindow(view.series.code, 0, 4000))
    QTest.keyClick(made, Qt.Key.Key_M, Qt.KeyboardModifier.ShiftModifier)
    yield made
    made.close()


def place(room: ReadingRoom, off: tuple[float, float]) -> QPoint:
    """That many pixels of the picture right and down of its middle, in the first cell."""
    panel = room.images
    assert isinstance(panel, ImagesPanel)
    cell = panel.viewports[0][0]
    view = cell.view
    assert isinstance(view, SeriesView)
    (left, top), (row_mm, column_mm) = view.corner_mm, view.stack.spacing_mm
    middle = (view.series.columns / 2 + off[0], view.series.rows / 2 + off[1])
    return cell.to_screen.map(QPointF(left + middle[0] * column_mm, top + middle[1] * row_mm)).toPoint()


def click(room: ReadingRoom, off: tuple[float, float]) -> None:
    panel = room.images
    assert isinstance(panel, ImagesPanel)
    QTest.mouseClick(panel.viewports[0][0], Qt.MouseButton.LeftButton, pos=place(room, off))


def drag(room: ReadingRoom, start: tuple[float, float], end: tuple[float, float]) -> None:
    panel = room.images
    assert isinstance(panel, ImagesPanel)
    cell = panel.viewports[0][0]
    QTest.mousePress(cell, Qt.MouseButton.LeftButton, pos=place(room, start))
    for share in (0.3, 0.6, 1.0):
        on = (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)
        QTest.mouseMove(cell, place(room, on))
    QTest.mouseRelease(cell, Qt.MouseButton.LeftButton, pos=place(room, end))


def outlines(room: ReadingRoom) -> tuple[Outline, ...]:
    assert room.state is not None
    return marks_at(room.state, room.state.focus.key).of(Outline)


def pixel_mm2(room: ReadingRoom) -> float:
    panel = room.images
    assert isinstance(panel, ImagesPanel)
    view = panel.viewports[0][0].view
    assert isinstance(view, SeriesView)
    return view.stack.spacing_mm[0] * view.stack.spacing_mm[1]


def said(room: ReadingRoom) -> str:
    assert room.state is not None
    assert room.state.notice is not None
    return room.state.notice.text


def test_a_click_in_bone_and_one_in_the_lesion_give_the_share_and_the_grade_that_it_would_be(
    room: ReadingRoom,
) -> None:
    click(room, (7, 0))
    (bone,) = outlines(room)
    # the lesion is a hole of what was clicked, and belongs to the bone
    assert area_mm2(bone.ring) == pytest.approx(pi * BONE**2 * pixel_mm2(room), rel=0.12)
    assert bone.shapes[0].words.endswith("mm\N{SUPERSCRIPT TWO}")  # type: ignore[union-attr] # a ring

    QTest.keyClick(room, Qt.Key.Key_M, Qt.KeyboardModifier.ShiftModifier)
    click(room, (0, 0))

    share = float(said(room).partition(" %")[0])
    # (4 / 9) squared is 19.8 per cent; a pixel of border more or less is 5 points of it
    assert share == pytest.approx(100 * (LESION / BONE) ** 2, abs=6)
    assert "this would be grade 2. You decide." in said(room)
    assert room.state is not None
    assert room.state.reading.answers == {}


def test_a_drag_at_the_border_mends_it_and_draws_no_second_one(room: ReadingRoom) -> None:
    click(room, (7, 0))
    (before,) = outlines(room)

    drag(room, (9, 0), (13, 0))

    (after,) = outlines(room)
    assert area_mm2(after.ring) > area_mm2(before.ring) * 1.02


def test_backspace_takes_back_stroke_after_stroke_and_then_clears_the_grade(room: ReadingRoom) -> None:
    QTest.keyClick(room, Qt.Key.Key_2)
    assert room.state is not None
    room.case.dispatch(GoTo(at("ERO CAP 1")))
    click(room, (7, 0))
    drag(room, (9, 0), (13, 0))
    assert len(outlines(room)) == 1

    QTest.keyClick(room, Qt.Key.Key_Backspace)
    QTest.keyClick(room, Qt.Key.Key_Backspace)
    assert outlines(room) == ()
    assert room.state.reading.answer(at("ERO CAP 1").key) == grade(2)

    QTest.keyClick(room, Qt.Key.Key_Backspace)
    assert room.state.reading.answer(at("ERO CAP 1").key) is None


def test_escape_takes_back_what_was_drawn_and_then_puts_the_tool_away(room: ReadingRoom) -> None:
    click(room, (7, 0))

    QTest.keyClick(room, Qt.Key.Key_Escape)
    assert outlines(room) == ()
    assert room.state is not None
    assert room.state.view.tool == "bone"

    QTest.keyClick(room, Qt.Key.Key_Escape)
    assert room.state.view.tool == ""


def test_a_grown_outline_is_kept_with_the_grade_as_any_other(room: ReadingRoom) -> None:
    click(room, (7, 0))
    QTest.keyClick(room, Qt.Key.Key_M, Qt.KeyboardModifier.ShiftModifier)
    click(room, (0, 0))
    QTest.keyClick(room, Qt.Key.Key_1)

    assert room.state is not None
    address_of_images = room.state.sightings[at("ERO CAP 1").key, grade(1)]
    assert address_of_images.measured == "share_percent"
    assert '"outlines":[{' in address_of_images.marks
