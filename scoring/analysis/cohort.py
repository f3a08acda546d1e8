"""Exported totals joined with clinical data: one row an enrolment, columns as arrays. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring.agreement.change import sdc_of_change
from scoring.analysis.changes import change_between
from scoring.analysis.clinical_csv import Clinical, Enrolment
from scoring.analysis.errors import AnalysisRefused
from scoring.analysis.exported import ExportedReading, ExportedTotal, Pair, Unknown
from scoring.analysis.plan import FURTHER, OR, TOTALS, Plan
from scoring.analysis.studies import Key, Study
from scoring.comparison.compare import READINGS_AVERAGED

Vector = NDArray[np.float64]
Rows = NDArray[np.bool_]
NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Cohort:
    """Enrolments in the order of the clinical file, with their totals where there are some.

    `readings`: for each enrolment one in each study, None where it has none. `without_reading`: enrolments that no
    export has a reading of; `without_clinical`: subjects of the exports that the file lacks, left out of everything.
    `repeats`: readings that were done again, blind. `sdc`: by total, from the `pairs_again` of them that were pairs
    read again as pairs; absent without any. `further`: for each enrolment its totals by further schemes of the studies,
    which variables of the plan name as SCHEME:TOTAL.
    """

    plan: Plan
    readers: tuple[str, ...]
    totals: tuple[ExportedTotal, ...]
    clinical: Clinical
    readings: tuple[tuple[ExportedReading, ...], ...]
    without_clinical: tuple[str, ...]
    sdc: dict[str, float]
    repeats: int
    pairs_again: int
    further: tuple[Mapping[str, Pair], ...] = ()

    @property
    def enrolments(self) -> tuple[Enrolment, ...]:
        """Every row."""
        return self.clinical.enrolments

    @property
    def without_reading(self) -> tuple[str, ...]:
        """Enrolments that nobody read."""
        return tuple(row.name for row, found in zip(self.enrolments, self.readings, strict=True) if not found)

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups, as the plan orders them, else by name."""
        return self.plan.groups or tuple(sorted({item.group for item in self.enrolments}))

    @property
    def people(self) -> tuple[str, ...]:
        """Who each row is."""
        return tuple(item.person for item in self.enrolments)

    @property
    def first(self) -> Rows:
        """Which rows are the first enrolment of their person: the lowest number, then the first in the file."""
        order = sorted(range(len(self.enrolments)), key=lambda row: (_number(self.enrolments[row].enrolment), row))
        found = np.zeros(len(self.enrolments), dtype=np.bool_)
        seen: set[str] = set()
        for row in order:
            found[row] = self.enrolments[row].person not in seen
            seen.add(self.enrolments[row].person)
        return found

    def in_group(self, group: str) -> Rows:
        """Which rows are of that group."""
        return np.array([item.group == group for item in self.enrolments], dtype=np.bool_)

    def has(self, name: str) -> bool:
        """Whether a variable or a total is there."""
        if name in self.plan.variables:
            return name in self.clinical.variables or self._total_of(name) is not None
        return any(total.code == name for total in self.totals)

    def resolved(self, name: str) -> str | None:
        """Of "a or b" the first that is there; None without any."""
        return next((one for one in name.split(OR) if self.has(one)), None)

    def rows_of(self, names: Sequence[str]) -> Iterator[str]:
        """The rows of a table, "totals" told one by one."""
        for name in names:
            if name == TOTALS:
                yield from (total.code for total in self.totals if total.code not in names)
            else:
                yield name

    def label(self, name: str) -> str:
        """A variable's words; a total is called by its code."""
        return self.plan.variables[name].label if name in self.plan.variables else name

    def codes(self, name: str) -> tuple[str, ...]:
        """The codes of a category; none for a number."""
        return tuple(self.plan.variables[name].codes) if name in self.plan.variables else ()

    def at_visit(self, name: str, visit: int) -> Vector:
        """A variable or a total at visit 1 or 2; nan where missing."""
        code = self._total_of(name) if name in self.plan.variables else name
        if code is not None and FURTHER in code:
            return np.array([item.get(code, Unknown)[visit - 1] for item in self.further], dtype=np.float64)
        if code is None:
            return np.array([item.values.get(name, Unknown)[visit - 1] for item in self.enrolments], dtype=np.float64)
        return np.array(
            [
                next((reading.totals[code][visit - 1] for reading in found if code in reading.totals), np.nan)
                for found in self.readings
            ],
            dtype=np.float64,
        )

    def plain(self, name: str) -> Vector:
        """A variable without visits; nan where missing."""
        return self.at_visit(name, 1)

    def change(self, name: str) -> Vector:
        """A variable's or total's change; nan where missing."""
        return change_between(self.at_visit(name, 1), self.at_visit(name, 2))

    def _total_of(self, name: str) -> str | None:
        """The total that a variable is read from: where the plan says one and an export has it."""
        code = self.plan.variables[name].total
        there = {total.code for total in self.totals} | {one for item in self.further for one in item}
        return code if code in there else None


