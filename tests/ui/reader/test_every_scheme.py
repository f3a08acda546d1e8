"""Every shipped scheme of MR images, read whole in a real window by keys alone; what hangs is what it is judged on."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import Graded
from scoring.schemes.folder import shipped_ids
from scoring.schemes.load import shipped_scheme
from scoring.schemes.scheme import grades_on
from tests.builders.cases import a_case, with_pixels
from tests.builders.rooms import DESK, a_room
from tests.fakes.doors import MemoryDoor
from workstation.hanging.layout import layout_of
from workstation.hanging.matching import Shown, match

Key = Qt.Key
OF_MR = [scheme_id for scheme_id in shipped_ids() if shipped_scheme(scheme_id).modality == "MR"]


@pytest.mark.parametrize("scheme_id", OF_MR)
def test_a_whole_pair_is_read_by_keys_alone(scheme_id: str, qtbot: QtBot, tmp_path: Path) -> None:
    scheme = shipped_scheme(scheme_id)
    door = MemoryDoor(with_pixels(a_case(images=tmp_path)))
    door.scheme = scheme
    room = a_room(qtbot, door, DESK)
    expected = {}
    for place, key in enumerate(keys_in_reading_order(scheme)):
        allowed = grades_on(scheme.feature(key.feature).scale)
        grade = expected[key] = allowed[place % len(allowed)]
        whole = int(grade)
        QTest.keyClick(room, Key.Key_X if whole == 10 else Key(Key.Key_0 + whole))
        if grade != whole:
            QTest.keyClick(room, Key.Key_Period)

    answers = {key: door.reading("K7QM2").answer(key) for key in expected}
    room.close()

    assert answers == {key: Graded(Decimal(grade)) for key, grade in expected.items()}


@pytest.mark.parametrize("scheme_id", OF_MR)
def test_the_first_row_of_each_feature_is_a_series_that_it_is_judged_on(scheme_id: str) -> None:
    scheme, case = shipped_scheme(scheme_id), a_case()

    for feature in scheme.features:
        first = match(layout_of(scheme), feature.code, case.visits, 1).rows[0].cells[0]
        assert isinstance(first, Shown)
        assert (first.series.kind, first.series.plane) in {(ref.kind, ref.plane) for ref in feature.judged_on}
