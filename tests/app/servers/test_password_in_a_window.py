"""Password of a reader whose copy is still to be fetched: asked in a window, and only where nothing else knows it."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.builders.editions import READERS, a_trial, handed
from tests.builders.servers.hub import Hub, hub
from tests.builders.servers.key_store import FileKeyStore
from tests.builders.servers.postgresql import PostgreSQL
from workstation.app import reading
from workstation.app.servers.passwords import DATABASE_VARIABLE, keep_of_database
from workstation.cli import main
from workstation.ui.reader.coming.password_dialog import ANOTHER, WANTED, PasswordDialog

Hand = Callable[[PasswordDialog], object]

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def meeting(postgresql: PostgreSQL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A server with the copy of one reader; on this machine nobody has read yet."""
    monkeypatch.setenv("RAMRIS_DATA", str(tmp_path / "data"))
    monkeypatch.delenv(DATABASE_VARIABLE, raising=False)
    with hub(postgresql, READERS[:1]) as made:
        folder, _ = a_trial(tmp_path / "study")
        made.put(folder, handed(folder, "es"))
        yield made


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    """The rooms that were opened: whose, and whether the password for sending is known."""
    rooms = list[tuple[str, bool]]()

    def room(_folder: Path, reader: str, *_: object, posting: reading.Posting, **__: object) -> int:
        rooms.append((reader, not posting.wants_password))
        return 0

    monkeypatch.setattr(reading, "read", room)
    return rooms


def _read(meeting: Hub, *hands: Hand) -> tuple[int, list[str]]:
    """Read by the server's address; each window that asks is answered by the next hand. What they asked."""
    left, asked = list(hands), list[str]()

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, PasswordDialog):
            asked.append(dialog.words.text())
            left.pop(0)(dialog)
        timer.start(20)

    timer = QTimer()
    timer.setSingleShot(True)
    timer.timeout.connect(answer)
    timer.start(20)
    status = main(["read", meeting.address("ES").name, "--ca", str(meeting.postgresql.ca)])
    timer.stop()
    assert not left, "it wasn't asked so often"
    return status, asked


def _types(text: str, *, keep: bool = False) -> Hand:
    def hand(dialog: PasswordDialog) -> None:
        assert not dialog.use.isEnabled()
        dialog.keep.setChecked(keep)
        QTest.keyClicks(dialog.field, text)
        QTest.keyClick(dialog.field, Qt.Key.Key_Return)

    return hand


def _leaves(dialog: PasswordDialog) -> None:
    QTest.keyClick(dialog, Qt.Key.Key_Escape)


def test_it_is_asked_in_a_window_again_after_a_wrong_one_and_kept_once_it_was_taken(
    meeting: Hub, opened: list[tuple[str, bool]], key_store: FileKeyStore
) -> None:
    secret = meeting.logins["ES"].password

    assert _read(meeting, _types("wrong", keep=True), _types(secret, keep=True)) == (0, [WANTED, ANOTHER])

    assert opened == [("ES", True)]
    assert list(key_store.held().values()) == [secret]
    # from then on nobody is asked
    assert _read(meeting) == (0, [])


def test_an_old_password_in_the_key_store_is_asked_for_anew(
    meeting: Hub, opened: list[tuple[str, bool]], key_store: FileKeyStore
) -> None:
    keep_of_database(meeting.address("ES").name, "of before")

    assert _read(meeting, _types(meeting.logins["ES"].password)) == (0, [ANOTHER])

    assert opened == [("ES", True)]
    assert list(key_store.held().values()) == ["of before"]


def test_who_leaves_it_reads_what_is_here_and_is_told_where_nothing_is(
    meeting: Hub, opened: list[tuple[str, bool]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert _read(meeting, _leaves) == (2, [WANTED])
    said = capsys.readouterr().err
    assert "your cases aren't on this machine yet" in said
    assert said.count("\n") == 1
    assert opened == []

    assert _read(meeting, _types(meeting.logins["ES"].password)) == (0, [WANTED])
    assert _read(meeting, _leaves) == (0, [WANTED])
    assert opened == [("ES", True), ("ES", False)]
    assert "wasn't given. The copy on this machine is opened" in capsys.readouterr().err


def test_a_server_that_is_down_opens_what_is_here_whatever_was_typed(
    meeting: Hub, opened: list[tuple[str, bool]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert _read(meeting, _types(meeting.logins["ES"].password)) == (0, [WANTED])
    meeting.postgresql.kill()
    try:
        assert _read(meeting, _types("anything")) == (0, [WANTED])
    finally:
        meeting.postgresql.start()

    assert opened == [("ES", True), ("ES", True)]
    assert "is sent later" in capsys.readouterr().err


def test_without_a_key_store_nothing_offers_to_keep_it(meeting: Hub, opened: list[tuple[str, bool]]) -> None:
    def looks(dialog: PasswordDialog) -> None:
        assert dialog.keep.isHidden()
        _types(meeting.logins["ES"].password)(dialog)

    assert _read(meeting, looks) == (0, [WANTED])
    assert opened == [("ES", True)]
