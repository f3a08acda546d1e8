"""Schema of an open file compared with the program's own: a trigger, view, table, column or index that isn't ours.

A foreign trigger can swallow a grade that was acknowledged, and a table made with ON CONFLICT IGNORE as well; rows and
hashes then fit together, and what is missing never was there. Text of tables isn't compared: SQLite writes it otherwise
after a migration than in a new file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from sqlalchemy import Connection, MetaData

from storage.database import own_shapes, server_schema
from storage.database.column_types import POSTGRESQL
from storage.errors import RecordDamaged

_OBJECTS: Final = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
# hidden ones too: a generated column is none of ours
_COLUMNS: Final = (
    "SELECT made.name, col.name FROM sqlite_master AS made JOIN pragma_table_xinfo(made.name) AS col "
    "WHERE made.type = 'table'"
)
_OF_SQLITE: Final = "sqlite_"
_OF_ALEMBIC: Final = "alembic_version"
# words that no table of ours has, and that change what an INSERT does: sqlite.org/lang_conflict.html, gencol.html
_FOREIGN_WORDS: Final = ("ON CONFLICT", "GENERATED ALWAYS")


def check_schema(
    connection: Connection, file: str, metadata: MetaData, triggers: Mapping[str, str], mending: str
) -> None:
    """Refuse a file whose schema isn't the one that this program makes.

    Args:
        connection: of a file at this program's version.
        file: what the message calls it.
        metadata: its tables.
        triggers: its guards, each with its statement.
        mending: what to do next, the end of the message.

    Raises:
        RecordDamaged: names the first that is foreign, changed or missing.
    """
    if connection.dialect.name == POSTGRESQL:
        found = server_schema.differences(connection)
    else:
        found = _differences(connection, metadata, triggers)
    wrong = next(found, None)
    if wrong is not None:
        raise RecordDamaged(f"{file}: {wrong}; what is read or written there can't be relied on: {mending}")


def _differences(connection: Connection, metadata: MetaData, triggers: Mapping[str, str]) -> Iterator[str]:
    objects = connection.exec_driver_sql(_OBJECTS).all()
    own = {
        "table": {*metadata.tables, _OF_ALEMBIC},
        "index": {str(index.name) for table in metadata.tables.values() for index in table.indexes},
        "trigger": set(triggers),
    }
    seen = {kind: set[str]() for kind in own}
    for kind, name, _, sql in objects:
        if name.startswith(_OF_SQLITE):
            # SQLite's own names can't be given to anything else: sqlite.org/fileformat2.html#intschema
            continue
        if name not in own.get(kind, ()):
            yield f"the {kind} {name!a} isn't the program's"
        elif kind == "trigger" and sql != triggers[name]:
            yield f"the guard {name} of the record was changed; rows may have been too"
        elif kind == "table" and any(word in sql.upper() for word in _FOREIGN_WORDS):
            yield f"the table {name} isn't made as the program makes it"
        else:
            seen[kind].add(name)
    for kind, names in own.items():
        for name in sorted(names - seen[kind]):
            named = f"guard {name} of the record" if kind == "trigger" else f"{kind} {name}"
            yield f"the {named} is missing; rows may have been changed"
    yield from _columns(connection, metadata)
    yield from own_shapes.differences(connection, metadata)


def _columns(connection: Connection, metadata: MetaData) -> Iterator[str]:
    found: dict[str, set[str]] = {}
    for table, column in connection.exec_driver_sql(_COLUMNS):
        found.setdefault(table, set()).add(column)
    for name, table in metadata.tables.items():
        own = set(table.columns.keys())
        for column in sorted(found.get(name, set()) ^ own):
            state = "is missing" if column in own else "isn't the program's"
            yield f"the column {column!a} of {name} {state}"
