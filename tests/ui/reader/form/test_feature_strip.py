"""Titles of features: the name wherever it fits, else the code; never half of a name."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontMetrics
from pytestqt.qtbot import QtBot

from scoring.schemes.load import shipped_scheme
from scoring.values import replace
from workstation.ui.reader.form.feature_strip import FeatureStrip, FeatureTab

EROSION = shipped_scheme().features[3]
LONG = "Erosion of every joint that anybody ever thought of, left and right"


@pytest.mark.parametrize(
    ("name", "width", "title"), [("Erosion", 200, "Erosion"), (LONG, 200, "ERO"), (LONG, 2000, LONG)]
)
def test_a_name_that_does_not_fit_gives_way_to_the_code(qtbot: QtBot, name: str, width: int, title: str) -> None:
    strip = FeatureStrip()
    qtbot.addWidget(strip)
    tab = FeatureTab(replace(EROSION, name=name), strip)

    assert tab._title(QFontMetrics(tab.font()), width) == title
    assert tab.toolTip() == name
