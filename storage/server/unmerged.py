"""Rows of copies that are on the server and not in the study yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from sqlalchemy import Connection, func, select

from storage.audit import reader_copies
from storage.database import study_schema as tables
from storage.record.study_file import open_study_file
from storage.server.board import Line


class Unmerged:
    """Counts them, again and again; what is merged already is read anew only where something was merged since."""

    def __init__(self, study: Path) -> None:
        self._study = study
        self._known: Mapping[str, int] = {}
        self._seen: tuple[int, ...] = ()

    def of(self, lines: Iterable[Line]) -> dict[str, int | None]:
        """Answers and acts of each copy, by its token; None of one that wasn't handed over from this study."""
        merged = self._merged()
        return {
            line.token: None if line.token not in merged else max(0, line.answers + line.acts - merged[line.token])
            for line in lines
        }

    def _merged(self) -> Mapping[str, int]:
        store, _ = open_study_file(self._study)
        try:
            with store.reading() as connection:
                numbers = (tables.origin.c.id, tables.act.c.seq)
                seen = tuple(connection.execute(select(func.max(number))).scalar_one() or 0 for number in numbers)
                if seen != self._seen:
                    self._known, self._seen = _counted(connection), seen
        finally:
            store.close()
        return self._known


def _counted(connection: Connection) -> Mapping[str, int]:
    """How many rows of each copy are here: from where it was handed over, along its own chains."""
    origin = tables.origin.c
    behind: dict[tuple[str, str], str] = {
        (row.chain, row.there_previous_hash): row.there_hash
        for row in connection.execute(select(origin.chain, origin.there_previous_hash, origin.there_hash))
    }
    return {
        edition.token: _length(behind, "event", edition.event_hash) + _length(behind, "act", edition.act_hash)
        for edition in reader_copies.editions(connection)
    }


def _length(behind: Mapping[tuple[str, str], str], chain: str, head: str) -> int:
    found = 0
    while (chain, head) in behind:
        head = behind[chain, head]
        found += 1
    return found
