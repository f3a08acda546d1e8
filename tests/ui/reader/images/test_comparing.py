"""Both visits in one cell as a reader sees them: greys on the screen, and a key that is held."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from scoring.values import replace
from storage.records import CaseRecord
from tests.builders.cases import a_case, with_pixels
from tests.builders.rooms import DESK, a_room
from tests.builders.sessions import at
from tests.fakes.doors import MemoryDoor
from tests.ui.reader.conftest import Opener
from workstation.imaging.light.lit import Lit
from workstation.imaging.rigid import UNTURNED, Rigid
from workstation.reading.answers.focus_moves import GoTo
from workstation.reading.images.registration_link import OfferRegistration
from workstation.reading.images.view import SetWindow
from workstation.registering.proposal import Proposal
from workstation.ui.reader.images.panel import ImagesPanel
from workstation.ui.reader.images.view import SeriesView
from workstation.ui.reader.keys.held_blink import BLINK_MS
from workstation.ui.reader.window.room import ReadingRoom

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def brighter(case: CaseRecord) -> CaseRecord:
    """The follow-up with 1.5 times the baseline's values, and in a corner of each slice 300 more."""
    for first, second in zip(case.visits[0].series, case.visits[1].series, strict=True):
        shape = (len(first.slices), first.rows, first.columns)
        pixels = np.frombuffer((case.images / f"{first.code}.raw").read_bytes(), "<u2").reshape(shape) * 1.5
        pixels[:, 12:20, 12:20] += 300
        (case.images / f"{second.code}.raw").write_bytes(pixels.astype("<u2").tobytes())
    return case


@pytest.fixture
def lying(qtbot: QtBot, tmp_path: Path) -> Iterator[ReadingRoom]:
    """A room at the capitate's erosion, registered and matched: the follow-up lies where the baseline does."""
    case = brighter(with_pixels(a_case(images=tmp_path, moved_mm=(0.0, 0.0, 0.0))))
    room = a_room(qtbot, case, DESK)
    room.case.dispatch(GoTo(at("ERO CAP 1")))
    qtbot.waitUntil(room.images.all_loaded)
    lights = {
        series.code: Lit(0.0, 900.0 * gain, gain, 0.0, 900.0, 5000)
        for visit, gain in zip(case.visits, (1.0, 1.5), strict=True)
        for series in visit.series
    }
    # in place of the room's own, whichever came first: a light that stands is never replaced
    session = room.case.session
    assert session is not None
    view = session.state.view
    grey = replace(view.grey, lights=MappingProxyType(lights), waiting=MappingProxyType({}))
    session.state = replace(session.state, view=replace(view, grey=grey))
    room.case.dispatch(OfferRegistration(Proposal(Rigid(UNTURNED, (0.0, 0.0, 0.0)), 0.95, 0.5)))
    yield room
    room.close()


def grey_at(room: ReadingRoom, visit: int, row: int, column: int) -> int:
    """What is painted at the middle of a pixel of the first row's image."""
    panel = room.images
    assert isinstance(panel, ImagesPanel)
    cell = panel.viewports[0][visit - 1]
    view = cell.view
    assert isinstance(view, SeriesView)
    corner, (row_mm, column_mm) = view.corner_mm, view.stack.spacing_mm
    at = QPointF(corner[0] + (column + 0.5) * column_mm, corner[1] + (row + 0.5) * row_mm)
    where = cell.to_screen.map(at).toPoint()
    image = cell.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    return image.pixelColor(where).red()


def test_a_fade_paints_each_visit_by_its_share_in_its_own_window(lying: ReadingRoom) -> None:
    baseline, follow_up = grey_at(lying, 1, 16, 16), grey_at(lying, 2, 16, 16)
    assert follow_up > baseline + 30

    QTest.keyClick(lying, Qt.Key.Key_B, SHIFT)
    quarter = grey_at(lying, 1, 16, 16)
    QTest.keyClick(lying, Qt.Key.Key_B, SHIFT)
    half = grey_at(lying, 1, 16, 16)

    assert quarter == pytest.approx(0.75 * baseline + 0.25 * follow_up, abs=2)
    assert half == pytest.approx((baseline + follow_up) / 2, abs=2)
    # unchanged tissue stays as it was
    assert grey_at(lying, 1, 45, 50) == pytest.approx(grey_at(lying, 2, 45, 50), abs=2)


