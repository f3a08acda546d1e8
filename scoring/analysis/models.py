"""Models of a plan: the change in one score on changes, group, covariates and baseline values. Pure.

Adjusted means are those of the model at the mean of every other term in its rows (a yes or no by its share).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.analysis.cohort import Cohort
from scoring.analysis.plan import OR, RegressionPlan
from scoring.analysis.regression import Coefficient, Fit, Matrix, NotFitted, Vector, clustered_regression, complete

ADJUSTED = "adjusted means at the mean of every other term in the rows of the model, errors as of its coefficients"
_GROUP = "group "


@dataclass(frozen=True, slots=True)
class Model:
    """One fitted model, or why it isn't. `means`: by group; `differences`: each group's mean minus the first one's."""

    id: str
    label: str
    outcome: str
    n: int
    people: int
    left_out: tuple[str, ...]
    reference: str | None
    coefficients: tuple[Coefficient, ...]
    means: tuple[Coefficient, ...]
    differences: tuple[Coefficient, ...]
    r_squared: float | None
    reason: str | None


def fitted(cohort: Cohort, plan: RegressionPlan, level: float) -> Model:
    """The model over the rows that have everything."""
    left_out = cohort.plan.outliers if plan.without_outliers else ()
    nothing = Model(plan.id, plan.label, plan.outcome, 0, 0, left_out, None, (), (), (), None, None)
    reason = _lacking(cohort, plan)
    if reason is not None:
        return _unfitted(nothing, NotFitted(0, 0, reason))
    kept = _kept(cohort, plan)
    outcome = np.where(kept, cohort.change(cohort.resolved(plan.outcome) or plan.outcome), np.nan)
    columns = list(_terms(cohort, plan))
    terms = _side_by_side(columns, outcome.size)
    groups = _groups_of(cohort, complete(outcome, terms)) if plan.group else []
    if plan.group and len(groups) == 1:
        rows = int(complete(outcome, terms).sum())
        people = len({who for who, row in zip(cohort.people, complete(outcome, terms), strict=True) if row})
        return _unfitted(nothing, NotFitted(rows, people, f"group: all complete rows are of {groups[0]}"))
    indicators = [(f"{_GROUP}{group}", cohort.in_group(group).astype(np.float64)) for group in groups[1:]]
    changes = len(plan.change)
    columns[changes:changes] = indicators
    names = [name for name, _ in columns]
    terms = _side_by_side(columns, outcome.size)
    found = clustered_regression(outcome, terms, names, cohort.people, level)
    if isinstance(found, NotFitted):
        return _unfitted(nothing, found)
    means, differences = _adjusted(found, terms[complete(outcome, terms)], names, groups)
    return Model(
        id=plan.id,
        label=plan.label,
        outcome=plan.outcome,
        n=found.n,
        people=found.people,
        left_out=left_out,
        reference=groups[0] if groups else None,
        coefficients=found.coefficients(),
        means=means,
        differences=differences,
        r_squared=found.r_squared,
        reason=None,
    )


def _side_by_side(columns: Sequence[tuple[str, Vector]], rows: int) -> Matrix:
    return np.column_stack([np.empty((rows, 0)), *(column for _, column in columns)])


def _unfitted(nothing: Model, why: NotFitted) -> Model:
    return Model(
        nothing.id,
        nothing.label,
        nothing.outcome,
        why.n,
        why.people,
        nothing.left_out,
        None,
        (),
        (),
        (),
        None,
        why.reason,
    )


def _lacking(cohort: Cohort, plan: RegressionPlan) -> str | None:
    if plan.without_outliers and not cohort.plan.outliers:
        return "nobody is named as an outlier: --outlier PERSON, or outliers in the plan"
    for name in (plan.outcome, *plan.change, *plan.adjusted_for, *plan.baseline):
        if cohort.resolved(name) is None:
            where = "in the export" if name.isupper() else "in the clinical file"
            both = " nor ".join(name.split(OR))
            return f"{name} isn't {where}" if both == name else f"neither {both} is {where}"
    return None


def _kept(cohort: Cohort, plan: RegressionPlan) -> NDArray[np.bool_]:
    kept = np.array([not plan.without_outliers or who not in cohort.plan.outliers for who in cohort.people])
    return kept & cohort.first if plan.first_only else kept


def _terms(cohort: Cohort, plan: RegressionPlan) -> Iterator[tuple[str, Vector]]:
    """Every term but the group: its name and its column."""
    for name in plan.change:
        found = cohort.resolved(name) or name
        yield f"change in {found}", cohort.change(found)
    for name in plan.adjusted_for:
        found = cohort.resolved(name) or name
        codes, values = cohort.codes(found), cohort.plain(found)
        if not codes:
            yield found, values
        for position, code in enumerate(codes[:-1]):
            # the last code is what the others are compared with
            yield f"{found} {code}", np.where(np.isfinite(values), values == position, np.nan)
    for name in plan.baseline:
        found = cohort.resolved(name) or name
        yield f"baseline {found}", cohort.at_visit(found, 1)


def _groups_of(cohort: Cohort, rows: NDArray[np.bool_]) -> list[str]:
    """The groups that have somebody in these rows; all of them where nobody is left."""
    here = [group for group in cohort.groups if np.any(cohort.in_group(group) & rows)]
    return here or list(cohort.groups)


def _adjusted(
    fit: Fit, terms: Matrix, names: Sequence[str], groups: Sequence[str]
) -> tuple[tuple[Coefficient, ...], tuple[Coefficient, ...]]:
    at_mean = np.concatenate([[1.0], terms.mean(axis=0)])
    for position, name in enumerate(names, 1):
        if name.startswith(_GROUP):
            at_mean[position] = 0.0
    weights = []
    for group in groups:
        mine = at_mean.copy()
        if f"{_GROUP}{group}" in names:
            mine[1 + names.index(f"{_GROUP}{group}")] = 1.0
        weights.append(mine)
    means = tuple(fit.combined(group, row) for group, row in zip(groups, weights, strict=True))
    differences = tuple(
        fit.combined(f"{group} minus {groups[0]}", row - weights[0])
        for group, row in zip(groups[1:], weights[1:], strict=True)
    )
    return means, differences
