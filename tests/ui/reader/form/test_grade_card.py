"""The words of the grades are in sight whatever the screen, the rule of the site and the feature."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from scoring.schemes.scheme import Scheme
from scoring.values import replace
from tests.builders.cases import a_case
from tests.builders.sessions import SCHEME
from tests.fakes.doors import MemoryDoor
from tests.ui.reader.conftest import Opener
from tests.ui.reader.test_keyboard import go
from workstation.ui.reader.form.grade_card import GradeLine
from workstation.ui.reader.form.height import Needs, share
from workstation.ui.reader.sheets.rule_sheet import RuleSheet
from workstation.ui.reader.window.room import ReadingRoom

LONG = "Assess from the articular surface, or its best estimate where it is gone, to 1 cm. " * 6
SITES = ["SYN IC-CMC 2", "TEN E4 2", "OST RAD 1", "ERO RAD 1", "ERO MC1 2"]


def with_long_rules() -> Scheme:
    """The shipped scheme, every site with a rule of six lines."""
    features = tuple(
        replace(feature, sites=tuple(replace(site, note=LONG) for site in feature.sites)) for feature in SCHEME.features
    )
    return replace(SCHEME, features=features)


def with_rules(*codes: str) -> Scheme:
    """The shipped scheme, with a rule of six lines at these sites alone."""
    features = tuple(
        replace(feature, sites=tuple(replace(site, note=LONG if site.code in codes else "") for site in feature.sites))
        for feature in SCHEME.features
    )
    return replace(SCHEME, features=features)


def hidden_grades(room: ReadingRoom) -> list[str]:
    """The grades whose words aren't wholly inside what the card shows."""
    area = room.form.card._area.viewport()
    lines = [line for line in room.form.card.findChildren(GradeLine) if line.isVisible()]
    assert lines
    places = {str(line.grade): QRect(line.mapTo(area, QPoint(0, 0)), line.size()) for line in lines}
    return [grade for grade, place in places.items() if not area.rect().contains(place)]


@pytest.mark.parametrize("rule", ["as shipped", "long"])
@pytest.mark.parametrize("size", [(1040, 660), (1366, 768), (1920, 1080), (2560, 1440), (1200, 1920)])
def test_every_grade_is_in_sight_at_every_size_however_long_the_rule(
    open_on: Opener, qtbot: QtBot, size: tuple[int, int], rule: str
) -> None:
    door = MemoryDoor(a_case("K7QM2"))
    if rule == "long":
        door.scheme = with_long_rules()
    room = open_on(door)
    room.resize(*size)

    for site in SITES:
        go(room, site)
        qtbot.waitUntil(lambda: not hidden_grades(room), timeout=2000)
        assert room.form.card.isVisible()


# the first has no rule: its grades begin right under the heading
@pytest.mark.parametrize("site", ["SYN DRUJ 1", *SITES])
def test_a_click_on_any_place_of_a_line_reaches_that_line_and_nothing_that_lies_over_it(
    open_on: Opener, site: str
) -> None:
    room = open_on(MemoryDoor(a_case("K7QM2")))
    room.resize(1920, 1080)
    go(room, site)
    QTest.qWait(50)

    for line in room.form.card._lines:
        for x in (2, 30, 60, line.width() - 4):
            hit = room.childAt(line.mapTo(room, QPoint(x, line.height() // 2)))
            assert hit is not None
            assert hit is line or line.isAncestorOf(hit), f"grade {line.grade} at {x} px"


@pytest.mark.parametrize("size", [(1040, 660), (1366, 768), (1920, 1080), (2560, 1440), (1200, 1920)])
@pytest.mark.parametrize("rule", ["as shipped", "long"])
def test_from_site_to_site_of_a_feature_no_grade_moves(
    open_on: Opener, qtbot: QtBot, size: tuple[int, int], rule: str
) -> None:
    door = MemoryDoor(a_case("K7QM2"))
    if rule == "long":
        door.scheme = with_rules("CAP", "E2", "RC")
    room = open_on(door)
    room.resize(*size)

    for feature in door.scheme.features:
        places = set()
        for site in feature.sites:
            for visit in (1, 2):
                go(room, f"{feature.code} {site.code} {visit}")
                qtbot.wait(1)
                places.add(tuple(line.mapTo(room, QPoint(0, 0)).y() for line in room.form.card._lines))
        assert len(places) == 1, feature.code


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)])
def test_no_word_of_the_answer_to_a_key_moves_the_grades(
    room: ReadingRoom, qtbot: QtBot, size: tuple[int, int]
) -> None:
    room.resize(*size)
    go(room, "ERO MC3 1")

    def places() -> list[int]:
        return [line.mapTo(room, QPoint(0, 0)).y() for line in room.form.card._lines]

    qtbot.waitUntil(lambda: not hidden_grades(room))
    before = places()

    for line in ("Short.", "A line that is long enough to be wrapped at any width of the form. " * 2, ""):
        room.tell(line)
        qtbot.wait(20)
        assert places() == before


