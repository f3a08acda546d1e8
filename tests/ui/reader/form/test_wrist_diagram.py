"""The drawing as a reader uses it: looked at, and clicked."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from scoring.schemes.folder import shipped_ids
from scoring.schemes.load import shipped_scheme
from scoring.values import replace
from storage.records import SiteNote
from tests.builders.sessions import SCHEME, a_session_state, at, grade
from workstation.reading.images.hand_side import SetSide
from workstation.reading.session.step import step
from workstation.reading.state import Focus, SessionState
from workstation.ui.reader.form.wrist_diagram import WristDiagram
from workstation.ui.reader.window.room import ReadingRoom


def shown(qtbot: QtBot, state: SessionState) -> WristDiagram:
    diagram = WristDiagram()
    qtbot.addWidget(diagram)
    diagram.resize(420, 270)
    diagram.show()
    diagram.render_state(state)
    return diagram


def numeral_at(diagram: WristDiagram, visit: int, site: str, feature: str) -> QPoint:
    one = diagram.visits[visit - 1]
    label = one._diagram.of_feature(feature)[site].label
    return one._to_widget().map(QPointF(*label)).toPoint()


def test_every_site_of_the_scheme_is_drawn_and_found_under_its_own_numeral(qtbot: QtBot) -> None:
    for feature in SCHEME.features:
        diagram = shown(qtbot, a_session_state(f"{feature.code} {feature.sites[0].code} 1"))
        for site in feature.sites:
            found = diagram.visits[0].site_at(QPointF(numeral_at(diagram, 1, site.code, feature.code)))
            assert found == site.code


@pytest.mark.parametrize("scheme_id", shipped_ids())
def test_a_click_on_each_numeral_of_a_shipped_scheme_asks_for_its_site(scheme_id: str, qtbot: QtBot) -> None:
    scheme = shipped_scheme(scheme_id)
    state = replace(a_session_state(), scheme=scheme)
    for feature in scheme.features:
        diagram = shown(qtbot, replace(state, focus=Focus(feature.code, feature.sites[0].code, 1)))
        asked: list[Focus] = []
        diagram.asked.connect(asked.append)
        for site in feature.sites:
            at_site = numeral_at(diagram, 2, site.code, feature.code)
            QTest.mouseClick(diagram.visits[1], Qt.MouseButton.LeftButton, pos=at_site)
        assert asked == [Focus(feature.code, site.code, 2) for site in feature.sites]


def test_a_drawing_of_both_sides_asks_for_no_side_and_stays_as_it_is(qtbot: QtBot) -> None:
    state = replace(a_session_state(), scheme=shipped_scheme("sharp-vdh"))
    feature = state.scheme.features[0]
    state = replace(state, focus=Focus(feature.code, feature.sites[0].code, 1))

    left, unknown = (shown(qtbot, step(state, SetSide("L")).state), shown(qtbot, state))

    assert not unknown.visits[0]._sides
    assert numeral_at(left, 1, "R-RAD", "EROH") == numeral_at(unknown, 1, "R-RAD", "EROH")
    assert unknown.visits[0].accessibleName() == (
        "Diagram of hands or feet, both sides, erosion, hands at baseline, 32 sites blank"
    )


def test_a_click_asks_for_the_site_at_the_visit_that_was_clicked(qtbot: QtBot) -> None:
    diagram = shown(qtbot, a_session_state("ERO RAD 1"))
    asked: list[object] = []
    diagram.asked.connect(asked.append)

    QTest.mouseClick(diagram.visits[1], Qt.MouseButton.LeftButton, pos=numeral_at(diagram, 2, "LUN", "ERO"))
    QTest.mouseClick(diagram.visits[1], Qt.MouseButton.LeftButton, pos=QPoint(2, 2))

    assert asked == [at("ERO LUN 2")]


def test_a_left_wrist_is_the_mirror_image(qtbot: QtBot) -> None:
    state = a_session_state("ERO RAD 1")
    left, right = (shown(qtbot, step(state, SetSide(side)).state) for side in "LR")

    # as the images, which are seen from the palm
    middle = right.visits[0].width() / 2
    assert numeral_at(left, 1, "MC1", "ERO").x() < middle < numeral_at(right, 1, "MC1", "ERO").x()


def test_the_ground_gets_lighter_with_the_grade_and_unread_sites_have_none(qtbot: QtBot) -> None:
    answers = {"ERO RAD 1": grade(0), "ERO ULN 1": grade(5), "ERO CAP 1": grade(10)}
    diagram = shown(qtbot, a_session_state("ERO HAM 1", dict(answers)))
    image = diagram.visits[0].grab().toImage()

    def ground(site: str) -> int:
        # beside the numeral
        at_site = numeral_at(diagram, 1, site, "ERO")
        return image.pixelColor(at_site.x(), at_site.y() + 9).lightness()

    assert ground("RAD") < ground("ULN") < ground("CAP")


def test_a_click_in_the_room_moves_the_focus(room: ReadingRoom) -> None:
    assert room.form.diagram.visits[0].isVisible()

    QTest.mouseClick(
        room.form.diagram.visits[1], Qt.MouseButton.LeftButton, pos=numeral_at(room.form.diagram, 2, "RC", "SYN")
    )

    assert room.state is not None
    assert room.state.focus == at("SYN RC 2")


def test_on_a_small_screen_one_key_changes_between_words_and_drawing(room: ReadingRoom) -> None:
    room.resize(1366, 768)
    QTest.keyClick(room, Qt.Key.Key_Tab)
    QTest.keyClick(room, Qt.Key.Key_Tab)
    assert room.form.card.isVisible()
    assert not room.form.diagram.isVisible()

    QTest.keyClick(room, Qt.Key.Key_F)

    assert room.form.diagram.isVisible()
    assert not room.form.card.isVisible()


def test_hidden_grades_are_neither_in_table_drawing_nor_totals(room: ReadingRoom) -> None:
    QTest.keyClick(room, Qt.Key.Key_3)
    QTest.keyClick(room, Qt.Key.Key_H)

    model = room.form.table.model()
    assert model.index(0, 2).data() == "hidden"
    assert "hidden" in room.form.totals._values["SYNTOT", 1].text()
    QTest.keyClick(room, Qt.Key.Key_Left)
    assert model.index(0, 2).data() == "3"


def test_a_note_is_typed_at_its_site_and_shown_in_table_and_card(room: ReadingRoom) -> None:
    QTest.keyClick(room, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(room.form.words._line, "near 3 vessels")
    QTest.keyClick(room.form.words._line, Qt.Key.Key_Return)
    QTest.keyClick(room, Qt.Key.Key_U)

    assert room.state is not None
    assert room.state.notes == {at("SYN DRUJ 1").key: SiteNote("near 3 vessels", unsure=True)}
    assert room.state.reading.answers == {}
    assert room.form.table.model().index(0, 2).data().endswith("? *")
    assert "near 3 vessels" in room.form.card._note.text()


def test_a_pasted_megabyte_is_cut_and_says_so(room: ReadingRoom) -> None:
    QTest.keyClick(room, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)

    room.form.words._line.insert("x" * 1_000_000)

    assert len(room.form.words._line.text()) == 500
    assert "cut at 500 characters" in room.form.words._asking.text()
