"""Schemes of MR, of letters and of the knee are read whole by keys alone; what hangs is what it is judged on."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import Graded
from scoring.schemes.folder import shipped_ids
from scoring.schemes.load import shipped_scheme
from scoring.schemes.scheme import Scale, grades_on
from tests.builders.cases import a_case, with_pixels
from tests.builders.rooms import DESK, a_room
from tests.fakes.doors import MemoryDoor
from workstation.app.schemes.given import scheme_to_show
from workstation.hanging.layout import layout_of
from workstation.hanging.matching import Shown, match
from workstation.ui.reader.window.room import ReadingRoom

Key = Qt.Key
# folders of one's own: grades that are letters, and another joint than the wrist
LETTERED, KNEE = (str(Path(__file__).parents[2] / "scoring" / "schemes" / name) for name in ("lettered", "moaks-knee"))
OF_MR = [*(scheme_id for scheme_id in shipped_ids() if shipped_scheme(scheme_id).modality == "MR"), LETTERED]


def typed(room: ReadingRoom, scale: Scale, grade: Decimal) -> None:
    """The key that the scheme gives the grade, else the digit of its number, with a full stop behind it for a half."""
    own = next((one.key for one in scale.grades if one.grade == grade), "")
    whole = int(grade)
    if own:
        QTest.keySequence(room, QKeySequence(own))
        return
    QTest.keyClick(room, Key.Key_X if whole == 10 else Key(Key.Key_0 + whole))
    if grade != whole:
        QTest.keyClick(room, Key.Key_Period)


@pytest.mark.parametrize("given", [*OF_MR, KNEE])
def test_a_whole_pair_is_read_by_keys_alone(given: str, qtbot: QtBot, tmp_path: Path) -> None:
    scheme = scheme_to_show(given)
    door = MemoryDoor(with_pixels(a_case(images=tmp_path)))
    door.scheme = scheme
    room = a_room(qtbot, door, DESK)
    expected = {}
    for place, key in enumerate(keys_in_reading_order(scheme)):
        allowed = grades_on(scheme.feature(key.feature).scale)
        grade = expected[key] = allowed[place % len(allowed)]
        typed(room, scheme.feature(key.feature).scale, grade)

    answers = {key: door.reading("K7QM2").answer(key) for key in expected}
    room.close()

    assert answers == {key: Graded(Decimal(grade)) for key, grade in expected.items()}


@pytest.mark.parametrize("given", OF_MR)
def test_the_first_row_of_each_feature_is_a_series_that_it_is_judged_on(given: str) -> None:
    scheme, case = scheme_to_show(given), a_case()

    for feature in scheme.features:
        first = match(layout_of(scheme), feature.code, case.visits, 1).rows[0].cells[0]
        assert isinstance(first, Shown)
        assert (first.series.kind, first.series.plane) in {(ref.kind, ref.plane) for ref in feature.judged_on}
