"""The figures of a table in plain lines for a terminal, each with its model, n, k and level beside it."""

from __future__ import annotations

from collections.abc import Sequence

from scoring.agreement.ac2 import Ac2
from scoring.agreement.differences import LIMITS, BlandAltman
from scoring.agreement.estimates import Estimate, Reason
from scoring.agreement.icc import Icc
from scoring.agreement.kappa import Kappa, Weighting
from scoring.agreement.measurement_error import percent_of_maximum
from scoring.agreement.table import FEW, TableAgreement

WHY = {
    Reason.TOO_FEW: "too few complete rows",
    Reason.ZERO_TOTAL_VARIANCE: "all scores are equal",
    Reason.MSE_ZERO: "the residual is 0",
    Reason.DENOMINATOR_NOT_POSITIVE: "the denominator is 0 or less",
    Reason.INTERVAL_UNDEFINED: "the formula gives no usable limits",
    Reason.CONSTANT_COLUMN: "one reading is the same in every row",
    Reason.STANDARD_ERROR_ZERO: "the standard error is 0",
    Reason.TOO_FEW_NON_ZERO: "fewer than 5 grades other than 0",
    Reason.NEEDS_TWO_COLUMNS: "needs exactly two columns",
    Reason.NEEDS_SCALE: "needs the scale",
    Reason.NOT_CATEGORIES: "scores are not whole or half grades",
    Reason.ZERO_CHANGE_VARIANCE: "every change is the same",
}
CLIPPED = "*"


def as_text(agreement: TableAgreement, columns: Sequence[str] = (), keys: Sequence[str] = ()) -> str:
    """All figures, one a line, ending in a newline. Limits above 1 are cut to 1 here, marked, and nowhere else.

    Args:
        agreement: all figures of the table.
        columns: headings of the readings, where known, so that a person sees what was compared.
        keys: headings of columns that name rows, and so were left out.
    """
    sample = f"n = {agreement.n}, k = {agreement.k}"
    lines = [f"Agreement: {sample}, level {_percent(agreement.level)}, {_dropped(agreement.dropped)}"]
    if columns:
        lines.append(f"Columns compared: {', '.join(columns)}")
    if keys:
        lines.append(f"No readings, by their headings: {', '.join(keys)}")
    if agreement.few:
        lines.append(
            f"Warning: n = {agreement.n} is under {FEW}: intervals are wide, read each figure with its interval"
        )
    lines += [_icc_line(icc, agreement) for icc in agreement.icc]
    lines += _error_lines(agreement)
    lines += _difference_lines(agreement.differences, sample)
    lines += _share_lines(agreement, sample)
    lines += [_chance_line("Kappa", item, agreement) for item in agreement.kappa.values()]
    lines += [_chance_line(_gwet(item), item, agreement) for item in agreement.ac2.values()]
    lines.append(
        f"Spearman rho ({sample}): {estimate_in_words(agreement.spearman, agreement.level)}; interval by Bonett-Wright"
    )
    lines += _response_lines(agreement)
    lines += _bootstrap_lines(agreement)
    if any(CLIPPED in line for line in lines):
        lines.append(f"{CLIPPED} shown as 1, calculated above 1; --json has the calculated limit")
    return "\n".join(lines) + "\n"


def _dropped(count: int) -> str:
    return f"{count} row{'' if count == 1 else 's'} left out as incomplete"


def _percent(level: float) -> str:
    return f"{100.0 * level:g} %"


def _number(value: float) -> str:
    return f"{value:.3f}"


def p_in_words(value: float) -> str:
    """A p value to four decimals."""
    return "p < 0.0001" if value < 0.0001 else f"p = {value:.4f}"  # noqa: PLR2004 - four decimals are shown


def estimate_in_words(value: Estimate, level: float, *, clip: bool = False) -> str:
    """A number with its interval, or why there is none; clip: a limit above 1 is shown as 1 and marked."""
    why = "" if value.reason is None else WHY[value.reason]
    if value.estimate is None:
        return f"not calculable ({why})"
    if value.low is None or value.high is None:
        return f"{_number(value.estimate)} (no interval: {why})"
    high = f"{_number(1.0)}{CLIPPED}" if clip and value.high > 1.0 else _number(value.high)
    return f"{_number(value.estimate)} ({_percent(level)} CI {_number(value.low)} to {high})"


