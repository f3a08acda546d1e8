"""Full, read-only, locked: refused in one line, nothing changed, and it can be tried again."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from scoring.readings.reading import AnswerChanged
from storage.audit.verification import audit
from storage.errors import NotAStudy, NotSaved
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.studies import an_assigned_study, answer, changed, key

ROOT = Path(__file__).parents[3]
BUSY_MS = 50
posix = pytest.mark.skipif(os.name == "nt", reason="the limits and accounts used here are POSIX")


@pytest.mark.case(72)
def test_a_full_disk_is_named_and_everything_before_it_is_kept(tmp_path: Path) -> None:
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    with ReaderStudy.open(folder, "ES") as study:
        # SQLite's own limit gives the same SQLITE_FULL as a disk without space
        with study._store.reading() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
        kept, refusal = _record_until_refused(study, case)

        assert refusal == (
            "Not saved: the disk is full. Erosion, Capitate keeps its old answer. Free some space and try again."
        )
        assert study.reading(case).answer(key("1 ERO CAP")) == kept
    assert audit(folder).events > 1


@pytest.mark.case(73)
@posix
def test_a_file_that_may_not_grow_refuses_without_a_traceback_and_keeps_what_was_acknowledged(tmp_path: Path) -> None:
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    program = f"""
import resource, sys
from pathlib import Path
from scoring.readings.reading import AnswerChanged
from storage.errors import NotSaved
from storage.study.reader import ReaderStudy
from tests.builders.studies import answer, changed, key
folder = Path({str(folder)!r})
with ReaderStudy.open(folder, "ES") as study:
    size = (folder / "study.db").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 8192, resource.RLIM_INFINITY))
    before, done, refused = None, 0, 0
    while refused < 3:
        after = answer(str(done % 2))
        try:
            study.record({case!r}, [AnswerChanged(key("1 ERO CAP"), before, after)], "enter")
        except NotSaved as error:
            refused += 1
            print("refused", error)
        else:
            before, done = after, done + 1
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    study.record({case!r}, [AnswerChanged(key("1 ERO CAP"), before, answer("7"))], "enter")
    print("done", done + 1)
"""
    lines = _run(program)

    assert all("Not saved: " in line and "Erosion, Capitate keeps its old answer." in line for line in lines[:3])
    assert lines[3] == f"done {audit(folder).events}"
    with ReaderStudy.open(folder, "ES") as study:
        assert study.reading(case).answer(key("1 ERO CAP")) == answer("7")


@pytest.mark.case(75)
def test_a_locked_study_is_refused_after_the_wait_and_taken_later(tmp_path: Path) -> None:
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    other = sqlite3.connect(folder / "study.db", isolation_level=None)
    with ReaderStudy.open(folder, "ES", busy_timeout_ms=BUSY_MS) as study:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(NotSaved) as caught:
            study.record(case, [changed("1 ERO CAP", "3")], "room")
        other.execute("ROLLBACK")
        other.close()

        study.record(case, [changed("1 ERO CAP", "4")], "room")

        assert str(caught.value) == (
            "Not saved: another program is writing to the study. Erosion, Capitate keeps its old answer. "
            "Close the other one, or try again in a moment."
        )
        assert study.reading(case).answer(key("1 ERO CAP")) == answer("4")
    assert audit(folder).events == 1


@pytest.mark.case(75)
def test_a_commit_that_a_long_reader_holds_up_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    other = sqlite3.connect(folder / "study.db", isolation_level=None)
    with ReaderStudy.open(folder, "ES", busy_timeout_ms=BUSY_MS) as study:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM event").fetchone()
        with pytest.raises(NotSaved, match="another program"):
            study.record(case, [changed("1 ERO CAP", "3"), changed("1 ERO HAM", "3")], "room")
        other.execute("ROLLBACK")
        other.close()

        assert dict(study.reading(case).answers) == {}
        study.record(case, [changed("1 ERO CAP", "3"), changed("1 ERO HAM", "3")], "room")
    assert audit(folder).events == 2


def test_the_place_that_could_not_be_kept_costs_no_grade(tmp_path: Path) -> None:
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    other = sqlite3.connect(folder / "study.db", isolation_level=None)
    with ReaderStudy.open(folder, "ES", busy_timeout_ms=BUSY_MS) as study:
        study.record(case, [changed("1 ERO CAP", "3")], "room")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(NotSaved, match=r"Every answer shown is kept; where you were is not\."):
            study.save_bookmark(case, "here")
        other.close()

        assert study.reading(case).answer(key("1 ERO CAP")) == answer("3")


def test_a_refusal_names_no_path_and_hides_no_error_that_does(tmp_path: Path) -> None:
    folder, (case,) = an_assigned_study(tmp_path / "Mustermann")
    other = sqlite3.connect(folder / "study.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with ReaderStudy.open(folder, "ES", busy_timeout_ms=BUSY_MS) as study, pytest.raises(NotSaved) as caught:
        study.record(case, [changed("1 ERO CAP", "3")], "room")
    other.close()

    assert "Mustermann" not in str(caught.value)
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that any account can reach; pytest's own is closed to others."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    # root alone may take things out of a folder that is closed
    for closed in (part for part in (folder, *folder.rglob("*")) if part.is_dir()):
        closed.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.case(74)
@posix
@pytest.mark.parametrize("closed", ["folder", "file"])
def test_a_read_only_study_can_be_read_and_refuses_grades(open_folder: Path, closed: str) -> None:
    folder, (case,) = an_assigned_study(open_folder / "trial")
    for item in [folder, folder / "images"]:
        item.chmod(0o555 if closed == "folder" else 0o777)
    for item in folder.glob("*.db*"):
        item.chmod(0o444 if closed == "file" else 0o666)
    before = (folder / "study.db").read_bytes()
    program = f"""
