"""Hash chain of the vault: each change of its rows is a row of its own, hashed with the one before it.

A change holds a keyed digest of every row that it touched, and where the record stood: who reads the chain learns of
nobody, and a row that was changed past the program has another digest than its last change says. Acts of the record
hold ends of this chain (`record.vault_ends`), so that a head of the record that was noted elsewhere guards both.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, Table, insert, select

from storage.clock import now, written
from storage.record import chain
from storage.record.vault_ends import VaultEnd
from storage.vault import schema as tables

# what was said of an unchanged tree is made again by the next import: nobody is known from it
_LEFT_OUT: Final = (tables.tree, tables.vault_change)
# tables whose rows are digested together: a series has a source for each slice
_TOGETHER: Final[Mapping[str, tuple[str, ...]]] = {tables.source.name: ("series_code",)}
CHAINED: Final = tuple(table for table in tables.metadata.sorted_tables if table not in _LEFT_OUT)
_FIRST: Final = sha256(b"ramris changes of the vault").hexdigest()
# what each touched row is written down in, for one connection
_TOUCHED: Final = "touched"

# the name of a table and the key of a row in it, as JSON: one text for one row
Part = tuple[str, str]
Digests = dict[Part, str]


def key_names(table: Table) -> tuple[str, ...]:
    """The columns that tell the parts of a table apart."""
    return _TOGETHER.get(table.name) or tuple(column.name for column in table.primary_key)


@contextmanager
def chained(connection: Connection, at_head: chain.Head | None) -> Iterator[None]:
    """Put what the block changes in the vault behind the chain, in the caller's transaction; nothing is no change.

    at_head: where the record stands; None where there is none yet.
    """
    _watch(connection)
    yield
    touched = connection.exec_driver_sql(f"SELECT DISTINCT part, key FROM temp.{_TOUCHED} ORDER BY part, key").all()  # noqa: S608 - our own name
    connection.exec_driver_sql(f"DELETE FROM temp.{_TOUCHED}")  # noqa: S608 - our own name
    if touched:
        mine = {(part, key) for part, key in touched}
        current = digests(connection, {part for part, _ in mine}, mine)
        append(connection, {part: current.get(part, "") for part in mine}, at_head)


def append(
    connection: Connection, changed: Mapping[Part, str], at_head: chain.Head | None, *, whole: bool = False
) -> None:
    """Add a change: part -> its digest, "" where it is gone. whole: these are all parts that the vault has."""
    last = end(connection)
    content: dict[str, dict[str, str]] = {}
    for (part, key), digest in changed.items():
        content.setdefault(part, {})[key] = digest
    fields = {
        "number": last.number + 1,
        "at_utc": written(now()),
        "adopted": int(whole),
        "content": chain.canonical(content),
        "events": at_head.events if at_head else 0,
        "acts": at_head.acts if at_head else 0,
        "head": at_head.hash if at_head else "",
        "previous_hash": last.hash,
    }
    connection.execute(insert(tables.vault_change).values(**fields, hash=chain.seal(fields)))


def end(connection: Connection) -> VaultEnd:
    """Where the chain ends; number 0 before its first change."""
    change = tables.vault_change.c
    row = connection.execute(select(change.number, change.hash).order_by(change.number.desc()).limit(1)).one_or_none()
    return VaultEnd(0, _FIRST) if row is None else VaultEnd(*row)


def changes(connection: Connection) -> Iterator[tuple[dict[str, Any], bool]]:
    """Every change as it stands, oldest first, and whether it follows from the one before."""
    last = VaultEnd(0, _FIRST)
    query = select(tables.vault_change).order_by(tables.vault_change.c.number)
    for row in connection.execute(query).mappings():
        fields = dict(row)
        follows = fields["number"] == last.number + 1 and fields["previous_hash"] == last.hash
        # JSON holds no bytes, and the program writes none here
        sealed = not any(isinstance(value, bytes) for value in fields.values())
        yield fields, follows and sealed and chain.seal(fields) == fields["hash"]
        last = VaultEnd(fields["number"], fields["hash"])


def said_by(fields: Mapping[str, Any]) -> Digests:
    """What a change says of its parts."""
    content: dict[str, dict[str, str]] = json.loads(fields["content"])
    return {(part, key): digest for part, keys in content.items() for key, digest in keys.items()}


def digests(connection: Connection, of: Iterable[str] | None = None, parts: set[Part] | None = None) -> Digests:
    """The digest of each part that the vault has: of these tables alone, of these parts alone; None is all."""
    found_secret = connection.exec_driver_sql("SELECT value FROM secret LIMIT 1").scalar_one_or_none()
    # whatever stands there: another secret gives other digests, and is found by them
    secret = found_secret if isinstance(found_secret, bytes) else str(found_secret).encode()
    wanted = None if of is None else set(of)
    found: Digests = {}
    for table in CHAINED:
        if wanted is None or table.name in wanted:
            mine = None if parts is None else {key for part, key in parts if part == table.name}
            found |= _of_table(connection, secret, table, mine)
    return found


def _of_table(connection: Connection, secret: bytes, table: Table, wanted: set[str] | None) -> Digests:
    names, keys = [column.name for column in table.columns], key_names(table)
    order = ", ".join(f'"{column.name}"' for column in table.primary_key)
    columns = ", ".join(f'"{name}"' for name in names)
    key = _key_text(keys)
    # raw rows: what stands in the file, not what a type of ours makes of it
    statement = f'SELECT {key}, {columns} FROM main."{table.name}"'  # noqa: S608 - our own names
    if wanted is not None:
        marks = ", ".join("?" * len(wanted))
        statement += f" WHERE {key} IN ({marks})"
    rows = connection.exec_driver_sql(f"{statement} ORDER BY {order}", tuple(sorted(wanted or ())))
    made: dict[str, hmac.HMAC] = {}
    for row_key, *values in rows:
        digest = made.get(row_key)
        if digest is None:
            digest = made[row_key] = hmac.new(secret, table.name.encode(), sha256)
        digest.update(_row_text(names, values))
    return {(table.name, row_key): digest.hexdigest() for row_key, digest in made.items()}


def _row_text(names: Iterable[str], values: Iterable[object]) -> bytes:
    row = {
        name: {"bytes": value.hex()} if isinstance(value, bytes) else value
        for name, value in zip(names, values, strict=True)
    }
    return f"\n{chain.canonical(row)}".encode()


def _key_text(names: Iterable[str], of: str = "") -> str:
    # JSON holds no bytes: who put some there gets a key that nobody has
    columns = (f'{of}"{name}"' for name in names)
    listed = ", ".join(f"iif(typeof({column}) = 'blob', hex({column}), {column})" for column in columns)
    return f"json_array({listed})"


def _watch(connection: Connection) -> None:
    """Have this connection write down which rows are touched; nothing of it is in the file."""
    made = "SELECT 1 FROM temp.sqlite_master WHERE name = ?"
    if connection.exec_driver_sql(made, (_TOUCHED,)).first() is not None:
        return
    connection.exec_driver_sql(f"CREATE TEMP TABLE {_TOUCHED} (part TEXT, key TEXT)")
    for table in CHAINED:
        for deed, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
            steps = " ".join(
                f"INSERT INTO {_TOUCHED} VALUES ('{table.name}', {_key_text(key_names(table), f'{row}.')});"  # noqa: S608 - our own names
                for row in rows
            )
            connection.exec_driver_sql(
                f'CREATE TEMP TRIGGER "{_TOUCHED}_{table.name}_{deed}" AFTER {deed} ON main."{table.name}" '
                f"BEGIN {steps} END"
            )
