"""Copies whose rows were changed by somebody who knows the program: all hashes are made anew, so each chain holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from storage.database.study_schema import TRIGGERS
from storage.record import chain


def reseal(folder: Path, edit: Callable[[sqlite3.Connection], object]) -> None:
    """Change study.db with its guards off, and make both chains anew."""
    with closing(sqlite3.connect(folder / "study.db")) as plain, plain:
        plain.row_factory = sqlite3.Row
        for name in TRIGGERS:
            plain.execute(f"DROP TRIGGER {name}")
        edit(plain)
        token = plain.execute("SELECT token FROM study").fetchone()[0]
        hashes = _sealed(plain, "event", token, {})
        _sealed(plain, "act", token, hashes)
        for trigger in TRIGGERS.values():
            plain.execute(trigger)


def _sealed(plain: sqlite3.Connection, table: str, token: str, events: dict[int, str]) -> dict[int, str]:
    previous = chain.first_hash(token, table)
    found = {0: chain.first_hash(token, "event")}
    for row in plain.execute(f"SELECT * FROM {table} ORDER BY seq").fetchall():  # noqa: S608 - our own names
        fields = dict(row) | {"previous_hash": previous}
        if table == "act":
            fields["event_hash"] = events[fields["after_event"]]
        previous = found[fields["seq"]] = chain.seal(fields)
        plain.execute(
            f"UPDATE {table} SET previous_hash = ?, hash = ? WHERE seq = ?",  # noqa: S608 - our own names
            (fields["previous_hash"], previous, row["seq"]),
        )
        if table == "act":
            plain.execute("UPDATE act SET event_hash = ? WHERE seq = ?", (fields["event_hash"], row["seq"]))
    plain.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = ?", (max(found, default=0), table))
    return found
