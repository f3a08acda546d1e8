"""The room over a copy whose images lie apart: it counts what comes, Esc stops it, and what can't be had is said."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from storage.apart.at_rest import How
from storage.study.reader import ReaderStudy
from tests.builders.rooms import LAPTOP
from tests.builders.servers.loopback import Quiet
from tests.fetching.conftest import Elsewhere
from workstation.fetching.while_reading import WhileReading
from workstation.ui.reader.coming.bar import FetchBar
from workstation.ui.reader.images.panel import ImagesPanel
from workstation.ui.reader.window.room import ReadingRoom
from workstation.web.address import Credentials

# as long as a machine with ten other things to do may need
PATIENCE_MS = 30_000


class Gate:
    """A server that gives some pieces, and the others when it is opened."""

    def __init__(self, first: int) -> None:
        self._left = first
        self._lock, self.open = threading.Lock(), threading.Event()

    def __call__(self, _handler: Quiet, _content: bytes) -> bool:
        with self._lock:
            self._left -= 1
            wait = self._left < 0
        if wait:
            self.open.wait(PATIENCE_MS / 1000)
        return False


@contextmanager
def _open(elsewhere: Elsewhere, qtbot: QtBot) -> Iterator[ReadingRoom]:
    """A room on the copy, at its first case."""
    apart = WhileReading(elsewhere.copy, lambda _images: Credentials())
    with ReaderStudy.open(elsewhere.copy, "ES") as study:
        found = ReadingRoom(study, make_images=lambda: ImagesPanel(apart=apart))
        qtbot.addWidget(found)
        found.resize(*LAPTOP)
        with qtbot.waitExposed(found):
            found.show()
        yield found
        found.close()


@pytest.fixture
def room(elsewhere: Elsewhere, qtbot: QtBot) -> Iterator[ReadingRoom]:
    """Such a room, to which nothing but the first two pieces comes before the gate is opened."""
    elsewhere.server.odd = gate = Gate(2)
    with _open(elsewhere, qtbot) as found:
        yield found
        gate.open.set()


def _bar(room: ReadingRoom) -> FetchBar:
    bar = room.findChild(FetchBar)
    assert isinstance(bar, FetchBar)
    return bar


def _gate(elsewhere: Elsewhere) -> Gate:
    assert isinstance(elsewhere.server.odd, Gate)
    return elsewhere.server.odd


def test_what_comes_is_counted_until_all_is_here(elsewhere: Elsewhere, room: ReadingRoom, qtbot: QtBot) -> None:
    bar, case = _bar(room), room.case.code
    every = len(elsewhere.images.cases[str(case)])
    assert every == 4
    qtbot.waitUntil(
        lambda: bar.line == f"Fetching the images of {case}: 2 of {every}. Esc stops it. {How.NO_STORE}",
        timeout=PATIENCE_MS,
    )
    assert bar.isVisible()
    assert room.images.fetching.coming()

    _gate(elsewhere).open.set()

    qtbot.waitUntil(lambda: not room.images.fetching.coming(), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not bar.isVisible(), timeout=PATIENCE_MS)


def test_esc_stops_it_and_fetch_again_goes_on(elsewhere: Elsewhere, room: ReadingRoom, qtbot: QtBot) -> None:
    bar = _bar(room)
    qtbot.waitUntil(lambda: bar.line.startswith("Fetching"), timeout=PATIENCE_MS)

    QTest.keyClick(room, Qt.Key.Key_Escape)

    qtbot.waitUntil(lambda: "fetching was stopped" in bar.line, timeout=PATIENCE_MS)
    assert bar.again.isVisible()
    _gate(elsewhere).open.set()
    bar.again.click()
    qtbot.waitUntil(lambda: not room.images.fetching.coming(), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not bar.isVisible(), timeout=PATIENCE_MS)


def test_a_room_is_closed_at_once_while_a_server_says_nothing(
    elsewhere: Elsewhere, room: ReadingRoom, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: _bar(room).line.startswith("Fetching"), timeout=PATIENCE_MS)

    room.close()

    assert not _gate(elsewhere).open.is_set()
    assert not room.isVisible()


def test_a_lost_server_is_named_in_the_bar_and_in_the_cells_and_fetch_again_finds_it(
    elsewhere: Elsewhere, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workstation.fetching.supply._PAUSE_S", 0.01)

    def gone(handler: Quiet, _content: bytes) -> bool:
        handler.close_connection = True
        return True

    elsewhere.server.odd = gone
    with _open(elsewhere, qtbot) as room:
        bar = _bar(room)
        qtbot.waitUntil(bar.again.isVisible, timeout=PATIENCE_MS)
        assert bar.line == (
            f"{room.case.code}: Its images can't be fetched: 127.0.0.1 can't be reached, or the connection broke. "
            "Check the network, then try again"
        )
        # nothing is said of a registration of images that nobody has
        assert room.state is not None
        assert "registration" not in str(room.state.notice)

        elsewhere.server.odd = None
        bar.again.click()

        qtbot.waitUntil(lambda: not room.images.fetching.coming(), timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: not bar.isVisible(), timeout=PATIENCE_MS)


def test_the_other_cases_come_while_the_first_is_read(elsewhere: Elsewhere, room: ReadingRoom, qtbot: QtBot) -> None:
    folder = elsewhere.copy / "images"
    _gate(elsewhere).open.set()

    qtbot.waitUntil(lambda: all((folder / name).exists() for name in elsewhere.images.files), timeout=PATIENCE_MS)
    assert room.isVisible()
