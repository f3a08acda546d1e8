"""Exports of one analysis, study by study: parts of one study are joined, and readings that clash are named. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from scoring.analysis.errors import AnalysisRefused
from scoring.analysis.exported import Exported, ExportedReading, ExportedTotal, Pair, ReadingOf

FIRST: Final = 1
REREAD: Final = 2
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Study:
    """One study: its totals, and the readings of the readers asked for by (subject, enrolment).

    patients: patient's number -> subjects, where an export has identities. further: totals of further schemes by
    SCHEME:TOTAL, of the same subjects and enrolments.
    """

    exports: tuple[str, ...]
    readers: tuple[str, ...]
    totals: tuple[ExportedTotal, ...]
    first: Mapping[Key, ExportedReading]
    again: Mapping[Key, ExportedReading]
    patients: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False)
    further: Mapping[str, Mapping[Key, Pair]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """How it is called in a message."""
        return " and ".join(self.exports)

    def enrolments(self, subject: str) -> tuple[str, ...]:
        """The enrolments that it has of a subject."""
        keys = dict.fromkeys([*self.first, *(key for values in self.further.values() for key in values)])
        return tuple(enrolment for code, enrolment in keys if code == subject)


def studies_of(exports: Sequence[Exported], readers: Sequence[str] = ()) -> tuple[Study, ...]:
    """The studies in the order of their first exports.

    Args:
        exports: parts of one study, or of several studies.
        readers: whose readings. Without any in a study, its primary readings, or those of its only reader.

    Raises:
        AnalysisRefused: several readers and none named, one named who is nowhere, two exports of one study that say
            two things of one reading, or two named readers who read the same first.
    """
    everybody = {item.of.reader for export in exports for item in export.readings}
    for reader in readers:
        if reader not in everybody:
            raise AnalysisRefused(
                f"reader {reader!a} isn't in the export: say whose readings, --reader {' or '.join(sorted(everybody))}"
            )
    together: dict[tuple[str, str], list[Exported]] = {}
    for export in exports:
        together.setdefault(("study", export.study) if export.study else ("head", export.head), []).append(export)
    return tuple(_study(parts, readers) for parts in together.values())


def _study(parts: Sequence[Exported], readers: Sequence[str]) -> Study:
    schemes = sorted({part.scheme_sha256 for part in parts})
    if len(schemes) > 1:
        raise AnalysisRefused(
            f"{' and '.join(part.name for part in parts)} are of one study and say two schemes: export both again"
        )
    readings = _joined(parts)
    chosen = _chosen(parts, readings.values(), readers)
    wanted = {reader for reader in chosen if reader in readers}
    taken = {of: reading for of, reading in readings.items() if of.reader in wanted or _stands(reading, chosen)}
    first = dict(_round(taken, FIRST))
    totals = {total.code: total for part in parts for total in part.totals}
    return Study(
        exports=tuple(part.name for part in parts),
        readers=chosen,
        totals=tuple(totals.values()),
        first=first,
        again={
            key: reading
            for key, reading in _round(taken, REREAD)
            if key in first and reading.of.reader == first[key].of.reader
        },
        patients={number: subjects for part in parts for number, subjects in part.patients.items()},
        further={total.name: total.values for part in parts for total in part.further},
    )


def _joined(parts: Sequence[Exported]) -> dict[ReadingOf, ExportedReading]:
    found: dict[ReadingOf, tuple[str, ExportedReading]] = {}
    for part in parts:
        for reading in part.readings:
            other, before = found.setdefault(reading.of, (part.name, reading))
            # compared as text, where nan is nan
            if repr(before.totals) != repr(reading.totals):
                raise AnalysisRefused(
                    f"{other} and {part.name} say two things of {reading.of.name}, read by {reading.of.reader} in "
                    f"round {reading.of.round}: one of them is older; export the study once more and give that alone"
                )
    return {of: reading for of, (_, reading) in found.items()}


def _chosen(
    parts: Sequence[Exported], readings: Collection[ExportedReading], readers: Sequence[str]
) -> tuple[str, ...]:
    """Whose readings count: those named, else whoever has primary ones, else the only reader."""
    here = sorted({reading.of.reader for reading in readings})
    named = tuple(reader for reader in readers if reader in here)
    if named:
        return named
    primary = tuple(sorted({reading.of.reader for reading in readings if reading.primary}))
    if not primary and len(here) > 1:
        raise AnalysisRefused(
            f"several readers are in the export {parts[0].name}: say whose readings, --reader {' or '.join(here)}"
        )
    return primary or tuple(here)


def _stands(reading: ExportedReading, chosen: Sequence[str]) -> bool:
    """Whether a reading counts where no reader was named: a first one that isn't for another purpose."""
    return reading.of.reader in chosen and (reading.of.round != FIRST or reading.primary is not False)


def _round(readings: Mapping[ReadingOf, ExportedReading], number: int) -> Iterator[tuple[Key, ExportedReading]]:
    """The readings of a round. Of first readings two readers of one enrolment are refused."""
    seen: dict[Key, str] = {}
    for of, reading in sorted(readings.items(), key=lambda item: (item[0].subject, item[0].enrolment, item[0].reader)):
        if of.round != number:
            continue
        other = seen.setdefault((of.subject, of.enrolment), of.reader)
        if other != of.reader and number == FIRST:
            raise AnalysisRefused(
                f"{of.name} was read by {other} and by {of.reader}: name one of them (--reader {other})"
            )
        yield (of.subject, of.enrolment), reading
