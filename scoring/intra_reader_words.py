"""Intra-reader agreement in plain lines for a terminal: a block for each total, a line for each feature."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from scoring.agreement.estimates import Estimate
from scoring.agreement.words import WHY
from scoring.intra_reader import At, FeatureAgreement, IntraReader, TotalAgreement

# One reading with its shift counted, one reading without, and what papers print as "ICC (average)"
FORMS: Final = ("ICC(2,1)", "ICC(3,1)", "ICC(3,k)")
AT: Final = {At.BASELINE: "baseline", At.FOLLOW_UP: "follow-up", At.CHANGE: "change"}


def as_text(found: IntraReader) -> str:
    """All totals and features, ending in a newline; the rest of the figures is in `as_json`."""
    level = f"{100.0 * found.level:g} %"
    cases = f"{found.pairs} case{'' if found.pairs == 1 else 's'} read twice"
    lines = [f"Intra-reader agreement of {found.reader}: {cases}, k = 2 (first, repeat), level {level}"]
    lines += [f"Warning: {warning}" for warning in found.warnings]
    for item in found.totals:
        lines += _total_lines(item, level)
    lines.append("Single sites, all of a feature together; interval of kappa by resampling whole cases:")
    lines += [_feature_line(item, level) for item in found.features]
    return "\n".join(lines) + "\n"


def _total_lines(item: TotalAgreement, level: str) -> Iterator[str]:
    table, error = item.table, item.table.error
    yield f"{item.total.code} {AT[item.at]}: n = {table.n}, k = 2, {table.dropped} left out as incomplete"
    for icc in table.icc:
        if icc.form.name in FORMS:
            unit = "average of 2" if icc.form.average else "single reading"
            definition = f"{icc.form.model}, {icc.form.definition}, {unit}"
            yield f"  {icc.form.name} {definition}: {_estimate(icc.value, level)}"
    if item.sdc is None:
        yield f"  SDD, 1.96 SD(d), of two single status scores: {_estimate(error.sdd, level)}"
    else:
        yield f"  SDC, 1.96 SD(d)/sqrt2, of one change read as a pair: {_estimate(item.sdc.sdc, level)}"
    limits = table.differences
    bias = _estimate(limits.bias, level)
    low, high = limits.lower_limit.estimate, limits.upper_limit.estimate
    between = "" if low is None or high is None else f"; limits of agreement {low:.3f} to {high:.3f}"
    yield f"  Bias, repeat minus first: {bias}{between}"


def _feature_line(item: FeatureAgreement, level: str) -> str:
    head = f"  {item.feature} {AT[item.at]}: {item.sites} sites, {item.dropped} left out"
    exact, close = item.shares.exact, item.shares.close
    if exact is None or close is None:
        return f"{head}; nothing graded both times"
    shares = f"exact {100.0 * exact:.1f} %, within 1 {100.0 * close:.1f} %"
    return f"{head}; {shares}; kappa, quadratic {_estimate(item.kappa.value, level)}"


def _estimate(value: Estimate, level: str) -> str:
    why = "" if value.reason is None else WHY[value.reason]
    if value.estimate is None:
        return f"not calculable ({why})"
    if value.low is None or value.high is None:
        return f"{value.estimate:.3f} (no interval: {why})"
    return f"{value.estimate:.3f} ({level} CI {value.low:.3f} to {value.high:.3f})"
