"""Line in the form about what has been sent: quiet, below how far it is read, and nothing else moves for it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.builders.cases import a_case
from tests.builders.rooms import a_room
from workstation.reading.answers.grading import SetGrade
from workstation.ui.reader.coming.password import PasswordLine
from workstation.ui.reader.window.room import ReadingRoom
from workstation.ui.reader.window.sent_line import ANOTHER, WANTED, SentLine


class Posted:
    """What sends, as a test says."""

    def __init__(self) -> None:
        self.said, self.why_not, self.wants_password = "", "", False
        self.given: list[tuple[str, bool]] = []

    def can_keep(self) -> bool:
        return True

    def take_password(self, password: str, *, keep: bool) -> None:
        self.given.append((password, keep))
        self.wants_password = password != "right"  # noqa: S105 - of nobody

    def line(self) -> str:
        return self.said


@pytest.fixture
def room(qtbot: QtBot) -> Iterator[ReadingRoom]:
    """A room in memory."""
    made = a_room(qtbot, a_case(), images=False)
    yield made
    made.close()


def _shown(room: ReadingRoom) -> str:
    label = room.form.findChild(QLabel, "progress")
    assert label is not None
    return label.text()


def test_it_stands_below_how_far_it_is_read_and_nothing_else_moves(room: ReadingRoom, qtbot: QtBot) -> None:
    posted, parts = Posted(), (room.form.strip, room.form.table, room.form.card, room.form.totals)
    line = SentLine(room, posted)
    line.look()
    assert _shown(room) == "0 of 86 read"
    before = [part.geometry() for part in parts]

    for posted.said in ("sending", "all sent", "1234 not sent, offline since 10:31"):
        line.look()
        qtbot.wait(1)
        assert _shown(room) == f"0 of 86 read\n{posted.said}"
        assert [part.geometry() for part in parts] == before


def test_what_the_server_refused_is_told_once_in_full(room: ReadingRoom) -> None:
    posted = Posted()
    line = SentLine(room, posted)
    posted.said, posted.why_not = "not sent any more", "Nothing more is sent: tell your coordinator"
    line.look()
    assert room.state is not None
    assert room.state.notice is not None
    assert room.state.notice.text == posted.why_not

    room.case.dispatch(SetGrade(Decimal(1)))
    line.look()
    assert posted.why_not not in str(room.state)


def test_a_password_that_is_not_known_is_asked_for_and_again_until_the_server_takes_one(room: ReadingRoom) -> None:
    posted = Posted()
    posted.wants_password = True
    line = SentLine(room, posted)
    line.look()
    asked = room.findChild(PasswordLine)
    assert asked is not None
    assert asked.line == WANTED
    QTest.keyClicks(asked.field, "wrong")
    QTest.keyClick(asked.field, Qt.Key.Key_Return)

    line.look()
    assert asked.line == ANOTHER
    asked.keep.setChecked(True)
    QTest.keyClicks(asked.field, "right")
    QTest.keyClick(asked.field, Qt.Key.Key_Return)
    line.look()

    assert posted.given == [("wrong", False), ("right", True)]
    assert not asked.isVisible()


def test_esc_leaves_the_password_out_and_the_keys_are_the_rooms_again(room: ReadingRoom) -> None:
    posted = Posted()
    posted.wants_password = True
    line = SentLine(room, posted)
    line.look()
    asked = room.findChild(PasswordLine)
    assert asked is not None

    QTest.keyClick(asked.field, Qt.Key.Key_Escape)
    line.look()

    assert not asked.isVisible()
    assert posted.given == []
    before = room.state.reading if room.state else None
    QTest.keyClick(room, Qt.Key.Key_1)
    assert room.state is not None
    assert room.state.reading != before
