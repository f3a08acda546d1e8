"""Line in the form about what has been sent: quiet, below how far it is read, and nothing else moves for it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.builders.cases import a_case
from tests.builders.rooms import a_room
from workstation.reading.answers.grading import SetGrade
from workstation.ui.reader.window.room import ReadingRoom
from workstation.ui.reader.window.sent_line import SentLine


class Posted:
    """What sends, as a test says."""

    def __init__(self) -> None:
        self.said, self.why_not = "", ""

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
