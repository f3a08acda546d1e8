"""A move to a server or back that is stopped, killed or overtaken: the record is in one place, and whole."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection

from storage.audit.verification import audit
from storage.errors import NotAStudy, NotSaved, StudyError, StudyExists
from storage.files.record_url import ADDRESS_FILE, is_on_server
from storage.files.watched import Stopped, Watched
from storage.recovery import move, move_back
from storage.recovery.move import KEPT_HERE, move_to
from storage.recovery.move_back import KEPT_THERE, TAKEN_AT, TAKING
from storage.study.coordinator import CoordinatorStudy
from tests.builders.servers.postgresql import PostgreSQL
from tests.builders.studies import an_assigned_study, changed, read_whole, record

TABLES = """
    SELECT relname, relkind::text FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
    WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema' ORDER BY 1, 2
"""
FUNCTIONS = """
    SELECT proname, prosrc FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
    WHERE nspname = 'public' ORDER BY 1
"""


@pytest.fixture
def trial(tmp_path: Path) -> tuple[Path, str]:
    """A study in which a case was read, with a file of each lock."""
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    read_whole(folder, case)
    with move.alone(folder):
        pass
    return folder, case


def files(folder: Path) -> dict[str, bytes]:
    """All that lies in a folder, by name."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def on_server(server: PostgreSQL, address: str) -> list[object]:
    """All that a database holds: its tables, functions, and every row of every table."""
    with server.connect(address.partition("?")[0].rpartition("/")[2]) as there:
        found: list[object] = [there.execute(query.encode()).fetchall() for query in (TABLES, FUNCTIONS)]
        names = [name for name, kind in there.execute(TABLES.encode()).fetchall() if kind == "r"]
        found.extend((name, sorted(there.execute(f'TABLE "{name}"'.encode()), key=repr)) for name in names)
        return found


def stopping(at: int, stages: list[str], kept: str) -> Watched:
    """Asks to stop at the look of this number; the stages at which it was looked are put down."""
    return Watched(lambda _done, _total, stage: stages.append(stage), lambda: len(stages) >= at, kept)


