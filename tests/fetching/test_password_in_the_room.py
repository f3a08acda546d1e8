"""Password of the server that has the images, asked in the room by a real server with TLS; Esc reads what is here."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from scoring.values import replace
from storage.apart.image_list import ImageList, read_list, write_list
from storage.study.reader import ReaderStudy
from tests.builders.rooms import LAPTOP
from tests.fetching.conftest import Elsewhere
from workstation.fetching.while_reading import WhileReading
from workstation.ui.reader.coming.bar import ANOTHER, TYPE_IT, WANTED, FetchBar
from workstation.ui.reader.coming.password import PasswordLine
from workstation.ui.reader.images.panel import ImagesPanel
from workstation.ui.reader.window.room import ReadingRoom
from workstation.web.address import Credentials

PATIENCE_MS = 30_000
USER, PASSWORD = "es", "3 words, 1 of them x"  # of a server that lives as long as a test


class Store:
    """A key store that remembers what it was given."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, str]] = []

    def is_there(self) -> bool:
        """It is."""
        return True

    def keep(self, images: ImageList, password: str) -> None:
        """Remember it."""
        self.kept.append((images.user, password))


@contextmanager
def _room(elsewhere: Elsewhere, qtbot: QtBot, store: Store | None) -> Iterator[ReadingRoom]:
    elsewhere.server.user = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    write_list(elsewhere.copy, replace(read_list(elsewhere.copy), user=USER))
    apart = WhileReading(elsewhere.copy, lambda images: Credentials(images.user, ""), store)
    with ReaderStudy.open(elsewhere.copy, "ES") as study:
        room = ReadingRoom(study, make_images=lambda: ImagesPanel(apart=apart))
        qtbot.addWidget(room)
        room.resize(*LAPTOP)
        with qtbot.waitExposed(room):
            room.show()
        room.activateWindow()
        yield room
        room.close()


def _line(room: ReadingRoom, qtbot: QtBot, words: str) -> PasswordLine:
    def asked() -> bool:
        found = room.findChild(PasswordLine)
        return found is not None and found.isVisible() and found.line == words

    qtbot.waitUntil(asked, timeout=PATIENCE_MS)
    found = room.findChild(PasswordLine)
    assert isinstance(found, PasswordLine)
    return found


def test_what_is_typed_brings_the_images_and_is_kept_once_the_server_took_it(
    elsewhere: Elsewhere, qtbot: QtBot
) -> None:
    store = Store()
    with _room(elsewhere, qtbot, store) as room:
        line = _line(room, qtbot, WANTED)
        before = room.state.reading if room.state else None
        line.keep.setChecked(True)
        QTest.keyClicks(line.field, "wrong")
        QTest.keyClick(line.field, Qt.Key.Key_Return)
        line = _line(room, qtbot, ANOTHER)
        assert store.kept == []
        assert not line.keep.isChecked()
        line.keep.setChecked(True)
        QTest.keyClicks(line.field, PASSWORD)
        # digits and letters that are keys of the room went into the line
        assert line.field.text() == PASSWORD
        assert room.state is not None
        assert room.state.reading == before
        QTest.keyClick(line.field, Qt.Key.Key_Return)

        qtbot.waitUntil(lambda: not room.images.fetching.coming(), timeout=PATIENCE_MS)
        assert not line.isVisible()
        assert line.field.text() == ""
        assert store.kept == [(USER, PASSWORD)]


def test_esc_goes_on_without_and_a_button_asks_again(elsewhere: Elsewhere, qtbot: QtBot) -> None:
    with _room(elsewhere, qtbot, None) as room:
        line = _line(room, qtbot, WANTED)
        assert not line.keep.isVisible()
        bar = room.findChild(FetchBar)
        assert isinstance(bar, FetchBar)
        # another series of the case is refused too
        bar.look()
        assert not bar.isVisible()
        QTest.keyClick(line.field, Qt.Key.Key_Escape)

        qtbot.waitUntil(bar.isVisible, timeout=PATIENCE_MS)
        assert not line.isVisible()
        assert bar.again.text() == TYPE_IT
        # reading goes on: a key is the room's again
        before = room.state.reading if room.state else None
        QTest.keyClick(room, Qt.Key.Key_1)
        qtbot.waitUntil(lambda: room.state is not None and room.state.reading != before, timeout=PATIENCE_MS)
        bar.again.click()
        line = _line(room, qtbot, WANTED)
        QTest.keyClicks(line.field, PASSWORD)
        QTest.keyClick(line.field, Qt.Key.Key_Return)

        qtbot.waitUntil(lambda: not room.images.fetching.coming(), timeout=PATIENCE_MS)
        assert not bar.isVisible()
