"""The first look is at the case that the room then opens, as far as there is one to be sure of."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.worklists.first_look import first_look
from tests.builders.studies import an_assigned_study
from workstation.reading.session.initial_state import images_as_left
from workstation.reading.session.session import Session
from workstation.reading.worklist import first_case

READER = "ES"
Change = Callable[[Path, tuple[str, ...]], None]


@pytest.fixture
def trial(tmp_path: Path) -> tuple[Path, tuple[str, ...]]:
    """A study whose reader has begun the second of three cases and left it."""
    folder, cases = an_assigned_study(tmp_path / "trial", subjects=3)
    visit(folder, cases[1])
    return folder, cases


def visit(folder: Path, case: str) -> None:
    with ReaderStudy.open(folder, READER) as door:
        Session(door, case).save_bookmark()


def test_it_sees_the_case_and_the_images_that_the_room_opens_with(trial: tuple[Path, tuple[str, ...]]) -> None:
    folder, cases = trial

    seen = first_look(folder, READER)

    assert seen is not None
    with ReaderStudy.open(folder, READER) as door:
        opened = Session(door, first_case(door.worklist(), door.last_case()) or "").state
        assert seen.case == door.case(cases[1]) == opened.case
        assert seen.scheme == door.scheme
    left = images_as_left(seen.scheme, seen.case, seen.bookmark)
    assert left is not None
    assert (left.focus, left.view) == (opened.focus, opened.view)


def test_a_reader_who_has_not_begun_has_no_first_look(tmp_path: Path) -> None:
    folder, _ = an_assigned_study(tmp_path / "trial")

    assert first_look(folder, READER) is None


def parked(folder: Path, cases: tuple[str, ...]) -> None:
    with ReaderStudy.open(folder, READER) as door:
        door.park(cases[1], "IMG")


def of_another_reader(folder: Path, _cases: tuple[str, ...]) -> None:
    with CoordinatorStudy.open(folder) as study:
        other = study.assign("OTHER", 1)
    with closing(sqlite3.connect(folder / "study.db")) as plain, plain:
        plain.execute("UPDATE reader SET last_case = ? WHERE id = ?", (other[0].case, READER))


def not_due(folder: Path, cases: tuple[str, ...]) -> None:
    later = (datetime.now(UTC) + timedelta(days=1)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    with closing(sqlite3.connect(folder / "study.db")) as plain, plain:
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'reading_case'"
        for (name,) in plain.execute(triggers).fetchall():
            plain.execute(f"DROP TRIGGER {name}")
        plain.execute("UPDATE reading_case SET due_at_utc = ? WHERE code = ?", (later, cases[1]))


def of_a_newer_program(folder: Path, _cases: tuple[str, ...]) -> None:
    with closing(sqlite3.connect(folder / "study.db")) as plain, plain:
        plain.execute("UPDATE alembic_version SET version_num = '9999'")


def with_another_scheme(folder: Path, _cases: tuple[str, ...]) -> None:
    with closing(sqlite3.connect(folder / "study.db")) as plain, plain:
        plain.execute("UPDATE study SET scheme_toml = scheme_toml || '# changed'")


def cut_short(folder: Path, _cases: tuple[str, ...]) -> None:
    file = folder / "study.db"
    file.write_bytes(file.read_bytes()[:5000])


def gone(folder: Path, _cases: tuple[str, ...]) -> None:
    (folder / "study.db").unlink()


@pytest.mark.parametrize(
    "change", [parked, of_another_reader, not_due, of_a_newer_program, with_another_scheme, cut_short, gone]
)
def test_where_the_day_is_not_plain_there_is_none_and_the_study_is_left_as_it_is(
    trial: tuple[Path, tuple[str, ...]], change: Change
) -> None:
    folder, cases = trial
    assert first_look(folder, READER) is not None
    change(folder, cases)
    file = folder / "study.db"
    before = file.read_bytes() if file.exists() else b""

    assert first_look(folder, READER) is None
    assert (file.read_bytes() if file.exists() else b"") == before


def test_a_case_that_came_back_from_parking_is_seen_again(trial: tuple[Path, tuple[str, ...]]) -> None:
    folder, cases = trial
    parked(folder, cases)
    with ReaderStudy.open(folder, READER) as door:
        door.take_back(cases[1])

    seen = first_look(folder, READER)

    assert seen is not None
    assert seen.case.code == cases[1]