def test_a_difference_is_middle_grey_where_nothing_changed_and_brighter_where_signal_came(lying: ReadingRoom) -> None:
    QTest.keyClick(lying, Qt.Key.Key_B, CONTROL)

    assert grey_at(lying, 1, 45, 50) == pytest.approx(128, abs=1)
    # 300 more of 1.5 times are 200 of a window of 900: 200 / 900 of 255 above the middle
    assert grey_at(lying, 1, 16, 16) == pytest.approx(127.5 + 200 / 900 * 255, abs=2)


def test_a_narrower_window_makes_a_difference_plainer(lying: ReadingRoom) -> None:
    QTest.keyClick(lying, Qt.Key.Key_B, CONTROL)
    panel = lying.images
    assert isinstance(panel, ImagesPanel)
    view = panel.viewports[0][0].view
    assert isinstance(view, SeriesView)

    lying.case.dispatch(SetWindow(view.series.code, 0.0, 450.0))

    assert grey_at(lying, 1, 16, 16) == pytest.approx(127.5 + 200 / 450 * 255, abs=2)


def test_slices_are_not_counted_as_seen_while_something_lies_over_them(lying: ReadingRoom) -> None:
    panel = lying.images
    assert isinstance(panel, ImagesPanel)
    cell = panel.viewports[0][0]
    assert cell.in_sight is not None

    QTest.keyClick(lying, Qt.Key.Key_B, SHIFT)

    assert cell.in_sight is None
    assert panel.viewports[0][1].in_sight is not None


def test_the_heading_says_what_the_cells_show(lying: ReadingRoom) -> None:
    panel = lying.images
    assert isinstance(panel, ImagesPanel)
    heading = panel._headings.labels[1]

    QTest.keyClick(lying, Qt.Key.Key_B, SHIFT)
    assert heading.text().startswith("Baseline under 25 % of follow-up")
    QTest.keyClick(lying, Qt.Key.Key_B, CONTROL)
    assert heading.text().startswith("Follow-up less baseline")
    QTest.keyClick(lying, Qt.Key.Key_B)
    assert heading.text().startswith("Baseline:  Capitate")


def blinking(room: ReadingRoom) -> bool:
    assert room.state is not None
    return room.state.view.cells.blink


def test_a_short_press_shows_the_follow_up_until_the_next_one(room: ReadingRoom, qtbot: QtBot) -> None:
    QTest.keyClick(room, Qt.Key.Key_B)
    qtbot.wait(int(BLINK_MS * 1.5))
    assert blinking(room)

    QTest.keyClick(room, Qt.Key.Key_B)
    assert not blinking(room)


def test_a_key_that_is_held_blinks_at_a_steady_rate_and_ends_at_the_baseline(room: ReadingRoom, qtbot: QtBot) -> None:
    seen: list[bool] = []
    session = room.case.session
    assert session is not None
    session.listen(lambda _before, now: seen.append(now.view.cells.blink))

    QTest.keyPress(room, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: seen == [True, False, True], timeout=BLINK_MS * 10)
    QTest.keyRelease(room, Qt.Key.Key_B)

    assert seen == [True, False, True, False]
    qtbot.wait(int(BLINK_MS * 1.5))
    assert seen == [True, False, True, False]


def test_a_window_that_is_left_while_the_key_is_held_blinks_no_more(room: ReadingRoom, qtbot: QtBot) -> None:
    QTest.keyPress(room, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: not blinking(room), timeout=BLINK_MS * 10)

    QApplication.sendEvent(room, QEvent(QEvent.Type.WindowDeactivate))
    qtbot.wait(int(BLINK_MS * 2.5))

    assert not blinking(room)


def test_a_key_that_is_held_on_a_scan_alone_says_so_and_shows_nothing_else(open_on: Opener, qtbot: QtBot) -> None:
    case = a_case()
    room = open_on(MemoryDoor(replace(case, visits=case.visits[:1])))

    QTest.keyPress(room, Qt.Key.Key_B)
    qtbot.wait(int(BLINK_MS * 1.5))
    QTest.keyRelease(room, Qt.Key.Key_B)

    assert not blinking(room)
