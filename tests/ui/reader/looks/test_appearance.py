"""Size of text and a light form, by keys, and kept for the reader."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel
from pytestqt.qtbot import QtBot

from tests.builders.cases import a_case
from tests.fakes.doors import MemoryDoor
from tests.fakes.images import BlankImages
from workstation.reading.preferences import Looks, OfThisSession, Preferences
from workstation.reading.text_sizes import PERCENTS
from workstation.ui.reader.form.grade_card import GradeLine
from workstation.ui.reader.form.height import ROW_PX
from workstation.ui.reader.images.panel import ImagesPanel
from workstation.ui.reader.window.room import ReadingRoom
from workstation.ui.shared.colours import DARK, LIGHT

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LAPTOP, DESK = (1366, 768), (1920, 1080)


@pytest.fixture
def kept() -> OfThisSession:
    return OfThisSession(Preferences(toured=True))


def opened(qtbot: QtBot, kept: OfThisSession, size: tuple[int, int] = LAPTOP, *, images: bool = False) -> ReadingRoom:
    make = ImagesPanel if images else BlankImages
    room = ReadingRoom(MemoryDoor(a_case("K7QM2")), make_images=make, preferences=kept)
    qtbot.addWidget(room)
    room.resize(*size)
    room.show()
    QApplication.processEvents()
    return room


def words_px(room: ReadingRoom) -> int:
    """Of the words of the first grade."""
    line = room.form.card.findChildren(GradeLine)[0]
    return max(label.fontInfo().pixelSize() for label in line.findChildren(QLabel))


def test_text_grows_and_shrinks_by_keys_and_is_as_large_when_the_room_opens_again(
    qtbot: QtBot, kept: OfThisSession
) -> None:
    room = opened(qtbot, kept)
    usual = words_px(room)

    QTest.keyClick(room, Qt.Key.Key_Plus, CTRL)
    QTest.keyClick(room, Qt.Key.Key_Equal, CTRL)
    QApplication.processEvents()
    large = words_px(room)
    room.close()
    again = words_px(opened(qtbot, kept))

    # 130 % of 13 pixels
    assert (usual, large, again) == (13, 17, 17)
    assert kept.load().looks == Looks(text_percent=130)


def test_control_and_0_brings_the_usual_text_and_grades_nothing(qtbot: QtBot, kept: OfThisSession) -> None:
    room = opened(qtbot, kept)
    QTest.keyClick(room, Qt.Key.Key_Minus, CTRL)
    assert words_px(room) == 11

    QTest.keyClick(room, Qt.Key.Key_0, CTRL)

    assert words_px(room) == 13
    assert room.state is not None
    assert not room.state.reading.answers


def test_the_line_says_when_text_is_as_large_as_it_gets(qtbot: QtBot, kept: OfThisSession) -> None:
    room = opened(qtbot, kept)

    for _ in range(len(PERCENTS) + 2):
        QTest.keyClick(room, Qt.Key.Key_Plus, CTRL)

    assert room.state is not None
    assert room.state.notice is not None
    assert room.state.notice.text == "Text at 150 %, the largest."


@pytest.mark.parametrize("percent", PERCENTS)
@pytest.mark.parametrize("size", [LAPTOP, DESK])
def test_every_grade_is_whole_every_row_readable_and_images_have_half_of_the_window_at_every_size_of_text(
    qtbot: QtBot, size: tuple[int, int], percent: int
) -> None:
    room = opened(qtbot, OfThisSession(Preferences(toured=True, looks=Looks(percent))), size)

    for line in room.form.card.findChildren(GradeLine):
        for label in line.findChildren(QLabel):
            assert label.height() >= label.heightForWidth(label.width()) or not label.wordWrap(), label.text()
    assert room.form.table.rowHeight(0) >= ROW_PX * percent // 100
    assert room.form.width() <= size[0] / 2 + 1
    assert room.form.minimumSizeHint().width() <= room.form.width()


def test_the_form_is_light_by_a_key_and_images_stay_on_black(qtbot: QtBot, kept: OfThisSession) -> None:
    room = opened(qtbot, kept, DESK, images=True)

    QTest.keyClick(room, Qt.Key.Key_F11, SHIFT)
    QApplication.processEvents()

    picture = room.grab().toImage()
    form = room.form.mapTo(room, room.form.rect().bottomLeft())
    assert picture.pixelColor(form.x() + 6, form.y() - 2) == QColor(LIGHT.panel)
    panel = room.images
    assert isinstance(panel, ImagesPanel)
    corner = panel.mapTo(room, panel.rect().bottomRight())
    seen = {picture.pixelColor(corner.x() - x, corner.y() - y).lightness() for x in range(3, 12) for y in range(3, 12)}
    assert max(seen) < 40
    assert kept.load().looks.light


def test_a_room_opened_light_is_light_throughout_and_dark_again_by_the_same_key(qtbot: QtBot) -> None:
    kept = OfThisSession(Preferences(toured=True, looks=Looks(light=True)))
    room = opened(qtbot, kept)
    assert room.palette().window().color() == QColor(LIGHT.background)

    QTest.keyClick(room, Qt.Key.Key_F11, SHIFT)

    assert QApplication.palette().window().color() == QColor(DARK.background)
    assert not kept.load().looks.light


def test_the_sheet_of_keys_scrolls_by_keys_where_large_text_leaves_no_room(qtbot: QtBot) -> None:
    room = opened(qtbot, OfThisSession(Preferences(toured=True, looks=Looks(150))))
    QTest.keyClick(room, Qt.Key.Key_F1)
    sheet = room._sheets.sheet("help.keys")
    bar = sheet._area.verticalScrollBar()  # type: ignore[attr-defined] # the help overlay's

    QTest.keyClick(sheet, Qt.Key.Key_PageDown)
    assert bar.value() > 0
    QTest.keyClick(sheet, Qt.Key.Key_Escape)

    assert sheet.isHidden()


def test_icons_on_buttons_take_the_colours_that_are_worn(qtbot: QtBot) -> None:
    """The tour was open while the form became light: its arrow and cross stayed in the colour of dark ones."""
    room = opened(qtbot, OfThisSession(Preferences(toured=False)), DESK)
    buttons = [button for button in room.findChildren(QAbstractButton) if button.property("drawn icon")]
    dark = [lightness(button) for button in buttons]

    QTest.keyClick(room, Qt.Key.Key_F11, SHIFT)
    QApplication.processEvents()

    assert len(buttons) >= 3
    # words and icons are light on dark, or dark on light
    assert min(dark) > 128 > max(map(lightness, buttons))


def lightness(button: QAbstractButton) -> int:
    """Of the lines of its icon, 0 to 255: of the least transparent pixel."""
    image = button.icon().pixmap(48, 48).toImage()
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return max(pixels, key=QColor.alpha).lightness()


def test_another_size_of_text_doesnt_put_the_style_of_the_program_on_again(qtbot: QtBot, kept: OfThisSession) -> None:
    # every widget is polished anew for a style: 0.3 s of processor time where the rest takes 0.08
    room = opened(qtbot, kept)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    destroyed: list[str] = []
    application.style().destroyed.connect(lambda *_: destroyed.append("the style"))

    QTest.keyClick(room, Qt.Key.Key_Plus, CTRL)
    QTest.keyClick(room, Qt.Key.Key_0, CTRL)
    QApplication.processEvents()

    assert destroyed == []
