"""The drawing lies as the images do: held against synthetic persons whose sites' true positions are known.

A site's numeral in the drawing and its true middle in the images go together: what is farther right here is farther
right there, and what is higher is higher.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from scoring.values import replace
from storage.records import CaseRecord
from tests.builders.sessions import SCHEME, a_session_state, after, at, said
from tests.builders.wrists import BESIDE_THE_BODY, OVER_THE_HEAD, PALM_BACK, Wrist, a_wrist
from workstation.diagram.outlines import diagram_of
from workstation.imaging.geometry import Stack, dot
from workstation.reading.images.expected_positions import expected
from workstation.reading.images.hand_side import SetSide, TurnOver
from workstation.reading.images.linking import initial_view
from workstation.reading.session.resume import bookmark_text, resumed
from workstation.reading.state import SessionState
from workstation.ui.reader.form.as_imaged import as_imaged
from workstation.ui.reader.form.wrist_diagram import WristDiagram, questions

# where each feature's drawing is cut: bones and joints along the hand, tendons across it
PLANES = {"ERO": "COR", "OST": "COR", "SYN": "COR", "TEN": "AX"}


def reading_of(wrist: Wrist, feature: str = "ERO", side: str | None = None) -> SessionState:
    visit = wrist.visit if side is None else replace(wrist.visit, side=side)
    case = CaseRecord("K7QM2", Path("images"), (visit, replace(visit, number=2)))
    first = next(entry for entry in SCHEME.features if entry.code == feature).sites[0]
    return a_session_state(f"{feature} {first.code} 1", case=case)


def likeness(state: SessionState, wrist: Wrist) -> tuple[float, float]:
    """Correlation of where the sites are drawn with where they truly are on screen, (across, down)."""
    feature = str(state.focus.feature)
    stack = Stack.of(wrist.series(PLANES[feature]))
    drawn = as_imaged(state, 1).diagram.of_feature(feature)
    pairs = [(outline.label, wrist.truth[site]) for site, outline in drawn.items() if site in wrist.truth]
    across = np.corrcoef([(label[0], dot(true, stack.right)) for label, true in pairs], rowvar=False)[0, 1]
    down = np.corrcoef([(label[1], dot(true, stack.down)) for label, true in pairs], rowvar=False)[0, 1]
    return float(across), float(down)


@pytest.mark.parametrize("side", ["R", "L"])
@pytest.mark.parametrize("feature", ["ERO", "TEN"])
@pytest.mark.parametrize("way", [OVER_THE_HEAD, PALM_BACK], ids=["palm front", "palm back"])
def test_what_is_farther_right_or_higher_in_the_images_is_so_in_the_drawing(
    feature: str, side: str, way: tuple[float, float, float]
) -> None:
    for person in (1, 2, 3):
        wrist = a_wrist(person, way=way, side=side, tendons=True)
        state = reading_of(wrist, feature)
        state = after(state, TurnOver()) if way == PALM_BACK else state

        across, down = likeness(state, wrist)

        assert min(across, down) > 0.9


def test_synovitis_is_drawn_with_the_thumb_on_the_same_side_as_the_bones() -> None:
    for side in "LR":
        wrist = a_wrist(1, side=side)
        bones, joints = (as_imaged(reading_of(wrist, feature), 1) for feature in ("ERO", "SYN"))

        assert bones.diagram == joints.diagram
        assert bones.seen == "seen from the palm"


def test_an_axial_image_with_the_back_of_the_hand_up_turns_the_drawing_of_tendons() -> None:
    wrist = a_wrist(1, tendons=True)
    series = tuple(replace(entry, turn="180") if entry.plane == "AX" else entry for entry in wrist.visit.series)
    turned = replace(wrist, visit=replace(wrist.visit, series=series))

    assert as_imaged(reading_of(wrist, "TEN"), 1).seen == "palm up"
    assert as_imaged(reading_of(turned, "TEN"), 1).seen == "back of the hand up"
    assert min(likeness(reading_of(turned, "TEN"), turned)) > 0.9


def test_a_hand_beside_the_body_that_is_shown_with_its_fingers_up_is_drawn_so() -> None:
    # its image is stored mirrored there, so a right hand with the palm to the front has the thumb of one from the back
    wrist = a_wrist(1, way=BESIDE_THE_BODY)
    state = reading_of(wrist)

    assert min(likeness(state, wrist)) > 0.9
    assert as_imaged(state, 1).seen == "seen from the back of the hand"


def test_each_visit_is_drawn_as_its_own_images_lie() -> None:
    first, second = a_wrist(1).visit, a_wrist(1).visit
    mirrored = tuple(replace(entry, turn="mirrored") if entry.plane == "COR" else entry for entry in second.series)
    case = CaseRecord("K7QM2", Path("images"), (first, replace(second, number=2, series=mirrored)))
    state = a_session_state("ERO RAD 1", case=case)

    assert as_imaged(state, 1).seen == "seen from the palm"
    assert as_imaged(state, 2).seen == "seen from the back of the hand"
    # as the scheme has it: seen from the back
    assert as_imaged(state, 2).diagram == diagram_of(SCHEME)
    assert as_imaged(state, 1).diagram != diagram_of(SCHEME)


def test_a_side_that_headers_leave_open_is_asked_in_the_drawing_and_a_click_answers_it(qtbot: QtBot) -> None:
    state = reading_of(a_wrist(1), side="")
    diagram = WristDiagram()
    qtbot.addWidget(diagram)
    diagram.resize(640, 300)
    diagram.show()
    diagram.render_state(state)
    told: list[object] = []
    diagram.side_told.connect(told.append)
    assert as_imaged(state, 1).side == ""
    assert "right or left" in diagram.visits[0].accessibleName()
    diagram.grab()

    for side in "LR":
        middle = diagram.visits[0]._sides[side].center().toPoint()
        QTest.mouseClick(diagram.visits[0], Qt.MouseButton.LeftButton, pos=middle)
    diagram.render_state(after(state, SetSide("L")))
    diagram.grab()

    assert told == [SetSide("L"), SetSide("R")]
    assert diagram.visits[0]._sides == {}
    assert "left wrist" in diagram.visits[0].accessibleName()


def test_the_question_leaves_every_site_to_be_clicked(qtbot: QtBot) -> None:
    diagram = WristDiagram()
    qtbot.addWidget(diagram)
    diagram.resize(210, 250)
    diagram.show()
    diagram.render_state(reading_of(a_wrist(1), side=""))
    diagram.grab()
    asked: list[object] = []
    diagram.asked.connect(asked.append)

    one = diagram.visits[0]
    label = one._diagram.of_feature("ERO")["MC2"].label
    QTest.mouseClick(one, Qt.MouseButton.LeftButton, pos=one._to_widget().map(QPoint(*map(round, label))))

    assert asked == [at("ERO MC2 1")]
    assert all(area.left() >= 0 and area.right() <= one.width() for area in one._sides.values())


def test_a_side_that_the_reader_says_tells_where_sites_are_expected() -> None:
    wrist = a_wrist(1)
    unknown = reading_of(wrist, side="")
    assert expected(unknown, 1, "CAP") is None

    told = after(unknown, SetSide("R"))

    assert expected(told, 1, "CAP") == expected(reading_of(wrist), 1, "CAP")
    assert said(told) == "This is a right hand."


def test_what_the_reader_said_stands_when_the_case_is_opened_again() -> None:
    start = reading_of(a_wrist(1), side="")
    told = after(start, SetSide(), SetSide(), TurnOver())

    opened = resumed(start, bookmark_text(told))

    assert (opened.view.form.side, opened.view.form.turned_over) == ("L", True)


@pytest.mark.parametrize(
    ("drawn_left", "by_headers", "side"),
    [(True, "", "L"), (True, "R", "L"), (False, "L", "R"), (False, "R", "R"), (False, "", "")],
)
def test_a_bookmark_that_knew_left_or_not_is_read_as_what_the_reader_saw(
    drawn_left: bool, by_headers: str, side: str
) -> None:
    start = reading_of(a_wrist(1), side=by_headers)
    text = re.sub(r'"side":"[^"]*","turned_over":\w+', f'"left_wrist":{str(drawn_left).lower()}', bookmark_text(start))
    assert "left_wrist" in text

    assert resumed(start, text).view.form.side == side


def test_sides_that_visits_say_differently_are_not_known() -> None:
    wrist = a_wrist(1)
    for sides, known in (("LL", "L"), ("RR", "R"), ("LR", ""), (("L", ""), "")):
        visits = tuple(replace(wrist.visit, number=n, side=side) for n, side in enumerate(sides, start=1))
        assert initial_view(CaseRecord("K7QM2", Path("images"), visits)).form.side == known


def test_the_side_is_asked_of_what_the_scheme_draws() -> None:
    assert questions("Baseline", "knee") == ("Baseline: which knee?", "Which knee?", "Knee?")
