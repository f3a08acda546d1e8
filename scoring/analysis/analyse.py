"""The study's analysis: tables of people and of change, correlations, models. Pure, exploratory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from scoring.agreement.change import beyond
from scoring.agreement.estimates import checked_level
from scoring.analysis.cohort import Cohort, Vector
from scoring.analysis.correlating import Correlation, power_of_correlation, rank_correlation, sample_for_correlation
from scoring.analysis.disease_activity import Response, eular_response
from scoring.analysis.models import Model, fitted
from scoring.analysis.tables import Counted, Table, counted, table_1, table_2, table_3

PLANNED_R: Final = 0.4
PLANNED_POWER: Final = 0.8
PLANNED_ALPHA: Final = 0.05


@dataclass(frozen=True, slots=True)
class Correlated:
    """Change in `change_in` with change of one measure, in one group or in all (`group` is empty)."""

    measure: str
    label: str
    group: str
    found: Correlation


@dataclass(frozen=True, slots=True)
class Entry:
    """The entry criterion as a flag: enrolments below it at visit 1, and those of which it isn't known."""

    of: str
    label: str
    at_least: float
    met: int
    below: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """How many of whom."""

    people: int
    enrolments: int
    in_two_groups: int
    read: int
    read_at_baseline: int
    pairs: int
    without_reading: tuple[str, ...]
    without_clinical: tuple[str, ...]
    unused_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything that is written. All of it is exploratory: no p-value is adjusted for their number.

    `change_in`: the label of what correlations are with. What the plan leaves out, or the data lack, is None.
    """

    level: float
    readers: tuple[str, ...]
    flow: Flow
    sdc: dict[str, float]
    repeats: int
    pairs_again: int
    table_1: Table
    table_2: Table
    table_3: Table
    beyond_sdc: tuple[Counted, ...]
    response: Counted | None
    entry: Entry | None
    change_in: str
    correlations: tuple[Correlated, ...]
    not_correlated: tuple[str, ...]
    models: tuple[Model, ...]
    sample_size: int
    power_here: float | None


def analyse(cohort: Cohort, *, level: float) -> Analysis:
    """Every table of the plan.

    Raises:
        LevelRefused: the level isn't a share between 0 and 1.
    """
    checked_level(level)
    plan = cohort.plan
    correlations = tuple(_correlations(cohort, level))
    together = [item.found.n for item in correlations if not item.group]
    return Analysis(
        level=level,
        readers=cohort.readers,
        flow=_flow(cohort),
        sdc=cohort.sdc,
        repeats=cohort.repeats,
        pairs_again=cohort.pairs_again,
        table_1=table_1(cohort),
        table_2=table_2(cohort),
        table_3=table_3(cohort),
        beyond_sdc=tuple(
            counted(cohort, code, "CHANGE", ("LESS", "WITHIN", "MORE"), _past(cohort.change(code), sdc))
            for code, sdc in cohort.sdc.items()
        ),
        response=_response(cohort),
        entry=_entry(cohort),
        change_in=cohort.label(plan.change_in),
        correlations=correlations,
        not_correlated=tuple(name for name in (plan.change_in, *cohort.rows_of(plan.table_4)) if not cohort.has(name)),
        models=tuple(fitted(cohort, item, level) for item in plan.regressions),
        sample_size=sample_for_correlation(PLANNED_R, power=PLANNED_POWER, alpha=PLANNED_ALPHA),
        power_here=_power(min(together, default=0)),
    )


def _flow(cohort: Cohort) -> Flow:
    groups: dict[str, set[str]] = {}
    for item in cohort.enrolments:
        groups.setdefault(item.person, set()).add(item.group)
    codes = [total.code for total in cohort.totals]
    known = [np.column_stack([np.isfinite(cohort.at_visit(code, visit)) for code in codes]) for visit in (1, 2)]
    return Flow(
        people=len(groups),
        enrolments=len(cohort.enrolments),
        in_two_groups=sum(len(found) > 1 for found in groups.values()),
        read=sum(bool(found) for found in cohort.readings),
        read_at_baseline=int(np.sum(known[0].any(axis=1))),
        pairs=int(np.sum((known[0] & known[1]).any(axis=1))),
        without_reading=cohort.without_reading,
        without_clinical=cohort.without_clinical,
        unused_columns=cohort.clinical.unused,
    )


def _past(change: Vector, sdc: float) -> Vector:
    found = np.full(change.size, np.nan)
    for row, value in enumerate(change):
        if np.isfinite(value):
            past = beyond(np.array([value]), sdc)
            found[row] = 1 + past.increased - past.decreased
    return found


def _response(cohort: Cohort) -> Counted | None:
    of = cohort.plan.response
    if of is None or not cohort.has(of):
        return None
    order = list(Response)
    positions = [
        order.index(eular_response(before, after)) if np.isfinite(before) and np.isfinite(after) else np.nan
        for before, after in zip(cohort.at_visit(of, 1), cohort.at_visit(of, 2), strict=True)
    ]
    return counted(cohort, of, "CHANGE", tuple(Response), np.array(positions, dtype=np.float64))


def _entry(cohort: Cohort) -> Entry | None:
    criterion = cohort.plan.entry
    if criterion is None or not cohort.has(criterion.of):
        return None
    values = cohort.at_visit(criterion.of, 1)
    named = [item.name for item in cohort.enrolments]
    return Entry(
        of=criterion.of,
        label=cohort.label(criterion.of),
        at_least=criterion.at_least,
        met=int(np.sum(values >= criterion.at_least)),
        below=tuple(name for name, value in zip(named, values, strict=True) if value < criterion.at_least),
        unknown=tuple(name for name, value in zip(named, values, strict=True) if not np.isfinite(value)),
    )


def _correlations(cohort: Cohort, level: float) -> list[Correlated]:
    if not cohort.has(cohort.plan.change_in):
        return []
    found, activity = [], cohort.change(cohort.plan.change_in)
    for name in cohort.rows_of(cohort.plan.table_4):
        if not cohort.has(name):
            continue
        change, label = cohort.change(name), cohort.label(name)
        found.append(Correlated(name, label, "", rank_correlation(activity, change, level)))
        for group in cohort.groups:
            inside = cohort.in_group(group)
            found.append(Correlated(name, label, group, rank_correlation(activity[inside], change[inside], level)))
    return found


def _power(n: int) -> float | None:
    return power_of_correlation(n, PLANNED_R, PLANNED_ALPHA) if n > 3 else None  # noqa: PLR2004 - n - 3 is divided by
