"""Names of totals: with what they stand for where there is room."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.builders.sessions import SCHEME, at
from workstation.reading.answers.focus_moves import GoTo
from workstation.ui.reader.form.totals_panel import names
from workstation.ui.reader.window.room import ReadingRoom
from workstation.ui.shared import theme

INFLAMMATION = "MRI(i): inflammation, the sum of synovitis, osteitis and tenosynovitis"


def test_a_total_is_named_by_what_stands_before_the_colon_and_by_what_that_means() -> None:
    assert names(INFLAMMATION) == ("MRI(i)", "MRI(i): inflammation")
    assert names("Erosion total") == ("Erosion", "Erosion")


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080), (2560, 1440)])
def test_the_sum_of_inflammation_is_spelled_out_and_whole_in_its_column(
    room: ReadingRoom, size: tuple[int, int]
) -> None:
    room.resize(*size)

    assert INFLAMMATION in {total.name for total in SCHEME.totals}
    label = next(line[0] for line in room.form.totals._lines.values() if line[0].toolTip() == INFLAMMATION)
    assert label.text() == "MRI(i): inflammation"
    label.ensurePolished()
    assert QFontMetrics(label.font()).horizontalAdvance(label.text()) <= label.width()


@pytest.mark.parametrize("percent", [100, 125])
def test_no_name_is_cut_when_what_stands_beside_it_gets_wider(room: ReadingRoom, percent: int) -> None:
    theme.wear(light=False, percent=percent)
    room.resize(1366, 768)
    room.form.fit_text()
    room.case.dispatch(GoTo(at("ERO RAD 1")))

    for _ in range(10):
        # both visits: "100 (5 blank)"
        QTest.keyClick(room, Qt.Key.Key_X)
        QTest.keyClick(room, Qt.Key.Key_X)
    QApplication.processEvents()

    assert room.form.totals._lines["EROTOT"][2].text() == "100 (5 blank)"
    for label, *_ in room.form.totals._lines.values():
        label.ensurePolished()
        assert QFontMetrics(label.font()).horizontalAdvance(label.text()) <= label.width(), label.text()
