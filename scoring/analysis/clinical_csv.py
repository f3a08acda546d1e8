"""Clinical data of a plan's variables: one row an enrolment, nothing guessed. A mistake is named with row and column.

Which columns there are, and what may stand in them, the plan says. `subject_id` is the code in the export, or the
patient's number where the export has identities; the first study's where there are several (`subject_id_2` and so on
are the others'); `person_id` is who it is where a person has
several codes; `enrolment` where a code has several enrolments; `group`. An empty cell is missing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from scoring.agreement.scale import NUMBER
from scoring.analysis.clinical_rows import ClinicalRow, ClinicalTable, read_rows
from scoring.analysis.disease_activity import FORMS, das28
from scoring.analysis.errors import AnalysisRefused
from scoring.analysis.plan import KEYS, Plan, Variable

SHOWN: Final = 24
VISITS: Final = (1, 2)
Pair = tuple[float, float]

Numbers = Mapping[str, frozenset[str]]
"""Patient's number -> the subjects of a study that have it."""

NO_NUMBERS: Final[Numbers] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One row. `subjects`: its code in each study of the analysis, empty where it isn't in one.

    `values`: variable -> one number, or (visit 1, visit 2); nan where missing. A category is the position of its code.
    """

    row: int
    subjects: tuple[str, ...]
    person: str
    enrolment: str
    group: str
    values: Mapping[str, Pair]

    @property
    def name(self) -> str:
        """How it is called in a message."""
        code = next(code for code in self.subjects if code)
        return f"{code}/{self.enrolment}" if self.enrolment else code


@dataclass(frozen=True, slots=True)
class Clinical:
    """The file's enrolments; `variables` are those that it has, `unused` its columns that the plan doesn't name.

    `own_codes`: it has a column of codes for each study, not one for all.
    """

    enrolments: tuple[Enrolment, ...]
    own_codes: bool
    variables: frozenset[str]
    unused: tuple[str, ...]

    def people_named(self, names: Sequence[str], studies: Sequence[Numbers]) -> tuple[str, ...]:
        """People as they were typed: a `person_id`, or a patient's number; `studies` as `read_clinical` takes them."""
        people = {item.person for item in self.enrolments}
        codes = {
            number: next(iter(found)) for numbers in studies for number, found in numbers.items() if len(found) == 1
        }
        return tuple(name if name in people else codes.get(name, name) for name in names)


def read_clinical(path: Path, plan: Plan, *, studies: Sequence[Numbers] = (NO_NUMBERS,)) -> Clinical:
    """Every enrolment of the file, in its order; `studies`: of each that is analysed, the patients' numbers.

    Raises:
        AnalysisRefused: the file can't be read, a column is missing or double, a cell is no such value, an enrolment
            stands there twice; the message names file, row and column and what is allowed.
    """
    try:
        return _clinical(read_rows(path), plan, studies)
    except AnalysisRefused as refused:
        message = f"{path.name}: {refused}"
    raise AnalysisRefused(message)


def _clinical(table: ClinicalTable, plan: Plan, studies: Sequence[Numbers]) -> Clinical:
    codes = ["subject_id", *(f"subject_id_{number}" for number in range(2, len(studies) + 1))]
    for name in ("subject_id", "group"):
        if name not in table.columns:
            raise AnalysisRefused(
                f"row 1: column {name} is missing: needed are subject_id and group, the names of the columns in the "
                "first row"
            )
    columns = {variable.id: _columns(table, variable) for variable in plan.variables.values()}
    cells = _Cells(table, plan, columns)
    enrolments: dict[tuple[str, ...], Enrolment] = {}
    for row in table.rows:
        item = _enrolment(row, dict(zip(codes, studies, strict=True)), cells, plan)
        for number, code in enumerate(item.subjects):
            key = (str(number), code, item.enrolment)
            if code and key in enrolments:
                raise AnalysisRefused(
                    f"row {row.number}: {codes[number]} {code!r}"
                    + (f" with enrolment {item.enrolment!r}" if item.enrolment else "")
                    + f" stands in row {enrolments[key].row} too: give each enrolment one row (a person who is "
                    "enrolled twice has two subject_id and one person_id, or one subject_id and enrolment 1 and 2)"
                )
            if code:
                enrolments[key] = item
    found = tuple({id(item): item for item in enrolments.values()}.values())
    _check_people(found, plan)
    used = {column for pair in columns.values() for column in pair} | {*KEYS, *codes}
    return Clinical(
        enrolments=found,
        own_codes=any(name in table.columns for name in codes[1:]),
        variables=frozenset(variable.id for variable in plan.variables.values() if cells.has(variable)),
        unused=tuple(column for column in table.columns if column not in used),
    )


def _columns(table: ClinicalTable, variable: Variable) -> tuple[str, ...]:
    """The columns of a variable that the file has: none, one, or one of each visit."""
    for name in variable.columns:
        wanted = [f"{name}_v{visit}" for visit in VISITS] if variable.visits else [name]
        lacking = [column for column in wanted if column not in table.columns]
        if not lacking:
            return tuple(wanted)
        if len(lacking) < len(wanted):
            raise AnalysisRefused(f"row 1: column {lacking[0]} is missing beside {name}: give both visits, or neither")
    return ()


