"""Imports as they were told: from which folders, what came, what was set aside and found. In the vault's log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import insert, select

from storage.clock import now, written
from storage.database.engine import Store
from storage.vault import schema as tables
from storage.vault.choices import About

# beside the answers of `choices` in one log; it decides nothing
CAME: Final = "came"
_WHAT: Final = About.IMPORT.of("scans")


@dataclass(frozen=True, slots=True)
class ImportTold:
    """One import. report: plain values, see `intake.importing.lasting_findings`; roots: the folders it looked into."""

    roots: tuple[str, ...]
    report: Mapping[str, Any]
    at_utc: str = ""


class Imports:
    """What came, in an open vault."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def tell(self, roots: Sequence[str], report: Mapping[str, Any]) -> None:
        """Write down what an import brought; its moment is now."""
        # a path may be no Unicode, and JSON holds such signs by their numbers
        value = {"roots": list(roots), "report": dict(report)}
        row = {"what": _WHAT, "answer": CAME, "value": value, "who": "", "why": "", "at_utc": written(now())}
        with self._store.writing() as connection:
            connection.execute(insert(tables.choice), [row])

    def log(self) -> tuple[ImportTold, ...]:
        """Everything, oldest first."""
        table = tables.choice
        query = select(table).where(table.c.what == _WHAT).order_by(table.c.number)
        with self._store.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(
            ImportTold(tuple(row["value"]["roots"]), row["value"]["report"], str(row["at_utc"])) for row in rows
        )
