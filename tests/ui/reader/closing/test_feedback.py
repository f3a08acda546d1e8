"""Feedback of a calibration by keys alone: signing shows the reference, a line goes to where the reference saw it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from scoring.agreement.estimates import Estimate, Reason
from scoring.calibration.feedback import feedback
from scoring.calibration.gates import shipped_gates
from scoring.calibration.measures import standing
from scoring.calibration.results import Measure
from scoring.comparison.grades import At, CaseRead
from scoring.readings.reading import Answer, AnswerChanged, Reading, SiteKey
from scoring.schemes.load import shipped_scheme
from storage.errors import StudyError
from storage.records import Sighting
from storage.study.calibrating.cases import Calibrated, CalibrationCase
from storage.study.calibrating.stand import Stand
from tests.builders.sessions import all_answers
from tests.builders.studies import answer, key
from tests.fakes.doors import MemoryDoor
from tests.ui.reader.conftest import Opener
from workstation.ui.reader.closing.feedback import FeedbackList
from workstation.ui.reader.closing.measures_figure import HEAD_PX, ROW_PX, MeasuresFigure
from workstation.ui.reader.window.room import ReadingRoom
from workstation.ui.shared import theme

FIRST, SECOND = "K7QM2", "B4XR9"
CAPITATE, HAMATE = key("1 ERO CAP"), key("2 ERO HAM")
POINT = (1.0, -2.0, 3.0)


def _reading(grades: Mapping[SiteKey, str]) -> Reading:
    reading = all_answers(0)
    for at, word in grades.items():
        reading = reading.applied(AnswerChanged(at, reading.answer(at), answer(word)))
    return reading


def _stand(door: MemoryDoor, case: str, reference: Reading, seen: Mapping[tuple[SiteKey, Answer], Sighting]) -> Stand:
    given = door._readings[case]
    pair = CalibrationCase(case, "S001", given, reference, seen, "2026-03-01T10:00:00.000Z")
    found = standing(door.scheme, [CaseRead("S001", (given, reference))], shipped_gates(door.scheme), level=0.95)
    of = Calibrated("ES", ("EX",), (pair,), 0, 1)
    return Stand("learning", door.scheme, of, found, pair, feedback(door.scheme, given, reference), "ab" * 32, "", "cd")


@pytest.fixture
def learning(door: MemoryDoor, open_on: Opener) -> ReadingRoom:
    """A case of zeros, whose reference has 4 at the capitate and 1 at the hamate, the former seen at POINT."""
    reference = _reading({CAPITATE: "4", HAMATE: "1"})
    four = reference.answer(CAPITATE)
    assert four is not None
    seen = {(CAPITATE, four): Sighting("T1", 3, POINT, 0.0, 100.0)}
    door._readings[FIRST] = all_answers(0)
    door.save_bookmark(FIRST, "{}")
    room = open_on(door)
    room.closer.calibration = lambda case: _stand(door, case, reference, seen)
    return room


def _press(room: ReadingRoom, key_: Qt.Key, *, control: bool = False) -> None:
    modifier = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
    # typed as if there were always one
    focused: QWidget | None = room.focusWidget()
    QTest.keyClick(room if focused is None else focused, key_, modifier)


def _sign(room: ReadingRoom) -> None:
    _press(room, Qt.Key.Key_Return, control=True)
    _press(room, Qt.Key.Key_Return)


def _lines(room: ReadingRoom) -> list[str]:
    (found,) = [item for item in room.findChildren(FeedbackList) if item.isVisible()]
    return [found.item(row).text() for row in range(found.count())]


def _said(room: ReadingRoom) -> str:
    return " ".join(label.text() for label in room.findChildren(QLabel) if label.isVisible())


def test_a_signature_shows_the_farthest_site_first_and_what_is_missing(learning: ReadingRoom) -> None:
    _sign(learning)

    assert _lines(learning) == [
        "Erosion, Capitate, baseline: 0, reference 4 (more than one grade off)",
        "Erosion, Hamate, follow-up: 0, reference 1 (one grade off)",
    ]
    assert "Not passed yet: 9 more cases to finish; 15 of 15 gates not passed" in _said(learning)
    assert "Erosion: 28 the same, 1 one grade off, 1 farther; sum of differences -5.0" in _said(learning)


def test_a_line_goes_to_where_the_reference_saw_it_and_the_key_for_signing_comes_back_to_that_line(
    learning: ReadingRoom,
) -> None:
    _sign(learning)
    _press(learning, Qt.Key.Key_Down)
    _press(learning, Qt.Key.Key_Return)

    state = learning.state
    assert state is not None
    assert (state.focus.visit, str(state.focus.site)) == (1, "CAP")
    assert state.view.cursor_mm[1] == POINT
    assert "goes back to the comparison with the reference" in _said(learning)
    _press(learning, Qt.Key.Key_Return, control=True)
    (found,) = [item for item in learning.findChildren(FeedbackList) if item.isVisible()]
    assert (found.currentRow(), found.hasFocus()) == (0, True)


def test_return_goes_on_to_the_next_case(learning: ReadingRoom) -> None:
    _sign(learning)
    _press(learning, Qt.Key.Key_Return)

    assert learning.state is not None
    assert learning.state.case.code == SECOND


def test_a_reference_that_isn_t_signed_yet_is_said_and_the_signature_stands(
    learning: ReadingRoom, door: MemoryDoor
) -> None:
    def not_yet(_case: str) -> None:
        raise StudyError("the reference hasn't signed this case yet")

    learning.closer.calibration = not_yet
    _sign(learning)

    assert door.status[FIRST] == "signed"
    assert "the reference hasn't signed this case yet" in _said(learning)
    assert f"Case {FIRST} is signed" in _said(learning)


def test_before_the_signature_nothing_of_the_reference_is_shown(learning: ReadingRoom) -> None:
    _press(learning, Qt.Key.Key_Return, control=True)

    assert "reference" not in _said(learning)


def test_the_figure_has_a_row_for_each_measure_and_says_it_in_words(learning: ReadingRoom) -> None:
    _sign(learning)

    (figure,) = [item for item in learning.findChildren(MeasuresFigure) if item.isVisible()]
    told = figure.accessibleDescription().split("; Synovitis")
    assert figure.height() > HEAD_PX + 15 * ROW_PX
    assert told[0].startswith("Synovitis total, baseline: n 1, ICC ")
    assert figure.accessibleDescription().count("bias") == 15


def _measure(at: At, icc: float | None, bias: tuple[float, float, float], above: float | None = 0.8) -> Measure:
    total = shipped_scheme().totals[0]
    found = Estimate(None, None, None, Reason.ZERO_TOTAL_VARIANCE) if icc is None else Estimate(icc, 0.5, 0.95, None)
    return Measure(total, at, 10, found, Estimate(*bias, None), above)


def test_icc_goes_from_0_to_1_and_bias_to_the_farthest_end_of_an_interval(qtbot: QtBot) -> None:
    figure = MeasuresFigure(
        [_measure(At.BASELINE, 0.9, (1.0, -2.0, 4.0)), _measure(At.CHANGE, None, (-6.0, -8.0, 1.0))]
    )
    qtbot.addWidget(figure)
    figure.resize(400, figure.height())

    assert figure.reach == 8.0
    left, right = figure.icc_x(0.0), figure.icc_x(1.0)
    assert figure.icc_x(0.8) == pytest.approx(left + 0.8 * (right - left))
    assert figure.icc_x(-0.4) == left
    middle = figure.bias_x(0.0)
    assert middle > right
    assert figure.bias_x(8.0) - middle == pytest.approx(middle - figure.bias_x(-8.0))
    assert figure.bias_x(8.0) <= 400
    assert [figure.row_at(y) for y in (0.0, HEAD_PX + 1.0, HEAD_PX + ROW_PX + 1.0, HEAD_PX + 2 * ROW_PX + 1.0)] == [
        None,
        0,
        1,
        None,
    ]


def test_what_isnt_passed_is_open_and_of_another_colour(qtbot: QtBot) -> None:
    def colours(icc: float) -> set[str]:
        figure = MeasuresFigure([_measure(At.BASELINE, icc, (0.0, -1.0, 1.0))])
        qtbot.addWidget(figure)
        figure.resize(400, figure.height())
        image = figure.grab().toImage()
        y = round(HEAD_PX + ROW_PX / 2)
        return {image.pixelColor(x, y).name() for x in range(round(figure.icc_x(0.0)), 400)}

    passed, missed = colours(0.9), colours(0.7)
    assert theme.ACCENT in passed
    assert theme.REFUSED in missed
    assert theme.ACCENT not in missed


def test_nothing_that_plots_comes_into_the_reading_room(learning: ReadingRoom) -> None:
    _sign(learning)

    assert [item for item in learning.findChildren(MeasuresFigure) if item.isVisible()]
    code = "import sys, workstation.ui.reader.closing.feedback; sys.exit('pyqtgraph' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