def _enrolment(row: ClinicalRow, codes: Mapping[str, Numbers], cells: _Cells, plan: Plan) -> Enrolment:
    subjects = tuple(_subject(row, name, numbers) for name, numbers in codes.items())
    if not any(subjects):
        raise AnalysisRefused(f"row {row.number}, column {' or '.join(codes)}: it is empty: each enrolment needs one")
    group = row.cells["group"]
    if not group:
        raise AnalysisRefused(f"row {row.number}, column group: it is empty: each enrolment needs one")
    if plan.groups and group not in plan.groups:
        raise AnalysisRefused(
            f"row {row.number}, column group: {_shown(group)} is none of the plan's groups: {', '.join(plan.groups)}"
        )
    return Enrolment(
        row=row.number,
        subjects=subjects,
        person=row.cells.get("person_id") or next(code for code in subjects if code),
        enrolment=row.cells.get("enrolment", ""),
        group=group,
        values=dict(cells.values(row)),
    )


def _subject(row: ClinicalRow, column: str, numbers: Numbers) -> str:
    """The code of a subject: as it stands there, or of the patient with that number."""
    cell = row.cells.get(column, "")
    found = sorted(numbers.get(cell, ()))
    if len(found) > 1:
        raise AnalysisRefused(
            f"row {row.number}, column {column}: the patient's number is of {' and '.join(found)}: give one code"
        )
    return found[0] if found else cell


class _Cells:
    """Values of a row, cell by cell; a file has one decimal sign."""

    def __init__(self, table: ClinicalTable, plan: Plan, columns: Mapping[str, tuple[str, ...]]) -> None:
        self._plan, self._columns = plan, columns
        numbers = [name for v in plan.variables.values() if not v.category for name in columns[v.id]]
        self._comma = any("," in row.cells[name] for row in table.rows for name in numbers)

    def has(self, variable: Variable) -> bool:
        """Whether the file has it, or what it is computed of."""
        if self._columns[variable.id]:
            return True
        return bool(variable.formula) and all(self._columns[name] for name in FORMS[variable.formula].components)

    def values(self, row: ClinicalRow) -> Iterator[tuple[str, Pair]]:
        """Every variable that the file has."""
        read: dict[str, Pair] = {}
        for variable in self._plan.variables.values():
            columns = self._columns[variable.id]
            if columns:
                one: Callable[[ClinicalRow, str, Variable], float] = self._code if variable.category else self._number
                found = [one(row, column, variable) for column in columns]
                read[variable.id] = (found[0], found[-1])
        yield from read.items()
        for variable in self._plan.variables.values():
            if not self._columns[variable.id] and self.has(variable):
                parts = FORMS[variable.formula].components
                first, second = (_computed(row, variable, {n: read[n][at] for n in parts}) for at in (0, 1))
                yield variable.id, (first, second)

    def _number(self, row: ClinicalRow, column: str, variable: Variable) -> float:
        cell = row.cells[column]
        if not cell:
            return math.nan
        where = f"row {row.number}, column {column}: {_shown(cell)}"
        if self._comma and "." in cell:
            raise AnalysisRefused(
                f"{where} has a decimal point, and other numbers a decimal comma: use one in the file"
            )
        plain = cell.replace(",", ".") if self._comma else cell
        if NUMBER.fullmatch(plain) is None:
            raise AnalysisRefused(
                f"{where} is not a number: write digits with one decimal sign, or leave the cell empty"
            )
        value = float(plain)
        low = -math.inf if variable.lowest is None else variable.lowest
        high = math.inf if variable.highest is None else variable.highest
        if not (low <= value <= high and math.isfinite(value)):
            raise AnalysisRefused(f"{where} can't be: {low:g} to {high:g} is allowed, mind the unit")
        if variable.whole and value != int(value):
            raise AnalysisRefused(f"{where} can't be: it is a count, give a whole number")
        return value

    def _code(self, row: ClinicalRow, column: str, variable: Variable) -> float:
        cell = row.cells[column].upper()
        if not cell:
            return math.nan
        for position, (code, others) in enumerate(variable.codes.items()):
            if cell == code or cell in others:
                return float(position)
        raise AnalysisRefused(
            f"row {row.number}, column {column}: {_shown(row.cells[column])} is none of {', '.join(variable.codes)}, "
            "or empty if not known"
        )


def _computed(row: ClinicalRow, variable: Variable, given: Mapping[str, float]) -> float:
    try:
        return das28(variable.formula, given)
    except AnalysisRefused as refused:
        message = f"row {row.number}: {refused}"
    raise AnalysisRefused(message)


def _check_people(enrolments: Sequence[Enrolment], plan: Plan) -> None:
    """Refuse two values of one person in what can't change."""
    fixed = [variable.id for variable in plan.variables.values() if variable.one_for_a_person]
    seen: dict[tuple[str, str], Enrolment] = {}
    for item in enrolments:
        for name in fixed:
            value = item.values.get(name, (math.nan, math.nan))
            if math.isnan(value[0]):
                continue
            before = seen.setdefault((item.person, name), item)
            if before.values[name][0] != value[0]:
                raise AnalysisRefused(
                    f"rows {before.row} and {item.row} are one person, {item.person!r}, with two values of {name}: "
                    "correct person_id or the cell"
                )


def _shown(cell: str) -> str:
    return repr(cell if len(cell) <= SHOWN else cell[:SHOWN] + "...")
