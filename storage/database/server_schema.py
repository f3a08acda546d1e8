"""Schema of a record on a server compared with the program's own: a table, column, guard or rule that isn't ours.

For the same reason as in `own_schema`: a foreign trigger can swallow a grade that was acknowledged, and then rows and
hashes fit together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final

from sqlalchemy import (
    BigInteger,
    Connection,
    Double,
    Integer,
    MetaData,
    String,
)
from sqlalchemy.schema import CreateTable

from storage.database.server_tables import FUNCTIONS, GUARDS, SERVER, server_metadata

_OURS: Final = "n.nspname = 'public'"
_RELATIONS: Final = f"""
SELECT c.relname, c.relkind::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE {_OURS} ORDER BY 1"""  # noqa: S608 - our own words
_COLUMNS: Final = f"""
SELECT c.relname, a.attname, format_type(a.atttypid, NULL), a.attnotnull, coalesce(l.collname, ''),
  a.atthasdef OR a.attgenerated <> '' OR a.attidentity <> ''
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_collation l ON l.oid = a.attcollation
WHERE {_OURS} AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped"""  # noqa: S608 - our own words
_TRIGGERS: Final = f"""
SELECT t.tgname, pg_get_triggerdef(t.oid), t.tgenabled::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {_OURS} AND NOT t.tgisinternal ORDER BY 1"""  # noqa: S608 - ours
_FUNCTIONS: Final = f"""
SELECT p.proname, p.prosrc, l.lanname, p.prosecdef, p.proconfig IS NOT NULL FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
WHERE {_OURS} ORDER BY 1"""  # noqa: S608 - our own words
_RULES: Final = """
SELECT tablename, rulename FROM pg_rules WHERE schemaname = 'public'
UNION ALL SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public'"""
_CONSTRAINTS: Final = f"""
SELECT k.conname FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace
WHERE {_OURS} AND k.contype IN ('p', 'u', 'f', 'c', 'x', 't') AND k.convalidated"""  # noqa: S608 - our own words
_KINDS: Final = {"r": "table", "i": "index", "v": "view", "m": "view", "S": "sequence"}
_NAMED: Final = re.compile(r"CONSTRAINT (\w+)")
_TEXT: Final = "character varying"
_TYPES: Final[tuple[tuple[type, str], ...]] = (
    (BigInteger, "bigint"),
    (Integer, "integer"),
    (Double, "double precision"),
    (String, _TEXT),
)


def differences(connection: Connection) -> Iterator[str]:
    """What isn't as the program makes it, a few words each."""
    metadata = server_metadata()
    yield from _relations(connection, metadata)
    yield from _columns(connection, metadata)
    yield from _constraints(connection)
    yield from _guards(connection)
    for table, name in connection.exec_driver_sql(_RULES):
        yield f"the rule {name!a} of {table} isn't the program's"


def _relations(connection: Connection, metadata: MetaData) -> Iterator[str]:
    own = dict.fromkeys(metadata.tables, "r") | dict.fromkeys(_indexes(metadata), "i")
    found = {row[0]: row[1] for row in connection.exec_driver_sql(_RELATIONS)}
    for name, kind in found.items():
        if own.get(name) != kind:
            yield f"the {_KINDS.get(kind, 'object')} {name!a} isn't the program's"
    for name in sorted(own.keys() - found.keys()):
        yield f"the {_KINDS[own[name]]} {name} is missing; rows may have been changed"


def _indexes(metadata: MetaData) -> Iterator[str]:
    for table in metadata.tables.values():
        yield from (str(index.name) for index in table.indexes)
    yield from (name for name in _own_constraints() if name.startswith(("pk_", "uq_")))


@cache
def _own_constraints() -> frozenset[str]:
    # from the statement that makes a table: some names are made up there
    texts = (str(CreateTable(table).compile(dialect=SERVER)) for table in server_metadata().tables.values())
    return frozenset(name for text in texts for name in _NAMED.findall(text))


def _columns(connection: Connection, metadata: MetaData) -> Iterator[str]:
    found = {(row[0], row[1]): tuple(row[2:]) for row in connection.exec_driver_sql(_COLUMNS)}
    own: dict[tuple[str, str], tuple[str, bool, str, bool]] = {}
    for table in metadata.tables.values():
        for column in table.columns:
            kind = next(named for base, named in _TYPES if isinstance(column.type, base))
            collation = "C" if kind == _TEXT else ""
            own[table.name, column.name] = (kind, not column.nullable, collation, False)
    for key in sorted(found.keys() | own.keys()):
        owner, name = key
        if key not in own:
            if owner in metadata.tables:
                yield f"the column {name!a} of {owner} isn't the program's"
        elif key not in found:
            yield f"the column {name!a} of {owner} is missing"
        elif found[key] != own[key]:
            yield f"the column {name!a} of {owner} isn't made as the program makes it"


def _constraints(connection: Connection) -> Iterator[str]:
    found = set(connection.exec_driver_sql(_CONSTRAINTS).scalars())
    own = _own_constraints()
    for name in sorted(found ^ own):
        state = "is missing" if name in own else "isn't the program's"
        yield f"the condition {name} {state}"


def _guards(connection: Connection) -> Iterator[str]:
    yield from _compared("guard", {row[0]: row[1:] for row in connection.exec_driver_sql(_TRIGGERS)}, _own_guards())
    functions = {row[0]: row[1:] for row in connection.exec_driver_sql(_FUNCTIONS)}
    own = {name: (body, "plpgsql", False, False) for name, body in FUNCTIONS.items()}
    yield from _compared("function", functions, own)


def _own_guards() -> Mapping[str, tuple[object, ...]]:
    return {name: (text, "A") for name, text in GUARDS.items()}


def _compared(what: str, found: Mapping[str, Sequence[object]], own: Mapping[str, tuple[object, ...]]) -> Iterator[str]:
    for name in sorted(found.keys() | own.keys()):
        if name not in own:
            yield f"the {'trigger' if what == 'guard' else what} {name!a} isn't the program's"
        elif name not in found:
            yield f"the {what} {name} of the record is missing; rows may have been changed"
        elif tuple(found[name]) != own[name]:
            yield f"the {what} {name} of the record was changed; rows may have been too"
