"""The room round the case: opening, reopening, the worklist, blindness, faults, pictures."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QAction, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QCompleter, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from scoring.readings.reading import AnswerChanged
from scoring.values import replace
from tests.builders.cases import a_case, with_pixels
from tests.builders.sessions import all_answers, at, grade
from tests.fakes.doors import BrokenDoor, MemoryDoor
from tests.fakes.images import BlankImages
from workstation.reading.answers.focus_moves import GoTo
from workstation.reading.answers.grading import MarkUnscorable
from workstation.reading.images.view import Scroll
from workstation.ui.reader.window.render import render_to_png
from workstation.ui.reader.window.room import ReadingRoom, open_room
from workstation.ui.shared import guard, theme

Opener = Callable[[MemoryDoor], ReadingRoom]
CANARY = "Vexhollow"


def words_of(window: QWidget) -> Iterator[str]:
    """What stands on every widget, or would be said of it."""
    for widget in (window, *window.findChildren(QWidget)):
        yield from (widget.windowTitle(), widget.toolTip(), widget.accessibleName(), widget.accessibleDescription())
        if isinstance(widget, QLabel | QAbstractButton | QLineEdit):
            yield widget.text()
        if isinstance(widget, QAbstractItemView):
            yield from cells_of(widget)
    yield from (action.text() for action in window.findChildren(QAction))


def cells_of(view: QAbstractItemView) -> Iterator[str]:
    model = view.model()
    for row in range(model.rowCount(QModelIndex())):
        for column in range(model.columnCount(QModelIndex())):
            for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
                yield str(model.index(row, column).data(role))


def blank_images(room: ReadingRoom) -> BlankImages:
    images = room.findChild(BlankImages)
    assert images is not None
    return images


@pytest.mark.case(98)
def test_the_title_is_the_case_code_alone(room: ReadingRoom) -> None:
    assert room.windowTitle() == "ramris - case K7QM2"


@pytest.mark.parametrize("size", [(1920, 1080), (1366, 768), (2560, 1440), (1200, 1920)])
def test_everything_of_the_form_is_inside_the_window_for_every_feature(
    qtbot: QtBot, room: ReadingRoom, size: tuple[int, int]
) -> None:
    room.resize(*size)
    qtbot.waitUntil(lambda: (room.width(), room.height()) == size)

    for _ in range(4):
        QTest.keyClick(room, Qt.Key.Key_Tab)
        for part in (room.form.strip, room.form.table, room.form.card, room.form.totals):
            corner = part.mapTo(room, part.rect().bottomRight())
            assert part.isVisible()
            assert corner.x() < size[0]
            assert corner.y() < size[1]


def apart(parts: list[QWidget]) -> bool:
    """Whether each part ends above the next."""
    return all(above.geometry().bottom() < below.geometry().top() for above, below in pairwise(parts))


def test_on_the_smallest_window_no_part_of_the_form_runs_into_another(qtbot: QtBot, room: ReadingRoom) -> None:
    smallest = room.minimumSize()
    parts: list[QWidget] = [room.form.strip, room.form.table, room.form.card, room.form.totals]
    room.resize(smallest)
    qtbot.waitUntil(lambda: room.size() == smallest)

    for _ in range(4):
        QTest.keyClick(room, Qt.Key.Key_Tab)
        qtbot.waitUntil(lambda: apart(parts), timeout=2000)
        # seven rows or all there are stay in sight, and the table scrolls to the one in focus
        rows = room.form.table.model().rowCount()
        assert room.form.table.viewport().height() >= min(rows, 7) * 17


def test_reopening_comes_back_to_the_same_case_site_and_slice(open_on: Opener, door: MemoryDoor) -> None:
    first = open_on(door)
    first.case.open("B4XR9")
    first.form.wanted.emit(GoTo(at("ERO CAP 2")))
    first.form.wanted.emit(Scroll(1, "B4XR910", 4))
    left = first.state
    first.close()

    again = open_on(door).state

    assert left is not None
    assert again is not None
    assert again.case.code == "B4XR9"
    assert again.focus == left.focus
    # the time of reading is kept in whole seconds
    assert again.view == replace(left.view, active_s=float(int(left.view.active_s)))


def test_a_scroll_is_kept_without_closing_so_that_a_kill_loses_no_place(
    qtbot: QtBot, room: ReadingRoom, door: MemoryDoor
) -> None:
    before = door.bookmark("K7QM2")

    QTest.keyClick(room, Qt.Key.Key_PageDown)

    qtbot.waitUntil(lambda: door.bookmark("K7QM2") != before, timeout=1000)


def test_closing_over_an_answer_that_was_not_saved_says_so_first(open_on: Opener) -> None:
    room = open_on(BrokenDoor(a_case("K7QM2")))
    QTest.keyClick(room, Qt.Key.Key_2)

    assert not room.close()
    assert "The last answer was not saved." in " ".join(words_of(room))
    assert room.isVisible()

    assert room.close()


def test_once_the_answer_is_saved_closing_is_closing(open_on: Opener) -> None:
    door = BrokenDoor(a_case("K7QM2"))
    room = open_on(door)
    QTest.keyClick(room, Qt.Key.Key_2)
    door.broken = False
    QTest.keyClick(room, Qt.Key.Key_2)

    assert room.close()


def test_closing_stops_the_images(room: ReadingRoom) -> None:
    images = blank_images(room)

    room.close()

    assert images.stopped


def test_next_and_previous_case_by_key_and_the_end_says_so(room: ReadingRoom) -> None:
    QTest.keyClick(room, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert room.windowTitle() == "ramris - case B4XR9"

    QTest.keyClick(room, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert any("This is the last case; 2 of 2 cases still have blank sites" in word for word in words_of(room))

    QTest.keyClick(room, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert room.windowTitle() == "ramris - case K7QM2"


@pytest.mark.case(110)
def test_each_case_keeps_its_own_grades_and_undo(room: ReadingRoom, door: MemoryDoor) -> None:
    QTest.keyClick(room, Qt.Key.Key_2)
    QTest.keyClick(room, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(room, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)

    assert len(door.reading("K7QM2").answers) == 1
    assert len(door.reading("B4XR9").answers) == 0


@pytest.mark.case(110)
def test_a_case_that_is_opened_again_is_undone_on_and_redone_and_no_other_one(
    room: ReadingRoom, door: MemoryDoor
) -> None:
    control = Qt.KeyboardModifier.ControlModifier
    for pressed in (Qt.Key.Key_2, Qt.Key.Key_1, Qt.Key.Key_3):
        QTest.keyClick(room, pressed)
    QTest.keyClick(room, Qt.Key.Key_Z, control)
    QTest.keyClick(room, Qt.Key.Key_Right, control)
    QTest.keyClick(room, Qt.Key.Key_1)

    QTest.keyClick(room, Qt.Key.Key_Left, control)
    QTest.keyClick(room, Qt.Key.Key_Y, control)
    assert door.reading("K7QM2").answer(at("SYN RC 1").key) == grade(3)
    for _ in range(5):
        QTest.keyClick(room, Qt.Key.Key_Z, control)

    assert door.reading("K7QM2").answers == {}
    assert door.reading("B4XR9").answers == {at("SYN DRUJ 1").key: grade(1)}


def test_what_another_window_has_changed_meanwhile_is_not_undone(room: ReadingRoom, door: MemoryDoor) -> None:
    control = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(room, Qt.Key.Key_2)
    QTest.keyClick(room, Qt.Key.Key_Right, control)
    key = at("SYN DRUJ 1").key
    door.record("K7QM2", [AnswerChanged(key, grade(2), grade(3))], "elsewhere")

    QTest.keyClick(room, Qt.Key.Key_Left, control)
    QTest.keyClick(room, Qt.Key.Key_Z, control)

    assert door.reading("K7QM2").answer(key) == grade(3)


@pytest.mark.case(110)
def test_words_of_one_case_are_offered_in_no_other(room: ReadingRoom, door: MemoryDoor) -> None:
    QTest.keyClick(room, Qt.Key.Key_O)
    line = room.findChild(QLineEdit, "words")
    assert line is not None
    QTest.keyClicks(line, "ganglion at the pisiform")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert len(door.reading("K7QM2").answers) == 1

    QTest.keyClick(room, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(room, Qt.Key.Key_O)
    empty = line.text()
    line.undo()

    assert (empty, line.text()) == ("", "")
    assert line.findChildren(QCompleter) == []
    assert not [word for word in words_of(room) if "ganglion" in word]


def test_the_list_of_cases_shows_codes_and_progress_and_opens_one(room: ReadingRoom) -> None:
    QTest.keyClick(room, Qt.Key.Key_2)
    room._show_cases()
    assert [room._cases.item(row).text() for row in range(2)] == ["K7QM2    1 of 86", "B4XR9    0 of 86"]

    QTest.keyClick(room._cases, Qt.Key.Key_Down)
    QTest.keyClick(room._cases, Qt.Key.Key_Return)

    assert room.windowTitle() == "ramris - case B4XR9"


def test_an_empty_worklist_says_what_to_do_and_no_key_does_harm(open_on: Opener) -> None:
    room = open_on(MemoryDoor())

    for key in (Qt.Key.Key_1, Qt.Key.Key_C, Qt.Key.Key_PageDown, Qt.Key.Key_O):
        QTest.keyClick(room, key)

    assert room.state is None
    assert room.windowTitle() == "ramris"
    assert any("Ask the coordinator to assign cases" in word for word in words_of(room))


def test_a_finished_case_shows_totals_and_an_unfinished_one_never_a_total(open_on: Opener) -> None:
    full = MemoryDoor(a_case())
    full._readings["K7QM2"] = all_answers(1)
    # one at each of 3 + 10 + 15 + 15 sites; MRI(i) is without erosion: 28 (scoring-rules.md)
    said = set(words_of(open_on(full)))
    assert {"Synovitis total, baseline: 3", "Erosion total, follow-up: 15", "Osteitis total, change: 0"} <= said
    assert any(word.startswith("MRI(i): inflammation") and word.endswith("follow-up: 28") for word in said)

    room = open_on(MemoryDoor(a_case()))
    QTest.keyClick(room, Qt.Key.Key_3)
    said = set(words_of(room))
    assert "3 (2 blank)" in said
    assert "Synovitis total, baseline: 3 so far, 2 sites blank" in said


def test_an_unscorable_site_makes_the_total_missing_and_not_smaller(room: ReadingRoom) -> None:
    for key in (Qt.Key.Key_N, Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_1):
        QTest.keyClick(room, key)

    said = set(words_of(room))

    assert "Synovitis total, baseline: missing, 1 sites unscorable" in said
    assert "Synovitis total, follow-up: 3" in said
    assert "Synovitis total, change: none yet" in said


def test_no_word_in_the_window_comes_from_where_the_images_lie(qtbot: QtBot, tmp_path: Path) -> None:
    door = MemoryDoor(with_pixels(a_case(images=tmp_path / CANARY)))
    room = open_room(door)
    qtbot.addWidget(room)
    room.show()
    qtbot.waitUntil(room.images.all_loaded, timeout=20_000)

    words: list[str] = []
    for _ in range(4):
        QTest.keyClick(room, Qt.Key.Key_Tab)
        words.extend(words_of(room))
    room.close()

    assert "K7QM2" in words
    assert not [word for word in words if CANARY.lower() in word.lower() or str(tmp_path) in word]


def test_every_control_and_cell_has_a_name_for_a_screen_reader(room: ReadingRoom) -> None:
    form = room.form
    parts: list[QWidget] = [form, form.strip, form.table, form.card, form.totals, room]
    buttons = form.findChildren(QAbstractButton)

    assert len(buttons) >= 5
    nameless = [part for part in (*parts, *buttons) if part.isVisible() and not part.accessibleName()]
    assert nameless == []
    assert "Distal radio-ulnar joint, baseline: blank, in focus" in set(cells_of(form.table))


def test_a_click_on_a_cell_puts_the_focus_there(room: ReadingRoom) -> None:
    table = room.form.table
    place = table.visualRect(table.model().index(1, 3)).center()

    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)

    assert room.state is not None
    assert room.state.focus == at("SYN RC 2")


def test_text_of_a_case_is_never_markup(open_on: Opener) -> None:
    room = open_on(MemoryDoor(a_case()))
    room.form.wanted.emit(MarkUnscorable("OT", "<b>bold</b>"))

    labels = room.form.findChildren(QLabel)

    assert labels
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in labels)


def test_drawing_twice_changes_nothing(room: ReadingRoom, door: MemoryDoor) -> None:
    QTest.keyClick(room, Qt.Key.Key_2)
    before = list(words_of(room))

    assert room.case.session is not None
    room.show_case(room.case.session)

    assert list(words_of(room)) == before
    assert len(door.recorded) == 1


@pytest.mark.case(97, 103)
def test_a_fault_is_one_line_with_a_code_and_nothing_of_its_text(
    room: ReadingRoom, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    hook = guard.install(room.tell)

    try:
        Path(f"/{CANARY}/scan.dcm").read_bytes()
    except OSError as error:
        hook(type(error), error, error.__traceback__)

    said = capsys.readouterr().err + " ".join(words_of(room))
    assert "Something failed inside the program (fault " in said
    assert CANARY not in said


def test_the_room_is_drawn_to_a_picture_with_its_images(qtbot: QtBot, tmp_path: Path) -> None:
    room = open_room(MemoryDoor(with_pixels(a_case(images=tmp_path / "images"))))
    qtbot.addWidget(room)

    loaded = render_to_png(room, tmp_path / "room.png", (1366, 768))
    room.close()

    picture = QImage(str(tmp_path / "room.png"))
    assert loaded
    assert (picture.width(), picture.height()) == (1366, 768)
    # the phantom's disc is bright in the middle of the upper left cell, and the form beside it is dark
    assert picture.pixelColor(225, 220).lightness() > 120
    assert picture.pixelColor(1360, 760).lightness() < 60


def test_a_picture_that_cannot_be_written_is_an_error(qtbot: QtBot, tmp_path: Path) -> None:
    room = ReadingRoom(MemoryDoor(a_case()), make_images=BlankImages)
    qtbot.addWidget(room)

    with pytest.raises(OSError, match="the picture could not be written"):
        render_to_png(room, tmp_path / "none" / "room.png", limit_ms=50)
    room.close()


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        (theme.TEXT, theme.PANEL),
        (theme.DIM, theme.PANEL),
        (theme.DIM, theme.RAISED),
        (theme.REFUSED, theme.PANEL),
        (theme.SAVED, theme.PANEL),
        (theme.ACCENT, theme.BACKGROUND),
        (theme.BRIGHT, theme.ACCENT_GROUND),
    ],
)
def test_text_meets_wcag_aa_on_its_ground(ink: str, ground: str) -> None:
    # WCAG 2.2, 1.4.3: contrast at least 4.5 for small text; relative luminance as defined there
    assert contrast(ink, ground) >= 4.5


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    red, green, blue = (linear(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def test_the_next_case_is_looked_ahead_to_when_the_one_in_sight_is_loaded(room: ReadingRoom) -> None:
    images = cast("BlankImages", room.images)

    images.loaded.emit()

    assert images.ahead == "B4XR9"
