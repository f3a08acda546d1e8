"""Compared readings in plain lines for a terminal: a block for each total, a line for each feature."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from scoring.agreement.bootstrap import Bootstrap
from scoring.agreement.estimates import Estimate
from scoring.agreement.measurement_error import percent_of_maximum
from scoring.agreement.words import WHY
from scoring.comparison.compare import Agreements, FeatureAgreement, TotalAgreement
from scoring.comparison.grades import At
from scoring.comparison.responding import TotalResponse

# One reading with its shift counted, one reading without, and what papers print as "ICC (average)"
FORMS: Final = ("ICC(2,1)", "ICC(3,1)", "ICC(3,k)")
AT: Final = {At.BASELINE: "baseline", At.FOLLOW_UP: "follow-up", At.CHANGE: "change", At.SCAN: "scan"}


def agreement_lines(found: Agreements, level: float, difference: str) -> Iterator[str]:
    """All totals and features; `difference` names what is subtracted, such as "repeat minus first"."""
    said = f"{100.0 * level:g} %"
    for item in found.totals:
        yield from _total_lines(item, said, difference)
    yield "Single sites, all of a feature together; interval of kappa by resampling whole cases:"
    for feature in found.features:
        yield _feature_line(feature, said)


def response_lines(found: tuple[TotalResponse, ...]) -> Iterator[str]:
    """Change of all first readings, a line for each total."""
    if found:
        yield "Change in all first readings (SRM: mean change over its SD; beyond: more than the SDC of one change):"
    for item in found:
        response = item.response
        srm = f"not calculable ({WHY[response.reason]})" if response.reason else f"{response.srm:.3f}"
        past = ""
        if item.beyond is not None and item.sdc is not None and item.beyond.share is not None:
            past = (
                f"; beyond SDC {item.sdc:.2f} (n = {item.sdc_n}): {item.beyond.decreased} less, "
                f"{item.beyond.increased} more, {100.0 * item.beyond.share:.1f} %"
            )
        moved = f"{item.decreased} decreased, {item.same} same, {item.increased} increased"
        yield f"  {item.total.code}: n = {response.n}, {item.dropped} left out; SRM {srm}; {moved}{past}"


def _total_lines(item: TotalAgreement, level: str, difference: str) -> Iterator[str]:
    table, error, k = item.table, item.table.error, item.table.k
    yield f"{item.total.code} {AT[item.at]}: n = {table.n}, k = {k}, {table.dropped} left out as incomplete"
    for icc in table.icc:
        if icc.form.name in FORMS:
            unit = f"average of {k}" if icc.form.average else "single reading"
            definition = f"{icc.form.model}, {icc.form.definition}, {unit}"
            drawn = _drawn(table.bootstrap, icc.form.name)
            yield f"  {icc.form.name} {definition}: {_estimate(icc.value, level)}{drawn}"
    if item.sdc is None:
        share = _percent(error.sdd, float(item.total.maximum))
        yield f"  SDD, 1.96 SD(d), of two single status scores: {_estimate(error.sdd, level)}{share}"
    else:
        share = _percent(item.sdc.sdc, float(item.total.maximum))
        yield f"  SDC, 1.96 SD(d)/sqrt2, of one change read as a pair: {_estimate(item.sdc.sdc, level)}{share}"
    if k == 2:  # noqa: PLR2004 - a pair
        limits = table.differences
        low, high = limits.lower_limit.estimate, limits.upper_limit.estimate
        between = "" if low is None or high is None else f"; limits of agreement {low:.3f} to {high:.3f}"
        yield f"  Bias, {difference}: {_estimate(limits.bias, level)}{between}"


def _feature_line(item: FeatureAgreement, level: str) -> str:
    head = f"  {item.feature} {AT[item.at]}: {item.sites} sites, {item.dropped} left out"
    exact, close = item.shares.exact, item.shares.close
    if exact is None or close is None:
        return f"{head}; nothing graded both times"
    shares = f"exact {100.0 * exact:.1f} %, within 1 {100.0 * close:.1f} %"
    kappa = "" if item.kappa is None else f"; kappa, quadratic {_estimate(item.kappa.value, level)}"
    return f"{head}; {shares}{kappa}"


def _drawn(bootstrap: Bootstrap | None, name: str) -> str:
    """The BCa limits beside an interval, or the percentile ones, or nothing."""
    found = None if bootstrap is None else bootstrap.intervals.get(name)
    limits = None if found is None else found.bca or found.percentile
    if found is None or limits is None:
        return ""
    return f"; bootstrap {'BCa' if found.bca else 'percentile'} {limits[0]:.3f} to {limits[1]:.3f}"


def _percent(value: Estimate, maximum: float) -> str:
    if value.estimate is None or maximum <= 0.0:
        return ""
    return f", {percent_of_maximum(value.estimate, maximum):.1f} % of {maximum:g}"


def _estimate(value: Estimate, level: str) -> str:
    why = "" if value.reason is None else WHY[value.reason]
    if value.estimate is None:
        return f"not calculable ({why})"
    if value.low is None or value.high is None:
        return f"{value.estimate:.3f} (no interval: {why})"
    return f"{value.estimate:.3f} ({level} CI {value.low:.3f} to {value.high:.3f})"
