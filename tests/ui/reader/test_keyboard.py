"""A reader at the keyboard of the real window: what is pressed is on the screen, in the state and in the record."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget

from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import NotAssessable, SiteKey
from storage.records import SiteNote
from tests.builders.cases import a_case
from tests.builders.sessions import SCHEME, at, grade
from tests.fakes.doors import BrokenDoor, MemoryDoor
from workstation.reading.answers.focus_moves import GoTo
from workstation.reading.state import SessionState
from workstation.ui.reader.form.site_model import BASELINE, CHANGE, FOLLOW_UP
from workstation.ui.reader.window.room import ReadingRoom

Key = Qt.Key


def state_of(room: ReadingRoom) -> SessionState:
    state = room.state
    assert state is not None
    return state


def go(room: ReadingRoom, place: str) -> None:
    room.form.wanted.emit(GoTo(at(place)))


def notice(room: ReadingRoom) -> QLabel:
    label = room.form.findChild(QLabel, "notice")
    assert isinstance(label, QLabel)
    return label


def words_line(room: ReadingRoom) -> QLineEdit:
    line = room.form.words.findChild(QLineEdit)
    assert isinstance(line, QLineEdit)
    return line


def saved(room: ReadingRoom) -> str:
    label = room.form.findChild(QLabel, "saved")
    assert isinstance(label, QLabel)
    return label.text()


def cell(room: ReadingRoom, site: str, column: int) -> str:
    model = room.form.table.model()
    for row in range(model.rowCount()):
        if model.index(row, 0).data() == site:
            return str(model.index(row, column).data())
    pytest.fail(f"no row {site}")


def test_a_whole_pair_is_scored_by_key_presses_alone(room: ReadingRoom, door: MemoryDoor) -> None:
    expected: dict[SiteKey, int] = {}
    for place, key in enumerate(keys_in_reading_order(SCHEME)):
        # every grade of every scale comes up, ten among them
        expected[key] = place % (11 if key.feature == "ERO" else 4)
        pressed = Key.Key_X if expected[key] == 10 else Key(Key.Key_0 + expected[key])
        QTest.keyClick(room, pressed)

    assert len(door.recorded) == 86
    assert {key: door.reading("K7QM2").answer(key) for key in expected} == {k: grade(n) for k, n in expected.items()}
    assert 10 in expected.values()
    assert notice(room).text().startswith("All 86 sites are read")
    assert saved(room) == "Saved"


@pytest.mark.parametrize("child", ["table", "strip", "card", "totals"])
def test_keys_reach_the_window_whichever_child_has_the_focus(room: ReadingRoom, child: str) -> None:
    widget: QWidget = getattr(room.form, child)

    QTest.keyClick(widget, Key.Key_2)

    assert state_of(room).reading.answer(at("SYN DRUJ 1").key) == grade(2)


def test_the_number_pad_grades_too(room: ReadingRoom) -> None:
    QTest.keyClick(room, Key.Key_3, Qt.KeyboardModifier.KeypadModifier)

    assert state_of(room).reading.answer(at("SYN DRUJ 1").key) == grade(3)


def test_a_one_is_graded_at_once_and_x_is_ten(room: ReadingRoom) -> None:
    go(room, "ERO CAP 1")

    QTest.keyClick(room, Key.Key_1)
    assert cell(room, "CAP", BASELINE) == "1"
    QTest.keyClick(room, Key.Key_X)

    assert cell(room, "CAP", FOLLOW_UP) == "10"
    assert cell(room, "CAP", CHANGE) == "+9"


def test_a_grade_out_of_scale_is_refused_with_a_line_that_says_what_is_allowed(
    room: ReadingRoom, door: MemoryDoor
) -> None:
    QTest.keyClick(room, Key.Key_7)

    assert notice(room).text() == "synovitis.DRUJ: 7 is not on the synovitis scale (0-3, step 1)"
    assert notice(room).property("kind") == "refused"
    assert cell(room, "DRUJ", BASELINE) == "·"
    assert door.recorded == []


def test_undo_and_redo_by_key(room: ReadingRoom) -> None:
    QTest.keyClick(room, Key.Key_2)
    QTest.keyClick(room, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert cell(room, "DRUJ", BASELINE) == "·"

    QTest.keyClick(room, Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert cell(room, "DRUJ", BASELINE) == "2"

    QTest.keyClick(room, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(room, Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert cell(room, "DRUJ", BASELINE) == "2"


def test_c_copies_the_baseline_and_delete_clears(room: ReadingRoom) -> None:
    QTest.keyClick(room, Key.Key_2)
    QTest.keyClick(room, Key.Key_C)
    assert cell(room, "DRUJ", FOLLOW_UP) == "2"
    assert state_of(room).focus == at("SYN RC 1")

    QTest.keyClick(room, Key.Key_Up)
    QTest.keyClick(room, Key.Key_Delete)
    assert cell(room, "DRUJ", BASELINE) == "·"


@pytest.mark.parametrize(("key", "code"), [(Key.Key_N, "NC"), (Key.Key_A, "AR"), (Key.Key_Q, "SQ"), (Key.Key_S, "SX")])
def test_one_key_marks_a_site_unscorable(room: ReadingRoom, key: Qt.Key, code: str) -> None:
    QTest.keyClick(room, key)

    assert cell(room, "DRUJ", BASELINE) == code
    assert state_of(room).focus == at("SYN DRUJ 2")


def test_o_asks_for_words_and_keys_are_text_until_return(room: ReadingRoom) -> None:
    QTest.keyClick(room, Key.Key_O)
    line = words_line(room)
    assert line.hasFocus()
    QTest.keyClicks(line, "Cast 2 on x")
    assert state_of(room).reading.answers == {}

    QTest.keyClick(line, Key.Key_Return)

    assert state_of(room).reading.answer(at("SYN DRUJ 1").key) == NotAssessable("OT", "Cast 2 on x")
    assert room.form.words.isHidden()
    QTest.keyClick(room, Key.Key_1)
    assert cell(room, "DRUJ", FOLLOW_UP) == "1"


def test_return_without_words_is_refused_and_escape_leaves_the_site_blank(room: ReadingRoom) -> None:
    QTest.keyClick(room, Key.Key_O)
    line = words_line(room)

    QTest.keyClick(line, Key.Key_Return)
    assert "needs the reason in words" in notice(room).text()
    assert not room.form.words.isHidden()

    QTest.keyClick(line, Key.Key_Escape)
    assert room.form.words.isHidden()
    assert state_of(room).reading.answers == {}
    QTest.keyClick(room, Key.Key_1)
    assert cell(room, "DRUJ", BASELINE) == "1"


def test_words_are_asked_for_one_site_and_given_to_no_other(room: ReadingRoom) -> None:
    QTest.keyClick(room, Key.Key_O)
    QTest.keyClicks(words_line(room), "cast")

    go(room, "ERO CAP 1")

    assert room.form.words.isHidden()
    assert state_of(room).reading.answers == {}


def test_arrows_tab_and_return_move(room: ReadingRoom) -> None:
    presses: list[tuple[Qt.Key, Qt.KeyboardModifier, str]] = [
        (Key.Key_Down, Qt.KeyboardModifier.NoModifier, "SYN RC 1"),
        (Key.Key_Right, Qt.KeyboardModifier.NoModifier, "SYN RC 2"),
        (Key.Key_Left, Qt.KeyboardModifier.NoModifier, "SYN RC 1"),
        (Key.Key_Up, Qt.KeyboardModifier.NoModifier, "SYN DRUJ 1"),
        (Key.Key_Tab, Qt.KeyboardModifier.NoModifier, "TEN E1 1"),
        (Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier, "SYN DRUJ 1"),
        (Key.Key_Return, Qt.KeyboardModifier.NoModifier, "SYN DRUJ 2"),
    ]
    for key, modifier, place in presses:
        QTest.keyClick(room, key, modifier)
        assert state_of(room).focus == at(place)


def test_under_the_list_of_keys_no_key_grades(room: ReadingRoom) -> None:
    QTest.keyClick(room, Key.Key_F1)
    QTest.keyClick(room, Key.Key_2)
    assert state_of(room).reading.answers == {}

    QTest.keyClick(room, Key.Key_Escape)
    QTest.keyClick(room, Key.Key_2)
    assert cell(room, "DRUJ", BASELINE) == "2"


def test_when_the_disk_is_full_the_old_value_is_drawn_with_a_red_line_and_the_next_key_goes_through(
    open_on: Callable[[MemoryDoor], ReadingRoom],
) -> None:
    door = BrokenDoor(a_case())
    room = open_on(door)

    QTest.keyClick(room, Key.Key_2)
    assert cell(room, "DRUJ", BASELINE) == "·"
    assert notice(room).text().startswith("Not saved: the disk is full.")
    assert notice(room).property("kind") == "refused"
    assert saved(room) == "Not saved"

    door.broken = False
    QTest.keyClick(room, Key.Key_2)
    assert cell(room, "DRUJ", BASELINE) == "2"
    assert saved(room) == "Saved"


def test_page_keys_scroll_both_visits_and_l_unlinks_them(room: ReadingRoom) -> None:
    before = state_of(room).view

    QTest.keyClick(room, Key.Key_PageDown)
    scrolled = state_of(room).view
    assert scrolled.cursor_mm[1] != before.cursor_mm[1]
    assert scrolled.cursor_mm[2] != before.cursor_mm[2]

    QTest.keyClick(room, Key.Key_L)
    QTest.keyClick(room, Key.Key_PageUp)
    assert state_of(room).view.cursor_mm[2] == scrolled.cursor_mm[2]


def test_right_after_a_grade_the_keys_for_note_and_unsure_mean_that_grade(room: ReadingRoom, door: MemoryDoor) -> None:
    QTest.keyClick(room, Key.Key_2)
    QTest.keyClick(room, Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(words_line(room), "near the vein")
    QTest.keyClick(words_line(room), Key.Key_Return)
    QTest.keyClick(room, Key.Key_U)

    assert door.notes("K7QM2") == {at("SYN DRUJ 1").key: SiteNote("near the vein", unsure=True)}
    assert cell(room, "DRUJ", BASELINE) == "2 ? *"


@pytest.mark.case(136)
def test_a_megabyte_pasted_into_a_note_is_cut_with_a_word_and_nothing_stalls(
    room: ReadingRoom, door: MemoryDoor
) -> None:
    QTest.keyClick(room, Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    QApplication.clipboard().setText("vein " * 200_000)

    words_line(room).paste()

    assert len(words_line(room).text()) == 500
    assert "(cut at 500 characters)" in " ".join(label.text() for label in room.form.words.findChildren(QLabel))
    QTest.keyClick(words_line(room), Key.Key_Return)
    assert door.notes("K7QM2")[at("SYN DRUJ 1").key].text == " ".join(["vein"] * 100)


def test_a_pair_takes_88_presses_until_it_is_signed_a_digit_for_each_site_and_two(
    room: ReadingRoom, door: MemoryDoor
) -> None:
    signed_after: list[int] = []
    keys = [(Key(Key.Key_0 + place // 2 % 2), Qt.KeyboardModifier.NoModifier) for place in range(86)]
    keys += [(Key.Key_Return, Qt.KeyboardModifier.ControlModifier), (Key.Key_Return, Qt.KeyboardModifier.NoModifier)]

    for presses, (key, modifier) in enumerate(keys, start=1):
        QTest.keyClick(QApplication.focusWidget() or room, key, modifier)
        if "K7QM2" in door.signed:
            signed_after.append(presses)

    assert len(door.recorded) == 86
    assert signed_after == [88]


def test_a_pair_takes_at_most_a_hundred_presses_with_the_days_display_check_signature_and_next_case(
    room: ReadingRoom, door: MemoryDoor
) -> None:
    door.display_checked = False
    presses: list[tuple[Qt.Key, Qt.KeyboardModifier]] = []

    def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        presses.append((key, modifier))
        QTest.keyClick(QApplication.focusWidget() or room, key, modifier)

    press(Key.Key_F2, Qt.KeyboardModifier.ShiftModifier)
    for _ in range(3):
        press(Key.Key_1)
    assert len(door.displays) == 1
    for place in range(86):
        # every other site has grade 1 at both visits, so that the checks find nothing to ask about
        press(Key(Key.Key_0 + place // 2 % 2))
    press(Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    press(Key.Key_Return)
    press(Key.Key_Return)

    assert "K7QM2" in door.signed
    assert state_of(room).case.code == "B4XR9"
    assert len(presses) == 93
