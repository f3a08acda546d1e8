"""Whatever is edited, removed, added or swapped with SQL in a table of the record: the audit finds it.

Each edit is tried inside a transaction that is rolled back, with the guards taken off before and put back after it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from scoring.schemes.load import shipped_scheme
from storage.audit.verification import audit, verify
from storage.database import study_schema
from storage.database.engine import Store
from storage.errors import RecordDamaged
from storage.study.coordinator import CoordinatorStudy
from tests.builders.studies import an_assigned_study, changed, read_whole, record

# Left out: alembic_version (another number isn't opened), and what is no evidence: where a reader was
# (reader.last_case, reading_case.place) and a reader without cases.
TABLES = (
    "study",
    "subject",
    "visit",
    "series",
    "image",
    "design",
    "draw",
    "reading_case",
    "case_progress",
    "event",
    "act",
    "sqlite_sequence",
)
NO_EVIDENCE = {("reading_case", "place")}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Three subjects for two readers; one case read whole and drawn again, one with an answer that was taken back."""
    folder, cases = an_assigned_study(tmp_path_factory.mktemp("tampering") / "trial", subjects=3)
    read_whole(folder, cases[0], {"1 ERO CAP": "4", "2 OST RAD": "OT:ü"})
    record(folder, cases[1], changed("1 ERO CAP", "3"), changed("1 ERO CAP", "5", "3"), changed("1 ERO CAP", "", "5"))
    with CoordinatorStudy.open(folder) as study:
        study.reread("ES", 1, seed=3, after_days=2)
        study.assign("MO", seed=4)
    opened = Store(folder / "study.db")
    yield opened
    opened.close()


class _Undo(Exception):
    """No error: it ends a transaction."""


def _found(store: Store, *statements: str, **values: object) -> str:
    """What the audit says after the statements, or SQLite itself to them; empty when nothing is found."""
    said: list[str] = []
    with contextlib.suppress(_Undo), store.writing() as connection:
        # a tamperer with an editor for bytes isn't held by these either
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        for name in study_schema.TRIGGERS:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        try:
            for statement in statements:
                connection.execute(text(statement), values)
        except IntegrityError:
            said.append("two rows can't have one key")
        for trigger in study_schema.TRIGGERS.values():
            connection.exec_driver_sql(trigger)
        said.append(_verified(connection))
        raise _Undo
    return next(filter(None, said), "")


def _verified(connection: Connection) -> str:
    try:
        verify(connection, shipped_scheme())
    except RecordDamaged as error:
        return str(error)
    return ""


def _cells(store: Store) -> list[tuple[str, str, int]]:
    with store.reading() as connection:
        found = []
        for table in TABLES:
            rows = connection.exec_driver_sql(f"SELECT rowid FROM {table}").scalars().all()  # noqa: S608 - our names
            names = [row[1] for row in connection.exec_driver_sql(f"PRAGMA table_info({table})")]
            found += [(table, name, row) for name in names for row in rows if (table, name) not in NO_EVIDENCE]
    return found


def test_an_untouched_record_verifies(store: Store) -> None:
    assert _found(store) == ""


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_cell_of_any_row_that_is_edited_is_found(store: Store, data: st.DataObject) -> None:
    table, column, row = data.draw(st.sampled_from(_cells(store)))
    with store.reading() as connection:
        old = connection.exec_driver_sql(f'SELECT "{column}" FROM {table} WHERE rowid = {row}').scalar_one()  # noqa: S608
    new: object
    if isinstance(old, str) and old:
        place = data.draw(st.integers(0, len(old) - 1))
        new = (
            old[:place]
            + data.draw(st.sampled_from("aX0 é~").filter(lambda sign: sign != old[place]))
            + old[place + 1 :]
        )
    else:
        new = data.draw(st.sampled_from([old + 1, old + 0.5]) if isinstance(old, (int, float)) else st.just("x"))

    said = _found(store, f'UPDATE {table} SET "{column}" = :new WHERE rowid = {row}', new=new)  # noqa: S608

    assert said, f"{table}.{column} of row {row}: {old!r} -> {new!r}"


@pytest.mark.parametrize("table", [name for name in TABLES if name != "study"])
def test_a_row_that_is_removed_is_found(store: Store, table: str) -> None:
    with store.reading() as connection:
        rows = connection.exec_driver_sql(f"SELECT rowid FROM {table}").scalars().all()  # noqa: S608 - our names

    for row in {rows[0], rows[len(rows) // 2], rows[-1]}:
        assert _found(store, f"DELETE FROM {table} WHERE rowid = {row}"), f"row {row}"  # noqa: S608 - our names


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO subject (code) VALUES ('S999')",
        "INSERT INTO visit (subject, number) VALUES ('S001', 3)",
        "INSERT INTO design (id, content, sha256) SELECT 99, content, sha256 FROM design WHERE id = 1",
        "INSERT INTO draw (id, reader, round, seed, at_utc) VALUES (99, 'ES', 1, 1, '')",
        (
            "INSERT INTO reading_case (code, reader, subject, round, position, draw) "
            "VALUES ('CCCCC', 'ES', 'S001', 9, 99, 1)"
        ),
        (
            'INSERT INTO event SELECT 99, at_utc, reader, "case", visit, feature, site, before, after, source, '
            "scheme_sha256, previous_hash, hash, role, round, design, design_sha256, clock_back_ms, "
            "place_sha256, viewing FROM event WHERE seq = 1"
        ),
        (
            'INSERT INTO act SELECT 99, at_utc, kind, role, reader, "case", detail, design, clock_back_ms, '
            "after_event, event_hash, previous_hash, hash FROM act WHERE seq = 1"
        ),
    ],
)
def test_a_row_that_is_added_is_found(store: Store, statement: str) -> None:
    assert _found(store, statement)


@pytest.mark.parametrize("table", ["event", "act"])
def test_two_rows_that_are_swapped_are_found(store: Store, table: str) -> None:
    swapped = [f"UPDATE {table} SET seq = {new} WHERE seq = {old}" for old, new in ((1, 0), (2, 1), (0, 2))]  # noqa: S608

    assert _found(store, *swapped).startswith({"event": "record row 1:", "act": "act row 1:"}[table])


def test_a_tail_cut_off_with_its_trace_is_found_by_the_head_that_was_noted(tmp_path: Path) -> None:
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    record(folder, case, changed("1 ERO CAP", "3"))
    early = audit(folder).head
    record(folder, case, changed("1 ERO HAM", "3"))
    noted = audit(folder).head
    older = (folder / "study.db").read_bytes()
    record(folder, case, changed("1 ERO LUN", "3"))

    assert [audit(folder, head).contains for head in (early, noted, "0" * 64)] == [True, True, False]

    # an old copy put back is a record in itself, and only what was noted elsewhere knows better
    latest = audit(folder).head
    (folder / "study.db").write_bytes(older)
    assert audit(folder, noted).contains is True
    assert audit(folder, latest).contains is False
