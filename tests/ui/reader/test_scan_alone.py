"""The room on a case of one visit: 43 sites by keys, one column, images that fill the window, no word of baseline."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QTableView
from pytestqt.qtbot import QtBot

from scoring.values import replace
from storage.records import CaseRecord
from tests.builders.cases import a_case, with_pixels
from tests.builders.rooms import DESK, LAPTOP, a_room
from tests.fakes.doors import MemoryDoor
from workstation.ui.reader.form.site_model import BASELINE, CHANGE, FOLLOW_UP
from workstation.ui.reader.images.panel import ImagesPanel
from workstation.ui.reader.window.room import ReadingRoom

SCAN, PAIR = "K7QM2", "B4XR9"


def _a_scan(code: str = SCAN) -> CaseRecord:
    pair = a_case(code)
    return replace(pair, visits=pair.visits[:1])


@pytest.fixture
def door() -> MemoryDoor:
    """A scan, then a pair."""
    return MemoryDoor(_a_scan(), a_case(PAIR))


def _seen(room: ReadingRoom) -> str:
    return " | ".join(label.text() for label in room.findChildren(QLabel) if label.isVisible())


def _columns(room: ReadingRoom) -> tuple[list[int], list[str]]:
    table = room.findChild(QTableView, "sites")
    assert isinstance(table, QTableView)
    shown = [column for column in (BASELINE, FOLLOW_UP, CHANGE) if not table.isColumnHidden(column)]
    return shown, [str(table.model().headerData(column, Qt.Orientation.Horizontal)) for column in shown]


def test_a_scan_is_read_whole_with_43_keys_and_none_of_them_goes_elsewhere(room: ReadingRoom, door: MemoryDoor) -> None:
    for _ in range(43):
        QTest.keyClick(room, Qt.Key.Key_0)

    assert len(door.recorded) == 43
    assert {change.key.visit for _, change, _ in door.recorded} == {1}
    assert "43 of 43 read" in _seen(room)
    assert (door.worklist()[0].answered, door.worklist()[0].wanted) == (43, 43)


def test_the_keys_for_the_other_visit_are_refused_with_one_line_and_change_nothing(
    room: ReadingRoom, door: MemoryDoor
) -> None:
    QTest.keyClick(room, Qt.Key.Key_1)
    for key in (Qt.Key.Key_C, Qt.Key.Key_B, Qt.Key.Key_L, Qt.Key.Key_G):
        QTest.keyClick(room, key)

        assert "This case shows one scan alone" in _seen(room)

    assert len(door.recorded) == 1


def test_the_form_of_a_scan_has_one_column_and_that_of_the_pair_behind_it_three(room: ReadingRoom) -> None:
    assert _columns(room) == ([BASELINE], ["Scan"])
    assert "43" in _seen(room)

    QTest.keyClick(room, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert _columns(room) == ([BASELINE, FOLLOW_UP, CHANGE], ["Baseline", "Follow-up", "Change"])

    QTest.keyClick(room, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert _columns(room) == ([BASELINE], ["Scan"])


def test_no_label_in_sight_names_a_visit_before_and_after_each_key(room: ReadingRoom) -> None:
    for key in (None, Qt.Key.Key_2, Qt.Key.Key_U, Qt.Key.Key_Z, Qt.Key.Key_Z, Qt.Key.Key_Up, Qt.Key.Key_X):
        if key is not None:
            QTest.keyClick(room, key)

        told = [word for word in ("baseline", "follow-up", "visit a") if word in _seen(room).lower()]
        assert told == [], key


def test_a_signed_scan_had_43_answers_and_no_question_about_another_visit(room: ReadingRoom, door: MemoryDoor) -> None:
    for _ in range(43):
        QTest.keyClick(room, Qt.Key.Key_0)

    QTest.keyClick(room, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(room.focusWidget(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    assert door.status[SCAN] == "signed"


@pytest.fixture
def shown(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[[tuple[int, int]], ImagesPanel]]:
    """The images of a scan in a room of a size."""
    rooms: list[ReadingRoom] = []

    def show(size: tuple[int, int]) -> ImagesPanel:
        case = with_pixels(replace(_a_scan(), images=tmp_path / "images"))
        rooms.append(a_room(qtbot, case, size))
        panel = rooms[-1].findChild(ImagesPanel)
        assert isinstance(panel, ImagesPanel)
        qtbot.waitUntil(panel.all_loaded)
        return panel

    yield show
    for room in rooms:
        room.close()


@pytest.mark.parametrize("size", [LAPTOP, DESK])
def test_the_images_of_a_scan_fill_the_room_and_leave_no_half_for_a_visit_that_is_not_there(
    shown: Callable[[tuple[int, int]], ImagesPanel], size: tuple[int, int]
) -> None:
    panel = shown(size)

    cells = [cell for row in panel.viewports for cell in row if cell.isVisible()]
    area = sum(cell.width() * cell.height() for cell in cells)
    # the heading and thin gaps alone are left
    assert area > 0.93 * panel.width() * panel.height()
    headings = [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]
    assert len(headings) == 1
    assert headings[0].startswith("Scan:")


def test_keys_reach_each_of_the_four_series_of_a_scan_and_come_round_to_the_first(
    shown: Callable[[tuple[int, int]], ImagesPanel],
) -> None:
    panel = shown(DESK)
    room = panel.window()
    cells = [cell for row in panel.viewports for cell in row if cell.isVisible()]
    assert len(cells) == 4

    reached = [panel.primary_series()]
    for _ in range(4):
        QTest.keyClick(room, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
        reached.append(panel.primary_series())

    assert len(set(reached)) == 4
    assert reached[4] == reached[0]
