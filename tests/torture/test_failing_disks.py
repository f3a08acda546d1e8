"""A disk that is full, over quota, failing, taken away: the grade isn't shown as saved, and nothing needs a restart."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from pathlib import Path

import pytest

from storage.audit.verification import audit
from storage.study.reader import ReaderStudy
from tests.builders.sessions import at, grade
from tests.builders.studies import an_assigned_study
from tests.torture.conftest import Victim
from tests.torture.disk import Mode
from tests.torture.ledger import did
from workstation.reading.answers.focus_moves import GoTo
from workstation.reading.answers.grading import SetGrade
from workstation.reading.session.session import LastSave, Session

root_on_linux = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only root may mount a small disk or become somebody else"
)
WAYS = (
    (errno.ENOSPC, Mode.FAIL),
    (errno.EIO, Mode.FAIL_FROM_THERE_ON),
    (errno.EDQUOT, Mode.FAIL_FROM_THERE_ON),
)


@pytest.mark.case(70, 71)
def test_whichever_call_of_a_save_fails_the_room_shows_what_is_on_disk_says_so_and_goes_on(
    fast_folder: Path, victim: Victim
) -> None:
    folder, (case,) = an_assigned_study(fast_folder / "trial")

    ended = victim(do="starve", study=str(folder), reader="ES", case=case, ways=WAYS)

    assert ended.status == 0, ended
    told = [json.loads(line) for line in ended.lines]
    for error, _ in WAYS:
        calls = [line for line in told if line["error"] == error]
        # opening the journal, writing and syncing it, the pages, the file, emptying it: nothing is left out
        assert len(calls) > 20
        assert {line["saved"] for line in calls} == {True, False}
        did("failing calls of a save", len(calls))
    for line in told:
        assert line["shown"] == line["stored"], line
        assert line["again"] == "saved", line
        if not line["saved"]:
            assert not line["moved"], line
            assert line["notice"].startswith(("Not saved: ", "Not certain to be saved: ")), line
            assert line["shown"] == line["old"] or line["notice"].startswith("Not certain"), line
    audit(folder)


@contextmanager
def _small_disk(folder: Path) -> Iterator[Path]:
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m,mode=0755", "tmpfs", folder], capture_output=True, check=False
    )
    if done.returncode != 0:
        pytest.skip("this system lets nobody mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def _fill(file: Path) -> None:
    """Write until the disk takes no more."""
    handle = os.open(file, os.O_CREAT | os.O_WRONLY)
    with os.fdopen(handle, "wb", buffering=0) as ballast, suppress(OSError):
        while True:
            ballast.write(bytes(4096))


def _a_session(door: ReaderStudy, case: str) -> Session:
    session = Session(door, case)
    session.dispatch(GoTo(at("ERO CAP 1")))
    return session


def _saved(session: Session) -> bool:
    assert session.last_save is not LastSave.NONE_YET
    return session.last_save is LastSave.SAVED


def _notice(session: Session) -> str:
    return "" if session.state.notice is None else session.state.notice.text


@pytest.mark.case(72)
@root_on_linux
def test_on_a_full_disk_reading_goes_on_once_there_is_room(tmp_path: Path) -> None:
    with _small_disk(tmp_path / "disk") as disk:
        folder, (case,) = an_assigned_study(disk / "trial")
        with ReaderStudy.open(folder, "ES") as door:
            session = _a_session(door, case)
            ballast = disk / "ballast"
            _fill(ballast)

            session.dispatch(SetGrade(Decimal(3)))
            assert not _saved(session)
            assert _notice(session) == (
                "Not saved: the disk is full. Erosion, Capitate keeps its old answer. Free some space and try again."
            )
            assert session.state.reading.answer(at("ERO CAP 1").key) is None

            ballast.unlink()
            session.dispatch(SetGrade(Decimal(3)))
            assert _saved(session)
            assert door.reading(case).answer(at("ERO CAP 1").key) == grade(3)
        assert audit(folder).events == 1


@pytest.mark.case(74)
@root_on_linux
def test_when_the_disk_goes_read_only_and_comes_back_reading_goes_on(tmp_path: Path) -> None:
    with _small_disk(tmp_path / "disk") as disk:
        folder, (case,) = an_assigned_study(disk / "trial")
        with ReaderStudy.open(folder, "ES") as door:
            session = _a_session(door, case)
            session.dispatch(SetGrade(Decimal(3)))
        # a file that is open for writing would keep the disk from going read-only
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        with ReaderStudy.open(folder, "ES") as door:
            session = Session(door, case)
            session.dispatch(GoTo(at("ERO HAM 1")))
            # said at the first move, before any grade is lost
            assert _notice(session) == (
                "Not saved: the study can't be written here (read-only file, folder or disk). Every answer shown is "
                "kept; where you were is not. Make the folder writable, or copy the study to where it can be written."
            )
            session.dispatch(SetGrade(Decimal(4)))
            assert not _saved(session)
            assert "Erosion, Hamate keeps its old answer" in _notice(session)

            subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
            session.dispatch(SetGrade(Decimal(4)))
            assert _saved(session)
        assert audit(folder).events == 2


@root_on_linux
@pytest.mark.parametrize("taken", ["folder", "file"])
def test_when_the_permission_is_lost_in_mid_session_and_given_back_reading_goes_on(
    fast_folder: Path, taken: str
) -> None:
    folder, (case,) = an_assigned_study(fast_folder / "trial")
    for part in (fast_folder, folder, *folder.rglob("*")):
        os.chown(part, 65534, 65534)
    lost = folder if taken == "folder" else folder / "study.db"
    before = lost.stat().st_mode
    os.seteuid(65534)
    try:
        with ReaderStudy.open(folder, "ES") as door:
            session = _a_session(door, case)
            session.dispatch(SetGrade(Decimal(3)))
            lost.chmod(0o500 if taken == "folder" else 0o400)
            door._store._drop()
            session.dispatch(GoTo(at("ERO HAM 1")))
            session.dispatch(SetGrade(Decimal(4)))
            saved = _saved(session)
            assert door.reading(case).answer(at("ERO HAM 1").key) == (grade(4) if saved else None)
            # with the emptied journal there already, SQLite needs nothing of the folder
            assert saved == (taken == "folder")

            lost.chmod(before)
            session.dispatch(GoTo(at("ERO HAM 1")))
            session.dispatch(SetGrade(Decimal(4)))
            assert door.reading(case).answer(at("ERO HAM 1").key) == grade(4)
    finally:
        os.seteuid(0)
    assert audit(folder).events == 2