def joined(studies: Sequence[Study], clinical: Clinical, plan: Plan) -> Cohort:
    """The cohort of one or several studies.

    Raises:
        AnalysisRefused: no subject in common, an outlier that nobody is, a subject code
            that two studies have, or an enrolment that can't be told apart; the message names it.
    """
    _check_codes(studies, clinical)
    readings: list[tuple[ExportedReading, ...]] = []
    taken: list[set[Key]] = [set() for _ in studies]
    further: list[Mapping[str, Pair]] = []
    for row in clinical.enrolments:
        here = []
        beside: dict[str, Pair] = {}
        for number, study in enumerate(studies):
            key = _key(row, study, row.subjects[number if clinical.own_codes else 0], clinical)
            if key is not None:
                taken[number].add(key)
                here.extend([study.first[key]] if key in study.first else [])
                beside |= {name: values[key] for name, values in study.further.items() if key in values}
        _check_totals(row, here)
        readings.append(tuple(here))
        further.append(beside)
    if not any(taken):
        raise AnalysisRefused(
            "no subject_id of the clinical file is in the export: the codes of both have to be the same, such as "
            f"{min((key[0] for study in studies for key in study.first), default='S001')}"
        )
    _check_outliers(plan, clinical)
    totals = {total.code: total for study in studies for total in study.totals}
    sdc, pairs_again = _sdc(tuple(totals), studies)
    return Cohort(
        plan=plan,
        readers=tuple(dict.fromkeys(reader for study in studies for reader in study.readers)),
        totals=tuple(totals.values()),
        clinical=clinical,
        readings=tuple(readings),
        without_clinical=tuple(
            sorted(
                study.first[key].of.name
                for study, used in zip(studies, taken, strict=True)
                for key in study.first
                if key not in used
            )
        ),
        sdc=sdc,
        repeats=sum(item.cases for study in studies for item in study.again.values()),
        pairs_again=pairs_again,
        further=tuple(further),
    )


def _key(row: Enrolment, study: Study, subject: str, clinical: Clinical) -> Key | None:
    """Which reading of a study is this enrolment's."""
    there = study.enrolments(subject) if subject else ()
    if not there or row.enrolment in there:
        return (subject, row.enrolment) if there else None
    if there == ("",) and sum(subject in other.subjects for other in clinical.enrolments) == 1:
        return (subject, "")
    if len(there) == 1 and not row.enrolment:
        return (subject, there[0])
    if there == ("",):
        raise AnalysisRefused(
            f"row {row.row} of the clinical file is enrolment {row.enrolment!r} of {subject}, which stands in other "
            f"rows too, and {study.name} doesn't tell enrolments: give each enrolment its own subject_id"
        )
    if row.enrolment:
        return None
    raise AnalysisRefused(
        f"{study.name} has enrolments {', '.join(there)} of {subject}: say in a column enrolment of the clinical file "
        f"which of them row {row.row} is"
    )


def _check_codes(studies: Sequence[Study], clinical: Clinical) -> None:
    """One code in two studies is one person only where the file says so, in a column of each study."""
    if len(studies) == 1 or clinical.own_codes:
        return
    for number, study in enumerate(studies):
        for other in studies[number + 1 :]:
            both = sorted({code for code, _ in study.first} & {code for code, _ in other.first})
            if both:
                raise AnalysisRefused(
                    f"{', '.join(both[:NAMED])}{' ...' if len(both) > NAMED else ''}: in {study.name} and in "
                    f"{other.name}, which are two studies with codes of their own. Give the clinical file a column "
                    "subject_id_2 (and so on) with the code in the second study, empty where there is none"
                )


def _check_totals(row: Enrolment, readings: Sequence[ExportedReading]) -> None:
    seen: dict[str, str] = {}
    for reading in readings:
        for code in reading.totals:
            if code in seen:
                raise AnalysisRefused(
                    f"row {row.row} of the clinical file is {seen[code]} in one study, {reading.of.name} in another, "
                    f"and both have {code}: give each study's enrolment a row of its own, with one person_id"
                )
            seen[code] = reading.of.name


def _check_outliers(plan: Plan, clinical: Clinical) -> None:
    people = {item.person for item in clinical.enrolments}
    for person in plan.outliers:
        if person not in people:
            raise AnalysisRefused(
                f"outlier {person!a} is nobody of the clinical file: name people as person_id there does"
            )


def _number(enrolment: str) -> tuple[int, str]:
    return (int(enrolment), "") if enrolment.isdecimal() else (0, enrolment)


def _sdc(codes: Sequence[str], studies: Sequence[Study]) -> tuple[dict[str, float], int]:
    """The SDC of change of each total from first readings and repeats of pairs; how many those are."""
    found = {}
    again = [(study, key, item) for study in studies for key, item in study.again.items() if item.repeats_a_change]
    for code in codes:
        pairs = np.array(
            [[study.first[key].change(code), item.change(code)] for study, key, item in again if key in study.first]
        ).reshape(-1, 2)
        complete = pairs[np.all(np.isfinite(pairs), axis=1)]
        if len(complete) > 1:
            sdc = sdc_of_change(complete, readings_averaged=READINGS_AVERAGED, level=0.95).sdc.estimate
            if sdc is not None:
                found[code] = sdc
    return found, len(again)
