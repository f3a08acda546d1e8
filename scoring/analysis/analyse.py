"""The study's analysis: groups compared, direction of change, change against disease activity. Pure, exploratory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring.agreement.change import beyond
from scoring.agreement.estimates import checked_level
from scoring.analysis.changes import change_between
from scoring.analysis.cohort import Cohort
from scoring.analysis.correlating import Correlation, power_of_correlation, rank_correlation, sample_for_correlation
from scoring.analysis.disease_activity import Response, eular_response
from scoring.analysis.groups import Tested, counts_test, median_test
from scoring.analysis.regression import Regression, clustered_regression

Vector = NDArray[np.float64]

DAS28: Final = "DAS28-CRP"
EROSION: Final = "EROTOT"
PLANNED_R: Final = 0.4
PLANNED_POWER: Final = 0.8
PLANNED_ALPHA: Final = 0.05


@dataclass(frozen=True, slots=True)
class Summary:
    """Of one group: n, median and quartiles (SAS QNTLDEF=5), mean and SD; None where n is too small."""

    group: str
    n: int
    median: float | None
    q1: float | None
    q3: float | None
    mean: float | None
    sd: float | None


@dataclass(frozen=True, slots=True)
class Compared:
    """One measure by group with its test. `at`: V1, V2, CHANGE, or empty for what has no visit."""

    measure: str
    at: str
    groups: tuple[Summary, ...]
    test: Tested


@dataclass(frozen=True, slots=True)
class Counted:
    """Counts by group (rows) and category with their test; groups that have nobody are left out of the test."""

    measure: str
    categories: tuple[str, ...]
    groups: tuple[tuple[str, tuple[int, ...]], ...]
    test: Tested


@dataclass(frozen=True, slots=True)
class Correlated:
    """Change in DAS28-CRP with change of one total, in one group or in all (`group` is empty)."""

    measure: str
    group: str
    found: Correlation


@dataclass(frozen=True, slots=True)
class Adjusted:
    """Change in DAS28-CRP on change of one total and the covariates."""

    measure: str
    found: Regression


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything that is written. All of it is exploratory: no p-value is adjusted for their number."""

    level: float
    reader: str
    enrolments: int
    people: int
    in_two_groups: int
    pairs: int
    without_reading: tuple[str, ...]
    without_clinical: tuple[str, ...]
    sdc: dict[str, float]
    repeats: int
    baseline: tuple[Compared, ...]
    baseline_counts: tuple[Counted, ...]
    measures: tuple[Compared, ...]
    directions: tuple[Counted, ...]
    beyond_sdc: tuple[Counted, ...]
    response: Counted
    correlations: tuple[Correlated, ...]
    regressions: tuple[Adjusted, ...]
    sample_size: int
    power_here: float | None


def analyse(cohort: Cohort, *, level: float) -> Analysis:
    """Every table of the analysis.

    Raises:
        LevelRefused: the level isn't a share between 0 and 1.
    """
    checked_level(level)
    codes = [total.code for total in cohort.totals]
    activity = change_between(cohort.das28(1), cohort.das28(2))
    pairs = int(sum(bool(np.isfinite(cohort.change(codes[-1]))[row]) for row in range(len(cohort.enrolments))))
    correlations = tuple(_correlations(cohort, codes, activity, level))
    together = [item.found.n for item in correlations if not item.group]
    return Analysis(
        level=level,
        reader=cohort.reader,
        enrolments=len(cohort.enrolments),
        people=len(set(cohort.people)),
        in_two_groups=_in_two_groups(cohort),
        pairs=pairs,
        without_reading=cohort.without_reading,
        without_clinical=cohort.without_clinical,
        sdc=cohort.sdc,
        repeats=cohort.repeats,
        baseline=tuple(_compared(cohort, name, "", cohort.covariate(name)) for name in ("age", "duration_years")),
        baseline_counts=(
            _counted(cohort, "sex", ("F", "M"), _coded(cohort.covariate("female"))),
            _counted(cohort, "anti_ccp", ("POS", "NEG"), _coded(cohort.covariate("anti_ccp"))),
        ),
        measures=tuple(_measures(cohort, codes)),
        directions=tuple(
            _counted(cohort, code, ("DECREASED", "SAME", "INCREASED"), _signs(cohort.change(code))) for code in codes
        ),
        beyond_sdc=tuple(
            _counted(cohort, code, ("LESS", "WITHIN", "MORE"), _past(cohort.change(code), cohort.sdc[code]))
            for code in codes
            if code in cohort.sdc
        ),
        response=_counted(cohort, "EULAR response", tuple(Response), _responses(cohort)),
        correlations=correlations,
        regressions=tuple(Adjusted(code, _regression(cohort, code, activity, level)) for code in codes),
        sample_size=sample_for_correlation(PLANNED_R, power=PLANNED_POWER, alpha=PLANNED_ALPHA),
        power_here=_power(min(together, default=0)),
    )


