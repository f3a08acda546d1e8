"""Totals of an exported, locked study, checked to be what the export wrote."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from scoring.analysis.changes import change_between
from scoring.analysis.errors import AnalysisRefused
from scoring.ordinary_file import content_of

PACKAGE: Final = "datapackage.json"
TOTALS: Final = "totals.csv"
IDENTITIES: Final = "identities.csv"
_NUMBER: Final = "PatientID"
_OURS: Final = "ramris"
_ENROLMENT: Final = ("enrolment", "enrolment_id")
_PRIMARY: Final = "PRIMARY"
_BOTH: Final = 2
Pair = tuple[float, float]
Unknown: Final[Pair] = (math.nan, math.nan)
# the status of a total at a visit that there isn't
NO_VISIT: Final = "NOT_APPLICABLE"


@dataclass(frozen=True, slots=True)
class ExportedTotal:
    """A total of the scheme and its highest possible value."""

    code: str
    maximum: float


@dataclass(frozen=True, slots=True)
class ReadingOf:
    """Whose, by whom, in which round. `enrolment` is empty where the export tells none."""

    subject: str
    enrolment: str
    reader: str
    round: int

    @property
    def name(self) -> str:
        """How its subject is called in a message."""
        return f"{self.subject}/{self.enrolment}" if self.enrolment else self.subject


@dataclass(frozen=True, slots=True)
class ExportedReading:
    """One reading's strict totals: code -> (baseline, follow-up), nan where missing.

    `primary`: the study is scored by it; None where the export doesn't say for what readings are.
    `statuses`: by total and visit, what the export says of each; empty where it says nothing.
    `cases`: how many it was read in; two, where each of its visits was read alone.
    """

    of: ReadingOf
    totals: Mapping[str, Pair]
    primary: bool | None = None
    statuses: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    cases: int = 1

    @property
    def repeats_a_change(self) -> bool:
        """Whether it is a pair that was read as a pair: scans that were read again alone, even both of a person, are
        repeats of scans, and of no change.
        """
        return self.cases == 1 and any(not math.isnan(self.change(code)) for code in self.totals)

    def change(self, code: str) -> float:
        """Follow-up minus baseline; nan when either is missing."""
        before, after = self.totals.get(code, Unknown)
        return float(change_between(before, after))


@dataclass(frozen=True, slots=True)
class Lock:
    """Since when the study is locked, and how many readings it was locked over: incomplete, and not signed."""

    at_utc: str
    incomplete: int
    unsigned: int


@dataclass(frozen=True, slots=True)
class FurtherTotal:
    """A total of a further scheme, called SCHEME:TOTAL, in the first readings that the study is scored by.

    `values`: by subject and enrolment, at the two visits.
    """

    name: str
    values: Mapping[tuple[str, str], Pair]


@dataclass(frozen=True, slots=True)
class Exported:
    """The readings of an export, and which state of which record they are.

    `study`: which study, the same in all its exports; empty in exports of versions that didn't say it.
    `patients`: patient's number -> subjects that have it; empty in an export without identities. `further`: totals of
    the study's further schemes, read of the same people and visits; `readings` and `totals` are of its own alone.
    """

    name: str
    study: str
    scheme: str
    scheme_sha256: str
    head: str
    lock: Lock
    totals: tuple[ExportedTotal, ...]
    readings: tuple[ExportedReading, ...]
    patients: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False)
    further: tuple[FurtherTotal, ...] = ()


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
    content = _as_written(folder, package, TOTALS)
    everything = list(csv.DictReader(io.StringIO(content, newline="")))
    own = facts.get("scheme", {}).get("id", "")
    rows = [row for row in everything if row.get("scheme_id", own) == own]
    if not all((row.get("visit_num") or "").isdecimal() for row in rows):
        raise AnalysisRefused(
            f"{folder.name}: the order of the visits is hidden in this export: export it with the order"
        )
    record = facts.get("record", {})
    scheme = facts.get("scheme", {})
    return Exported(
        name=folder.name,
        study=str(facts.get("study", "")),
        scheme=f"{scheme.get('id', '?')} {scheme.get('version', '?')}",
        scheme_sha256=str(scheme.get("sha256", "")),
        head=str(record.get("head_sha256", "")),
        lock=lock,
        totals=tuple({row["total"]: ExportedTotal(row["total"], float(row["total_max"])) for row in rows}.values()),
        readings=_readings(folder.name, rows),
        patients=_patients(folder, package),
        further=_further(folder.name, [row for row in everything if row.get("scheme_id", own) != own]),
    )


def _further(folder: str, rows: list[dict[str, str]]) -> tuple[FurtherTotal, ...]:
    """The totals of each further scheme; of what several readers read for the study, the first in their order."""
    by_scheme: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        by_scheme.setdefault(row["scheme_id"], []).append(row)
    found: dict[str, dict[tuple[str, str], Pair]] = {}
    for scheme, mine in by_scheme.items():
        for reading in _readings(folder, mine):
            if reading.of.round == 1 and reading.primary:
                for code, pair in reading.totals.items():
                    of = found.setdefault(f"{scheme}:{code}", {})
                    of.setdefault((reading.of.subject, reading.of.enrolment), pair)
    return tuple(FurtherTotal(name, values) for name, values in found.items())


def _lock(facts: Mapping[str, Any]) -> Lock | None:
    """What the package says of the lock; None when the study was open."""
    said = facts.get("locked")
    if not isinstance(said, dict):
        return None
    return Lock(str(said.get("at_utc", "")), int(said.get("incomplete", 0)), int(said.get("unsigned", 0)))


def _package(folder: Path) -> dict[str, Any]:
    message = f"{folder.name}: there is no {PACKAGE} of an export here: give the folder that `ramris export` wrote"
    try:
        found = json.loads(content_of(folder / PACKAGE))
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict) or not isinstance(found.get(_OURS), dict):
        raise AnalysisRefused(message)
    return found


def _patients(folder: Path, package: Mapping[str, Any]) -> Mapping[str, frozenset[str]]:
    """The patients' numbers of an export with identities."""
    if not any(item.get("path") == IDENTITIES for item in package.get("resources", ())):
        return {}
    found: dict[str, set[str]] = {}
    for row in csv.DictReader(io.StringIO(_as_written(folder, package, IDENTITIES), newline="")):
        if row["keyword"] == _NUMBER:
            found.setdefault(row["value"].strip(), set()).add(row["subject_id"])
    return {number: frozenset(subjects) for number, subjects in found.items()}


