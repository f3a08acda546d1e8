"""Two other readings in the form: in the cells, at the grades, by the keys; and of a blind case nothing of it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from storage.records import BesideAnswer
from tests.builders.cases import a_case
from tests.builders.sessions import at, grade
from tests.fakes.doors import MemoryDoor
from tests.ui.reader.conftest import Opener
from tests.ui.reader.test_keyboard import go, notice
from workstation.ui.reader.form.grade_card import GradeLine
from workstation.ui.reader.form.site_model import BASELINE
from workstation.ui.reader.form.site_table import WIDTHS_PX
from workstation.ui.reader.window.room import ReadingRoom

CAP = at("ERO CAP 1").key


def _door(*, beside: bool = True) -> MemoryDoor:
    door = MemoryDoor(a_case("K7QM2"))
    series = door.case("K7QM2").visits[0].series[0].code
    two = (BesideAnswer(grade(2)), BesideAnswer(grade(5), series, 1, (1.0, 2.0, 3.0)))
    door.beside_of = {"K7QM2": {CAP: two}} if beside else {}
    return door


def _cell(room: ReadingRoom, role: Qt.ItemDataRole) -> str:
    model = room.form.table.model()
    row = next(row for row in range(model.rowCount()) if model.index(row, 0).data() == "CAP")
    return str(model.index(row, BASELINE).data(role))


def _named(room: ReadingRoom) -> dict[str, str]:
    """What stands at the right of each grade that has something there."""
    lines = [line for line in room.form.card.findChildren(GradeLine) if line.isVisible()]
    last = {str(line.grade): line.findChildren(QLabel)[-1] for line in lines}
    return {
        name: label.text() for name, label in last.items() if label.isVisible() and label.text() in {"A", "B", "A B"}
    }


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)])
def test_both_readings_stand_in_the_cell_and_at_their_grades_and_are_spoken(
    open_on: Opener, size: tuple[int, int]
) -> None:
    room = open_on(_door())
    room.resize(*size)
    go(room, "ERO CAP 1")

    assert _cell(room, Qt.ItemDataRole.AccessibleTextRole).endswith("blank; Reading A 2, B 5, in focus")
    assert _named(room) == {"2": "A", "5": "B"}
    assert room.form.table.columnWidth(BASELINE) > WIDTHS_PX[BASELINE]
    go(room, "ERO CAP 2")
    assert _named(room) == {}


def test_keys_take_and_show_them_and_the_record_has_it(open_on: Opener) -> None:
    door = _door()
    room = open_on(door)
    go(room, "ERO CAP 1")

    QTest.keyClick(room, Qt.Key.Key_F5)
    assert notice(room).text() == "Erosion, Capitate, baseline: reading B gave 5 here."
    assert door.reading("K7QM2").answer(CAP) is None
    QTest.keyClick(room, Qt.Key.Key_F3)

    assert door.reading("K7QM2").answer(CAP) == grade(5)
    assert door.viewings("K7QM2")[CAP, grade(5)].by == "TAKEN_B"
    go(room, "ERO CAP 1")
    QTest.keyClick(room, Qt.Key.Key_F2)
    viewing = door.viewings("K7QM2")[CAP, grade(2)]
    assert (viewing.by, viewing.beside) == ("TAKEN_A", True)


def test_a_case_that_is_read_blind_looks_as_ever(open_on: Opener) -> None:
    room = open_on(_door(beside=False))
    go(room, "ERO CAP 1")

    QTest.keyClick(room, Qt.Key.Key_F2)

    assert "No other reading is shown here" in notice(room).text()
    assert _cell(room, Qt.ItemDataRole.AccessibleTextRole).endswith("blank, in focus")
    assert _named(room) == {}
    assert room.form.table.columnWidth(BASELINE) == WIDTHS_PX[BASELINE]