def test_a_rule_that_is_cut_names_the_key_that_shows_it_whole(open_on: Opener, qtbot: QtBot) -> None:
    door = MemoryDoor(a_case("K7QM2"))
    door.scheme = with_long_rules()
    room = open_on(door)
    room.resize(1366, 768)
    go(room, "ERO RAD 1")
    note = room.form.card._note
    qtbot.waitUntil(lambda: note.text().endswith("(Ctrl+R)"))
    assert note.accessibleName() == LONG

    QTest.keyClick(room, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)

    sheet = room.findChild(RuleSheet)
    assert sheet is not None
    shown = [label.text() for label in sheet.findChildren(QLabel) if label.isVisible()]
    assert LONG in shown
    assert "Erosion: Distal radius, baseline" in shown
    assert "91-100 % of the assessed bone volume is eroded, or the bone is fused." in shown
    assert "A fused bone scores 10." in shown
    QTest.keyClick(room, Qt.Key.Key_3)
    assert not door.recorded
    QTest.keyClick(room, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)])
def test_letters_of_a_grade_are_shown_whole(open_on: Opener, size: tuple[int, int]) -> None:
    """Meniscal morphology of MOAKS in letters of one's own: MA and CM are wide, and bold."""
    door = MemoryDoor(a_case("K7QM2"))
    first, *rest = SCHEME.features
    lettered = [
        replace(grade, letter=letter)
        for grade, letter in zip(first.scale.grades, ("N", "SI", "MA", "CMW"), strict=True)
    ]
    scale = replace(first.scale, grades=tuple(lettered))
    door.scheme = replace(SCHEME, features=(replace(first, scale=scale), *rest))
    room = open_on(door)
    room.resize(*size)
    go(room, "SYN RC 1")

    names = [line.findChildren(QLabel)[0] for line in room.form.card._lines]
    assert [name.text() for name in names] == ["N", "SI", "MA", "CMW"]
    for name in names:
        assert name.font().bold()
        assert name.width() >= name.fontMetrics().horizontalAdvance(name.text())


def test_what_the_site_and_its_feature_both_say_stands_once(open_on: Opener, qtbot: QtBot) -> None:
    said = "The first carpometacarpal joint is not scored."
    room = open_on(MemoryDoor(a_case("K7QM2")))
    room.resize(1920, 1080)

    def shown() -> int:
        return sum(label.isVisible() and label.text() == said for label in room.form.card.findChildren(QLabel))

    go(room, "SYN RC 1")
    qtbot.waitUntil(lambda: shown() == 1)
    go(room, "SYN IC-CMC 1")
    qtbot.waitUntil(lambda: shown() == 1)


def test_totals_of_other_features_go_before_a_row_scrolls_away() -> None:
    # by hand: 746 - 206 - 245 = 295 for table and totals; 15 rows of 17 with heading are 277, totals 102 or 34
    low = share(Needs(746, 206, 245, 102, 34, 15, 20))
    assert (low.short_totals, low.figure_px, low.table_px) == (True, 0, 261)
    # 1058 - 240 - 245 - 102 = 471: the drawing has its least 150 and a gap of 8, rows are (313 - 22) // 15 = 19
    high = share(Needs(1058, 240, 245, 102, 34, 15, 20))
    assert (high.short_totals, high.table_px, high.figure_px) == (False, 20 + 15 * 19 + 2, 471 - 307 - 8)


def test_what_counts_for_a_feature_goes_before_a_drawing_larger_than_the_least() -> None:
    # by hand: 746 - 206 - 120 - 102 = 318, less 150 and 4 for the drawing; six rows of (164 - 22) // 6 = 23 are 160
    figure = 318 - 160 - 4
    assert share(Needs(746, 206, 120, 102, 34, 6, 20)).figure_px == figure
    # two rows: 318 - 22 - 50 - 4 = 242 for the drawing, or 182 and 60 for what explains it
    assert share(Needs(746, 206, 120, 102, 34, 2, 20)).figure_px == 242
    assert share(Needs(746, 206, 120, 102, 34, 2, 20, explained=60)).figure_px == 182
    # 100 would leave it 142, less than its least
    assert share(Needs(746, 206, 120, 102, 34, 2, 20, explained=100)).figure_px == 242


def test_on_a_laptop_a_reader_sees_what_counts_beside_the_drawing(open_on: Opener, qtbot: QtBot) -> None:
    """A feature of few sites, explained in few lines."""
    door = MemoryDoor(a_case("K7QM2"))
    first, *rest = SCHEME.features
    door.scheme = replace(SCHEME, features=(replace(first, what_counts="Bright fluid.", notes=()), *rest))
    room = open_on(door)
    room.resize(1366, 768)

    go(room, "SYN RC 1")

    card, diagram = room.form.card, room.form.diagram
    qtbot.waitUntil(lambda: card._more is not None and card._more.isVisible() and diagram.isVisible())
