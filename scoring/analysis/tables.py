"""Tables of an analysis: a variable or total by group with its test, a Total beside the groups. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring.analysis.cohort import Cohort, Rows, Vector
from scoring.analysis.groups import Tested, counts_test, median_test
from scoring.analysis.plan import TablePlan

DIRECTIONS: Final = ("DECREASED", "SAME", "INCREASED")


@dataclass(frozen=True, slots=True)
class Summary:
    """Of one group: n, how many are unknown, median, range and quartiles (SAS QNTLDEF=5), mean and SD.

    None where n is too small.
    """

    group: str
    n: int
    unknown: int
    median: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    q1: float | None = None
    q3: float | None = None
    mean: float | None = None
    sd: float | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """A number by group with its test. `at`: V1, V2, CHANGE, or empty for what has no visit."""

    measure: str
    label: str
    at: str
    groups: tuple[Summary, ...]
    total: Summary
    test: Tested


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of a group are in each category; `n` of them are known."""

    group: str
    n: int
    unknown: int
    counts: tuple[int, ...]

    @property
    def percent(self) -> tuple[float | None, ...]:
        """Of those known."""
        return tuple(100.0 * count / self.n if self.n else None for count in self.counts)


@dataclass(frozen=True, slots=True)
class Counted:
    """Counts by group and category with their test; groups that have nobody are left out of the test."""

    measure: str
    label: str
    at: str
    categories: tuple[str, ...]
    groups: tuple[Counts, ...]
    total: Counts
    test: Tested


Row = Compared | Counted
_RowsOf = Callable[[str, Rows], Sequence[Row]]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows over people (each by the first enrolment) or over enrolments; `n` by group and in all.

    `absent`: rows of the plan that neither the clinical file nor an export has.
    """

    people: bool
    n: tuple[tuple[str, int], ...]
    total: int
    rows: tuple[Row, ...]
    absent: tuple[str, ...]


def table_1(cohort: Cohort) -> Table:
    """What has no visit: people at the start."""
    plan = cohort.plan.table_1
    return _table(cohort, plan, lambda name, rows: [_row(cohort, name, "", cohort.plain(name), rows)])


def table_2(cohort: Cohort) -> Table:
    """What has two visits, at each of them and, for numbers, its change."""

    def rows_of(name: str, rows: Rows) -> list[Row]:
        found = [_row(cohort, name, f"V{visit}", cohort.at_visit(name, visit), rows) for visit in (1, 2)]
        if not cohort.codes(name):
            found.append(_row(cohort, name, "CHANGE", cohort.change(name), rows))
        return found

    return _table(cohort, cohort.plan.table_2, rows_of)


def table_3(cohort: Cohort) -> Table:
    """Direction of change."""

    def rows_of(name: str, rows: Rows) -> list[Row]:
        signs = np.sign(cohort.change(name)) + 1.0
        return [counted(cohort, name, "CHANGE", DIRECTIONS, signs, rows=rows)]

    return _table(cohort, cohort.plan.table_3, rows_of)


def counted(
    cohort: Cohort, name: str, at: str, categories: Sequence[str], positions: Vector, *, rows: Rows | None = None
) -> Counted:
    """Counts of categories. `positions`: which category each row is in, nan where unknown; `rows`: which ones count."""
    inside = np.ones(positions.size, dtype=np.bool_) if rows is None else rows
    groups = tuple(_counts(group, positions[cohort.in_group(group) & inside], categories) for group in cohort.groups)
    table = np.array([item.counts for item in groups], dtype=np.int64).reshape(-1, len(categories))
    total = _counts("", positions[inside], categories)
    return Counted(
        name, cohort.label(name), at, tuple(str(item) for item in categories), groups, total, counts_test(table)
    )


def _table(cohort: Cohort, plan: TablePlan, rows_of: _RowsOf) -> Table:
    rows = cohort.first if plan.people else np.ones(len(cohort.enrolments), dtype=np.bool_)
    names = list(cohort.rows_of(plan.rows))
    return Table(
        people=plan.people,
        n=tuple((group, int(np.sum(cohort.in_group(group) & rows))) for group in cohort.groups),
        total=int(rows.sum()),
        rows=tuple(row for name in names if cohort.has(name) for row in rows_of(name, rows)),
        absent=tuple(name for name in names if not cohort.has(name)),
    )


def _row(cohort: Cohort, name: str, at: str, values: Vector, rows: Rows) -> Row:
    codes = cohort.codes(name)
    return counted(cohort, name, at, codes, values, rows=rows) if codes else _compared(cohort, name, at, values, rows)


def _compared(cohort: Cohort, name: str, at: str, values: Vector, rows: Rows) -> Compared:
    parts = {group: values[cohort.in_group(group) & rows] for group in cohort.groups}
    summaries = tuple(_summary(group, part) for group, part in parts.items())
    test = median_test([part[np.isfinite(part)] for part in parts.values()])
    return Compared(name, cohort.label(name), at, summaries, _summary("", values[rows]), test)


def _summary(group: str, values: Vector) -> Summary:
    known = values[np.isfinite(values)]
    unknown = int(values.size - known.size)
    if not known.size:
        return Summary(group, 0, unknown)
    q1, median, q3 = (float(q) for q in np.quantile(known, [0.25, 0.5, 0.75], method="averaged_inverted_cdf"))
    return Summary(
        group=group,
        n=int(known.size),
        unknown=unknown,
        median=median,
        minimum=float(known.min()),
        maximum=float(known.max()),
        q1=q1,
        q3=q3,
        mean=float(known.mean()),
        sd=float(known.std(ddof=1)) if known.size > 1 else None,
    )


def _counts(group: str, positions: NDArray[np.float64], categories: Sequence[str]) -> Counts:
    known = positions[np.isfinite(positions)].astype(np.int64)
    counts = tuple(int(np.sum(known == position)) for position in range(len(categories)))
    return Counts(group, int(known.size), int(positions.size - known.size), counts)
