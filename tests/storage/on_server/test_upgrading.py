"""A record on a server and newer programs: a step for each of study.db, whole or not at all, decided by somebody."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection

from storage import migrations
from storage.audit.verification import audit
from storage.database import server_schema
from storage.database.server_store import FIRST_SCHEMA, ServerStore
from storage.errors import NotSaved, RecordDamaged, SchemaOlder, SchemaTooNew
from storage.files.layout import SCHEMA_VERSION
from storage.files.record_url import write_address
from storage.files.watched import UNWATCHED, Stopped, Watched
from storage.recovery.move import move_to
from storage.recovery.upgrade import KEPT, Upgraded, brought_on, upgrade_record, verified
from tests.builders.studies import an_assigned_study, read_whole
from tests.old_study import HERE as OLD

NEXT = SCHEMA_VERSION + 1
STEP = f'''"""A step that nobody has taken yet."""

from alembic import op
from sqlalchemy import Column, String

revision, down_revision, branch_labels, depends_on = "{NEXT:04}", "{SCHEMA_VERSION:04}", None, None


def upgrade() -> None:
    op.add_column("reader", Column("room", String(collation="C"), nullable=True))
    {{more}}
'''


def numbers(branch: str) -> set[int]:
    """Of the steps of a branch."""
    return {int(file.name[:4]) for file in (migrations.HERE / branch / "versions").glob("[0-9]*.py")}


def test_each_step_of_study_db_has_one_for_a_server() -> None:
    assert numbers("server") == {number for number in numbers("study") if number >= FIRST_SCHEMA}
    assert max(numbers("server")) == SCHEMA_VERSION


@pytest.fixture
def store(address: str, tmp_path: Path) -> Iterator[ServerStore]:
    """Of a study in which a case was read."""
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    read_whole(folder, case)
    move_to(folder, address)
    made = ServerStore(address)
    yield made
    made.close()


@pytest.fixture
def trial(store: ServerStore, tmp_path: Path) -> Path:
    """Its folder."""
    assert store.address.database
    return tmp_path / "trial"


def ladder(folder: Path, more: str = "") -> Path:
    """The program's steps for a server, and one more."""
    versions = folder / "server" / "versions"
    versions.mkdir(parents=True)
    for file in (migrations.HERE / "server").rglob("[0-9e]*.py"):
        (folder / file.relative_to(migrations.HERE)).write_text(file.read_text("utf-8"), "utf-8")
    (versions / f"{NEXT:04}_rooms.py").write_text(STEP.format(more=more), "utf-8")
    return folder


def rooms(connection: Connection, _watched: Watched = UNWATCHED) -> None:
    """What is to be true behind that step."""
    assert connection.exec_driver_sql("SELECT DISTINCT room FROM reader").scalars().all() == [None]


def set_schema(store: ServerStore, number: int) -> None:
    """As a program of that schema would have written it."""
    with store.writing() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{number:04}'")  # noqa: S608 - a number


def test_a_step_is_climbed_once_with_the_same_head_and_an_older_program_is_told(
    store: ServerStore, trial: Path, tmp_path: Path
) -> None:
    head, steps = audit(trial).head, ladder(tmp_path / "steps")

    assert brought_on(store, NEXT, rooms, steps) == Upgraded(SCHEMA_VERSION, NEXT, head)
    assert brought_on(store, NEXT, rooms, steps) == Upgraded(NEXT, NEXT, head)

    with pytest.raises(SchemaTooNew, match=f"has schema {NEXT}, this program knows up to {SCHEMA_VERSION}"):
        audit(trial)
    with pytest.raises(SchemaTooNew):
        upgrade_record(trial)


def test_a_climb_tells_how_far_it_is_and_stopped_at_any_stage_leaves_the_record_as_it_was(
    store: ServerStore, trial: Path, tmp_path: Path
) -> None:
    before, steps, told = audit(trial), ladder(tmp_path / "steps"), list[tuple[int, int, str]]()

    def looked(_connection: Connection, watched: Watched) -> None:
        for row in range(1, 4):
            watched.at(row, 3, "looking")

    for stop_at in range(6):
        told.clear()
        watched = Watched(lambda *so_far: told.append(so_far), lambda: len(told) >= stop_at, KEPT)  # noqa: B023 - used at once
        with pytest.raises(Stopped, match="The record is as it was; do it again when you like"):
            brought_on(store, NEXT, looked, steps, watched)
        assert audit(trial) == before
    told.clear()
    assert brought_on(store, NEXT, looked, steps, Watched(lambda *so_far: told.append(so_far))).head == before.head
    assert told == [
        (0, 0, "asking the server"),
        (0, 0, "climbing to the new schema"),
        *((row, 3, "looking") for row in (1, 2, 3)),
        (0, 0, "closing the record behind it"),
    ]


