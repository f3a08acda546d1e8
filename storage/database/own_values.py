"""Values of an open file compared with what the program writes: a NULL, another type, a row whose owner is gone.

SQLite takes anything in any column, whatever its table says: https://www.sqlite.org/flextypegood.html.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from sqlalchemy import JSON, Boolean, Column, Connection, Float, Integer, LargeBinary, MetaData, Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeDecorator

from storage.database.column_types import POSTGRESQL
from storage.errors import RecordDamaged

_LONGEST_NAME: Final = 60


def check_values(
    connection: Connection, file: str, metadata: MetaData, mending: str, leave_out: Collection[str] = ()
) -> None:
    """Refuse a file with a value that the program can't have written.

    Args:
        connection: of a file whose schema is the program's.
        file: what the message calls it.
        metadata: its tables.
        mending: what to do next, the end of the message.
        leave_out: tables whose rows are guarded otherwise.

    Raises:
        RecordDamaged: names the first one by table, column and number of the row, not by what it holds.
    """
    wrong = next(differences(connection, metadata, leave_out), None)
    if wrong is not None:
        raise RecordDamaged(f"{file}: {wrong}; it was changed past the program: {mending}")


def differences(connection: Connection, metadata: MetaData, leave_out: Collection[str] = ()) -> Iterator[str]:
    """What isn't so, a few words each. A server takes nothing else in a column, nor a row without its owner."""
    if connection.dialect.name == POSTGRESQL:
        return
    for table in metadata.sorted_tables:
        if table.name not in leave_out:
            yield from _of_table(connection, table)
    try:
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    except DBAPIError:
        yield "a table that others lean on is missing"
        return
    for name, number, parent, _ in orphans:
        yield f"row {number} of {name} leans on a row of {parent} that isn't there"


def _of_table(connection: Connection, table: Table) -> Iterator[str]:
    cases = " ".join(f"WHEN NOT ({_fits(column)}) THEN '{column.name}'" for column in table.columns)
    query = f'SELECT rowid, CASE {cases} END AS wrong FROM main."{table.name}" WHERE wrong IS NOT NULL LIMIT 1'  # noqa: S608 - our own names
    try:
        found = connection.exec_driver_sql(query).first()
    except DBAPIError:
        yield f"the table {table.name} can't be read"
        return
    if found is not None:
        yield f"{found[1]} in row {found[0]} of {table.name} isn't a value that the program writes"


def _fits(column: Column[object]) -> str:
    """A condition in SQL that holds for what the program writes into a column."""
    name, kind = f'"{column.name}"', column.type
    base = kind.impl_instance if isinstance(kind, TypeDecorator) else kind
    if isinstance(base, JSON):
        fits = f"(typeof({name}) = 'text' AND json_valid({name}))"
    elif isinstance(base, (Integer, Boolean)):
        fits = f"typeof({name}) = 'integer'"
    elif isinstance(base, Float):
        fits = f"typeof({name}) IN ('real', 'integer')"
    elif isinstance(base, LargeBinary):
        fits = f"typeof({name}) = 'blob'"
    else:
        # text with a NUL in it ends elsewhere for each program that reads it
        fits = f"(typeof({name}) = 'text' AND instr({name}, char(0)) = 0)"
    return f"{name} IS NULL OR {fits}" if column.nullable else f"{name} IS NOT NULL AND {fits}"
