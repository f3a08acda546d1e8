"""A record copied whole from one database to another, row by row as they are held: the same hashes, the same head."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, CursorResult, Table
from sqlalchemy.exc import DataError, OperationalError

from scoring.schemes.scheme import Scheme
from storage.audit import verification
from storage.database import study_schema as tables
from storage.database.column_types import POSTGRESQL
from storage.database.engine import create_file
from storage.errors import RecordDamaged, StudyError
from storage.files.layout import KIND
from storage.files.watched import UNWATCHED, Watched
from storage.record import chain
from storage.record.study_file import open_study_file

_ROWS: Final = 2000
# acts come last: a signed case takes no more answers
_ORDER: Final = (*(table for table in tables.metadata.sorted_tables if table is not tables.act), tables.act)


def copy_rows(source: Connection, target: Connection, watched: Watched = UNWATCHED) -> None:
    """Write all rows of one record into the empty tables of another, inside the transactions of both.

    Raises:
        Stopped: `watched` said so; the caller's transactions are to be given up.
        StudyError: a text holds a sign that the other database can't keep.
    """
    # counting is a look at each row: for whoever waits, and for nobody else
    each = watched.each(0 if watched is UNWATCHED else _rows_of(source), "copying the record,")
    for table in _ORDER:
        try:
            _copy(source, target, table, each)
        except DataError:
            unfit = True
        else:
            unfit = False
        if unfit:
            raise StudyError(
                f"Not moved: the table {table.name} holds a text that the other database can't keep (a zero byte or "
                "half of a sign). Nothing was changed; `ramris audit DIR` names the row"
            )


def check_same(source: Connection, target: Connection, scheme: Scheme, watched: Watched = UNWATCHED) -> chain.Head:
    """The head of both; the copy's whole record is verified.

    Raises:
        Stopped: as of `copy_rows`.
        RecordDamaged: the copy isn't what it was copied from.
    """
    heads = chain.head(source), chain.head(target)
    total = heads[1].events + heads[1].acts
    verification.verify(target, scheme, each=watched.each(total, "verifying the copy,"))
    if heads[0] != heads[1]:
        raise RecordDamaged("Not moved: the copy has another head than the record; nothing was changed. Try again")
    return heads[1]


def copy_from_server(study: Path, target: Path) -> None:
    """Write the record of a folder, which lies on a server, to a new study.db by another name; nobody waits for it."""
    store, row = open_study_file(study)
    try:
        with store.reading() as there:
            target.unlink(missing_ok=True)
            own = create_file(target, KIND)
            try:
                with own.writing() as here:
                    copy_rows(there, here)
                    check_same(there, here, row.scheme)
            finally:
                own.close()
    finally:
        store.close()


def _rows_of(source: Connection) -> int:
    counted = " + ".join(f'(SELECT count(*) FROM "{table.name}")' for table in _ORDER)  # noqa: S608 - our own names
    found: int = source.exec_driver_sql(f"SELECT {counted}").scalar_one()
    return found


def _copy(source: Connection, target: Connection, table: Table, each: Callable[[], None]) -> None:
    names = [column.name for column in table.columns]
    listed = ", ".join(f'"{name}"' for name in names)
    keys = ", ".join(f'"{column.name}"' for column in table.primary_key.columns)
    # raw: what SQLAlchemy would make of a list, or of yes and no, isn't what is held
    query = f'SELECT {listed} FROM "{table.name}" ORDER BY {keys}'  # noqa: S608 - our own names
    bit_by_bit = {"stream_results": True, "max_row_buffer": _ROWS}
    with closing(source.exec_driver_sql(query, execution_options=bit_by_bit)) as rows:
        if target.dialect.name == POSTGRESQL:
            _into_server(target, f'COPY "{table.name}" ({listed}) FROM STDIN', rows, each)
            return
        add = f'INSERT INTO "{table.name}" ({listed}) VALUES ({", ".join("?" * len(names))})'  # noqa: S608 - our own names
        while chunk := rows.fetchmany(_ROWS):
            target.exec_driver_sql(add, [tuple(row) for row in chunk])
            for _ in chunk:
                each()


def _into_server(target: Connection, statement: str, rows: CursorResult[Any], each: Callable[[], None]) -> None:
    """All rows in one stream: a trip to the server for each would take a hundred times as long."""
    driver: Any = target.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as stream:
            for row in rows:
                stream.write_row(tuple(row))
                each()
    except target.dialect.loaded_dbapi.Error as fault:
        # as SQLAlchemy would give it, which isn't asked here
        kind = DataError if type(fault).__name__ == "DataError" else OperationalError
        raise kind(statement, None, fault) from None
