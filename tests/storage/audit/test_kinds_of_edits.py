"""Kinds of edits past the program, as docs/record.md lists them: what the audit finds each by, and what it doesn't.

RAMRIS_EDITS_RUNS and RAMRIS_EDITS_SEED give more edits of single cells of the vault.
"""

from __future__ import annotations

import contextlib
import os
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import Connection, text

from scoring.schemes.load import shipped_scheme
from storage.audit.verification import verify
from storage.database import study_schema
from storage.database.engine import Store
from storage.errors import RecordDamaged
from storage.records import Sighting
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.vault import schema as vault_schema
from storage.vault.choices import Choice
from storage.vault.vault import Examination, Person, SeriesIdentity, Source, VisitIdentity
from storage.vault.vault_audit import audit_vault
from tests.builders.studies import an_assigned_study, changed, record
from tests.torture.ledger import did

PAGE = Path(__file__).parents[3] / "docs" / "record.md"
RUNS = int(os.environ.get("RAMRIS_EDITS_RUNS", "60"))
SEED = int(os.environ.get("RAMRIS_EDITS_SEED", "20261129"))


class Edit(NamedTuple):
    """One kind. said: what the audit says, a pattern; "" where it finds nothing."""

    said: str
    statements: tuple[str, ...]
    vault: bool = False


def _study(said: str, *statements: str) -> Edit:
    return Edit(said, statements)


def _vault(said: str, *statements: str) -> Edit:
    return Edit(said, statements, vault=True)


def _swapped(table: str) -> tuple[str, ...]:
    pairs = ((1, 0), (2, 1), (0, 2))
    return tuple(f"UPDATE {table} SET seq = {new} WHERE seq = {old}" for old, new in pairs)  # noqa: S608 - our names


