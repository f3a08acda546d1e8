"""Tasks around a record that lies on a server, in the window: another coordinator joins it, and brings it on."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from storage.audit.verification import audit
from storage.database import record_password
from storage.files.record_url import holds_study
from storage.recovery.move import move_to
from tests.builders.servers.key_store import FileKeyStore
from tests.builders.servers.postgresql import PASSWORD, PostgreSQL
from tests.builders.servers.records import address_of
from tests.ui.coordinator.conftest import Opener
from tests.ui.coordinator.servers.test_server_tasks import PATIENCE_MS, _done, _window
from workstation.app import starting
from workstation.app.window_tasks import TASKS
from workstation.starting import kept
from workstation.ui.coordinator.tasks.dialog import TasksDialog
from workstation.ui.coordinator.window import CoordinatorWindow


@pytest.fixture
def url(
    postgresql: PostgreSQL, trial: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key_store: FileKeyStore
) -> Iterator[str]:
    """Of the record of the study of two subjects, moved there by another coordinator; nothing is known of it here."""
    assert key_store.held() == {}
    monkeypatch.setenv("RAMRIS_CONFIG", str(tmp_path / "settings"))
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "pgpass"))
    monkeypatch.delenv("PGPASSWORD", raising=False)
    with postgresql.database() as name:
        with monkeypatch.context() as known:
            known.setenv("PGPASSWORD", PASSWORD)
            move_to(trial, address_of(postgresql, name))
        yield address_of(postgresql, name)


def _joined_by_its_button(window: CoordinatorWindow, qtbot: QtBot, url: str, password: str) -> tuple[str, str]:
    """As somebody does who has no study yet: the button of that page, address and password, Enter."""
    said: list[str] = []

    def answered() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, TasksDialog):
            QTimer.singleShot(20, answered)
            return
        try:
            assert dialog.task is not None
            assert dialog.task.id == "study.join"
            # the first field has the keys
            typed_in = dialog.focusWidget()
            assert typed_in in dialog.field("address").parts()
            QTest.keyClicks(typed_in, url)
            dialog.field("password").fill(password)
            QTest.keyClick(dialog, Qt.Key.Key_Return)
            qtbot.waitUntil(lambda: window.session.state.work is None and dialog._running == "", timeout=PATIENCE_MS)
            said.extend((dialog._said.text(), dialog.told.toPlainText()))
        finally:
            dialog.reject()

    QTimer.singleShot(20, answered)
    QTest.mouseClick(window.new.join, Qt.MouseButton.LeftButton)
    return said[0], said[1]


def _empty(open_on: Opener, folder: Path, qtbot: QtBot) -> CoordinatorWindow:
    window = open_on(folder)
    window.session.tasks = TASKS
    qtbot.waitUntil(lambda: window.session.state.absent, timeout=PATIENCE_MS)
    return window


def test_a_folder_without_a_study_is_joined_and_the_window_shows_it(
    open_on: Opener, url: str, trial: Path, qtbot: QtBot
) -> None:
    second = trial.with_name("second")
    second.mkdir()
    # as its coordinator was told: copies of both came before
    shutil.copy(trial / "vault.db", second)
    shutil.copytree(trial / "images", second / "images")
    window = _empty(open_on, second, qtbot)

    said, lines = _joined_by_its_button(window, qtbot, url, PASSWORD)

    assert said.startswith("second is joined to "), (said, lines)
    assert said.endswith("It is open in this window")
    assert "The password is in the key store of this account." in lines
    assert "isn't in it" not in lines
    qtbot.waitUntil(lambda: window.session.state.findings is not None, timeout=PATIENCE_MS)
    assert window.session.state.study is not None
    assert [subject.code for subject in window.session.state.study.subjects] == ["S001", "S002"]
    assert audit(second).head == audit(trial).head
    assert not trial.with_name("pgpass").exists()
    for path in second.rglob("*"):
        assert not path.is_file() or PASSWORD.encode() not in path.read_bytes()


def test_a_bare_folder_is_joined_and_told_what_it_lacks(
    open_on: Opener, url: str, tmp_path: Path, qtbot: QtBot
) -> None:
    second = tmp_path / "second"
    second.mkdir()
    window = _empty(open_on, second, qtbot)

    said, lines = _joined_by_its_button(window, qtbot, url, PASSWORD)

    assert said.startswith("second is joined to "), (said, lines)
    assert "vault.db isn't in it, and is needed for: who is who" in lines
    assert "images isn't in it, and is needed for: hand-over" in lines


def test_a_wrong_password_a_dead_server_and_a_stop_leave_the_folder_as_it_was(
    open_on: Opener, url: str, tmp_path: Path, qtbot: QtBot, postgresql: PostgreSQL
) -> None:
    second = tmp_path / "second"
    second.mkdir()
    window = _empty(open_on, second, qtbot)

    said, _ = _joined_by_its_button(window, qtbot, url, "wrong")
    assert "the password isn't right" in said
    postgresql.kill()
    try:
        said, _ = _joined_by_its_button(window, qtbot, url, PASSWORD)
    finally:
        postgresql.start()
    assert "the server can't be reached" in said
    window.session._progress = lambda *_: window.session._token.cancel()  # type: ignore[method-assign] # as Esc does
    said, _ = _joined_by_its_button(window, qtbot, url, PASSWORD)
    assert said == "Stopped. Nothing was joined; do it again when you like"
    assert list(second.iterdir()) == []
    assert window.session.state.absent
    assert window.new.isVisible()


def test_beside_an_open_study_another_folder_is_joined_and_the_start_window_has_it(
    open_on: Opener, url: str, trial: Path, qtbot: QtBot
) -> None:
    second = trial.with_name("second")
    keyring.set_password(record_password.SERVICE, url.partition("?")[0], PASSWORD)
    window = _window(open_on, trial, qtbot)

    said, _ = _done(window, qtbot, "study.join", address=url, password=PASSWORD)
    assert said == "trial holds a study already: name a new folder in “Folder”. The start window opens it then"
    said, _ = _done(window, qtbot, "study.join", address=url, folder=str(second))

    assert said.endswith("The start window opens it")
    assert holds_study(second)
    assert second.resolve() in {one.folder for one in kept.load(starting.recent_file())}
    assert window.session.study is not None


def test_a_record_of_this_programs_schema_needs_no_upgrade_and_an_older_one_is_named_with_the_task(
    open_on: Opener, url: str, trial: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring.set_password(record_password.SERVICE, url.partition("?")[0], PASSWORD)
    window = _window(open_on, trial, qtbot)
    head = audit(trial).head

    said, lines = _done(window, qtbot, "study.upgrade")

    assert said.startswith("The record has schema ")
    assert said.endswith("which this program writes: nothing to do")
    assert lines == f"Head: {head}"
    # a program that writes the next schema finds this record
    monkeypatch.setattr("storage.database.server_store.SCHEMA_VERSION", 10**4)
    window.session.start()
    assert "“Upgrade the record on a server to this program” (Ctrl+K) brings it there" in window.session.state.shut
