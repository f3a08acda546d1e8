"""Rehearsal of the next site: what its key then needn't do, and that no cell shows another picture than its own."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from storage.study.reader import ReaderStudy
from tests.builders.rooms import a_room
from tests.ui.reader.ahead.rehearsing import A_MINUTE, counted, rehearsed, the_panel
from tests.ui.reader.test_monkey import a_trial
from workstation.reading.answers.focus_moves import GoTo
from workstation.reading.state import Focus
from workstation.ui.reader.ahead import rehearsal
from workstation.ui.reader.images import slice_image
from workstation.ui.reader.images.slice_image import SliceImage
from workstation.ui.reader.images.view import SeriesView
from workstation.ui.reader.images.viewport import Viewport
from workstation.ui.reader.images.volumes import Loaded
from workstation.ui.reader.window.room import ReadingRoom


@pytest.fixture
def room(qtbot: QtBot, tmp_path: Path) -> Iterator[ReadingRoom]:
    with ReaderStudy.open(a_trial(tmp_path / "trial"), "R1") as door:
        room = a_room(qtbot, door, (1400, 900))
        # of a side that nobody knows no site is expected anywhere
        room.case.open(next(one.case for one in door.worklist() if door.case(one.case).visits[0].side == "R"))
        qtbot.waitUntil(room.images.all_loaded)
        yield room
        room.close()


def slices_in_sight(room: ReadingRoom) -> list[int]:
    return [cell.view.index for row in the_panel(room).viewports for cell in row if isinstance(cell.view, SeriesView)]


def test_a_grade_that_goes_on_to_other_slices_resamples_none(
    room: ReadingRoom, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert room.state is not None
    sites = [site.code for site in room.state.scheme.feature(room.state.focus.feature).sites]
    moved = 0
    for site in sites[:-1]:
        room.case.dispatch(GoTo(Focus(room.state.focus.feature, site, 2)))
        rehearsed(qtbot, room)
        before = slices_in_sight(room)
        with monkeypatch.context() as patch:
            # what comes behind that one is not to be counted
            patch.setattr(rehearsal, "QUIET_MS", A_MINUTE)
            resampled = counted(patch, slice_image, "resample")
            drawn = counted(patch, slice_image, "to_screen")
            QTest.keyClick(room, Qt.Key.Key_1)
            QApplication.processEvents()

            assert (resampled, drawn) == ([], [])
        moved += slices_in_sight(room) != before

    assert moved


def test_what_was_rehearsed_and_is_wanted_still_is_not_resampled_again(
    room: ReadingRoom, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    rehearsed(qtbot, room)
    resampled = counted(monkeypatch, slice_image, "resample")

    # the other visit of the same site: what comes next is as it was
    QTest.keyClick(room, Qt.Key.Key_1)
    rehearsed(qtbot, room)

    assert resampled == []


def in_sight(room: ReadingRoom) -> list[Viewport]:
    return [cell for row in the_panel(room).viewports for cell in row if cell.isVisible()]


def drawn_anew(room: ReadingRoom) -> list[QImage]:
    """The cells by pictures that nothing was rehearsed of, from the pixels of the series that each is to show."""
    panel = the_panel(room)
    for cell in in_sight(room):
        view, pixels = cell.view, cell._pixels
        if isinstance(view, SeriesView) and isinstance(pixels, Loaded):
            if view.source is None:
                assert pixels.volume is panel.volume(view.series.code)
            cell._slice = SliceImage()
            cell._slice.show_slice(pixels.volume, view.index, view.window, inverted=view.inverted, smooth=view.smooth)
    return [cell.grab().toImage() for cell in in_sight(room)]


def compared(room: ReadingRoom) -> tuple[list[QImage], list[QImage]]:
    """What the cells show, and what they would without a rehearsal, of one and the same state.

    Grey and registration come when they come, and sizes settle in the turn after: then it is asked again.
    """
    while True:
        QApplication.processEvents()
        state, sizes = room.state, [cell.size() for cell in in_sight(room)]
        ours, anew = [cell.grab().toImage() for cell in in_sight(room)], drawn_anew(room)
        if room.state is state and sizes == [cell.size() for cell in in_sight(room)]:
            return ours, anew


# of what alters images: where they are, how they look, which they are, and how large
KEYS = (
    *("grade.1", "grade.0", "focus.down", "focus.up", "focus.right", "answer.undo") * 2,
    *("images.slice_down", "images.slice_up", "images.five_down", "images.alone_down") * 2,
    *("images.zoom_in", "images.zoom_out", "images.reset", "images.narrower", "images.wider", "images.invert"),
    *("images.smooth", "images.light", "images.reset_windows", "images.link", "images.expected", "images.lines"),
    *("focus.next_feature", "focus.previous_feature", "images.rows", "images.columns", "images.next_series"),
    *("images.blink", "images.fade", "images.reformat", "images.enlarge", "form.side", "form.turned_over"),
    *("looks.larger", "looks.usual", "looks.light", "case.next", "case.previous", "series.strip"),
)
SIZES = ((1400, 900), (1366, 768), (1201, 777))


@pytest.mark.parametrize("seed", range(3))
def test_after_any_keys_each_cell_is_as_it_would_be_without_a_rehearsal(
    room: ReadingRoom, qtbot: QtBot, seed: int
) -> None:
    random = Random(seed)
    for _ in range(40):
        act = random.choice((*KEYS, *SIZES))
        if isinstance(act, tuple):
            room.resize(*act)
        else:
            room._act(act)
        # in half of them the rehearsal has ended, in the others it hasn't begun or is under way
        if random.random() < 0.5 and the_panel(room)._alone is None:
            qtbot.waitUntil(room.images.all_loaded)
            rehearsed(qtbot, room)
        room._act(random.choice(KEYS))
        qtbot.waitUntil(room.images.all_loaded)

        ours, anew = compared(room)
        assert ours == anew, act


def test_pixels_of_a_case_that_was_left_are_not_held(
    room: ReadingRoom, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    rehearsed(qtbot, room)
    # nor until something else is rehearsed
    monkeypatch.setattr(rehearsal, "QUIET_MS", A_MINUTE)
    panel = the_panel(room)
    assert room.state is not None
    series = [one.code for visit in room.state.case.visits for one in visit.series]
    held = [weakref.ref(pixels) for pixels in map(panel.volume, series) if pixels is not None]
    left = room.state.case.code
    other = [one.case for one in room._door.worklist() if one.case != left]
    for code in other:
        # one pair is held ahead, which may be this one
        room.case.open(code)
        qtbot.waitUntil(room.images.all_loaded)
    gc.collect()
    assert held
    assert not any(pixels() is not None for pixels in held)
