"""Guards of a record on a server: what it refuses, and what of it an audit holds against the program's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from storage.audit.verification import audit, verify
from storage.database.server_tables import GUARDS
from storage.errors import RecordDamaged
from storage.record.study_file import open_study_file


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET after = '9' WHERE seq = 1",
        "DELETE FROM event WHERE seq = 2",
        "TRUNCATE event CASCADE",
        "DELETE FROM act",
        "UPDATE design SET content = '{}'",
        "UPDATE reading_case SET reader = 'XX'",
        "INSERT INTO event SELECT (jsonb_populate_record(event, '{\"seq\": 99}')).* FROM event WHERE seq = 1",
        "SET LOCAL session_replication_role = replica; DELETE FROM act",
    ],
)
def test_the_server_refuses_to_change_or_remove_what_is_on_the_record(moved: Path, statement: str) -> None:
    with pytest.raises(IntegrityError):
        _as_somebody(moved, *statement.split("; "))

    assert audit(moved).events == 86


@pytest.mark.parametrize(
    ("past", "told"),
    [
        ("ALTER TABLE event DISABLE TRIGGER event_is_never_changed", "guard event_is_never_changed of the record was"),
        ("ALTER TABLE event ENABLE TRIGGER event_is_never_changed", "guard event_is_never_changed of the record was"),
        ("DROP TRIGGER act_is_never_emptied ON act", "guard act_is_never_emptied of the record is missing"),
        (
            "CREATE OR REPLACE FUNCTION ramris_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
            "function ramris_refuse of the record was changed",
        ),
        ("CREATE RULE nothing AS ON INSERT TO act DO INSTEAD NOTHING", "the rule 'nothing' of act isn't the program's"),
        ("ALTER TABLE event ADD COLUMN more text", "the column 'more' of event isn't the program's"),
        ("ALTER TABLE event ALTER COLUMN after SET DEFAULT '3'", "the column 'after' of event isn't made as"),
        ("CREATE VIEW grades AS SELECT * FROM event", "the view 'grades' isn't the program's"),
        ("ALTER TABLE act DROP CONSTRAINT pk_act", "the index pk_act is missing"),
    ],
)
def test_a_schema_that_is_not_the_programs_is_refused_by_name(moved: Path, past: str, told: str) -> None:
    with pytest.raises(RecordDamaged, match=told):
        _as_somebody(moved, past)


def test_a_grade_that_was_changed_past_the_guards_is_found_by_its_row(moved: Path) -> None:
    with pytest.raises(RecordDamaged, match="record row 5: "):
        _as_somebody(moved, *past_the_guards("UPDATE event SET after = '9' WHERE seq = 5"))


def test_a_last_answer_that_was_cut_off_is_missed(moved: Path) -> None:
    with pytest.raises(RecordDamaged, match="record row 86: missing; 86 rows were given, the first 85 are here"):
        _as_somebody(moved, *past_the_guards("DELETE FROM event WHERE seq = 86"))


def past_the_guards(statement: str) -> list[str]:
    """As the server's administrator would: the guards of events away, the change, the guards back."""
    names = [name for name, text in GUARDS.items() if " ON public.event " in text]
    return [
        *(f"ALTER TABLE event DISABLE TRIGGER {name}" for name in names),
        statement,
        *(f"ALTER TABLE event ENABLE ALWAYS TRIGGER {name}" for name in names),
    ]


def _as_somebody(moved: Path, *statements: str) -> None:
    """Do it in one transaction and verify what is there then; what is refused is taken back."""
    store, row = open_study_file(moved)
    try:
        with store.writing() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
            verify(connection, row.scheme)
    finally:
        store.close()