_CASE = "case .* isn't what the record says"
KINDS = {
    "a grade": _study("record row 1: its hash", "UPDATE event SET after = '5' WHERE seq = 1"),
    "when a grade was given": _study("record row 1: its hash", "UPDATE event SET at_utc = '2020' WHERE seq = 1"),
    "who gave a grade": _study("record row 1: its hash", "UPDATE event SET reader = 'MO' WHERE seq = 1"),
    "a grade removed from the middle": _study("row 2", "DELETE FROM event WHERE seq = 2"),
    "the last grade removed": _study(
        "record row 4: missing", "DELETE FROM grade_place WHERE seq = 4", "DELETE FROM event WHERE seq = 4"
    ),
    "two grades exchanged": _study("record row", *_swapped("event")),
    "where a grade was seen": _study("the sighting of record row 4", "UPDATE grade_place SET x_mm = 9"),
    "that a grade was seen anywhere": _study("the sighting of record row 4 is gone", "DELETE FROM grade_place"),
    "what an act says": _study("act row 2: its hash", "UPDATE act SET detail = '{}' WHERE seq = 2"),
    "when an act was done": _study("act row 2: its hash", "UPDATE act SET at_utc = '2020' WHERE seq = 2"),
    "an act removed": _study("act row 3|act 2 is missing", "DELETE FROM act WHERE seq = 2"),
    "two acts exchanged": _study("act row", *_swapped("act")),
    "whose pictures a case shows": _study(
        "case|leans on", "UPDATE reading_case SET subject = 'S009' WHERE subject = 'S001'"
    ),
    "who reads a case": _study("case|record row", "UPDATE reading_case SET reader = 'MO' WHERE subject = 'S001'"),
    "the order of cases": _study(_CASE, "UPDATE reading_case SET position = 9 WHERE subject = 'S001'"),
    "when a case is due": _study(_CASE, "UPDATE reading_case SET due_at_utc = '2020' WHERE subject = 'S001'"),
    "that a case is a repeat": _study(_CASE, "UPDATE reading_case SET round = 2 WHERE subject = 'S002'"),
    "a case removed": _study(
        "case .* gone from the study|leans on|progress",
        "DELETE FROM case_progress WHERE \"case\" IN (SELECT code FROM reading_case WHERE subject = 'S002')",
        "DELETE FROM reading_case WHERE subject = 'S002'",
    ),
    "the seed of a draw": _study("draw 1 isn't what", "UPDATE draw SET seed = 99"),
    "the design": _study("design 1 isn't what", "UPDATE design SET content = content || ' ' WHERE id = 1"),
    "what the study is": _study("what the study is was changed", "UPDATE study SET created_at_utc = '2020'"),
    "a subject added": _study("the images of subject S9", "INSERT INTO subject (code) VALUES ('S9')"),
    "the kind of a series": _study("the images of subject", "UPDATE series SET kind = 'PD' WHERE subject = 'S001'"),
    "where a slice lies in the body": _study("the images of subject", "UPDATE image SET z_mm = z_mm + 1"),
    "which file a slice is in": _study("the images of subject", "UPDATE image SET file = 'other'"),
    "the digest of the pixels": _study("the images of subject", "UPDATE series SET pixels_sha256 = 'ab'"),
    "how many answers a case has": _study("the progress of case", "UPDATE case_progress SET answered = 43"),
    "a passphrase taken away": _study("the passphrase of reader", "UPDATE reader SET passphrase = NULL"),
    "a case excluded": _study(
        "the case off the worklists|the excluded case",
        'INSERT INTO excluded_case ("case") SELECT code FROM reading_case LIMIT 1',
    ),
    "a reader removed": _study("leans on a row of reader that isn't there", "DELETE FROM reader WHERE id = 'ES'"),
    "a reader renamed": _study("leans on a row of reader that isn't there", "UPDATE reader SET id = 'ZZ'"),
    "a value of another type": _study("isn't a value that the program writes", "UPDATE draw SET seed = 'x'"),
    "a foreign trigger": _study(
        "isn't the program's", "CREATE TRIGGER t BEFORE INSERT ON event BEGIN SELECT RAISE(IGNORE); END"
    ),
    "a foreign table": _study("isn't the program's", "CREATE TABLE t (a)"),
    "an index removed": _study("is missing", "DROP INDEX {index}"),
    "an index made otherwise": _study(
        "the index ix_act_case of event isn't made",
        "DROP INDEX ix_act_case",
        "CREATE INDEX ix_act_case ON event (site)",
    ),
    "a number kept of another table": _study(
        "sqlite_sequence holds a number", "INSERT INTO sqlite_sequence VALUES ('reader', 5)"
    ),
    "a highest number kept twice": _study(
        "sqlite_sequence holds a number", "INSERT INTO sqlite_sequence VALUES ('event', 4)"
    ),
    "two persons exchanged": _vault(
        "person S001, person S002: not what",
        'UPDATE person SET attributes = CASE attributes WHEN \'{"PatientName": "P1"}\' '
        'THEN \'{"PatientName": "P2"}\' ELSE \'{"PatientName": "P1"}\' END',
    ),
    "the date of a visit": _vault(
        "visit S001/1: not what", "UPDATE visit SET date = '20250102' WHERE subject = 'S001'"
    ),
    "the secret of the vault": _vault("the secret: not what", "UPDATE secret SET value = randomblob(32)"),
    "who decided": _vault("decision 1: not what", "UPDATE choice SET who = x'41'"),
    "a decision removed": _vault("decision 1: not what", "DELETE FROM choice"),
    "whose series it is": _vault("series A1: not what", "UPDATE series SET subject = 'S002'"),
    "from which file a series came": _vault("the files of series A1: not what", "UPDATE source SET path = x'41'"),
    "the day of an examination": _vault("examination 1: not what", "UPDATE examination SET day = ''"),
    "the vault's last change removed": _vault(
        "an older copy", "DELETE FROM vault_change WHERE number = (SELECT max(number) FROM vault_change)"
    ),
    "the vault's chain removed": _vault("the vault has no chain", "DELETE FROM vault_change"),
    "a number written as text": _study(
        "",
        "UPDATE reading_case SET position = CAST(position AS TEXT), round = CAST(round AS TEXT)",
        "UPDATE act SET after_event = CAST(after_event AS TEXT)",
    ),
    "where a reader left a case": _study("", "UPDATE reading_case SET place = '{}'"),
    "statistics of SQLite": _study("", "ANALYZE"),
    "a reader without cases": _study("", "INSERT INTO reader (id) VALUES ('NN')"),
    "what was said of an unchanged folder": _vault("", "INSERT INTO tree (digest, report) VALUES ('ab', '{}')"),
}


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Store]]:
    """study.db and vault.db of a study with answers, a sighting, a passphrase, two persons and a decision."""
    folder, cases = an_assigned_study(tmp_path_factory.mktemp("edits") / "trial", subjects=2)
    with CoordinatorStudy.open(folder) as study:
        people = tuple(Person(f"S00{number}", f"id:{number}", {"PatientName": f"P{number}"}) for number in (1, 2))
        series = SeriesIdentity("A1", "S001", 1, "1.2.3.4", "T1W", (), "101112")
        source = Source("/in/IM1", "1.2.3.4.5", "A1", "2.25.1", "ab" * 32)
        visit = VisitIdentity("S001", 1, "20240102", ("1.2.3",))
        study.vault.save(people, [visit], [series], [source], [Examination(1, "S001", ("1.2.3",), "20240102")])
        study.vault.choices.add(Choice("kind:A1", "T1", {}, "J. Smit", "seen"))
    record(folder, cases[0], changed("1 ERO CAP", "3"), changed("1 ERO HAM", "2"), changed("2 ERO CAP", "3"))
    with ReaderStudy.open(folder, "ES") as reader:
        stack = reader.case(cases[0]).visits[0].series[0].code
        seen = Sighting(stack, 1, (1.0, 2.0, 3.5), 10.0, 300.0, "", None, "")
        reader.record(cases[0], [changed("2 ERO HAM", "1")], "room", [seen], "{}")
        reader.set_passphrase("correct horse")
    opened = Store(folder / "study.db"), Store(folder / "vault.db")
    yield opened
    for store in opened:
        store.close()


