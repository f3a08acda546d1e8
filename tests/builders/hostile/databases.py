"""Hostile databases: values that don't belong, rows and tables that are gone, edited past the program."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from storage.database import study_schema
from storage.study.coordinator import CoordinatorStudy
from storage.vault import schema as vault_schema
from storage.vault.vault import Person, VisitIdentity
from tests.builders.studies import an_assigned_study, changed, record

GUARDS = {"study.db": study_schema.TRIGGERS, "vault.db": vault_schema.TRIGGERS}
TABLES = {
    "study.db": [table for table in study_schema.metadata.sorted_tables if table.name != "image"],
    "vault.db": vault_schema.metadata.sorted_tables,
}
VALUES = (
    "NULL", "''", "'x'", "'\u202e'", "-1", "9e999", "0.5", "x'00ff'", "'[]'", "'{}'", "'{\"a\":1}'", f"'{'A' * 300}'",
)  # fmt: skip
VERSIONS = (*VALUES, "'0099'", "'0001'")


def a_whole_study(folder: Path) -> tuple[Path, str]:
    """A study with two cases, some grades, persons in the vault; and one of the cases."""
    folder, cases = an_assigned_study(folder, subjects=2)
    with CoordinatorStudy.open(folder) as study:
        people = tuple(Person(f"S00{number}", f"id:{number}", {"PatientName": f"P{number}"}) for number in (1, 2))
        study.vault.save(people, [VisitIdentity("S001", 1, "20240102", ("1.2.3",))], (), ())
    record(folder, cases[0], changed("1 ERO CAP", "3"), changed("2 SYN DRUJ", "1"))
    return folder, cases[0]


def edits(dice: random.Random) -> Iterator[tuple[str, str]]:
    """(file, statement) without end: values that don't belong, rows doubled and gone, tables and versions too."""
    while True:
        file = dice.choice(("study.db", "study.db", "vault.db"))
        table = dice.choice(TABLES[file])
        name, column = table.name, dice.choice(list(table.columns)).name
        yield (
            file,
            dice.choice(
                (
                    f'UPDATE {name} SET "{column}" = {dice.choice(VALUES)}',  # noqa: S608 - made here
                    f'UPDATE {name} SET "{column}" = {dice.choice(VALUES)} WHERE rowid = 1',  # noqa: S608 - made here
                    f"DELETE FROM {name} WHERE rowid = (SELECT max(rowid) FROM {name})",  # noqa: S608 - made here
                    f"DELETE FROM {name}",  # noqa: S608 - made here
                    f"DROP TABLE {name}",
                    f'ALTER TABLE {name} RENAME COLUMN "{column}" TO gone',
                    f"UPDATE alembic_version SET version_num = {dice.choice(VERSIONS)}",  # noqa: S608 - made here
                    "DELETE FROM alembic_version",
                )
            ),
        )


def edit(folder: Path, file: str, statement: str) -> bool:
    """Do it past the program, NOT NULL and keys off as far as SQLite lets; whether it could be done.

    The tables are then made as before: one that isn't is refused at opening, and nothing behind that would be tried.
    """
    with closing(sqlite3.connect(folder / file)) as plain:
        made = plain.execute("SELECT sql, name FROM sqlite_master WHERE type = 'table'").fetchall()
        plain.execute("PRAGMA writable_schema = ON")
        plain.execute("UPDATE sqlite_master SET sql = replace(sql, ' NOT NULL', '') WHERE type = 'table'")
        plain.commit()
    with closing(sqlite3.connect(folder / file)) as plain:
        plain.execute("PRAGMA ignore_check_constraints = ON")
        try:
            for name in GUARDS[file]:
                plain.execute(f"DROP TRIGGER {name}")
            plain.execute(statement)
            for trigger in GUARDS[file].values():
                plain.execute(trigger)
            plain.commit()
        except sqlite3.Error:
            return False
        plain.execute("PRAGMA writable_schema = ON")
        plain.executemany("UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = ?", made)
        plain.commit()
    return True
