"""Totals of an exported, locked study, checked to be what the export wrote."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from scoring.analysis.errors import AnalysisRefused

PACKAGE: Final = "datapackage.json"
TOTALS: Final = "totals.csv"
_OURS: Final = "ramris"
_VISITS: Final = ("1", "2")
Pair = tuple[float, float]


@dataclass(frozen=True, slots=True)
class ExportedTotal:
    """A total of the scheme and its highest possible value."""

    code: str
    maximum: float


@dataclass(frozen=True, slots=True)
class ExportedReading:
    """One reading's strict totals: code -> (baseline, follow-up), nan where missing."""

    subject: str
    reader: str
    round: int
    totals: Mapping[str, Pair]

    def change(self, code: str) -> float:
        """Follow-up minus baseline; nan when either is missing."""
        before, after = self.totals.get(code, (math.nan, math.nan))
        return after - before


@dataclass(frozen=True, slots=True)
class Lock:
    """Since when the study is locked, and how many readings it was locked over: incomplete, and not signed."""

    at_utc: str
    incomplete: int
    unsigned: int


@dataclass(frozen=True, slots=True)
class Exported:
    """The readings of an export, and which state of which record they are."""

    scheme: str
    scheme_sha256: str
    head: str
    lock: Lock
    totals: tuple[ExportedTotal, ...]
    readings: tuple[ExportedReading, ...]

    @property
    def readers(self) -> tuple[str, ...]:
        """Everybody who has readings."""
        return tuple(sorted({item.reader for item in self.readings}))

    def of(self, reader: str, round_number: int) -> dict[str, ExportedReading]:
        """Subject -> reading."""
        return {item.subject: item for item in self.readings if (item.reader, item.round) == (reader, round_number)}


def read_export(folder: Path) -> Exported:
    """The totals of the export in `folder`.

    Raises:
        AnalysisRefused: it is no export, the study wasn't locked when it was made, totals.csv was changed since, or the
            order of the visits is hidden in it.
    """
    package = _package(folder)
    facts = package[_OURS]
    lock = _lock(facts)
    if lock is None:
        raise AnalysisRefused(
            f"{folder.name}: the study wasn't locked when this was exported: figures seen before the last grade can "
            "sway it. `ramris study lock DIR`, export it again, and analyse that"
        )
    content = _as_written(folder, package)
    rows = list(csv.DictReader(io.StringIO(content, newline="")))
    if any(row.get("visit_num") not in _VISITS for row in rows):
        raise AnalysisRefused(
            f"{folder.name}: the order of the visits is hidden in this export: export it with the order"
        )
    record = facts.get("record", {})
    scheme = facts.get("scheme", {})
    return Exported(
        scheme=f"{scheme.get('id', '?')} {scheme.get('version', '?')}",
        scheme_sha256=str(scheme.get("sha256", "")),
        head=str(record.get("head_sha256", "")),
        lock=lock,
        totals=tuple({row["total"]: ExportedTotal(row["total"], float(row["total_max"])) for row in rows}.values()),
        readings=_readings(rows),
    )


def _lock(facts: Mapping[str, Any]) -> Lock | None:
    """What the package says of the lock; None when the study was open."""
    said = facts.get("locked")
    if not isinstance(said, dict):
        return None
    return Lock(str(said.get("at_utc", "")), int(said.get("incomplete", 0)), int(said.get("unsigned", 0)))


def _package(folder: Path) -> dict[str, Any]:
    message = f"{folder.name}: there is no {PACKAGE} of an export here: give the folder that `ramris export` wrote"
    try:
        found = json.loads((folder / PACKAGE).read_text("utf-8"))
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict) or not isinstance(found.get(_OURS), dict):
        raise AnalysisRefused(message)
    return found


def _as_written(folder: Path, package: Mapping[str, Any]) -> str:
    """The text of totals.csv; refused when it isn't what the package says it is."""
    wanted = next((item.get("hash") for item in package.get("resources", ()) if item.get("path") == TOTALS), None)
    try:
        content = (folder / TOTALS).read_bytes()
    except OSError:
        content = b""
    if wanted is None or f"sha256:{hashlib.sha256(content).hexdigest()}" != wanted:
        raise AnalysisRefused(f"{folder.name}: {TOTALS} isn't the file that was exported: export the study again")
    return content.decode("utf-8")


def _readings(rows: list[dict[str, str]]) -> tuple[ExportedReading, ...]:
    found: dict[tuple[str, str, int], dict[str, dict[str, float]]] = {}
    for row in rows:
        key = (row["subject_id"], row["reader_id"], int(row["round"]))
        value = float(row["strict"]) if row["strict"] else math.nan
        found.setdefault(key, {}).setdefault(row["total"], {})[row["visit_num"]] = value
    return tuple(
        ExportedReading(*key, {code: (at.get("1", math.nan), at.get("2", math.nan)) for code, at in totals.items()})
        for key, totals in sorted(found.items())
    )
