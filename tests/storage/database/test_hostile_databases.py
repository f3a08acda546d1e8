"""Hostile databases: whatever stands in study.db or vault.db, a command says one plain line and no fault of its own.

RAMRIS_HOSTILE_RUNS and RAMRIS_HOSTILE_SEED give more of them.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from storage.database import study_schema
from storage.study.coordinator import CoordinatorStudy
from storage.vault import schema as vault_schema
from storage.vault.vault import Person, VisitIdentity
from tests.builders.studies import an_assigned_study, changed, record
from workstation.cli import main
from workstation.cli.shared import DONE, FINDINGS, REFUSED

RUNS = int(os.environ.get("RAMRIS_HOSTILE_RUNS", "12"))
SEED = int(os.environ.get("RAMRIS_HOSTILE_SEED", "20261129"))
GUARDS = {"study.db": study_schema.TRIGGERS, "vault.db": vault_schema.TRIGGERS}
TABLES = {
    "study.db": [table for table in study_schema.metadata.sorted_tables if table.name != "image"],
    "vault.db": vault_schema.metadata.sorted_tables,
}
VALUES = (
    "NULL", "''", "'x'", "'\u202e'", "-1", "9e999", "0.5", "x'00ff'", "'[]'", "'{}'", "'{\"a\":1}'", f"'{'A' * 300}'",
)  # fmt: skip
VERSIONS = (*VALUES, "'0099'", "'0001'")
COMMANDS = (
    "audit {trial} --quick",
    "study board {trial}",
    "study queries {trial}",
    "study design {trial}",
    "study check {trial}",
    "study log {trial}",
    "study choices {trial}",
    "study reveal {trial} --why asked",
    "study assign {trial} --reader ES",
    "study assign {trial} --reader MO --seed 3",
    "study reopen {trial} {case} --why again",
    "study backup {trial}",
    "study restore {trial}",
    "study salvage {trial} {out}",
    "study lock {trial} --incomplete --why interim",
    "study merge {trial} {copy}",
    "study merge {copy} {trial}",
    "study disagreements {trial}",
    "sign {trial} --reader ES --case {case} --check",
    "reread {trial} --reader ES --n 1",
    "export {trial} {out}",
    "export {trial} {out} --with-identities --why asked",
    "trail {trial} {out}",
    "agreement {trial} --reader ES",
    "study adopt-vault {trial} --why asked",
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A study with two cases, some grades, persons in the vault; and one of the cases."""
    folder, cases = an_assigned_study(tmp_path_factory.mktemp("hostile") / "trial", subjects=2)
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
    """Do it past the program, NOT NULL and keys off as far as SQLite lets; whether it could be done."""
    with closing(sqlite3.connect(folder / file)) as plain:
        plain.execute("PRAGMA ignore_check_constraints = ON")
        plain.execute("PRAGMA writable_schema = ON")
        plain.execute("UPDATE sqlite_master SET sql = replace(sql, ' NOT NULL', '') WHERE type = 'table'")
        plain.commit()
    with closing(sqlite3.connect(folder / file)) as plain:
        try:
            for name in GUARDS[file]:
                plain.execute(f"DROP TRIGGER {name}")
            plain.execute(statement)
            for trigger in GUARDS[file].values():
                plain.execute(trigger)
            plain.commit()
        except sqlite3.Error:
            return False
    return True


@pytest.mark.parametrize("number", range(RUNS))
def test_a_hostile_database_is_told_in_one_line_and_is_no_fault_of_the_program(
    number: int, whole: tuple[Path, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, case = whole
    dice = random.Random(f"{SEED} {number}")
    hostile = Path(shutil.copytree(folder, tmp_path / "hostile"))
    done = next(statement for file, statement in edits(dice) if edit(hostile, file, statement))
    places = {"copy": str(folder), "case": case}

    for count, words in enumerate(dice.sample(COMMANDS, 6)):
        trial = Path(shutil.copytree(hostile, tmp_path / f"trial{count}"))
        given = words.format(**places, trial=trial, out=tmp_path / f"out{count}").split()
        capsys.readouterr()

        status = main(given)

        said = capsys.readouterr()
        assert status in {DONE, FINDINGS, REFUSED}, (done, words)
        assert "of the program itself" not in said.err, (done, words, said.err)
        # a refusal, and at most one line more for a copy that couldn't be made
        lines = said.err.splitlines()
        assert all(line.startswith("ramris: ") for line in lines), (done, words, said.err)
        assert len(lines) in ({1, 2} if status == REFUSED else {0, 1}), (done, words, said.err)


@pytest.mark.parametrize("words", ["audit {}", "study board {}", "study create {}", "study add {} {}", "export {} {}"])
def test_a_name_that_no_disk_takes_is_told(words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = str(tmp_path / ("N" * 300))

    assert main(words.format(name, name).split()) == REFUSED

    assert "of the program itself" not in capsys.readouterr().err
