"""Notes while they are typed: kept however they are left, and no grade moves under the mouse."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from storage.records import SiteNote
from tests.builders.sessions import at
from workstation.reading.answers.focus_moves import GoTo
from workstation.ui.reader.window.room import ReadingRoom


def _begin_note(room: ReadingRoom) -> None:
    QTest.keyClick(room, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(room.form.words._line, "near 3 vessels")


def _click_a_site(room: ReadingRoom) -> None:
    table = room.form.table
    place = table.visualRect(table.model().index(2, 3)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)


def _close(room: ReadingRoom) -> None:
    room.close()


def _open_the_next_case(room: ReadingRoom) -> None:
    room.case.go_beside(1)


def _take_the_keys_elsewhere(room: ReadingRoom) -> None:
    room.setFocus()


@pytest.mark.parametrize("leave", [_click_a_site, _close, _open_the_next_case, _take_the_keys_elsewhere])
def test_a_note_is_kept_however_it_is_left(room: ReadingRoom, leave: Callable[[ReadingRoom], None]) -> None:
    door = room._door
    _begin_note(room)

    leave(room)

    assert door.notes("K7QM2") == {at("SYN DRUJ 1").key: SiteNote("near 3 vessels")}


def test_escape_takes_a_note_back(room: ReadingRoom) -> None:
    _begin_note(room)

    QTest.keyClick(room.form.words._line, Qt.Key.Key_Escape)

    assert room._door.notes("K7QM2") == {}


def test_half_a_reason_for_another_code_marks_nothing_when_it_is_left(room: ReadingRoom) -> None:
    QTest.keyClick(room, Qt.Key.Key_O)
    QTest.keyClicks(room.form.words._line, "a pla")

    _click_a_site(room)

    assert room.state is not None
    assert room.state.reading.answers == {}


def test_no_grade_moves_or_goes_out_of_sight_while_words_are_typed(room: ReadingRoom) -> None:
    before = [(line.pos(), line.size()) for line in room.form.card._lines]

    _begin_note(room)
    QApplication.processEvents()

    assert [(line.pos(), line.size()) for line in room.form.card._lines] == before
    words = room.form.words.geometry()
    assert not room.form.card.geometry().intersects(words)


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080), (2560, 1440)])
def test_the_whole_question_stands_there_with_its_visit_and_no_total_is_hidden_by_half(
    room: ReadingRoom, size: tuple[int, int]
) -> None:
    room.resize(*size)
    room.case.dispatch(GoTo(at("TEN F4 2")))
    QTest.keyClick(room, Qt.Key.Key_O)
    QApplication.processEvents()

    asking, words = room.form.words._asking, room.form.words.geometry()
    assert asking.text() == "Other reason, in words: Tenosynovitis, FCR: flexor carpi radialis, follow-up"
    assert asking.height() >= asking.heightForWidth(asking.width())
    assert words.bottom() < room.form.parts["notice"].geometry().top()
    for lines in room.form.totals._lines.values():
        total = lines[0].geometry().translated(room.form.totals.pos())
        assert words.contains(total) or not words.intersects(total)
