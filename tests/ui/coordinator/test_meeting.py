"""Readers at other sites in the window: a live board on a real server, by keys, and what came brought back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from storage.audit.verification import audit
from tests.builders.editions import Trial, a_trial, handed, sign
from tests.builders.servers.hub import COORDINATOR, Hub, hub
from tests.builders.servers.postgresql import PostgreSQL
from tests.builders.studies import changed, read_whole, record
from tests.ui.coordinator.conftest import Opener, in_dialog
from workstation.app.window_tasks import TASKS
from workstation.managing.meeting_board import NO_COPY, NOT_ASKED
from workstation.ui.coordinator.progress.meeting import MeetingDialog
from workstation.ui.coordinator.window import CoordinatorWindow

PATIENCE_MS = 30_000


@pytest.fixture
def meeting(postgresql: PostgreSQL) -> Iterator[Hub]:
    with hub(postgresql) as made:
        yield made


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    return a_trial(tmp_path / "study")


def _window(open_on: Opener, folder: Path, qtbot: QtBot) -> CoordinatorWindow:
    opened = open_on(folder)
    opened.session.tasks = TASKS
    qtbot.waitUntil(lambda: opened.session.state.findings is not None, timeout=PATIENCE_MS)
    return opened


def _typed(dialog: MeetingDialog, meeting: Hub, password: str = "") -> None:
    address = meeting.address()
    dialog.address.setText(address.name)
    dialog.ca.setText(address.ca)
    QTest.keyClicks(dialog.password, password or meeting.logins[COORDINATOR].password)
    QTest.keyClick(dialog, Qt.Key.Key_Return)


def _cells(dialog: MeetingDialog) -> list[tuple[str, ...]]:
    return [dialog.model.row(number) or () for number in range(dialog.model.rowCount())]


def _waiting(dialog: MeetingDialog) -> list[str]:
    return [row[4] for row in _cells(dialog)]


def test_the_board_follows_what_readers_send_by_itself_and_a_key_brings_it_back(
    open_on: Opener, meeting: Hub, trial: Trial, qtbot: QtBot
) -> None:
    folder, cases = trial
    window = _window(open_on, folder, qtbot)
    case = cases["ES"][0].case
    copies: list[Path] = []

    def looked(dialog: MeetingDialog) -> None:
        assert dialog.line.text() == NOT_ASKED
        assert not dialog.bring.isEnabled()
        dialog._timer.setInterval(30)
        _typed(dialog, meeting)
        qtbot.waitUntil(lambda: NO_COPY in dialog.line.text(), timeout=PATIENCE_MS)
        # what the coordinator's other tasks and the readers do meanwhile is seen without a key
        copies.extend(handed(folder, name, name.upper()) for name in ("es", "mo"))
        for copy in copies:
            meeting.put(folder, copy)
        qtbot.waitUntil(lambda: _waiting(dialog) == ["all merged", "all merged"], timeout=PATIENCE_MS)
        assert [row[0] for row in _cells(dialog)] == ["ES", "MO"]
        assert [row[5] for row in _cells(dialog)] == ["nothing yet", "nothing yet"]
        read_whole(copies[0], case)
        sign(copies[0], case)
        meeting.send(copies[0])
        qtbot.waitUntil(lambda: _waiting(dialog) == ["87", "all merged"], timeout=PATIENCE_MS)
        assert _cells(dialog)[0][2:4] == (f"1 of {len(cases['ES'])}", "86")
        QTest.keyClick(dialog, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: _waiting(dialog) == ["all merged", "all merged"], timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: "Merged what came of 1 copy" in dialog._notice.text(), timeout=PATIENCE_MS)
        assert "ES by the server: 86 answers, 1 act, 0 notes" in dialog._notice.text()

    in_dialog(window, qtbot, MeetingDialog, "Ctrl+J", looked)
    assert audit(folder).events == 86


def test_a_board_that_nobody_sees_asks_nothing(open_on: Opener, meeting: Hub, trial: Trial, qtbot: QtBot) -> None:
    folder, _ = trial
    meeting.put(folder, handed(folder, "es"))
    window = _window(open_on, folder, qtbot)
    asked: list[int] = []

    def looked(dialog: MeetingDialog) -> None:
        dialog._timer.setInterval(20)
        _typed(dialog, meeting)
        qtbot.waitUntil(lambda: bool(_cells(dialog)), timeout=PATIENCE_MS)
        look, watch = dialog.watch.look, dialog.watch

        def counted() -> None:
            asked.append(1)
            look()

        watch.look = counted  # type: ignore[method-assign] # what it does is done
        qtbot.waitUntil(lambda: len(asked) > 2, timeout=PATIENCE_MS)
        dialog.hide()
        before = len(asked)
        # longer than several of its turns
        qtbot.wait(200)
        assert len(asked) == before
        dialog.show()
        qtbot.waitUntil(lambda: len(asked) > before, timeout=PATIENCE_MS)

    in_dialog(window, qtbot, MeetingDialog, "Ctrl+J", looked)
    before = len(asked)
    qtbot.wait(200)

    assert len(asked) == before


def test_the_server_of_the_last_time_stands_there_and_a_wrong_password_is_one_clear_line(
    open_on: Opener, meeting: Hub, trial: Trial, qtbot: QtBot
) -> None:
    folder, _ = trial
    meeting.put(folder, handed(folder, "es"))
    window = _window(open_on, folder, qtbot)

    def wrong(dialog: MeetingDialog) -> None:
        _typed(dialog, meeting, "not the password")
        qtbot.waitUntil(lambda: "doesn't take this login" in dialog.line.text(), timeout=PATIENCE_MS)
        assert dialog.watch.now.over
        dialog.password.clear()
        _typed(dialog, meeting)
        qtbot.waitUntil(lambda: bool(_cells(dialog)), timeout=PATIENCE_MS)

    def again(dialog: MeetingDialog) -> None:
        assert dialog.address.text() == meeting.address().name
        assert dialog.ca.text() == meeting.address().ca
        qtbot.waitUntil(lambda: "“Password” is empty, and none is kept" in dialog.line.text(), timeout=PATIENCE_MS)
        assert dialog.focusWidget() is dialog.password

    in_dialog(window, qtbot, MeetingDialog, "Ctrl+J", wrong)
    qtbot.waitUntil(lambda: (study := window.session.state.study) is not None and study.meets is not None)
    in_dialog(window, qtbot, MeetingDialog, "Ctrl+J", again)


def test_a_server_that_is_killed_is_told_and_the_board_goes_on_when_it_is_back(
    open_on: Opener, meeting: Hub, trial: Trial, qtbot: QtBot
) -> None:
    folder, cases = trial
    copy = handed(folder, "es")
    meeting.put(folder, copy)
    window = _window(open_on, folder, qtbot)

    def looked(dialog: MeetingDialog) -> None:
        dialog._timer.setInterval(100)
        _typed(dialog, meeting)
        qtbot.waitUntil(lambda: bool(_cells(dialog)), timeout=PATIENCE_MS)
        meeting.postgresql.kill()
        qtbot.waitUntil(lambda: "doesn't answer now" in dialog.line.text(), timeout=PATIENCE_MS)
        # what was seen last stays, with its time
        assert len(_cells(dialog)) == 1
        assert "What is shown is of" in dialog.line.text()
        meeting.postgresql.start()
        record(copy, cases["ES"][0].case, changed("1 ERO CAP", "3"))
        meeting.send(copy)
        qtbot.waitUntil(lambda: _waiting(dialog) == ["1"], timeout=PATIENCE_MS)
        assert "doesn't answer" not in dialog.line.text()

    in_dialog(window, qtbot, MeetingDialog, "Ctrl+J", looked)
