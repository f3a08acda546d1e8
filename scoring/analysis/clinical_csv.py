"""Clinical data from CLINICAL.csv: one row an enrolment, nothing guessed. A mistake is named with row and column.

Columns: `subject_id` as in the export; `person_id` where people are enrolled twice (left out, each row is a person);
`group`; `age` in years; `sex` F or M; `duration_years`; `anti_ccp` POS or NEG; and disease activity at both visits:
`das28crp_v1`, `das28crp_v2`, or the components `tjc28_v1`, `sjc28_v1`, `crp_mg_l_v1`, `global_mm_v1` and so `_v2`.
An empty cell is missing. Other columns are left alone.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scoring.agreement.scale import NUMBER
from scoring.analysis.disease_activity import das28
from scoring.analysis.errors import AnalysisRefused

DIRECT: Final = ("das28crp_v1", "das28crp_v2")
COMPONENTS: Final = ("tjc28", "sjc28", "crp_mg_l", "global_mm")
NEEDED: Final = ("subject_id", "group", "age", "sex", "duration_years", "anti_ccp")
# lowest and highest that can be; a number outside is a slip or another unit
RANGES: Final[Mapping[str, tuple[float, float]]] = {
    "age": (0.0, 120.0),
    "duration_years": (0.0, 100.0),
    "das28crp": (0.9, 10.0),
    "tjc28": (0.0, 28.0),
    "sjc28": (0.0, 28.0),
    "crp_mg_l": (0.0, 1000.0),
    "global_mm": (0.0, 100.0),
}
_SEX: Final = {"F": 1.0, "M": 0.0}
_ANTI_CCP: Final = {"POS": 1.0, "NEG": 0.0}
SHOWN: Final = 24


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One row. Numbers are nan where missing; `female` and `anti_ccp` are 1 or 0; das28 is (baseline, follow-up)."""

    subject: str
    person: str
    group: str
    age: float
    female: float
    duration_years: float
    anti_ccp: float
    das28: tuple[float, float]


def read_clinical(path: Path) -> tuple[Enrolment, ...]:
    """Every enrolment of the file, in its order.

    Raises:
        AnalysisRefused: the file can't be read, a column is missing or double, a cell is no such value, a subject
            stands there twice; the message names file, row and column and what is allowed.
    """
    try:
        return _enrolments(_rows(path))
    except AnalysisRefused as refused:
        message = f"{path.name}: {refused}"
    raise AnalysisRefused(message)


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except UnicodeDecodeError as error:
        message = f"byte {error.start + 1} is not UTF-8: save the table as CSV in UTF-8"
    except OSError as error:
        message = f"can't be read: {error.strerror or 'unknown fault'}"
    except csv.Error as error:
        message = f"this is no CSV ({error}): save the table as CSV with commas, in UTF-8"
    else:
        return _named(rows)
    raise AnalysisRefused(message)


def _named(rows: Sequence[Sequence[str]]) -> list[dict[str, str]]:
    if not rows:
        raise AnalysisRefused("the file is empty: give a heading and one row for each enrolment")
    heading = [cell.strip().lower() for cell in rows[0]]
    doubled = sorted({name for name in heading if heading.count(name) > 1})
    if doubled:
        raise AnalysisRefused(f"row 1: column {doubled[0]!r} stands there twice: give each column a name of its own")
    components = [f"{name}_v{visit}" for visit in (1, 2) for name in COMPONENTS]
    activity = DIRECT if DIRECT[0] in heading or DIRECT[1] in heading else tuple(components)
    lacking = [name for name in (*NEEDED, *activity) if name not in heading]
    if lacking:
        raise AnalysisRefused(
            f"row 1: column {', '.join(lacking)} is missing: needed are {', '.join(NEEDED)} and {', '.join(DIRECT)} "
            f"(or the components {', '.join(COMPONENTS)}, each _v1 and _v2)"
        )
    found = []
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(heading):
            raise AnalysisRefused(f"row {number} has {len(row)} cells where the heading has {len(heading)}")
        cells = {name: cell.strip() for name, cell in zip(heading, row, strict=True)}
        found.append({**cells, "": str(number)})
    if not found:
        raise AnalysisRefused("there is a heading but no row: give one row for each enrolment")
    return found


def _enrolments(rows: Sequence[Mapping[str, str]]) -> tuple[Enrolment, ...]:
    found: dict[str, Enrolment] = {}
    for row in rows:
        item = _enrolment(row)
        if item.subject in found:
            raise AnalysisRefused(
                f"row {row['']}: subject_id {item.subject!r} stands there twice: give each enrolment one row "
                "(a person in two groups has two subject_id and one person_id)"
            )
        found[item.subject] = item
    return tuple(found.values())


def _enrolment(row: Mapping[str, str]) -> Enrolment:
    return Enrolment(
        subject=_word(row, "subject_id"),
        person=row.get("person_id") or _word(row, "subject_id"),
        group=_word(row, "group"),
        age=_number(row, "age"),
        female=_code(row, "sex", _SEX),
        duration_years=_number(row, "duration_years"),
        anti_ccp=_code(row, "anti_ccp", _ANTI_CCP),
        das28=(_activity(row, 1), _activity(row, 2)),
    )


def _activity(row: Mapping[str, str], visit: int) -> float:
    if DIRECT[0] in row:
        return _number(row, f"das28crp_v{visit}")
    given = {name: _number(row, f"{name}_v{visit}") for name in COMPONENTS}
    if given["tjc28"] % 1 or given["sjc28"] % 1:
        raise AnalysisRefused(f"row {row['']}: tjc28_v{visit} and sjc28_v{visit} are counts: give whole numbers")
    return das28("das28crp", given)


def _word(row: Mapping[str, str], column: str) -> str:
    if not row[column]:
        raise AnalysisRefused(f"row {row['']}, column {column}: it is empty: each enrolment needs one")
    return row[column]


def _number(row: Mapping[str, str], column: str) -> float:
    cell = row[column]
    if not cell:
        return math.nan
    low, high = RANGES[column.removesuffix("_v1").removesuffix("_v2")]
    if NUMBER.fullmatch(cell) is None:
        raise AnalysisRefused(
            f"row {row['']}, column {column}: {_shown(cell)} is not a number: write digits with a decimal point, "
            "or leave the cell empty"
        )
    if not low <= float(cell) <= high:
        raise AnalysisRefused(
            f"row {row['']}, column {column}: {_shown(cell)} can't be: {low:g} to {high:g} is allowed, mind the unit"
        )
    return float(cell)


def _code(row: Mapping[str, str], column: str, codes: Mapping[str, float]) -> float:
    cell = row[column].upper()
    if not cell:
        return math.nan
    if cell not in codes:
        raise AnalysisRefused(
            f"row {row['']}, column {column}: {_shown(cell)} is none of {', '.join(codes)}, or empty if not known"
        )
    return codes[cell]


def _shown(cell: str) -> str:
    return repr(cell if len(cell) <= SHOWN else cell[:SHOWN] + "...")
