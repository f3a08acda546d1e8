"""Shapes of an open file's tables compared with the program's own: types, NOT NULL, keys, indexes, words of a table.

Read from SQLite's own account of them, as the text of a table isn't the same after a migration as in a new file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from sqlalchemy import CheckConstraint, Connection, MetaData, Table, UniqueConstraint
from sqlalchemy.dialects import sqlite

_TABLES: Final = "FROM sqlite_master AS made JOIN {} AS it WHERE made.type = 'table'"
_COLUMNS: Final = (
    'SELECT made.name, it.name, upper(it.type), it."notnull", it.dflt_value, it.pk '
    f"{_TABLES.format('pragma_table_xinfo(made.name)')}"
)
_OWNERS: Final = (
    'SELECT made.name, it."from", it."table", it."to", it.on_update, it.on_delete '
    f"{_TABLES.format('pragma_foreign_key_list(made.name)')}"
)
# of the key of a table SQLite tells by its columns
_INDEXES: Final = (
    'SELECT made.name, it.name, it.origin, it."unique", it.partial, part.name, part."desc", part.coll '
    "FROM sqlite_master AS made JOIN pragma_index_list(made.name) AS it "
    "JOIN pragma_index_xinfo(it.name) AS part WHERE made.type = 'table' AND part.key ORDER BY it.name, part.seqno"
)
# what SQLite tells of nowhere else
_WORDS: Final = "SELECT name, upper(sql) FROM sqlite_master WHERE type = 'table'"
_SQLITE: Final = sqlite.dialect()
_MADE: Final = "c"
_UNIQUE: Final = "u"

Shape = frozenset[tuple[Any, ...]]


def differences(connection: Connection, metadata: MetaData) -> Iterator[str]:
    """What isn't as the program makes it, a few words each; of a file that has all its tables and columns."""
    found = _found(connection)
    for name, table in metadata.tables.items():
        if found[name] != _own(table):
            yield f"the table {name} isn't made as the program makes it"
    own = {index.name: _parts(index.columns.keys()) for table in metadata.tables.values() for index in table.indexes}
    for table, name, *rest in _indexes(connection, _MADE):
        if name in own and rest != [0, 0, own[name]]:
            yield f"the index {name} of {table} isn't made as the program makes it"


def _found(connection: Connection) -> dict[str, Shape]:
    """By table: its columns, whom they lean on, what stands once in it, and its words."""
    rows = defaultdict[str, set[tuple[Any, ...]]](set)
    for what, query in (("column", _COLUMNS), ("owner", _OWNERS)):
        for table, *rest in connection.exec_driver_sql(query):
            rows[table].add((what, *rest))
    for table, _, _, partial, parts in _indexes(connection, _UNIQUE):
        rows[table].add((_UNIQUE, partial, parts))
    for table, words in connection.exec_driver_sql(_WORDS):
        rows[table].add(("words", words.count("CHECK"), "AUTOINCREMENT" in words, "COLLATE" in words))
    return {table: frozenset(shape) for table, shape in rows.items()}


def _indexes(connection: Connection, origin: str) -> Iterator[list[Any]]:
    """Those that a statement made or a table asks for: [table, name, unique, partial, its parts]."""
    found: dict[str, list[Any]] = {}
    for table, name, of, unique, partial, *part in connection.exec_driver_sql(_INDEXES):
        if of == origin:
            found.setdefault(name, [table, name, unique, partial, ()])[-1] += (tuple(part),)
    yield from found.values()


@cache
def _own(table: Table) -> Shape:
    keys = [column.name for column in table.primary_key.columns]
    rows: set[tuple[Any, ...]] = set()
    for column in table.columns:
        default = getattr(column.server_default, "arg", None)
        kind = column.type.compile(dialect=_SQLITE)
        key = keys.index(column.name) + 1 if column.name in keys else 0
        rows.add(
            ("column", column.name, kind, int(not column.nullable), None if default is None else str(default), key)
        )
    for link in table.foreign_keys:
        rows.add(("owner", link.parent.name, link.column.table.name, link.column.name, "NO ACTION", "NO ACTION"))
    for rule in table.constraints:
        if isinstance(rule, UniqueConstraint):
            rows.add((_UNIQUE, 0, _parts(rule.columns.keys())))
    rules = (*table.constraints, *(rule for column in table.columns for rule in column.constraints))
    checks = sum(isinstance(rule, CheckConstraint) for rule in rules)
    rows.add(("words", checks, bool(table.dialect_options["sqlite"]["autoincrement"]), False))
    return frozenset(rows)


def _parts(columns: list[str]) -> tuple[tuple[Any, ...], ...]:
    return tuple((column, 0, "BINARY") for column in columns)