@pytest.mark.parametrize("way", ["there", "back"])
def test_a_move_that_is_stopped_at_any_look_leaves_folder_and_server_as_they_were(
    trial: tuple[Path, str], address: str, server: PostgreSQL, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # each row is a look, of 86 answers
    monkeypatch.setattr("storage.files.watched._OFTEN", 1)
    folder, _ = trial
    if way == "back":
        move_to(folder, address)
    before, held = files(folder), on_server(server, address)
    act: Callable[[Watched], object] = (
        (lambda watched: move_to(folder, address, watched))
        if way == "there"
        else (lambda w: move_back.move_back(folder, w))
    )
    kept = KEPT_HERE if way == "there" else KEPT_THERE

    seen: list[str] = []
    for at in (0, 1, 2, 50, 90, 120, 180, 190):
        seen = []
        with pytest.raises(Stopped, match=f"Stopped. {kept}; do it again when you like"):
            act(stopping(at, seen, kept))
        assert len(seen) == at
        assert files(folder) == before
        assert on_server(server, address) == held
    assert set(seen) >= {"asking the server", "copying the record,", "verifying the copy,"}
    # the last look of all
    stages: list[str] = []
    act(Watched(lambda _done, _total, stage: stages.append(stage)))
    assert stages[-1] == "closing the record behind it"
    assert audit(folder).events == 86
    assert is_on_server(folder) == (way == "there")


def _killed_in(act: Callable[[], object], where: tuple[object, str], behind: bool) -> None:
    """Do it in a process that is killed at, or just behind, its first call of that function."""
    owner, name = where
    said = getattr(owner, name)

    def dies(*given: object, **words: object) -> object:
        # of calls that are many, these
        wanted = {"exec_driver_sql": "COMMIT", "unlink": ADDRESS_FILE, "replace": "study.db"}.get(name)
        told = getattr(given[-1], "name", given[-1])
        if wanted is not None and told != wanted:
            return said(*given, **words)
        if behind:
            said(*given, **words)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError

    def child() -> None:
        setattr(owner, name, dies)
        act()

    process = multiprocessing.get_context("fork").Process(target=child)
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is of POSIX")
@pytest.mark.parametrize("behind", [False, True], ids=["at", "behind"])
@pytest.mark.parametrize(
    "where",
    [
        (move, "copy_rows"),
        (move, "check_same"),
        (move, "back_up"),
        (Connection, "exec_driver_sql"),
        (move, "write_address"),
    ],
    ids=["copying", "verifying", "backing up", "committing", "naming"],
)
def test_a_move_to_a_server_that_is_killed_can_be_done_again_also_after_more_was_read(
    trial: tuple[Path, str], address: str, server: PostgreSQL, where: tuple[object, str], behind: bool
) -> None:
    folder, case = trial
    held, events = on_server(server, address), 86

    _killed_in(lambda: move_to(folder, address), where, behind)

    assert audit(folder).events == 86
    if not is_on_server(folder):
        committed = where[1] == "write_address" or (where[1] == "exec_driver_sql" and behind)
        assert (on_server(server, address) == held) is not committed
        # the folder is the record, and goes on
        record(folder, case, changed("1 ERO CAP", "4", before="0"))
        events = 87
    head = audit(folder).head
    assert move_to(folder, address).head == head
    assert is_on_server(folder)
    assert not (folder / "study.db").exists()
    assert (audit(folder).events, audit(folder).head) == (events, head)


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is of POSIX")
@pytest.mark.parametrize("behind", [False, True], ids=["at", "behind"])
@pytest.mark.parametrize(
    "where",
    [
        (move_back, "copy_rows"),
        (move_back, "check_same"),
        (move_back, "write_whole"),
        (Connection, "exec_driver_sql"),
        (Path, "replace"),
        (Path, "unlink"),
    ],
    ids=["copying", "verifying", "marking", "committing", "naming", "without address"],
)
def test_a_move_back_that_is_killed_can_be_done_again(
    trial: tuple[Path, str], address: str, where: tuple[object, str], behind: bool
) -> None:
    folder, _ = trial
    head = move_to(folder, address).head

    _killed_in(lambda: move_back.move_back(folder), where, behind)

    if is_on_server(folder):
        assert move_back.move_back(folder).head == head
    else:
        with pytest.raises(StudyError, match="there is nothing to bring back"):
            move_back.move_back(folder)
    assert (audit(folder).events, audit(folder).head) == (86, head)
    assert not [name for name in files(folder) if name.startswith(".study.db")]


def _joined(folder: Path) -> Path:
    """Another folder on the same record."""
    second = folder.with_name("second")
    second.mkdir()
    for name in (ADDRESS_FILE, "vault.db"):
        (second / name).write_bytes((folder / name).read_bytes())
    return second


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is of POSIX")
def test_what_a_killed_move_back_left_is_not_taken_for_the_record_that_another_folder_took_later(
    trial: tuple[Path, str], address: str
) -> None:
    folder, case = trial
    move_to(folder, address)
    second = _joined(folder)
    _killed_in(lambda: move_back.move_back(folder), (move_back, "write_whole"), behind=True)
    assert (folder / TAKING).exists()
    assert (folder / TAKEN_AT).exists()
    record(second, case, changed("1 ERO CAP", "4", before="0"))
    assert move_back.move_back(second).events == 87

    with pytest.raises(StudyError, match="to another folder"):
        move_back.move_back(folder)
    assert not (folder / "study.db").exists()
    with pytest.raises(NotAStudy, match="was taken back"):
        audit(folder)


def test_of_two_folders_that_take_a_record_back_at_once_one_gets_it(
    trial: tuple[Path, str], address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = trial
    move_to(folder, address)
    second = _joined(folder)
    swept = move_back._sweep

    def overtaken(_study: Path) -> None:
        monkeypatch.setattr(move_back, "_sweep", swept)
        move_back.move_back(second)

    # this one has looked, and hasn't begun to write
    monkeypatch.setattr(move_back, "_sweep", overtaken)
    with pytest.raises(NotSaved, match="taken back from the server to a folder meanwhile"):
        move_back.move_back(folder)

    assert (second / "study.db").exists()
    assert not (folder / "study.db").exists()
    assert not (folder / TAKING).exists()


def test_a_window_that_was_open_when_the_record_was_taken_back_saves_nothing_on_the_server(
    trial: tuple[Path, str], address: str, server: PostgreSQL
) -> None:
    folder, case = trial
    move_to(folder, address)
    second = _joined(folder)
    with CoordinatorStudy.open(second) as window:
        move_back.move_back(folder)
        held = on_server(server, address)

        with pytest.raises(NotSaved, match="taken back from the server to a folder meanwhile"):
            window.reopen(case, "too late")

    assert on_server(server, address) == held


def test_a_record_on_which_somebody_worked_is_never_written_over_by_the_folder_that_it_came_from(
    trial: tuple[Path, str], address: str, tmp_path: Path
) -> None:
    folder, case = trial
    # an older copy of the whole folder, in which somebody reads on
    content = (folder / "study.db").read_bytes()
    move_to(folder, address)
    record(folder, case, changed("1 ERO CAP", "4", before="0"))
    (folder / ADDRESS_FILE).rename(tmp_path / ADDRESS_FILE)
    (folder / "study.db").write_bytes(content)
    record(folder, case, changed("1 ERO CAP", "5", before="0"))

    with pytest.raises(StudyExists, match="holds the record of a study already"):
        move_to(folder, address)

    (tmp_path / ADDRESS_FILE).rename(folder / ADDRESS_FILE)
    assert audit(folder).events == 87
    # nor does the file go that has what the server hasn't
    with pytest.raises(StudyError, match="lies on a server already"):
        move_to(folder, address)
    assert (folder / "study.db").exists()
