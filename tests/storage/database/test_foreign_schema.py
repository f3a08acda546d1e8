"""Nothing in a study's file but what the program made: what isn't its own is named at opening, by each door."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from scoring.errors import RamrisError
from storage.audit.verification import audit
from storage.database.study_schema import TRIGGERS
from storage.errors import RecordDamaged
from storage.recovery.salvage import salvage
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.vault.vault import Vault
from tests.builders.studies import an_assigned_study, changed, record
from workstation.cli import main

# what each would do: swallow a grade, hide rows, keep another row, refuse what is right, take room for one's own things
FOREIGN = {
    "a trigger": (
        "CREATE TRIGGER evil BEFORE INSERT ON event WHEN NEW.after = '3' BEGIN SELECT RAISE(IGNORE); END",
        "trigger 'evil' isn't the program's",
    ),
    "a view": ("CREATE VIEW grades AS SELECT * FROM event", "view 'grades' isn't the program's"),
    "a table": ("CREATE TABLE notes (x)", "table 'notes' isn't the program's"),
    "an index": ("CREATE UNIQUE INDEX once ON event (site)", "index 'once' isn't the program's"),
    "a column": ("ALTER TABLE event ADD COLUMN more", "column 'more' of event isn't the program's"),
    "a computed column": (
        "ALTER TABLE event ADD COLUMN more AS (seq + 1)",
        "column 'more' of event isn't the program's",
    ),
    "no guard": ("DROP TRIGGER event_follows_the_last", "guard event_follows_the_last of the record is missing"),
    "no index": ("DROP INDEX ix_event_answer", "index ix_event_answer is missing"),
}


def _changed_by(folder: Path, *statements: str, file: str = "study.db") -> None:
    with closing(sqlite3.connect(folder / file)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


@pytest.fixture
def trial(tmp_path: Path) -> tuple[Path, str]:
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    record(folder, case, changed("1 ERO RAD", "2"))
    return folder, case


@pytest.mark.parametrize(("statement", "named"), FOREIGN.values(), ids=FOREIGN)
@pytest.mark.parametrize(
    "door",
    [
        lambda folder: ReaderStudy.open(folder, "ES").close(),
        lambda folder: CoordinatorStudy.open(folder).close(),
        audit,
    ],
    ids=["reader", "coordinator", "audit"],
)
def test_what_is_foreign_in_a_study_is_named_by_every_door(
    trial: tuple[Path, str], statement: str, named: str, door: Callable[[Path], object]
) -> None:
    _changed_by(trial[0], statement)

    with pytest.raises(RecordDamaged, match=r"study\.db: ") as caught:
        door(trial[0])

    assert named in str(caught.value)


# each keeps all rows and hashes as they are, and lets in, keeps out or finds other rows from then on
LOOSENED = {
    "passes over rows in silence": ("reader", "PRIMARY KEY (id)", "PRIMARY KEY (id) ON CONFLICT IGNORE"),
    "takes a NULL": ("case_progress", "answered INTEGER NOT NULL", "answered INTEGER"),
    "takes texts as another type": ("design", "content VARCHAR", "content BLOB"),
    "has a value where none was given": ("event", "source VARCHAR", "source VARCHAR DEFAULT 'x'"),
    "knows no owner": ("excluded_case", "REFERENCES reading_case (code)", "REFERENCES reader (id)"),
    "takes rows twice": ("origin", "UNIQUE (chain, there_hash)", "UNIQUE (there_hash, chain)"),
    "keeps numbers of removed rows no longer": ("act", "AUTOINCREMENT", ""),
    "takes capital letters for small ones": ("subject", "code VARCHAR", "code VARCHAR COLLATE NOCASE"),
    "keeps rows out": ("event", '"after" VARCHAR NOT NULL', "after VARCHAR NOT NULL CHECK (after <> '3')"),
}


def _remade(file: Path, table: str, old: str, new: str) -> None:
    """Change what SQLite takes a table to be, without touching its rows."""
    with closing(sqlite3.connect(file)) as connection:
        (made,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        connection.execute("PRAGMA writable_schema = 1")
        assert old in made
        changed_to = made.replace(old, new)
        connection.execute("UPDATE sqlite_master SET sql = ? WHERE name = ?", (changed_to, table))
        connection.commit()


@pytest.mark.parametrize(("table", "old", "new"), LOOSENED.values(), ids=LOOSENED)
def test_a_table_that_is_made_otherwise_is_named(trial: tuple[Path, str], table: str, old: str, new: str) -> None:
    _remade(trial[0] / "study.db", table, old, new)

    with pytest.raises(RecordDamaged, match=f"the table {table} isn't made as the program makes it"):
        ReaderStudy.open(trial[0], "ES")


@pytest.mark.parametrize(
    "made",
    [
        'CREATE INDEX ix_act_case ON act ("case", kind, seq) WHERE seq > 3',
        'CREATE UNIQUE INDEX ix_act_case ON act ("case", kind, seq)',
        'CREATE INDEX ix_act_case ON act ("case" COLLATE NOCASE, kind, seq)',
        'CREATE INDEX ix_act_case ON act ("case", kind, seq DESC)',
        'CREATE INDEX ix_act_case ON act (kind, "case", seq)',
        'CREATE INDEX ix_act_case ON event ("case")',
    ],
)
def test_an_index_of_our_name_that_is_made_otherwise_is_named(trial: tuple[Path, str], made: str) -> None:
    _changed_by(trial[0], "DROP INDEX ix_act_case", made)

    with pytest.raises(RecordDamaged, match=r"the index ix_act_case of (act|event) isn't made as the program makes it"):
        ReaderStudy.open(trial[0], "ES")


def test_a_table_of_the_vault_that_is_made_otherwise_is_named(trial: tuple[Path, str]) -> None:
    Vault.open(trial[0]).close()
    _remade(trial[0] / "vault.db", "visit", "date VARCHAR NOT NULL", "date VARCHAR")

    with pytest.raises(RecordDamaged, match=r"vault\.db: the table visit isn't made as the program makes it"):
        Vault.open(trial[0])


@pytest.mark.parametrize(
    "evil",
    [
        "CREATE TRIGGER evil BEFORE INSERT ON event WHEN NEW.after = '3' BEGIN SELECT RAISE(IGNORE); END",
        "CREATE TRIGGER evil AFTER INSERT ON event BEGIN UPDATE event SET after = '9' WHERE seq = NEW.seq; END",
    ],
    ids=["swallowed", "changed"],
)
def test_a_grade_that_a_trigger_takes_away_while_the_study_is_open_is_not_acknowledged(
    trial: tuple[Path, str], evil: str
) -> None:
    folder, case = trial
    with ReaderStudy.open(folder, "ES") as study:
        # made behind the back of an open window; the guard against changes is taken off, as a tamperer would
        _changed_by(folder, "DROP TRIGGER event_is_never_changed", evil)

        with pytest.raises(RamrisError, match="Not saved: row 2 of the record isn't on disk as it was written"):
            study.record(case, [changed("1 ERO RAD", "3", "2")], "room")

    _changed_by(folder, "DROP TRIGGER evil", TRIGGERS["event_is_never_changed"])
    assert audit(folder).events == 1


def test_enter_says_so_and_acknowledges_nothing(trial: tuple[Path, str], capsys: pytest.CaptureFixture[str]) -> None:
    _changed_by(trial[0], FOREIGN["a trigger"][0])

    assert main(["audit", str(trial[0])]) != 0
    assert main(["read", str(trial[0]), "--reader", "ES", "--png", str(trial[0].with_name("room.png"))]) == 2

    told = capsys.readouterr()
    assert "trigger 'evil' isn't the program's" in told.err + told.out
    assert "Traceback" not in told.err


def test_salvage_leaves_what_is_foreign_behind(trial: tuple[Path, str], tmp_path: Path) -> None:
    _changed_by(trial[0], FOREIGN["a trigger"][0])

    assert salvage(trial[0], tmp_path / "out").answers == 1

    assert audit(tmp_path / "out").events == 1


@pytest.mark.parametrize("statement", ["CREATE TRIGGER evil AFTER INSERT ON person BEGIN DELETE FROM person; END"])
def test_what_is_foreign_in_the_vault_is_named(trial: tuple[Path, str], statement: str) -> None:
    Vault.open(trial[0]).close()
    _changed_by(trial[0], statement, file="vault.db")

    with pytest.raises(RecordDamaged, match=r"vault\.db: the trigger 'evil' isn't the program's"):
        Vault.open(trial[0])
