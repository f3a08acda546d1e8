"""Tables and guards of a record on a PostgreSQL server: those of `study_schema` in its own words, and four more.

What a guard refuses and how it says so is the same as in study.db. Guards are ALWAYS there: those that aren't stay
silent under `session_replication_role = replica`. Texts sort by code points, as SQLite and Python sort them, whatever
the database was made with.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Double,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.types import TypeDecorator, TypeEngine

from storage.database import study_schema
from storage.files.layout import SCHEMA_VERSION

_C: Final = "C"
SERVER: Final = postgresql.dialect()  # type: ignore[no-untyped-call]
# the highest number that each chain has given: a last row cut off leaves a trace there, as in sqlite_sequence
GIVEN: Final = "given"
# whether the record is at home here, or was taken back to a folder
HOME: Final = "home"
# the last transactions, each by a name that whoever sent it has made: asked for when an answer was lost
WRITTEN: Final = "written"
VERSION: Final = "alembic_version"
# schema of what a statistician sees, made with the first such login; not part of the record
FIGURES: Final = "ramris_figures"

_ONLY_GROWS: Final = "the record only grows"
_REFUSE: Final = """
BEGIN
  RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'integrity_constraint_violation';
END
"""
_FOLLOWS: Final = """
BEGIN
  IF NEW.seq IS DISTINCT FROM (SELECT coalesce(max(seq), 0) + 1 FROM public.{table}) THEN
    RAISE EXCEPTION USING MESSAGE = 'the record only grows: numbers follow without a gap',
      ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
"""
# once a statement: a row that is changed for each of many rows would be looked for behind all its dead versions
_COUNTED: Final = """
BEGIN
  UPDATE public.given SET seq = greatest(seq, (SELECT coalesce(max(seq), 0) FROM public.{table}))
    WHERE name = '{table}';
  RETURN NULL;
END
"""
_NOT_SIGNED: Final = """
BEGIN
  IF (SELECT kind FROM public.act WHERE "case" = NEW."case" AND kind IN ('signed', 'reopened')
      ORDER BY seq DESC LIMIT 1) = 'signed' THEN
    RAISE EXCEPTION USING MESSAGE = 'the case is signed: its answers stand',
      ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END
