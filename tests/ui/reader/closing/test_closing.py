"""Signing and parking by keys alone, read from the screen and from the study."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget

from scoring.readings.reading import AnswerChanged
from storage.errors import NotSaved
from tests.builders.sessions import all_answers
from tests.builders.studies import answer, key
from tests.fakes.doors import MemoryDoor
from tests.ui.reader.conftest import Opener
from workstation.ui.reader.closing.review_table import ReviewTable
from workstation.ui.reader.window.room import ReadingRoom

FIRST, SECOND = "K7QM2", "B4XR9"
WORDS = "correct horse"


def _read(door: MemoryDoor, case: str, **changes: str) -> None:
    """Every site 0, but what is named: `v1_ERO_CAP="4"`."""
    reading = all_answers(0)
    for place, word in changes.items():
        at = key(place.removeprefix("v").replace("_", " "))
        reading = reading.applied(AnswerChanged(at, reading.answer(at), answer(word)))
    door._readings[case] = reading


def _press(room: ReadingRoom, key_: Qt.Key, *, control: bool = False) -> None:
    # typed as if there were always one
    focused: QWidget | None = room.focusWidget()
    QTest.keyClick(
        room if focused is None else focused,
        key_,
        Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier,
    )


def _sign_key(room: ReadingRoom) -> None:
    _press(room, Qt.Key.Key_Return, control=True)


def _said(room: ReadingRoom) -> str:
    return " ".join(label.text() for label in room.findChildren(QLabel) if label.isVisible())


@pytest.fixture
def read(door: MemoryDoor) -> MemoryDoor:
    """Two cases: of the first everything is 0, the second is blank, and the room opens on the first."""
    _read(door, FIRST)
    door.save_bookmark(FIRST, "{}")
    return door


def test_a_case_that_raises_no_question_is_signed_with_two_keys_and_the_next_one_opens_with_a_third(
    open_on: Opener, read: MemoryDoor
) -> None:
    room = open_on(read)

    _sign_key(room)
    assert "I have read this case and confirm these scores as my own." in _said(room)
    _press(room, Qt.Key.Key_Return)

    assert read.status[FIRST] == "signed"
    assert "ab" * 16 in _said(room)
    assert "1 case is not signed yet." in _said(room)
    _press(room, Qt.Key.Key_Return)
    assert room.state is not None
    assert room.state.case.code == SECOND


def test_what_looks_wrong_is_answered_line_by_line_and_the_answers_are_kept(open_on: Opener, read: MemoryDoor) -> None:
    _read(read, FIRST, v1_ERO_CAP="4", v2_ERO_CAP="2", v2_ERO_HAM="7")
    read.passphrase = WORDS
    room = open_on(read)

    _sign_key(room)
    for words in ("healed, seen on both planes", "a new one", "correct horse"):
        line = room.focusWidget()
        assert isinstance(line, QLineEdit)
        QTest.keyClicks(line, words)
        _press(room, Qt.Key.Key_Return)

    assert read.signed[FIRST] == {"erosion-falls": "healed, seen on both planes", "erosion-rises": "a new one"}


def test_a_wrong_passphrase_is_refused_in_words_and_nothing_typed_is_lost(open_on: Opener, read: MemoryDoor) -> None:
    _read(read, FIRST, v1_ERO_CAP="4", v2_ERO_CAP="2")
    read.passphrase = WORDS
    room = open_on(read)

    _sign_key(room)
    for words in ("healed", "wrong horse"):
        line = room.focusWidget()
        assert isinstance(line, QLineEdit)
        QTest.keyClicks(line, words)
        _press(room, Qt.Key.Key_Return)

    assert "That isn't the reader's passphrase" in _said(room)
    assert FIRST not in read.status
    assert next(line.text() for line in room.findChildren(QLineEdit) if line.isVisible()) == "healed"
    assert "wrong horse" not in _said(room)

    line = room.focusWidget()
    assert isinstance(line, QLineEdit)
    QTest.keyClicks(line, "correct horse")
    _press(room, Qt.Key.Key_Return)
    assert read.signed[FIRST] == {"erosion-falls": "healed"}


def test_blank_sites_are_named_and_only_the_way_back_is_open(open_on: Opener, read: MemoryDoor) -> None:
    read.save_bookmark(SECOND, "{}")
    room = open_on(read)

    _sign_key(room)
    assert "Still blank: Synovitis Distal radio-ulnar joint baseline" in _said(room)
    assert "Correct this before you sign" in _said(room)
    _press(room, Qt.Key.Key_Return)

    assert SECOND not in read.status
    QTest.keyClick(room, Qt.Key.Key_2)
    assert len(read.recorded) == 1


def test_while_the_page_is_open_no_key_grades_and_escape_gives_the_keys_back(open_on: Opener, read: MemoryDoor) -> None:
    room = open_on(read)

    _sign_key(room)
    QTest.keyClick(room, Qt.Key.Key_2)
    QTest.keyClick(room, Qt.Key.Key_F1)
    QTest.keyClick(room, Qt.Key.Key_F1)
    QTest.keyClick(room, Qt.Key.Key_2)
    assert read.recorded == []

    room.closer.page._do.setFocus()
    _press(room, Qt.Key.Key_Escape)
    QTest.keyClick(room, Qt.Key.Key_2)
    assert len(read.recorded) == 1


def test_a_signed_case_refuses_a_grade_in_words(open_on: Opener, read: MemoryDoor) -> None:
    read.status[FIRST] = "signed"
    room = open_on(read)
    room.case.open(FIRST)
    assert "This case is signed: you can look at it, not change it." in _said(room)

    QTest.keyClick(room, Qt.Key.Key_2)

    assert "Not saved. Case K7QM2 is signed" in _said(room)
    assert read.recorded == []


def test_a_case_is_parked_with_a_reason_of_the_list_the_next_one_opens_and_it_can_be_taken_back(
    open_on: Opener, read: MemoryDoor
) -> None:
    room = open_on(read)

    _press(room, Qt.Key.Key_P, control=True)
    _press(room, Qt.Key.Key_Down)
    _press(room, Qt.Key.Key_Return)

    assert read.parked == {FIRST: "SER"}
    assert room.state is not None
    assert room.state.case.code == SECOND
    room.case.open(FIRST)
    assert "Ctrl+P unparks it" in _said(room)
    _press(room, Qt.Key.Key_P, control=True)
    assert read.status[FIRST] == "draft"


def test_when_the_last_case_is_signed_the_page_says_that_nothing_is_left(open_on: Opener, read: MemoryDoor) -> None:
    read.status[SECOND] = "signed"
    room = open_on(read)

    _sign_key(room)
    _press(room, Qt.Key.Key_Return)

    assert "Every case on your worklist is signed. Nothing is left to do." in _said(room)
    _press(room, Qt.Key.Key_Return)
    assert "This case is signed: you can look at it, not change it." in _said(room)


@pytest.mark.case(135)
def test_a_double_click_on_sign_signs_once_and_stays_on_the_page(open_on: Opener, read: MemoryDoor) -> None:
    room = open_on(read)
    _sign_key(room)
    sign = room.closer.page._do

    QTest.mouseClick(sign, Qt.MouseButton.LeftButton)
    QTest.mouseDClick(sign, Qt.MouseButton.LeftButton)

    assert list(read.signed) == [FIRST]
    assert f"Case {FIRST} is signed" in _said(room)


def test_what_is_signed_stands_on_the_page_with_its_totals(room: ReadingRoom) -> None:
    for place in range(86):
        QTest.keyClick(room, Qt.Key(Qt.Key.Key_0 + place // 2 % 2))
    QTest.keyClick(room, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    # of 43 sites a visit every other one has grade 1: 1 of 3, 5 of 10 and 7 or 8 of 15, from the second site on
    said = {label.accessibleName() for label in room.closer.page.findChildren(QLabel) if label.isVisible()}
    assert {
        "Synovitis total, baseline: 1", "Tenosynovitis total, follow-up: 5", "Erosion total, baseline: 7",
        "Osteitis total, baseline: 8",
    } <= said  # fmt: skip


@pytest.mark.case(135)
def test_return_held_down_signs_once_and_stays_on_the_page(open_on: Opener, read: MemoryDoor) -> None:
    room = open_on(read)
    _sign_key(room)
    _press(room, Qt.Key.Key_Return)
    for _ in range(30):
        held = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", True, 1)
        QApplication.sendEvent(QApplication.focusWidget() or room, held)

    assert list(read.signed) == [FIRST]
    assert f"Case {FIRST} is signed" in _said(room)


@pytest.mark.case(140)
def test_after_the_signature_neither_undo_nor_a_key_changes_an_answer(open_on: Opener, read: MemoryDoor) -> None:
    room = open_on(read)
    room.case.open(FIRST)
    _press(room, Qt.Key.Key_1)
    standing, written = read.reading(FIRST), len(read.recorded)
    _sign_key(room)
    answers = {found.id: "seen twice" for found in read.signing_sheet(FIRST).findings}
    read.sign(FIRST, answers)
    room.closer.leave()

    for pressed, control in ((Qt.Key.Key_Z, True), (Qt.Key.Key_3, False), (Qt.Key.Key_Delete, False)):
        _press(room, pressed, control=control)
        assert "Not saved" in _said(room)

    assert (read.reading(FIRST), len(read.recorded)) == (standing, written)
    assert room.state is not None
    assert room.state.reading == standing


def test_each_line_of_the_review_goes_to_its_site_and_the_key_for_signing_comes_back_to_it(
    open_on: Opener, read: MemoryDoor
) -> None:
    _read(read, FIRST, v1_ERO_CAP="4", v2_ERO_CAP="2")
    room = open_on(read)

    _sign_key(room)
    line = room.focusWidget()
    assert isinstance(line, QLineEdit)
    QTest.keyClicks(line, "healed")
    _press(room, Qt.Key.Key_Up)
    table = room.focusWidget()
    assert isinstance(table, ReviewTable)
    _press(room, Qt.Key.Key_Return)

    assert room.state is not None
    assert room.state.focus.key == key("2 ERO CAP")
    assert "Ctrl+Return goes back to the list of all scores." in _said(room)
    QTest.keyClick(room, Qt.Key.Key_3)
    _sign_key(room)
    table = room.focusWidget()
    assert isinstance(table, ReviewTable)
    assert str(table.currentIndex().siblingAtColumn(0).data()).strip() == "follow-up: question 1 above"
    # what had been typed is there again
    assert "healed" in [line.text() for line in room.findChildren(QLineEdit) if line.isVisible()]


def test_a_click_on_a_grade_in_the_review_goes_to_that_site_and_visit(open_on: Opener, read: MemoryDoor) -> None:
    room = open_on(read)
    _sign_key(room)
    (table,) = [one for one in room.findChildren(ReviewTable) if one.isVisible()]
    row = next(row for row in range(table.rowCount()) if table.model().index(row, 0).data() == "Radiocarpal joint")

    QTest.mouseClick(
        table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(table.model().index(row, 2)).center()
    )

    assert room.state is not None
    assert room.state.focus.key == key("2 SYN RC")


def test_a_key_after_signing_saves_the_read_sheet_and_says_where(open_on: Opener, read: MemoryDoor) -> None:
    room = open_on(read)
    saved: list[str] = []

    def save(case: str) -> str:
        saved.append(case)
        return f"The read sheet of case {case} is in your documents."

    room.closer.save_sheet = save
    _sign_key(room)
    _press(room, Qt.Key.Key_S)
    assert saved == []
    _press(room, Qt.Key.Key_Return)
    _press(room, Qt.Key.Key_S)

    assert saved == [FIRST]
    assert f"The read sheet of case {FIRST} is in your documents." in _said(room)
    _press(room, Qt.Key.Key_Return)
    assert room.state is not None
    assert room.state.case.code == SECOND


def test_a_sheet_that_can_t_be_saved_is_told_in_a_line_and_the_signature_stands(
    open_on: Opener, read: MemoryDoor
) -> None:
    room = open_on(read)

    def refuse(_case: str) -> str:
        raise NotSaved("Not written: ramris read sheets: the disk is full.")

    room.closer.save_sheet = refuse
    _sign_key(room)
    _press(room, Qt.Key.Key_Return)
    _press(room, Qt.Key.Key_S)

    assert "the disk is full" in _said(room)
    assert read.status[FIRST] == "signed"


def test_where_no_sheet_can_be_saved_none_is_offered(open_on: Opener, read: MemoryDoor) -> None:
    room = open_on(read)
    _sign_key(room)
    _press(room, Qt.Key.Key_Return)

    assert "Save the read sheet (S)" not in [
        button.text() for button in room.findChildren(QPushButton) if button.isVisible()
    ]