def _measures(cohort: Cohort, codes: Sequence[str]) -> list[Compared]:
    found = []
    sources: list[tuple[str, Callable[[int], Vector]]] = [
        (DAS28, cohort.das28),
        *((code, lambda visit, code=code: cohort.at_visit(code, visit)) for code in codes),
    ]
    for name, at_visit in sources:
        found += [_compared(cohort, name, f"V{visit}", at_visit(visit)) for visit in (1, 2)]
        found.append(_compared(cohort, name, "CHANGE", change_between(at_visit(1), at_visit(2))))
    return found


def _compared(cohort: Cohort, measure: str, at: str, values: Vector) -> Compared:
    parts = {group: values[cohort.in_group(group) & np.isfinite(values)] for group in cohort.groups}
    summaries = tuple(_summary(group, part) for group, part in parts.items())
    return Compared(measure, at, summaries, median_test(list(parts.values())))


def _summary(group: str, values: Vector) -> Summary:
    if not values.size:
        return Summary(group, 0, None, None, None, None, None)
    q1, median, q3 = (float(q) for q in np.quantile(values, [0.25, 0.5, 0.75], method="averaged_inverted_cdf"))
    sd = float(values.std(ddof=1)) if values.size > 1 else None
    return Summary(group, int(values.size), median, q1, q3, float(values.mean()), sd)


def _counted(cohort: Cohort, measure: str, categories: Sequence[str], indexes: Sequence[int | None]) -> Counted:
    """`indexes`: for each row which category it is in, None where unknown."""
    rows = []
    for group in cohort.groups:
        mine = [index for index, inside in zip(indexes, cohort.in_group(group), strict=True) if inside]
        rows.append((group, tuple(mine.count(index) for index in range(len(categories)))))
    table = np.array([counts for _, counts in rows if sum(counts)], dtype=np.int64).reshape(-1, len(categories))
    return Counted(measure, tuple(str(item) for item in categories), tuple(rows), counts_test(table))


def _coded(values: Vector) -> list[int | None]:
    """1 is the first category, 0 the second."""
    return [None if not np.isfinite(value) else 1 - int(value) for value in values]


def _signs(change: Vector) -> list[int | None]:
    return [None if not np.isfinite(value) else int(np.sign(value)) + 1 for value in change]


def _past(change: Vector, sdc: float) -> list[int | None]:
    found: list[int | None] = []
    for value in change:
        past = beyond(np.array([value]), sdc)
        found.append(None if not np.isfinite(value) else 1 + past.increased - past.decreased)
    return found


def _responses(cohort: Cohort) -> list[int | None]:
    order = list(Response)
    return [
        order.index(eular_response(before, after)) if np.isfinite(before) and np.isfinite(after) else None
        for before, after in (item.das28 for item in cohort.enrolments)
    ]


def _correlations(cohort: Cohort, codes: Sequence[str], activity: Vector, level: float) -> list[Correlated]:
    found = []
    for code in codes:
        change = cohort.change(code)
        found.append(Correlated(code, "", rank_correlation(activity, change, level)))
        for group in cohort.groups:
            inside = cohort.in_group(group)
            found.append(Correlated(code, group, rank_correlation(activity[inside], change[inside], level)))
    return found


def _regression(cohort: Cohort, code: str, activity: Vector, level: float) -> Regression:
    names = ["age", "female", "duration_years", "anti_ccp"]
    columns = [cohort.change(code), *(cohort.covariate(name) for name in names)]
    told = [f"change in {code}", *names]
    if any(total.code == EROSION for total in cohort.totals):
        columns.append(cohort.at_visit(EROSION, 1))
        told.append(f"baseline {EROSION}")
    return clustered_regression(activity, np.column_stack(columns), told, cohort.people, level)


def _in_two_groups(cohort: Cohort) -> int:
    groups: dict[str, set[str]] = {}
    for item in cohort.enrolments:
        groups.setdefault(item.person, set()).add(item.group)
    return sum(len(found) > 1 for found in groups.values())


def _power(n: int) -> float | None:
    return power_of_correlation(n, PLANNED_R, PLANNED_ALPHA) if n > 3 else None  # noqa: PLR2004 - n - 3 is divided by
