"""The atlas over the room: there from the first day, side by side, by keys, and it says nothing of the case."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu

from scoring.schemes.load import shipped_scheme
from scoring.values import replace
from tests.builders.cases import a_case
from tests.builders.sessions import at
from tests.fakes.doors import MemoryDoor
from tests.ui.reader.conftest import Opener
from tests.ui.reader.test_keyboard import go, notice
from workstation.reading.atlas import shipped_atlas
from workstation.ui.reader.atlas.sheet import AtlasSheet
from workstation.ui.reader.window.atlas_holder import NO_PICTURES
from workstation.ui.reader.window.form_menu import OFFERED
from workstation.ui.reader.window.room import ReadingRoom

Key, CONTROL = Qt.Key, Qt.KeyboardModifier.ControlModifier


def opened(room: ReadingRoom, place: str = "ERO CAP 1") -> AtlasSheet:
    go(room, place)
    QTest.keyClick(room, Key.Key_G, CONTROL)
    sheet = room.findChild(AtlasSheet)
    assert isinstance(sheet, AtlasSheet)
    assert sheet.isVisible()
    return sheet


def title(sheet: AtlasSheet) -> str:
    return sheet.accessibleName()


def words(sheet: AtlasSheet) -> list[str]:
    return [label.text() for label in sheet.findChildren(QLabel) if label.text() and label.isVisible()]


def chosen(sheet: AtlasSheet) -> list[str]:
    return [str(card.grade) for card in sheet._cards if card.property("current") == "true"]


def test_it_opens_at_the_site_in_focus_with_all_grades_said_to_be_synthetic(room: ReadingRoom) -> None:
    sheet = opened(room)

    assert title(sheet) == "Atlas: Erosion, CAP Capitate"
    assert [str(card.grade) for card in sheet._cards] == [str(grade) for grade in range(11)]
    assert all(not card.findChildren(QLabel)[0].pixmap().isNull() for card in sheet._cards)
    said = words(sheet)
    assert sum(line.startswith("Synthetic: ") for line in said) == 11
    assert any(line.startswith("Synthetic pictures") and "MIT" in line for line in said)
    # 25 % of the bone is grade 3 by the tenths of RAMRIS
    assert said[said.index("3  21-30 %") + 1].startswith("Synthetic: 25 % of the assessed bone is eroded")


def test_keys_go_through_grades_sites_and_features_and_escape_closes(room: ReadingRoom) -> None:
    sheet = opened(room)

    assert chosen(sheet) == ["0"]
    QTest.keyClick(sheet, Key.Key_Right)
    QTest.keyClick(sheet, Key.Key_Right)
    QTest.keyClick(sheet, Key.Key_Left)
    assert chosen(sheet) == ["1"]
    assert "1: 1-10 % of the assessed bone volume is eroded." in words(sheet)
    QTest.keyClick(sheet, Key.Key_End)
    QTest.keyClick(sheet, Key.Key_Right)
    assert chosen(sheet) == ["10"]
    QTest.keyClick(sheet, Key.Key_Down)
    assert title(sheet) == "Atlas: Erosion, HAM Hamate"
    QTest.keyClick(sheet, Key.Key_Up)
    QTest.keyClick(sheet, Key.Key_Up)
    assert title(sheet) == "Atlas: Erosion, TRD Trapezoid"
    QTest.keyClick(sheet, Key.Key_Tab)
    assert title(sheet).startswith("Atlas: Synovitis, DRUJ")
    assert len(sheet._cards) == 4
    QTest.keyClick(sheet, Key.Key_Backtab)
    assert title(sheet).startswith("Atlas: Erosion, RAD")
    QTest.keyClick(sheet, Key.Key_Escape)
    assert not sheet.isVisible()
    # the keys are the room's again, and nobody moved in the case
    assert room.state is not None
    assert room.state.focus.key == at("ERO CAP 1").key


def test_no_key_grades_under_it_and_its_own_key_closes_it(room: ReadingRoom, door: MemoryDoor) -> None:
    sheet = opened(room)

    QTest.keyClick(sheet, Key.Key_3)
    QTest.keyClick(sheet, Key.Key_N)
    assert not door.reading("K7QM2").answers
    QTest.keyClick(room, Key.Key_G, CONTROL)
    assert not sheet.isVisible()


def test_it_says_the_same_whatever_was_answered(room: ReadingRoom) -> None:
    before = words(opened(room))
    QTest.keyClick(room, Key.Key_G, CONTROL)
    go(room, "ERO CAP 1")
    QTest.keyClick(room, Key.Key_4)

    after = opened(room)

    assert words(after) == before
    assert chosen(after) == ["0"]
    assert not any("K7QM2" in line or "aseline" in line for line in before)


def test_the_outline_comes_and_goes(room: ReadingRoom) -> None:
    sheet = opened(room)

    def third() -> QImage:
        return sheet._cards[3].findChildren(QLabel)[0].pixmap().toImage()

    outlined = third()
    QTest.keyClick(sheet, Key.Key_O)
    plain = third()

    coloured = [
        any(image.pixelColor(x, y).saturation() > 60 for x in range(image.width()) for y in range(image.height()))
        for image in (outlined, plain)
    ]
    assert coloured == [True, False]


@pytest.mark.parametrize("size", [(1280, 660), (1366, 768), (1920, 1080)])
def test_all_eleven_grades_are_in_sight_at_once(room: ReadingRoom, size: tuple[int, int]) -> None:
    room.resize(*size)
    sheet = opened(room)
    QTest.qWait(20)

    assert sheet._area.verticalScrollBar().maximum() == 0
    for card in sheet._cards:
        assert sheet.rect().contains(QRect(card.mapTo(sheet, QPoint(0, 0)), card.size()))
        assert card.findChildren(QLabel)[0].pixmap().deviceIndependentSize().width() >= 120


def test_a_folder_of_ones_own_is_shown_in_the_same_way_with_its_outline(room: ReadingRoom, tmp_path: Path) -> None:
    picture = QImage(100, 100, QImage.Format.Format_RGB32)
    picture.fill(QColor("#404040"))
    assert picture.save(str(tmp_path / "a.png"))
    (tmp_path / "atlas.toml").write_text(
        'about = "From our own scans."\n[[picture]]\nfile = "a.png"\nfeature = "ERO"\ngrade = 4\ncaption = "figure 7"\n'
        'outline = ["10,10 90,10 90,90"]\n',
        "utf-8",
    )
    room._chosen.keep(replace(room._chosen.now, atlas=str(tmp_path)))
    sheet = opened(room)

    assert {"From our own scans.", "figure 7", "4  31-40 %"} <= set(words(sheet))
    assert not any("Synthetic" in line for line in words(sheet))
    QTest.keyClick(sheet, Key.Key_Tab)
    assert "There is no picture for this site." in words(sheet)


def test_a_scheme_without_pictures_says_so_in_words(open_on: Opener) -> None:
    scheme = shipped_scheme("ramris-jsn")
    assert not shipped_atlas(scheme).pictures
    door = MemoryDoor(a_case("K7QM2"))
    room = open_on(door)
    assert room.state is not None
    line = room.atlas.toggle(replace(room.state, scheme=scheme))

    assert line == NO_PICTURES
    assert room._sheets.open_one == ""


def test_the_menu_of_the_form_offers_it_by_the_right_button(room: ReadingRoom) -> None:
    where = QPoint(30, 30)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, where, room.form.mapToGlobal(where))
    QApplication.sendEvent(room.form, event)

    menu = next(menu for menu in room.findChildren(QMenu) if menu.accessibleName() == "Menu of the form")
    titles = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert titles[:2] == ["Atlas: every grade of this site", "Atlas beside the images, or not"]
    assert len(titles) == len([one for one in OFFERED if one])
    menu.actions()[0].trigger()
    menu.close()
    assert room._sheets.open_one == "form.atlas"
    assert notice(room).text() == "F1 shows all keys."
