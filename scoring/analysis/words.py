"""The analysis in plain lines for a terminal, each p with its method."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from scoring.agreement.words import WHY
from scoring.analysis.analyse import Analysis, Correlated, Entry, Flow
from scoring.analysis.correlating import SPEARMAN
from scoring.analysis.groups import CHI_SQUARE, FISHER, MEDIAN, Tested
from scoring.analysis.models import ADJUSTED, Model
from scoring.analysis.plan import Plan
from scoring.analysis.regression import METHOD, Coefficient
from scoring.analysis.tables import Compared, Counted, Counts, Row, Summary, Table

EXPLORATORY: Final = "Exploratory: no p is adjusted for how many there are; a small p is a question, not an answer"
SCANS_AGAIN: Final = (
    "Read again without a change: {count} (scans alone, or nothing at one of the visits). No SDC of change comes from "
    "them; `ramris agreement` gives the error of scans"
)
_AT: Final = {"": "", "V1": ", visit 1", "V2": ", visit 2", "CHANGE": ", change"}


def as_text(found: Analysis, plan: Plan) -> str:
    """All of it, ending in a newline."""
    return "\n".join(_lines(found, plan)) + "\n"


def _lines(found: Analysis, plan: Plan) -> Iterator[str]:
    yield f"{plan.title}: first readings of {', '.join(found.readers)}. {EXPLORATORY}."
    yield from _flow(found.flow)
    if found.entry is not None:
        yield from _entry(found.entry)
    for number, words, table in (
        (1, "at the start", found.table_1),
        (2, "at visits 1 and 2, and change", found.table_2),
        (3, "direction of change", found.table_3),
    ):
        yield from _table(f"Table {number}, {words}", table)
    if found.repeats > found.pairs_again:
        yield SCANS_AGAIN.format(count=found.repeats - found.pairs_again)
    if found.beyond_sdc:
        yield f"Change beyond the smallest detectable change, from {found.pairs_again} pairs read again, blind"
    yield from (_row(item) for item in found.beyond_sdc)
    if found.response is not None:
        yield "EULAR response"
        yield _row(found.response)
    yield f"Table 4, Spearman's rho of change in {found.change_in} with change of each measure"
    yield from (_correlated(item) for item in found.correlations)
    if found.not_correlated:
        yield f"  not in the data: {', '.join(found.not_correlated)}"
    if found.models:
        yield "Models"
    for model in found.models:
        yield from _model(model, found.level)
    yield "Methods"
    yield from (f"  {method}" for method in (MEDIAN, CHI_SQUARE, FISHER, SPEARMAN, METHOD, ADJUSTED))
    yield f"A correlation of 0.4 is found with 80 % power at two-sided 5 % in {found.sample_size} pairs"


def _flow(flow: Flow) -> Iterator[str]:
    yield (
        f"{flow.people} people, {flow.enrolments} enrolments ({flow.in_two_groups} people in two groups); "
        f"{flow.read} enrolments read, {flow.read_at_baseline} with a total at visit 1, {flow.pairs} with one at both"
    )
    if flow.without_reading:
        yield f"Without a reading in the export: {', '.join(flow.without_reading)}"
    if flow.without_clinical:
        yield f"Warning: in the export and not in the clinical file, left out: {', '.join(flow.without_clinical)}"
    if flow.unused_columns:
        yield f"Columns of the clinical file that the plan doesn't use: {', '.join(flow.unused_columns)}"


def _entry(entry: Entry) -> Iterator[str]:
    yield (
        f"Entry criterion, {entry.label} of at least {entry.at_least:g} at visit 1: met by {entry.met}; below: "
        f"{', '.join(entry.below) or 'nobody'}; not known: {', '.join(entry.unknown) or 'nobody'}. Nobody is left out"
    )


def _table(words: str, table: Table) -> Iterator[str]:
    groups = ", ".join(f"{group} {n}" for group, n in table.n)
    counted = "people, each by the first enrolment" if table.people else "enrolments"
    yield f"{words}: {table.total} {counted} ({groups})"
    yield from (_row(item) for item in table.rows)
    if table.absent:
        yield f"  not in the data: {', '.join(table.absent)}"


def _row(item: Row) -> str:
    shown = _summaries(item) if isinstance(item, Compared) else _counted(item)
    return f"  {item.label}{_AT[item.at]}{shown}; {_tested(item.test)}"


def _summaries(item: Compared) -> str:
    groups = "; ".join(f"{group.group} {_summary(group)}" for group in item.groups)
    return f", median (range): {groups}; all {_summary(item.total)}"


def _summary(group: Summary) -> str:
    if group.median is None:
        return "n = 0"
    return f"n = {group.n}, {group.median:.2f} ({group.minimum:.2f} to {group.maximum:.2f})"


def _counted(item: Counted) -> str:
    groups = "; ".join(f"{group.group} {_counts(group, item.categories)}" for group in item.groups)
    return f": {groups}; all {_counts(item.total, item.categories)}"


def _counts(group: Counts, categories: tuple[str, ...]) -> str:
    return ", ".join(
        f"{count} {name}" + ("" if share is None else f" ({share:.0f} %)")
        for count, share, name in zip(group.counts, group.percent, categories, strict=True)
    )


def _correlated(item: Correlated) -> str:
    rho = item.found.rho
    head = f"  {item.label}, {item.group or 'all'} (n = {item.found.n}): "
    if rho.estimate is None:
        return f"{head}not calculable ({WHY[rho.reason] if rho.reason else 'unknown'})"
    limits = "" if rho.low is None or rho.high is None else f" ({rho.low:.3f} to {rho.high:.3f})"
    return f"{head}rho {rho.estimate:.3f}{limits}, {_p(item.found.p)}"


def _model(model: Model, level: float) -> Iterator[str]:
    without = f" without {', '.join(model.left_out)}" if model.left_out else ""
    head = f"  {model.label}{without} (n = {model.n}, {model.people} people)"
    if model.reason is not None:
        yield f"{head}: not fitted: {model.reason}"
        return
    yield f"{head}:"
    interval = f"{100.0 * level:g} % CI"
    yield from (f"    {_term(item, interval)}" for item in model.coefficients)
    yield from (f"    adjusted mean, {_term(item, interval)}" for item in model.means)
    yield from (f"    difference, {_term(item, interval)}" for item in model.differences)


def _term(item: Coefficient, interval: str) -> str:
    return f"{item.name}: {item.estimate:.4f} ({interval} {item.low:.4f} to {item.high:.4f}), {_p(item.p)}"


def _tested(test: Tested) -> str:
    if test.p is None:
        return f"not tested ({test.reason})"
    return f"{_p(test.p)} ({test.method.split(' (')[0]})"


def _p(p: float | None) -> str:
    if p is None:
        return "p not calculable"
    return "p < 0.0001" if p < 0.0001 else f"p = {p:.4f}"  # noqa: PLR2004 - four decimals are shown