import os
from pathlib import Path
from storage.errors import NotSaved
from storage.study.reader import ReaderStudy
from tests.builders.studies import changed
import sqlalchemy.dialects.sqlite.pysqlite
if os.geteuid() == 0:
    os.seteuid(65534)
with ReaderStudy.open(Path({str(folder)!r}), "ES") as study:
    print(len(study.case({case!r}).visits), len(study.reading({case!r}).answers))
    try:
        study.record({case!r}, [changed("1 ERO CAP", "3")], "room")
    except NotSaved as error:
        print(error)
    else:
        print("saved")
"""
    lines = _run(program)

    assert lines[0] == "2 0"
    if closed == "file":
        assert lines[1].startswith("Not saved: the study can't be written here (read-only file, folder or disk).")
        assert (folder / "study.db").read_bytes() == before
    else:
        assert lines[1] == "saved" or lines[1].startswith("Not saved: the study can't be written here")


def _others_can_read(folder: Path) -> bool:
    return all(part.stat().st_mode & 0o001 for part in (folder, *folder.parents))


@posix
@pytest.mark.skipif(
    os.name == "posix" and os.geteuid() == 0 and not (_others_can_read(ROOT) and _others_can_read(Path(sys.prefix))),
    reason="run by root from a folder that other accounts can't read, so no other account can run the program",
)
def test_a_study_that_cannot_be_made_is_refused_in_one_line(open_folder: Path) -> None:
    closed = open_folder / "closed"
    closed.mkdir(mode=0o555)
    program = f"""
import os
from pathlib import Path
from storage.study.coordinator import CoordinatorStudy
from storage.errors import NotSaved
import importlib.readers, storage.migrations
if os.geteuid() == 0:
    os.seteuid(65534)
try:
    CoordinatorStudy.create(Path({str(closed)!r}) / "trial")
except NotSaved as error:
    print(error)
"""
    assert _run(program) == ["Not made: trial: Permission denied. Choose a folder that can be written"]
    assert list(closed.iterdir()) == []


def test_a_study_whose_file_is_a_folder_is_no_study(tmp_path: Path) -> None:
    (tmp_path / "study.db").mkdir()

    with pytest.raises(NotAStudy, match=r"study\.db can't be read"):
        CoordinatorStudy.open(tmp_path)


def _record_until_refused(study: ReaderStudy, case: str) -> tuple[object, str]:
    before = None
    for number in range(500):
        after = answer(str(number % 2))
        try:
            study.record(case, [AnswerChanged(key("1 ERO CAP"), before, after)], "room")
        except NotSaved as refusal:
            return before, str(refusal)
        before = after
    raise AssertionError("the disk never filled")


def _run(program: str) -> list[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()