def _as_written(folder: Path, package: Mapping[str, Any], name: str) -> str:
    """The text of a table; refused when it isn't what the package says it is."""
    wanted = next((item.get("hash") for item in package.get("resources", ()) if item.get("path") == name), None)
    try:
        content = content_of(folder / name)
    except OSError:
        content = b""
    if wanted is None or f"sha256:{hashlib.sha256(content).hexdigest()}" != wanted:
        raise AnalysisRefused(f"{folder.name}: {name} isn't the file that was exported: export the study again")
    return content.decode("utf-8")


def _readings(folder: str, rows: list[dict[str, str]]) -> tuple[ExportedReading, ...]:
    """Every reading; two scans of one enrolment that were read apart are one.

    Visits are those of the enrolment, by time: of the second one of a person, the visits may be numbered 3 and 4.
    """
    found: dict[ReadingOf, dict[str, dict[int, float]]] = {}
    said: dict[tuple[ReadingOf, str], dict[int, str]] = {}
    visits: dict[tuple[str, str], set[int]] = {}
    primary: dict[ReadingOf, bool | None] = {}
    cases: dict[ReadingOf, set[str]] = {}
    for row in rows:
        enrolment = next((row[name] for name in _ENROLMENT if row.get(name)), "")
        of = ReadingOf(row["subject_id"], enrolment, row["reader_id"], int(row["round"]))
        visit, purpose = int(row["visit_num"]), row.get("read_purpose")
        primary[of] = purpose == _PRIMARY if purpose else None
        visits.setdefault((of.subject, of.enrolment), set()).add(visit)
        values = found.setdefault(of, {}).setdefault(row["total"], {})
        value = float(row["strict"]) if row["strict"] else math.nan
        if visit in values and not math.isnan(values[visit]) and not math.isnan(value) and values[visit] != value:
            raise AnalysisRefused(
                f"{folder}: {of.reader} read {of.name} twice as round {of.round}, visit {visit}, with two values of "
                f"{row['total']}: analyse one of them"
            )
        if math.isnan(values.get(visit, math.nan)):
            values[visit] = value
            if not math.isnan(value):
                cases.setdefault(of, set()).add(row.get("case_code") or "")
            said.setdefault((of, row["total"]), {})[visit] = row.get("strict_status") or ""
    positions = {key: _positions(folder, key[0], numbers) for key, numbers in visits.items()}
    return tuple(
        ExportedReading(
            of,
            {code: _pair(at, positions[of.subject, of.enrolment]) for code, at in totals.items()},
            primary[of],
            {code: _statuses(said[of, code], positions[of.subject, of.enrolment]) for code in totals},
            cases=max(1, len(cases.get(of, ()))),
        )
        for of, totals in sorted(found.items(), key=lambda item: (item[0].subject, item[0].enrolment, item[0].round))
    )


def _positions(folder: str, subject: str, numbers: set[int]) -> tuple[int, int]:
    """Which visit is baseline and which follow-up; a lone one that isn't visit 2 of its person is baseline."""
    if numbers <= {1, 2}:
        return (1, 2)
    if len(numbers) == 1:
        return (min(numbers), 0)
    if len(numbers) > _BOTH:
        raise AnalysisRefused(
            f"{folder}: {subject} has {len(numbers)} visits in one enrolment: the analysis needs enrolments of two"
        )
    return (min(numbers), max(numbers))


def _pair(at: Mapping[int, float], positions: tuple[int, int]) -> Pair:
    return (at.get(positions[0], math.nan), at.get(positions[1], math.nan))


def _statuses(at: Mapping[int, str], positions: tuple[int, int]) -> tuple[str, str]:
    return (at.get(positions[0], NO_VISIT), at.get(positions[1], NO_VISIT))
