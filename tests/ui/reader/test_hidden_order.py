"""The room of a study whose order is hidden: nowhere does it say which visit came first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableView

from scoring.readings.visit_words import worded
from scoring.values import replace
from tests.builders.cases import a_case
from tests.fakes.doors import MemoryDoor
from tests.ui.reader.conftest import Opener
from tests.ui.reader.window.test_room import words_of
from workstation.hanging.layout import layout_of
from workstation.hanging.matching import match
from workstation.reading.state import SessionState
from workstation.ui.reader.images.arranging import arrange
from workstation.ui.reader.window.room import ReadingRoom

TELLING = ("baseline", "follow-up", "follow up", "change at", "change:")


@pytest.fixture
def hidden(open_on: Opener) -> ReadingRoom:
    """A room on a case whose visits are A and B."""
    door = MemoryDoor(replace(a_case(), ordered=False))
    door.ordered = False
    return open_on(door)


def _all_words(room: ReadingRoom) -> Iterator[str]:
    yield from words_of(room)
    for view in room.findChildren(QTableView):
        model = view.model()
        for column in range(5):
            for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
                yield str(model.headerData(column, Qt.Orientation.Horizontal, role))


def _telling(room: ReadingRoom) -> list[str]:
    return [text for text in _all_words(room) if any(word in text.lower() for word in TELLING)]


def test_no_word_of_the_room_says_which_visit_came_first_before_and_after_grading(hidden: ReadingRoom) -> None:
    assert _telling(hidden) == []

    # a refusal that speaks of baseline in other studies, a grade of each visit, a copy, a note, help
    for key in (Qt.Key.Key_C, Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_2, Qt.Key.Key_C, Qt.Key.Key_F1):
        QTest.keyClick(hidden, key)
        assert _telling(hidden) == []


def test_the_words_are_visit_a_and_visit_b_and_their_difference(hidden: ReadingRoom) -> None:
    words = " | ".join(_all_words(hidden))

    assert all(word in words for word in ("Visit A", "Visit B", "B \N{MINUS SIGN} A", "Copy visit A to visit B"))


def test_an_empty_cell_and_a_spoken_one_do_not_tell_either(hidden: ReadingRoom) -> None:
    state = hidden.state
    assert isinstance(state, SessionState)
    visit = state.case.visits[1]
    lacking = replace(state, case=replace(state.case, visits=(state.case.visits[0], replace(visit, series=()))))

    cells, _ = arrange(
        lacking, match(layout_of(lacking.scheme), lacking.focus.feature, lacking.case.visits, 2), 400, 400
    )

    said = [cell.accessible_name for row in cells for cell in row]
    assert any("visit B" in text for text in said)
    assert not [text for text in said if any(word in text.lower() for word in TELLING)]


def test_no_window_of_the_reader_names_a_visit_by_itself() -> None:
    # what is painted can't be read off a widget: names go through `visit_name` or `worded`
    sources = (Path(__file__).parents[3] / "workstation" / "ui" / "reader").rglob("*.py")

    assert [path.name for path in sources if "VISIT_NAMES" in path.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Copy baseline to follow-up", "Copy visit A to visit B"),
        ("Follow-up in the baseline's cells, and back", "Visit B in visit A's cells, and back"),
        ("FOLLOW-UP here:", "VISIT B here:"),
        ("The baseline is blank.", "Visit A is blank."),
        ("No images at follow-up", "No images at visit B"),
    ],
)
def test_sentences_are_said_without_the_order(text: str, hidden: str) -> None:
    assert worded(text, ordered=False) == hidden
    assert worded(text, ordered=True) == text