def test_the_verifying_of_an_upgrade_counts_rows_and_stops_between_them(
    store: ServerStore, trial: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.files.watched._OFTEN", 10)
    found, told = audit(trial), list[tuple[int, int, str]]()
    rows = found.events + found.acts

    with store.reading() as connection:
        verified(connection, Watched(lambda *so_far: told.append(so_far)))
        with pytest.raises(Stopped):
            verified(connection, Watched(stop=lambda: True))

    assert told == [(row, rows, "verifying the record,") for row in range(10, rows + 1, 10)]
    assert len(told) > 5


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("op.execute('SELECT pg_terminate_backend(pg_backend_pid())')", "The record stays as it was"),
        # a step may add beside the rows of the record, never to what they say
        ("op.execute('ALTER TABLE act DISABLE TRIGGER USER; DELETE FROM act')", "another head"),
    ],
)
def test_a_step_that_breaks_off_or_changes_the_record_leaves_it_as_it_was(
    store: ServerStore, trial: Path, tmp_path: Path, more: str, told: str
) -> None:
    before = audit(trial)

    with pytest.raises((NotSaved, RecordDamaged), match=told):
        brought_on(store, NEXT, rooms, ladder(tmp_path / "steps", more))

    assert audit(trial) == before


def test_a_step_that_leaves_another_schema_than_the_programs_is_refused(
    store: ServerStore, trial: Path, tmp_path: Path
) -> None:
    with pytest.raises(RecordDamaged, match="the column 'room' of reader isn't the program's"):
        brought_on(store, NEXT, ladders=ladder(tmp_path / "steps"))

    assert audit(trial).events == 86


def test_an_older_record_is_opened_by_nobody_until_somebody_upgrades_it(
    store: ServerStore, trial: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # as a program of the next schema meets one of today's
    monkeypatch.setattr("storage.database.server_store.SCHEMA_VERSION", NEXT)

    with pytest.raises(
        SchemaOlder, match=f"has schema {SCHEMA_VERSION}, this program writes {NEXT}: `ramris study upgrade DIR` brings"
    ):
        audit(trial)
    assert store.address.database


@pytest.mark.parametrize("number", [0, 1, FIRST_SCHEMA - 1])
def test_a_schema_that_no_record_on_a_server_had_is_damage(store: ServerStore, trial: Path, number: int) -> None:
    set_schema(store, number)

    for look in (audit, upgrade_record):
        with pytest.raises(RecordDamaged, match=f"says that it has schema {number}; none was made"):
            look(trial)


def test_a_record_that_is_up_to_date_is_left_alone_wherever_it_lies(trial: Path, tmp_path: Path) -> None:
    here, _ = an_assigned_study(tmp_path / "here")

    for folder in (trial, here):
        assert upgrade_record(folder) == Upgraded(SCHEMA_VERSION, SCHEMA_VERSION, audit(folder).head)


@pytest.mark.parametrize("old", sorted(OLD.glob("server-*.sql")), ids=lambda file: file.stem)
def test_a_record_of_each_schema_that_there_was_becomes_one_of_today(old: Path, address: str, tmp_path: Path) -> None:
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    read_whole(folder, case)
    before = audit(folder)
    with closing(ServerStore(address)) as store, store.laying_down() as there:
        for statement in re.split(r";\n\n", old.read_text("utf-8").strip().removesuffix(";")):
            there.exec_driver_sql(statement)
        filled(there, folder / "study.db")
    (folder / "study.db").unlink()
    write_address(folder, address)

    done = upgrade_record(folder)

    assert (done.before, done.after) == (int(old.stem[-4:]), SCHEMA_VERSION)
    assert audit(folder) == before
    with closing(ServerStore(address)) as store, store.reading() as there:
        assert list(server_schema.differences(there)) == []


def filled(there: Connection, file: Path) -> None:
    """Put the rows of a study.db into the tables, as far as those have its columns; a signed case comes last."""
    query = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
    columns: dict[str, list[str]] = {}
    for table, column in there.exec_driver_sql(query):
        columns.setdefault(table, []).append(column)
    from storage.database.study_schema import metadata  # noqa: PLC0415 - for its order alone

    with closing(sqlite3.connect(file)) as plain:
        for table in [*(item.name for item in metadata.sorted_tables if item.name != "act"), "act"]:
            here = {row[1] for row in plain.execute(f"PRAGMA table_info({table})")}
            names = [name for name in columns.get(table, ()) if name in here]
            if not names:
                continue
            listed = ", ".join(f'"{name}"' for name in names)
            add = f'INSERT INTO "{table}" ({listed}) VALUES ({", ".join(["%s"] * len(names))})'  # noqa: S608 - ours
            for row in plain.execute(f'SELECT {listed} FROM "{table}" ORDER BY rowid').fetchall():  # noqa: S608 - ours
                there.exec_driver_sql(add, tuple(row))
