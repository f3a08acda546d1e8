"""Tasks around servers in the window: hand-over to readers elsewhere, their copies brought back, the record moved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from storage.apart.image_list import read_list
from storage.audit.verification import audit
from storage.files.record_url import is_on_server
from storage.server import published
from storage.study.coordinator import CoordinatorStudy
from tests.builders.editions import rows
from tests.builders.servers.hub import COORDINATOR, Hub, hub
from tests.builders.servers.postgresql import PASSWORD, PostgreSQL
from tests.builders.servers.records import address_of
from tests.builders.studies import changed, record
from tests.ui.coordinator.conftest import Opener, in_dialog
from workstation.app.window_tasks import TASKS
from workstation.intake.importing.border_review import see, unseen
from workstation.intake.importing.giving import Anyway, assign_settled
from workstation.intake.report import Progress
from workstation.ui.coordinator.tasks.dialog import TasksDialog
from workstation.ui.coordinator.window import CoordinatorWindow

PATIENCE_MS = 60_000


@pytest.fixture
def meeting(postgresql: PostgreSQL) -> Iterator[Hub]:
    with hub(postgresql) as made:
        yield made


@pytest.fixture
def given(trial: Path) -> Path:
    """The study of two subjects, given to ES, its borders seen and its findings accepted."""
    with CoordinatorStudy.open(trial) as study:
        see(study, [item.series for item in unseen(study)], "A. Nobody")
        assign_settled(study, "ES", 5, Anyway("A. Nobody", "made for a test"))
    return trial


def _window(open_on: Opener, folder: Path, qtbot: QtBot) -> CoordinatorWindow:
    opened = open_on(folder)
    opened.session.tasks = TASKS
    qtbot.waitUntil(lambda: opened.session.state.findings is not None, timeout=PATIENCE_MS)
    return opened


def _done(window: CoordinatorWindow, qtbot: QtBot, task: str, **values: str) -> tuple[str, str]:
    """Run a task with these values; what it said, and the lines below."""
    said: list[str] = []

    def looked(dialog: TasksDialog) -> None:
        dialog.choose(task)
        assert dialog.task is not None
        assert dialog.task.id == task
        for name, value in values.items():
            dialog.field(name).fill(value)
        QTest.keyClick(dialog, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: window.session.state.work is None and dialog._running == "", timeout=PATIENCE_MS)
        said.extend((dialog._said.text(), dialog.told.toPlainText()))

    in_dialog(window, qtbot, TasksDialog, "Ctrl+K", looked)
    return said[0], said[1]


def _server(meeting: Hub) -> dict[str, str]:
    address = meeting.address()
    return {"address": address.name, "ca": address.ca, "password": meeting.logins[COORDINATOR].password}


def test_a_copy_goes_to_the_server_with_its_images_apart_and_what_is_read_comes_back(
    open_on: Opener, meeting: Hub, given: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    window = _window(open_on, given, qtbot)
    out, web = tmp_path / "es", tmp_path / "web"

    said, lines = _done(
        window,
        qtbot,
        "study.server_hand_over",
        out=str(out),
        web=str(web),
        url="https://images.example.org/es",
        **_server(meeting),
    )

    assert "for ES. They are on the server too" in said, (said, lines)
    assert "Put what is in" in lines
    assert read_list(out).address == "https://images.example.org/es"
    assert not (out / "images").exists()
    assert any(web.iterdir())
    with meeting.connect("ES") as server:
        (_,) = published.mine(server)
    case = str(rows(out, "SELECT code FROM reading_case")[0][0])
    record(out, case, changed("1 ERO CAP", "3"))
    meeting.send(out)
    # the next copy would know nothing of that answer
    said, lines = _done(
        window,
        qtbot,
        "study.server_hand_over",
        out=str(tmp_path / "next"),
        password=meeting.logins[COORDINATOR].password,
    )
    assert said.startswith("Not handed over: first “Bring back what readers have sent to the server”")
    assert "The copy of ES, handed over" in lines
    assert "has sent 1 answer" in lines
    assert not (tmp_path / "next").exists()
    # of the address that was used last nothing is typed but the password
    said, lines = _done(window, qtbot, "study.server_merge", password=meeting.logins[COORDINATOR].password)
    assert said == "Merged what came of 1 copy"
    assert "ES by the server: 1 answer, 0 acts, 0 notes" in lines
    assert audit(given).events == 1
    said, _ = _done(window, qtbot, "study.server_merge", password=meeting.logins[COORDINATOR].password)
    assert said == "Nothing new came"
    said, _ = _done(
        window,
        qtbot,
        "study.server_hand_over",
        out=str(tmp_path / "next"),
        password=meeting.logins[COORDINATOR].password,
    )
    assert "for ES. They are on the server too" in said


def test_a_copy_is_handed_over_beside_one_that_is_not_merged_where_that_is_said(
    open_on: Opener, meeting: Hub, given: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    window = _window(open_on, given, qtbot)
    out = tmp_path / "es"
    _done(window, qtbot, "study.server_hand_over", out=str(out), **_server(meeting))
    case = str(rows(out, "SELECT code FROM reading_case")[0][0])
    record(out, case, changed("1 ERO CAP", "3"))
    meeting.send(out)

    said, _ = _done(
        window, qtbot, "study.server_hand_over", out=str(tmp_path / "next"), unmerged="yes", **_server(meeting)
    )

    assert "for ES. They are on the server too" in said


def test_a_server_that_does_not_answer_stops_a_hand_over_before_anything_is_written(
    open_on: Opener, meeting: Hub, given: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    window = _window(open_on, given, qtbot)
    server = _server(meeting)
    meeting.postgresql.kill()

    said, _ = _done(window, qtbot, "study.server_hand_over", out=str(tmp_path / "es"), **server)

    meeting.postgresql.start()
    assert "doesn't answer now" in said
    assert not (tmp_path / "es").exists()


def test_copies_that_were_carried_at_first_are_put_there_later(
    open_on: Opener, meeting: Hub, given: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    window = _window(open_on, given, qtbot)
    out = tmp_path / "es"

    said, lines = _done(
        window,
        qtbot,
        "study.server_hand_over",
        out=str(out),
        only="yes",
    )
    assert said.startswith("Handed over to"), (said, lines)
    assert (out / "images").is_dir()
    said, _ = _done(window, qtbot, "study.server_put", copies=str(out), **_server(meeting))

    assert said.startswith("1 copy on the server")
    with meeting.connect() as server:
        assert len(published.everybodys(server)) == 1


def test_what_is_not_settled_is_left_out_until_somebody_takes_it_with_a_reason(
    open_on: Opener, trial: Path, qtbot: QtBot
) -> None:
    with CoordinatorStudy.open(trial) as study:
        see(study, [item.series for item in unseen(study)], "A. Nobody")
        # past the gate, as a program of before may have done
        study.assign("ES", seed=5)
    out, window = trial.with_name("es"), _window(open_on, trial, qtbot)

    said, lines = _done(window, qtbot, "study.server_hand_over", out=str(out), only="yes")
    assert said.startswith("Handed over to"), said
    assert "Left out until findings are settled (Q), or taken with “Also subjects with unsettled findings”: S0" in lines
    out = trial.with_name("es again")
    said, _ = _done(window, qtbot, "study.server_hand_over", out=str(out), only="yes", why="urgent")
    assert said.startswith("“Why” and “Who decides that” go with “Also subjects with unsettled findings”")
    said, lines = _done(
        window, qtbot, "study.server_hand_over", out=str(out), only="yes", anyway="yes", why="read at once",
    )  # fmt: skip

    assert said.startswith("Handed over to"), said
    assert "Left out" not in lines
    with CoordinatorStudy.open(trial) as study:
        accepted = [row for row in study.vault.choices.log() if row.why == "read at once"]
    assert {row.who for row in accepted} == {"A. Nobody"}


def test_a_hand_over_that_is_stopped_leaves_nothing(open_on: Opener, given: Path, tmp_path: Path, qtbot: QtBot) -> None:
    window = _window(open_on, given, qtbot)
    # asked to stop before the first case is copied
    window.session._progress = lambda *_: window.session._token.cancel()  # type: ignore[method-assign] # as Esc does

    said, _ = _done(
        window, qtbot, "study.server_hand_over", out=str(tmp_path / "es"), web=str(tmp_path / "web"), only="yes",
    )  # fmt: skip

    assert said == "Stopped. Nothing was handed over; do it again when you like"
    assert not (tmp_path / "es").exists()
    assert not (tmp_path / "web").exists()
    with CoordinatorStudy.open(given) as study:
        assert study.subjects_handed() == frozenset()


def test_the_record_moves_to_a_server_and_back_and_the_window_goes_on(
    open_on: Opener,
    postgresql: PostgreSQL,
    given: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept = given.with_name("own") / "passwords"
    monkeypatch.setenv("PGPASSFILE", str(kept))
    monkeypatch.delenv("PGPASSWORD", raising=False)
    window = _window(open_on, given, qtbot)
    head = audit(given).head
    with postgresql.database() as name:
        said, lines = _done(window, qtbot, "study.move", address=address_of(postgresql, name), password=PASSWORD)
        assert said.endswith("now"), (said, lines)
        assert f"Head, as before: {head}" in lines
        assert is_on_server(given)
        assert kept.stat().st_mode & 0o777 == 0o600
        qtbot.waitUntil(lambda: window.session.state.findings is not None, timeout=PATIENCE_MS)
        assert window.session.state.study is not None
        assert [subject.code for subject in window.session.state.study.subjects] == ["S001", "S002"]
        said, lines = _done(window, qtbot, "study.move", address=address_of(postgresql, name))
        assert "“Bring the record back from a server” (Ctrl+K) brings it back first" in said
        said, lines = _done(window, qtbot, "study.move_back")
        assert said == "The record lies in study.db now"
    assert not is_on_server(given)
    assert audit(given).head == head
    said, _ = _done(window, qtbot, "study.move_back")
    assert said == "The record of this study lies in its folder; there is nothing to bring back"


def test_a_move_that_is_stopped_at_any_stage_leaves_the_record_where_it_was(
    open_on: Opener, postgresql: PostgreSQL, given: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    # this study has few rows: each is told
    monkeypatch.setattr("storage.files.watched._OFTEN", 1)
    window = _window(open_on, given, qtbot)
    head, told = audit(given).head, list[str]()

    def moved(stage: str, task: str, **values: str) -> str:
        def stopped(at: Progress) -> None:
            told.append(f"{at.stage} {at.done} of {at.total}")
            if at.stage == stage:
                # as Esc and the button do
                window.session._token.cancel()

        with monkeypatch.context() as patched:
            patched.setattr(window.session, "_progress", stopped)
            return _done(window, qtbot, task, **values)[0]

    with postgresql.database() as name:
        address = address_of(postgresql, name)
        for stage in ("asking the server", "copying the record,", "verifying the copy,"):
            said = moved(stage, "study.move", address=address)
            assert (
                said == "Stopped. The record is in this folder, and nothing is on the server; do it again when you like"
            )
            assert (is_on_server(given), audit(given).head) == (False, head)
        assert moved("", "study.move", address=address).endswith("now")
        for stage in ("asking the server", "copying the record,", "verifying the copy,"):
            said = moved(stage, "study.move_back")
            assert said == "Stopped. The record is on the server, as it was; do it again when you like"
            assert (is_on_server(given), audit(given).head) == (True, head)
        assert moved("", "study.move_back") == "The record lies in study.db now"
    assert audit(given).head == head
    # how far it is, of how many rows
    rows = {line for line in told if line.startswith("copying the record, 1 of ")}
    assert len(rows) == 1
    assert int(rows.pop().rpartition(" ")[2]) > audit(given).acts
    assert f"verifying the copy, {audit(given).acts} of {audit(given).acts}" in told
    assert told[-1] == "closing the record behind it 0 of 0"