class _Undo(Exception):
    """No error: it ends a transaction."""


def _found(stores: tuple[Store, Store], edit: Edit) -> str:
    """What the audit says after an edit that is taken back again; "" when it finds nothing."""
    study, vault = stores
    store, triggers = (vault, vault_schema.TRIGGERS) if edit.vault else (study, study_schema.TRIGGERS)
    said = ""
    with contextlib.suppress(_Undo), store.writing() as connection:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        for name in triggers:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        for statement in edit.statements:
            index = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL LIMIT 1"
            connection.execute(text(statement.replace("{index}", _one(connection, index))))
        for trigger in triggers.values():
            connection.exec_driver_sql(trigger)
        said = _of_vault(connection, study) if edit.vault else _of_study(connection)
        raise _Undo
    return said


def _one(connection: Connection, query: str) -> str:
    return str(connection.exec_driver_sql(query).scalar_one())


def _of_study(connection: Connection) -> str:
    try:
        verify(connection, shipped_scheme())
    except RecordDamaged as damaged:
        return str(damaged)
    return ""


def _of_vault(connection: Connection, study: Store) -> str:
    with study.reading() as record_:
        return "; ".join(audit_vault(connection, record_).wrong)


@pytest.mark.parametrize("kind", KINDS)
def test_an_edit_of_this_kind_is_found_by_what_the_page_says(kind: str, stores: tuple[Store, Store]) -> None:
    assert _found(stores, Edit("", ())) == _found(stores, Edit("", (), vault=True)) == ""

    said = _found(stores, KINDS[kind])

    assert re.search(KINDS[kind].said, said) if KINDS[kind].said else said == "", said


def test_the_page_lists_these_kinds_and_says_of_each_whether_it_is_found() -> None:
    part = PAGE.read_text("utf-8").partition("## Kinds of edits")[2].partition("\nAlso found")[0]
    rows = re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|$", part, re.MULTILINE)
    listed = dict(row for row in rows if row[0] != "changed past the program")

    assert listed.keys() == KINDS.keys()
    assert {kind for kind, by in listed.items() if by == "not found"} == {
        k for k, edit in KINDS.items() if not edit.said
    }


def test_any_cell_of_the_vault_that_is_edited_is_found(stores: tuple[Store, Store]) -> None:
    dice = random.Random(SEED)
    tables = [table for table in vault_schema.metadata.sorted_tables if table.name not in {"tree", "held", "root"}]
    for _ in range(RUNS):
        table = dice.choice(tables)
        column = dice.choice([column.name for column in table.columns if not column.foreign_keys])
        with stores[1].reading() as connection:
            row = dice.choice(connection.exec_driver_sql(f'SELECT rowid FROM "{table.name}"').scalars().all())  # noqa: S608 - our names
            old = connection.exec_driver_sql(f'SELECT "{column}" FROM "{table.name}" WHERE rowid = {row}').scalar_one()  # noqa: S608
        new = f"{old + 77}" if isinstance(old, int) else dice.choice(("'x'", "x'00'", "''", "'é'"))
        if old in {"", b"", "x", b"\0"}:
            new = "'other'"

        statement = f'UPDATE "{table.name}" SET "{column}" = {new} WHERE rowid = {row}'  # noqa: S608 - our names
        assert _found(stores, Edit("", (statement,), vault=True)), statement
        did("cells edited")


@pytest.mark.parametrize("column", ["at_utc", "content", "previous_hash", "hash"])
def test_bytes_in_the_vaults_chain_are_found_and_are_no_fault(column: str, stores: tuple[Store, Store]) -> None:
    statement = f"UPDATE vault_change SET \"{column}\" = x'00' WHERE number = 1"  # noqa: S608 - our names

    assert "doesn't follow from the one before" in _found(stores, Edit("", (statement,), vault=True))
