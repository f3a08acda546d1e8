"""Exported totals joined with clinical data: one row an enrolment, columns as arrays. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.agreement.change import sdc_of_change
from scoring.analysis.changes import change_between
from scoring.analysis.clinical_csv import Enrolment
from scoring.analysis.errors import AnalysisRefused
from scoring.analysis.exported import Exported, ExportedReading, ExportedTotal
from scoring.comparison.compare import READINGS_AVERAGED

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Cohort:
    """Enrolments in the order of the clinical file, with the reader's totals where there are some.

    `without_reading`: enrolments that the export has no reading of; `without_clinical`: subjects of the export that
    the file lacks, left out of everything. `sdc`: by total, from `repeats` blind repeats; absent without any.
    """

    reader: str
    totals: tuple[ExportedTotal, ...]
    enrolments: tuple[Enrolment, ...]
    readings: tuple[ExportedReading | None, ...]
    without_reading: tuple[str, ...]
    without_clinical: tuple[str, ...]
    sdc: dict[str, float]
    repeats: int

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups, by name."""
        return tuple(sorted({item.group for item in self.enrolments}))

    @property
    def people(self) -> tuple[str, ...]:
        """Who each row is."""
        return tuple(item.person for item in self.enrolments)

    def in_group(self, group: str) -> NDArray[np.bool_]:
        """Which rows are of that group."""
        return np.array([item.group == group for item in self.enrolments], dtype=np.bool_)

    def at_visit(self, code: str, visit: int) -> Vector:
        """A total at visit 1 or 2; nan where missing."""
        nothing = (np.nan, np.nan)
        return np.array(
            [nothing[0] if item is None else item.totals.get(code, nothing)[visit - 1] for item in self.readings]
        )

    def change(self, code: str) -> Vector:
        """A total's change; nan where missing."""
        return change_between(self.at_visit(code, 1), self.at_visit(code, 2))

    def das28(self, visit: int) -> Vector:
        """DAS28-CRP at visit 1 or 2."""
        return np.array([item.das28[visit - 1] for item in self.enrolments])

    def covariate(self, name: str) -> Vector:
        """`age`, `female`, `duration_years` or `anti_ccp` of each row."""
        return np.array([float(getattr(item, name)) for item in self.enrolments])


def joined(exported: Exported, enrolments: Sequence[Enrolment], reader: str | None) -> Cohort:
    """The cohort of one reader's first readings; None is the only reader there is.

    Raises:
        AnalysisRefused: several readers and none named, no such reader, or no subject in common.
    """
    named = _the_reader(exported, reader)
    first, again = exported.of(named, 1), exported.of(named, 2)
    known = {item.subject for item in enrolments}
    if not known & set(first):
        raise AnalysisRefused(
            "no subject_id of the clinical file is in the export: the codes of both have to be the same, such as "
            f"{min(first, default='S001')}"
        )
    sdc, repeats = _sdc(exported.totals, first, again)
    return Cohort(
        reader=named,
        totals=exported.totals,
        enrolments=tuple(enrolments),
        readings=tuple(first.get(item.subject) for item in enrolments),
        without_reading=tuple(item.subject for item in enrolments if item.subject not in first),
        without_clinical=tuple(sorted(set(first) - known)),
        sdc=sdc,
        repeats=repeats,
    )


def _the_reader(exported: Exported, reader: str | None) -> str:
    readers = exported.readers
    if reader is None and len(readers) == 1:
        return readers[0]
    if reader not in readers or reader is None:
        told = f"reader {reader!a} isn't in the export" if reader is not None else "several readers are in the export"
        raise AnalysisRefused(f"{told}: say whose readings, --reader {' or '.join(readers)}")
    return reader


def _sdc(
    totals: Sequence[ExportedTotal], first: dict[str, ExportedReading], again: dict[str, ExportedReading]
) -> tuple[dict[str, float], int]:
    """The SDC of change of each total from first readings and repeats."""
    found = {}
    for total in totals:
        pairs = np.array(
            [[first[name].change(total.code), item.change(total.code)] for name, item in again.items() if name in first]
        )
        complete = pairs.reshape(-1, 2)[np.all(np.isfinite(pairs.reshape(-1, 2)), axis=1)]
        if len(complete) > 1:
            sdc = sdc_of_change(complete, readings_averaged=READINGS_AVERAGED, level=0.95).sdc.estimate
            if sdc is not None:
                found[total.code] = sdc
    return found, len(again)