"""
FUNCTIONS: Final = {
    "ramris_refuse": _REFUSE,
    "ramris_event_follows": _FOLLOWS.format(table="event"),
    "ramris_act_follows": _FOLLOWS.format(table="act"),
    "ramris_event_counted": _COUNTED.format(table="event"),
    "ramris_act_counted": _COUNTED.format(table="act"),
    "ramris_not_signed": _NOT_SIGNED,
}


def _guard(name: str, when: str, table: str, words: str, each: str = "ROW") -> str:
    """A trigger as `pg_get_triggerdef` writes it, so that the two can be compared."""
    return f"CREATE TRIGGER {name} {when} ON public.{table} FOR EACH {each} EXECUTE FUNCTION {words}"


def _refusing(table: str, why: str, changed: str = "UPDATE", *, removed: bool = True) -> dict[str, str]:
    name = {"reading_case": "assignment"}.get(table, table)
    said = {f"{name}_is_never_changed": (changed, "is changed", "ROW")}
    if removed:
        said[f"{name}_is_never_removed"] = ("DELETE", "is removed", "ROW")
        said[f"{name}_is_never_emptied"] = ("TRUNCATE", "is removed", "STATEMENT")
    ends = {what: f"{why}: no row {what}" if why == _ONLY_GROWS else why for what in ("is changed", "is removed")}
    return {
        guard: _guard(guard, f"BEFORE {when}", table, f"ramris_refuse('{ends[what]}')", each)
        for guard, (when, what, each) in said.items()
    }


_ASSIGNED: Final = 'UPDATE OF code, reader, subject, round, "position", draw, due_at_utc, mix, visits, enrolment'
GUARDS: Final = {
    **_refusing("event", _ONLY_GROWS),
    **_refusing("grade_place", _ONLY_GROWS),
    **_refusing("act", _ONLY_GROWS),
    **_refusing("origin", _ONLY_GROWS),
    **_refusing("design", "a design stands: a change is a new row"),
    **_refusing("further_scheme", "a scheme stands: other words are another scheme", removed=False),
    **_refusing("reading_case", "what was assigned stands", _ASSIGNED),
    "event_follows_the_last": _guard("event_follows_the_last", "BEFORE INSERT", "event", "ramris_event_follows()"),
    "event_not_of_a_signed_case": _guard("event_not_of_a_signed_case", "BEFORE INSERT", "event", "ramris_not_signed()"),
    "event_is_counted": _guard("event_is_counted", "AFTER INSERT", "event", "ramris_event_counted()", "STATEMENT"),
    "act_is_counted": _guard("act_is_counted", "AFTER INSERT", "act", "ramris_act_counted()", "STATEMENT"),
    "act_follows_the_last": _guard("act_follows_the_last", "BEFORE INSERT", "act", "ramris_act_follows()"),
}


@cache
def server_metadata() -> MetaData:
    """The tables as a server holds them."""
    made = MetaData(naming_convention=study_schema.metadata.naming_convention)
    for table in study_schema.metadata.sorted_tables:
        copy = table.to_metadata(made)
        for column in copy.columns:
            # numbers are given by the program: a sequence wouldn't move with the rows
            column.autoincrement = False
            column.type = _on_server(column.type)
    Table(
        GIVEN,
        made,
        Column("name", String(collation=_C), primary_key=True),
        Column("seq", BigInteger, nullable=False),
    )
    Table(
        HOME,
        made,
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("taken_back_at_utc", String(collation=_C), nullable=True),
    )
    Table(WRITTEN, made, Column("request", String(collation=_C), primary_key=True))
    Table(VERSION, made, Column("version_num", String(32, collation=_C), primary_key=True))
    return made


def lay_down(connection: Connection) -> None:
    """All tables, empty, and their guards, inside the caller's transaction."""
    for statement in statements():
        connection.exec_driver_sql(statement)


def take_away(connection: Connection) -> None:
    """All of it, rows and guards, inside the caller's transaction."""
    for table in reversed(server_metadata().sorted_tables):
        connection.exec_driver_sql(f'DROP TABLE public."{table.name}"')
    for name in FUNCTIONS:
        connection.exec_driver_sql(f"DROP FUNCTION public.{name}()")


def statements() -> Iterator[str]:
    """What lays them down, in its order."""
    made = server_metadata()
    for table in made.sorted_tables:
        yield str(CreateTable(table).compile(dialect=SERVER)).strip()
        yield from (str(CreateIndex(index).compile(dialect=SERVER)).strip() for index in sorted_indexes(table))
    for name, body in FUNCTIONS.items():
        yield f"CREATE FUNCTION public.{name}() RETURNS trigger LANGUAGE plpgsql AS $ramris${body}$ramris$"
    for name, text in GUARDS.items():
        yield text
        yield f"ALTER TABLE {text.partition(' ON ')[2].partition(' ')[0]} ENABLE ALWAYS TRIGGER {name}"
    yield f"INSERT INTO public.{GIVEN} (name, seq) VALUES ('event', 0), ('act', 0)"  # noqa: S608 - our own names
    yield f"INSERT INTO public.{HOME} (id) VALUES (1)"  # noqa: S608 - as above
    yield f"INSERT INTO public.{VERSION} (version_num) VALUES ('{SCHEMA_VERSION:04}')"  # noqa: S608 - as above


def sorted_indexes(table: Table) -> list[Index]:
    """Of a table, by name: SQLAlchemy keeps them in no order."""
    return sorted(table.indexes, key=lambda index: str(index.name))


def _on_server(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    base = kind.impl_instance if isinstance(kind, TypeDecorator) else kind
    if isinstance(base, Boolean):
        return Integer()
    if isinstance(base, Integer):
        return BigInteger()
    if isinstance(base, Float):
        return Double()
    return String(collation=_C)
