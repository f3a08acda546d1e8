"""Tampering is found and the first bad row is named. The guards are taken off first, as a tamperer would."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from storage.audit.verification import audit
from storage.database.study_schema import TRIGGERS
from storage.errors import RecordDamaged
from tests.builders.studies import an_assigned_study, changed, record, tamper


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder, cases = an_assigned_study(tmp_path / "trial", subjects=2)
    record(folder, cases[0], changed("1 ERO CAP", "3"), changed("1 ERO HAM", "4"), changed("2 ERO CAP", "5"))
    record(folder, cases[0], changed("1 ERO CAP", "2", before="3"))
    return folder


def test_an_untouched_record_verifies(folder: Path) -> None:
    assert audit(folder).events == 4


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE event SET after = '9' WHERE seq = 2", "record row 2: its hash doesn't match"),
        ("UPDATE event SET at_utc = '2020-01-01T00:00:00.000Z' WHERE seq = 3", "record row 3: its hash"),
        ("UPDATE event SET reader = 'MO' WHERE seq = 1", "record row 1: its hash"),
        ("UPDATE event SET hash = 'ab' WHERE seq = 2", "record row 2: its hash"),
        ("UPDATE event SET previous_hash = 'ab' WHERE seq = 2", "record row 2: it doesn't hold the hash"),
        ("DELETE FROM event WHERE seq = 1", "record row 2: row 1 is missing"),
        ("DELETE FROM event WHERE seq = 3", "record row 4: row 3 is missing"),
        ("DELETE FROM event WHERE seq = 4", "record row 4: missing; 4 rows were given, the first 3 are here"),
        ("DELETE FROM event", "record row 1: missing; 4 rows were given, the first 0 are here"),
        ("UPDATE study SET token = 'other'", "act row 1: it doesn't hold the hash"),
    ],
)
def test_the_first_bad_row_is_named(folder: Path, statement: str, said: str) -> None:
    tamper(folder, statement)

    with pytest.raises(RecordDamaged) as caught:
        audit(folder)
    assert str(caught.value).startswith(said)


def test_a_case_given_to_another_reader_afterwards_is_found(folder: Path) -> None:
    tamper(folder, "INSERT INTO reader (id) VALUES ('MO')", "UPDATE reading_case SET reader = 'MO'")

    with pytest.raises(RecordDamaged, match=r"case \w+ isn't what the record says; both chains are intact"):
        audit(folder)


def test_two_rows_swapped_are_found(folder: Path) -> None:
    tamper(
        folder,
        "UPDATE event SET seq = 99 WHERE seq = 2",
        "UPDATE event SET seq = 2 WHERE seq = 3",
        "UPDATE event SET seq = 3 WHERE seq = 99",
    )

    with pytest.raises(RecordDamaged, match="record row 2"):
        audit(folder)


@pytest.mark.parametrize("name", sorted(TRIGGERS))
def test_a_missing_guard_is_named(folder: Path, name: str) -> None:
    tamper(folder)
    connection = sqlite3.connect(folder / "study.db")
    connection.execute(f"DROP TRIGGER {name}")
    connection.close()

    with pytest.raises(RecordDamaged, match=name):
        audit(folder)


def test_a_weakened_guard_is_named(folder: Path) -> None:
    tamper(
        folder,
        *(f"CREATE TRIGGER {name} BEFORE UPDATE ON event WHEN 0 BEGIN SELECT 1; END" for name in TRIGGERS),
        guards_back=False,
    )

    with pytest.raises(RecordDamaged, match=f"the guard {min(TRIGGERS)} of the record was changed"):
        audit(folder)
