"""The analysis in plain lines for a terminal, each p with its method."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from scoring.agreement.words import WHY
from scoring.analysis.analyse import DAS28, Analysis, Compared, Correlated, Counted
from scoring.analysis.correlating import SPEARMAN
from scoring.analysis.groups import Tested
from scoring.analysis.regression import METHOD

EXPLORATORY: Final = "Exploratory: no p is adjusted for how many there are; a small p is a question, not an answer"


def as_text(found: Analysis) -> str:
    """All of it, ending in a newline."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Analysis) -> Iterator[str]:
    yield f"Analysis of the first readings of {found.reader}. {EXPLORATORY}."
    yield (
        f"{found.people} people, {found.enrolments} enrolments ({found.in_two_groups} people in two groups), "
        f"{found.enrolments - len(found.without_reading)} of them read, {found.pairs} with the last total twice"
    )
    if found.without_reading:
        yield f"Without a reading in the export: {', '.join(found.without_reading)}"
    if found.without_clinical:
        yield f"Warning: in the export and not in the clinical file, left out: {', '.join(found.without_clinical)}"
    yield from (_compared(item) for item in (*found.baseline, *found.measures))
    yield from (
        _counted(item) for item in (*found.baseline_counts, *found.directions, *found.beyond_sdc, found.response)
    )
    yield f"Change in {DAS28} with change of each total ({SPEARMAN}):"
    yield from (_correlated(item) for item in found.correlations)
    yield f"Change in {DAS28} on each total's change, adjusted ({METHOD}):"
    for fit in found.regressions:
        if fit.found.reason is not None:
            yield f"  {fit.measure}: not fitted, {fit.found.reason}"
            continue
        term = fit.found.coefficients[1]
        yield (
            f"  {fit.measure} (n = {fit.found.n}, {fit.found.people} people): {term.estimate:.4f} "
            f"({100.0 * found.level:g} % CI {term.low:.4f} to {term.high:.4f}), {_p(term.p)}"
        )
    yield f"A correlation of 0.4 is found with 80 % power at two-sided 5 % in {found.sample_size} pairs"


def _compared(item: Compared) -> str:
    at = f" {item.at}" if item.at else ""
    groups = "; ".join(
        f"{group.group} n = {group.n}"
        + ("" if group.median is None else f", {group.median:.2f} ({group.q1:.2f} to {group.q3:.2f})")
        for group in item.groups
    )
    return f"{item.measure}{at}, median (quartiles): {groups}; {_tested(item.test)}"


def _counted(item: Counted) -> str:
    groups = "; ".join(
        f"{group} " + ", ".join(f"{count} {name}" for name, count in zip(item.categories, counts, strict=True))
        for group, counts in item.groups
    )
    return f"{item.measure}: {groups}; {_tested(item.test)}"


def _correlated(item: Correlated) -> str:
    rho = item.found.rho
    head = f"  {item.measure}, {item.group or 'all'} (n = {item.found.n}): "
    if rho.estimate is None:
        return f"{head}not calculable ({WHY[rho.reason] if rho.reason else 'unknown'})"
    limits = "" if rho.low is None or rho.high is None else f" ({rho.low:.3f} to {rho.high:.3f})"
    return f"{head}rho {rho.estimate:.3f}{limits}, {_p(item.found.p)}"


def _tested(test: Tested) -> str:
    if test.p is None:
        return f"not tested ({test.reason})"
    return f"{_p(test.p)}, {test.method}"


def _p(p: float | None) -> str:
    if p is None:
        return "p not calculable"
    return "p < 0.0001" if p < 0.0001 else f"p = {p:.4f}"  # noqa: PLR2004 - four decimals are shown
