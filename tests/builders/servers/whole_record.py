"""All that a study's record holds, wherever it lies, to be compared with what it holds later."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from storage.database.server_tables import WRITTEN, server_metadata
from storage.files.record_url import written_address


def content(folder: Path) -> bytes:
    """study.db byte for byte; on a server the rows of each table."""
    address = written_address(folder)
    if address is None:
        return (folder / "study.db").read_bytes()
    from storage.database.server_store import ServerStore  # noqa: PLC0415 - where there is a server

    with closing(ServerStore(address)) as store, store.reading() as connection:
        # each transaction that writes leaves its name in that one
        tables = [name for name in sorted(server_metadata().tables) if name != WRITTEN]
        found = {name: connection.exec_driver_sql(f'SELECT * FROM "{name}"').all() for name in tables}  # noqa: S608 - ours
    return repr({name: sorted(map(repr, rows)) for name, rows in found.items()}).encode()
