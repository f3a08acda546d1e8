"""The revisions on disk give exactly the tables that the program believes in."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, create_engine

from storage import migrations
from storage.database import study_schema
from storage.database.engine import Store, create_file
from storage.files import layout
from storage.vault import schema, vault
from tests.builders.studies import a_study

BRANCHES = [
    ("study", study_schema.metadata, layout.SCHEMA_VERSION),
    ("vault", schema.metadata, schema.SCHEMA_VERSION),
]


@pytest.mark.parametrize(("branch", "metadata", "version"), BRANCHES)
def test_the_revisions_make_exactly_the_declared_tables(
    tmp_path: Path, branch: str, metadata: MetaData, version: int
) -> None:
    engine = create_engine(f"sqlite:///{a_study(tmp_path / 'trial')}/{branch}.db")

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        differences = compare_metadata(context, metadata)
        current = context.get_current_revision()
    engine.dispose()

    assert [item for item in differences if "AnyText" not in repr(item)] == []
    assert current == f"{version:04}"


@pytest.mark.parametrize(("branch", "metadata", "version"), BRANCHES)
def test_the_last_revision_is_the_version_that_the_program_writes(
    branch: str, metadata: MetaData, version: int
) -> None:
    del metadata
    scripts = ScriptDirectory(str(Path(migrations.__file__).parent / branch))

    assert scripts.get_heads() == [f"{version:04}"]
    assert [script.revision for script in scripts.walk_revisions()] == [f"{n:04}" for n in range(version, 0, -1)]


@pytest.mark.parametrize("branch", ["study", "vault"])
def test_a_new_file_holds_what_the_steps_come_to_word_for_word(tmp_path: Path, branch: str) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'by steps.db'}")
    with engine.begin() as connection:
        migrations.upgrade(connection, branch)
    engine.dispose()
    kind = {"study": layout.KIND, "vault": vault._KIND}[branch]

    create_file(tmp_path / "new.db", kind).close()

    new, by_steps = (sqlite3.connect(tmp_path / name) for name in ("new.db", "by steps.db"))
    assert [*new.iterdump()] == [*by_steps.iterdump()]
    assert new.execute("PRAGMA application_id").fetchone() == (kind.application_id,)
    new.close()
    by_steps.close()


def test_the_steps_run_once_for_all_files_that_a_process_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    create_file(tmp_path / "first.db", layout.KIND).close()

    monkeypatch.delattr(migrations, "upgrade")
    create_file(tmp_path / "second.db", layout.KIND).close()

    assert (tmp_path / "second.db").stat().st_size == (tmp_path / "first.db").stat().st_size


def test_the_guards_of_the_record_are_on_disk_word_for_word(tmp_path: Path) -> None:
    connection = sqlite3.connect(a_study(tmp_path / "trial") / "study.db")
    found = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    connection.close()

    assert found == study_schema.TRIGGERS


@pytest.mark.case(79)
def test_a_migration_that_fails_half_way_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'new.db'}")

    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE series (code TEXT)")
        connection.commit()
    engine.dispose()

    store = Store(tmp_path / "new.db")
    with pytest.raises(Exception, match="series already exists"), store.writing() as connection:
        migrations.upgrade(connection, "study")
    store.close()

    plain = sqlite3.connect(tmp_path / "new.db")
    assert [row[0] for row in plain.execute("SELECT name FROM sqlite_master")] == ["series"]
    plain.close()
