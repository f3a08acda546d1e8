"""The radiographs of a hand hang while a site of that hand is scored, whichever way the focus came there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from scoring.schemes.load import shipped_scheme
from scoring.schemes.scheme import FeatureCode, SiteCode
from scoring.values import replace
from storage.records import CaseRecord, VisitRecord
from tests.builders.cases import a_case
from tests.builders.rooms import DESK, a_room
from tests.builders.series import a_series
from tests.fakes.doors import MemoryDoor
from workstation.hanging.matching import Shown
from workstation.reading.answers.focus_moves import GoTo
from workstation.reading.state import Focus
from workstation.ui.reader.window.room import ReadingRoom

PA = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
RIGHT, LEFT = {"RHAND"}, {"LHAND"}


def both_hands(images: Path) -> CaseRecord:
    """Both hands at both visits, each a film of its own."""
    volume = np.full((1, 100, 80), 200, np.uint16)
    volume[0, 20:80, 20:60] = 1500
    visits = []
    for number in (1, 2):
        series = tuple(
            a_series(
                images, f"{kind}{number}", kind, "PA", orientation=PA, slices=1, volume=volume, rows=100, columns=80,
                spacing_mm=(2.0, 2.0), frame="",
            )
            for kind in ("RHAND", "LHAND")
        )  # fmt: skip
        visits.append(VisitRecord(number, series))
    return replace(a_case(), visits=tuple(visits), images=images)


@pytest.fixture
def films(qtbot: QtBot, tmp_path: Path) -> Iterator[ReadingRoom]:
    door = MemoryDoor(both_hands(tmp_path))
    door.scheme = shipped_scheme("sharp-vdh")
    room = a_room(qtbot, door, DESK)
    yield room
    room.close()


def hangs(room: ReadingRoom) -> set[str]:
    """The hands that are in sight."""
    QApplication.processEvents()
    cells = room.images._hanging.rows[0].cells  # type: ignore[attr-defined] # the panel's own
    return {cell.series.kind for cell in cells if isinstance(cell, Shown)}


def go(room: ReadingRoom, site: str) -> None:
    room.case.dispatch(GoTo(Focus(FeatureCode("EROH"), SiteCode(site), 1)))


def test_the_grade_of_the_last_right_site_brings_the_left_hand(films: ReadingRoom) -> None:
    go(films, "R-ULN")
    assert hangs(films) == RIGHT

    QTest.keyClick(films, Qt.Key.Key_2)
    # the follow-up of the same site
    assert hangs(films) == RIGHT
    QTest.keyClick(films, Qt.Key.Key_2)

    assert films.state is not None
    assert films.state.focus.site == "L-IP1"
    assert hangs(films) == LEFT


def test_an_arrow_and_a_click_in_the_drawing_bring_the_hand_of_the_site(films: ReadingRoom) -> None:
    go(films, "L-IP1")
    assert hangs(films) == LEFT
    QTest.keyClick(films, Qt.Key.Key_Up)
    assert hangs(films) == RIGHT

    QTest.keyClick(films, Qt.Key.Key_F)
    QApplication.processEvents()
    drawing = films.form.diagram.visits[1]
    for site, hand in (("L-MCP3", LEFT), ("R-RAD", RIGHT), ("L-RAD", LEFT)):
        label = drawing._diagram.of_feature("EROH")[site].label
        at = drawing._to_widget().map(QPointF(*label)).toPoint()
        QTest.mouseClick(drawing, Qt.MouseButton.LeftButton, pos=at)
        assert hangs(films) == hand, site