def _icc_line(icc: Icc, agreement: TableAgreement) -> str:
    form, test = icc.form, icc.test
    unit = f"average of {agreement.k} readings" if form.average else "single reading"
    figures = estimate_in_words(icc.value, agreement.level)
    tested = (
        ""
        if test.f is None or test.p is None
        else f"; F({test.df1}, {test.df2}) = {_number(test.f)}, {p_in_words(test.p)}"
    )
    return (
        f"{form.name} = {form.mcgraw_wong}, {form.model}, {form.definition}, {unit} "
        f"(n = {agreement.n}, k = {agreement.k}): {figures}{tested}"
    )


def _error_lines(agreement: TableAgreement) -> list[str]:
    error, level, sample = agreement.error, agreement.level, f"n = {agreement.n}, k = {agreement.k}"
    named = (
        ("SEM, sqrt(MSE)", error.sem),
        ("SDD, 1.96 sqrt2 SEM, of two single status scores", error.sdd),
        ("SDD at 80 %, 1.28155 sqrt2 SEM", error.sdd_80),
        ("Repeatability coefficient, 1.96 sqrt2 sqrt(MSW)", error.repeatability),
    )
    maximum = None if agreement.scale is None else agreement.scale.maximum
    return [f"{name} ({sample}): {estimate_in_words(value, level)}{_share(value, maximum)}" for name, value in named]


def _share(value: Estimate, maximum: float | None) -> str:
    """The error as a percentage of the highest score, where that is known."""
    if value.estimate is None or maximum is None or maximum <= 0.0:
        return ""
    return f", {percent_of_maximum(value.estimate, maximum):.1f} % of {maximum:g}"


def _response_lines(agreement: TableAgreement) -> list[str]:
    found = agreement.response
    if found.reason is Reason.NEEDS_TWO_COLUMNS:
        return []
    srm = f"not calculable ({WHY[found.reason]})" if found.srm is None and found.reason else f"{found.srm:.3f}"
    return [f"SRM, if the columns are baseline and follow-up: mean(d) / SD(d) (n = {found.n}, k = 2): {srm}"]


def _bootstrap_lines(agreement: TableAgreement) -> list[str]:
    bootstrap = agreement.bootstrap
    if bootstrap is None:
        return []
    made = f"{bootstrap.resampling.replicates} resamplings of rows, seed {bootstrap.resampling.seed}"
    lines = [f"Bootstrap, {_percent(agreement.level)}, {made}: percentile; BCa"]
    for name, found in bootstrap.intervals.items():
        limits = [
            "none" if pair is None else f"{_number(pair[0])} to {_number(pair[1])}"
            for pair in (found.percentile, found.bca)
        ]
        lines.append(f"  {name}: {limits[0]}; {limits[1]}")
    return lines


def _difference_lines(differences: BlandAltman, sample: str) -> list[str]:
    level = differences.level
    lower, upper = (estimate_in_words(limit, level) for limit in (differences.lower_limit, differences.upper_limit))
    return [
        f"Bland-Altman bias, second minus first ({sample}): {estimate_in_words(differences.bias, level)}",
        f"Lower limit of agreement, bias - {LIMITS:g} SD ({sample}): {lower}",
        f"Upper limit of agreement, bias + {LIMITS:g} SD ({sample}): {upper}",
    ]


def _share_lines(agreement: TableAgreement, sample: str) -> list[str]:
    shares = agreement.shares
    if shares.exact is None or shares.close is None or shares.prevalence is None:
        return [f"Exact and close agreement ({sample}): not calculable ({WHY[Reason.TOO_FEW]})"]
    exact, close, found = (f"{100.0 * share:.1f} %" for share in (shares.exact, shares.close, shares.prevalence))
    name = f"Exact and close agreement, for sites and not for totals ({sample})"
    return [f"{name}: exact {exact}, within 1 {close}; grades other than 0: {found}"]


def _gwet(figure: Ac2) -> str:
    return "Gwet AC1" if figure.weighting is Weighting.UNWEIGHTED else "Gwet AC2"


def _chance_line(name: str, figure: Kappa | Ac2, agreement: TableAgreement) -> str:
    figures = estimate_in_words(figure.value, agreement.level, clip=True)
    return f"{name}, {figure.weighting} (n = {agreement.n}, k = {agreement.k}): {figures}"
