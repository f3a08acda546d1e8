"""Origins of rows that were brought over from a copy, and the proof of what they were there.

A merged row gets a number and a hash of this record. What it held in its own is kept beside it, so that the hash it had
there can be worked out again: the copy's chain verifies here too, row by row, back to where the two were one.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, select

from storage.audit.reader_copies import editions
from storage.database import study_schema as tables
from storage.errors import RecordDamaged
from storage.record import acts, chain

CHAINS: Final = {table.name: table for table in (tables.event, tables.act)}
_THERE: Final = ("seq", "clock_back_ms", "previous_hash", "after_event", "event_hash")


def there(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What a row held in its own record and won't hold here, by the names of `origin`; its own hash with it."""
    mine = {f"there_{name}": fields.get(name) for name in _THERE}
    return {"there_hash": fields["hash"], "there_fields": None} | mine


def known(connection: Connection) -> dict[str, dict[str, int]]:
    """For each chain the number here of every row, by the hash that it has here and by those it had elsewhere."""
    found: dict[str, dict[str, int]] = {}
    for name, table in CHAINS.items():
        found[name] = {row.hash: row.seq for row in connection.execute(select(table.c.hash, table.c.seq))}
    # an origin of no chain of ours is what `check` names
    for row in connection.execute(select(tables.origin).where(tables.origin.c.chain.in_(CHAINS))):
        found[row.chain][row.there_hash] = row.seq
    return found


def by_row(connection: Connection) -> Mapping[tuple[str, int], list[dict[str, Any]]]:
    """The origins of each row, by chain and number."""
    found: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    for row in connection.execute(select(tables.origin).order_by(tables.origin.c.id)).mappings():
        found[row["chain"], row["seq"]].append({name: row[name] for name in row if name.startswith("there_")})
    return found


def merged_events(connection: Connection) -> frozenset[int]:
    """The numbers of the events that have an origin."""
    table = tables.origin.c
    return frozenset(connection.execute(select(table.seq).where(table.chain == "event")).scalars())


def heads(connection: Connection) -> frozenset[str]:
    """The heads that stood in copies behind each act that came from there: those shown when a case was signed."""
    table = tables.origin.c
    query = select(table.there_event_hash, table.there_hash).where(table.chain == "act")
    return frozenset(chain.joined(row.there_event_hash, row.there_hash) for row in connection.execute(query))


def digest(hashes: Iterable[str]) -> str:
    """What the act of a merge says of the origins that came with it."""
    return sha256("\n".join(hashes).encode()).hexdigest()


def check(connection: Connection) -> None:
    """Work the hashes of all origins out again.

    Raises:
        RecordDamaged: names the row that doesn't come to the hash it had in its copy, or the merge that lacks some.
    """
    rows = list(connection.execute(select(tables.origin).order_by(tables.origin.c.id)).mappings())
    ends = _ends(connection)
    if not rows:
        _check_merges(connection, {}, set())
        return
    hashes = known(connection)
    content = {name: {row["seq"]: row for row in _all(connection, name)} for name in CHAINS}
    by_merge: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        name = row["chain"]
        here = content.get(name, {}).get(row["seq"])
        if here is None or _hash_there(row, here) != row["there_hash"]:
            raise RecordDamaged(f"{name} row {row['seq']}: it isn't what its copy held as row {row['there_seq']}")
        before = row["there_previous_hash"]
        if before not in hashes[name] and before not in ends[name]:
            raise RecordDamaged(f"{name} row {row['seq']}: the row before it in its copy isn't here")
        by_merge[row["merge"]].append(row["there_hash"])
    _check_merges(connection, by_merge, {row["seq"] for row in rows if row["chain"] == "act"})


def _check_merges(connection: Connection, by_merge: Mapping[int, list[str]], carried: set[int]) -> None:
    # the act of a merge that was made in a copy speaks of that copy's origins
    own = {act.seq: act for act in acts.of_kind(connection, "merged") if act.seq not in carried}
    for seq in sorted({*own, *by_merge}):
        if seq not in own or own[seq].said["sha256"] != digest(by_merge.get(seq, [])):
            raise RecordDamaged(f"act row {seq}: what was merged with it was changed; both chains are intact")


def _ends(connection: Connection) -> dict[str, set[str]]:
    """The hashes behind which rows of a copy may stand: the beginning of the record, and that of each reader's copy."""
    handed = editions(connection)
    beginnings = {"event": {item.event_hash for item in handed}, "act": {item.act_hash for item in handed}}
    return {name: {chain.genesis(connection, table)} | beginnings[name] for name, table in CHAINS.items()}


def _hash_there(origin: Any, here: Mapping[str, Any]) -> str | None:  # noqa: ANN401 - a row of the table
    """The hash that a row had in its copy; None where what it held there can't be read."""
    mine = {name: origin[f"there_{name}"] for name in _THERE if name in here}
    try:
        other = json.loads(origin["there_fields"]) if origin["there_fields"] else {}
        return chain.seal({**here, **mine, **other})
    except (ValueError, TypeError):
        return None


def _all(connection: Connection, name: str) -> Iterable[Mapping[str, Any]]:
    return (dict(row) for row in connection.execute(select(CHAINS[name])).mappings())
