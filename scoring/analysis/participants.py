"""Participants on their way from people to the pairs that are analysed, and why each enrolment was left out. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from scoring.analysis.cohort import Cohort, Rows
from scoring.analysis.exported import NO_VISIT, ExportedReading

# In this order: what explains a missing total best comes first.
_WHY: Final = {
    "EXCLUDED": "excluded",
    NO_VISIT: "no scan at this visit",
    "NOT_DONE": "not read to the end",
    "NOT_EVALUABLE": "no total can be scored",
}
_UNTOLD: Final = "no total in the export"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """So many enrolments, for one reason."""

    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Stage:
    """Enrolments that came so far, in each group, and who didn't."""

    title: str
    count: int
    by_group: tuple[tuple[str, int], ...]
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Participants:
    """The whole way. `repeats`: readings that were done again, blind."""

    people: int
    in_two_groups: int
    enrolled: Stage
    read: Stage
    scored: tuple[Stage, Stage]
    pairs: Stage
    analysed: Stage
    repeats: int


def outcome_of(cohort: Cohort) -> str:
    """The total whose change is the outcome: that of the plan's first model, else the last of the exports."""
    for model in cohort.plan.regressions:
        name = cohort.resolved(model.outcome)
        if name is not None:
            return name
    return cohort.totals[-1].code


def participants_of(cohort: Cohort) -> Participants:
    """How many there were at each stage.

    An enrolment is scored at a visit when any total is known there, and a pair when the same total is known at both. It
    is analysed when the change of the outcome and of what the plan relates it to are known.
    """
    everybody = np.ones(len(cohort.enrolments), dtype=np.bool_)
    read = np.array([bool(found) for found in cohort.readings], dtype=np.bool_)
    known = [
        np.column_stack([np.isfinite(cohort.at_visit(total.code, visit)) for total in cohort.totals])
        for visit in (1, 2)
    ]
    scored = [at.any(axis=1) for at in known]
    pairs = np.asarray((known[0] & known[1]).any(axis=1))
    outcome, activity = outcome_of(cohort), cohort.plan.change_in
    parts = (outcome, activity) if cohort.has(activity) else (outcome,)
    analysed = pairs & np.all([np.isfinite(cohort.change(name)) for name in parts], axis=0)
    stage = _stages(cohort)
    groups: dict[str, set[str]] = {}
    for item in cohort.enrolments:
        groups.setdefault(item.person, set()).add(item.group)

    def lacks(row: int) -> str:
        return next(
            f"change in {cohort.label(name)} not known" for name in parts if not np.isfinite(cohort.change(name)[row])
        )

    return Participants(
        people=len(groups),
        in_two_groups=sum(len(found) > 1 for found in groups.values()),
        enrolled=stage("Enrolments", everybody),
        read=stage("Enrolments read", read, everybody, lambda _: "no reading in the export"),
        scored=(
            stage("Scans scored at visit 1", scored[0], read, lambda row: _why(cohort.readings[row], 0)),
            stage("Scans scored at visit 2", scored[1], read, lambda row: _why(cohort.readings[row], 1)),
        ),
        pairs=stage("Pairs: scored at both visits", pairs, scored[0] & scored[1], lambda _: "no total in common"),
        analysed=stage(f"Change in {' and '.join(map(cohort.label, parts))} known", analysed, pairs, lacks),
        repeats=cohort.repeats,
    )


def _stages(cohort: Cohort) -> Callable[..., Stage]:
    def stage(title: str, rows: Rows, before: Rows | None = None, why: Callable[[int], str] | None = None) -> Stage:
        gone = [] if before is None or why is None else [why(int(row)) for row in np.nonzero(before & ~rows)[0]]
        by_group = tuple((group, int((rows & cohort.in_group(group)).sum())) for group in cohort.groups)
        reasons = sorted(Counter(gone).items(), key=lambda item: (-item[1], item[0]))
        return Stage(title, int(rows.sum()), by_group, tuple(LeftOut(*item) for item in reasons))

    return stage


def _why(readings: Sequence[ExportedReading], visit: int) -> str:
    """The reason that explains best why no total is known at a visit."""
    said = {status[visit] for reading in readings for status in reading.statuses.values()}
    return next((words for status, words in _WHY.items() if status in said), _UNTOLD)
