"""Names of totals: with what they stand for where there is room."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from scoring.schemes.load import shipped_scheme
from scoring.schemes.scheme import Scheme
from scoring.values import replace
from tests.builders.sessions import SCHEME, a_session_state, at
from workstation.reading.answers.focus_moves import GoTo
from workstation.reading.state import Focus
from workstation.ui.reader.form.totals_panel import TotalsPanel, names
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


def a_panel(qtbot: QtBot, scheme: Scheme, width: int) -> TotalsPanel:
    panel = TotalsPanel()
    qtbot.addWidget(panel)
    feature = scheme.features[0]
    focus = Focus(feature.code, feature.sites[0].code, 1)
    panel.render_state(replace(a_session_state(), scheme=scheme, focus=focus))
    panel.show()
    panel.resize(width, 60)
    return panel


def test_a_name_that_has_no_room_in_any_size_is_told_by_its_code_and_heard_whole(qtbot: QtBot) -> None:
    panel = a_panel(qtbot, shipped_scheme("ramris-jsn"), 300)

    label = panel._lines["JSNTOT"][0]
    assert (label.text(), label.accessibleName()) == ("JSNTOT", "Joint space narrowing total")
    panel.resize(600, 60)
    assert label.text() == "Joint space narrowing"


def test_a_scheme_without_totals_has_a_panel_without_lines(qtbot: QtBot) -> None:
    panel = a_panel(qtbot, replace(SCHEME, totals=()), 300)

    assert panel._lines == {}
