"""Figures of a table with missing cells in plain lines for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from scoring.agreement.differences import LIMITS
from scoring.agreement.estimates import Estimate, Reason
from scoring.agreement.kappa import Weighting
from scoring.agreement.words import WHY, estimate_in_words, p_in_words
from scoring.several.chance import Chance
from scoring.several.comparison import IccDifference
from scoring.several.components import Components
from scoring.several.figures import PairFigures, Several
from scoring.several.proportional import FROM_ABSOLUTE, Line

PAIR = 2


def as_text(found: Several, columns: Sequence[str], *, level: float, dropped: int) -> str:
    """Kappas and alpha where there are more than two columns or cells are missing, then each pair; ends in a newline.

    Args:
        found: all figures.
        columns: the headings of the readings.
        level: of the intervals.
        dropped: how many rows had a missing cell; 0 and two columns leave out what complete pairs don't need.
    """
    lines: list[str] = []
    if dropped or len(columns) > PAIR:
        lines.append("With every row that has a score, also those with a missing one:")
        lines += _kappa_lines(found, level)
        lines += [_components_line(found.components)]
    for pair in found.pairs:
        lines += _pair_lines(pair, columns, level)
    return "\n".join(lines) + "\n"


def differences_as_text(found: Sequence[IccDifference], level: float) -> str:
    """Each form of ICC in both tables and their difference; ends in a newline."""
    lines = ["ICC of the second table minus the first, same scans drawn in both:"]
    for item in found:
        told = estimate_in_words(item.difference, level)
        values = " and ".join("none" if value is None else f"{value:.3f}" for value in (item.first, item.second))
        p = "" if item.p is None else f"; {p_in_words(item.p)}"
        lines.append(f"  {item.form}: {values}; difference {told}{p}")
    return "\n".join(lines) + "\n"


def _kappa_lines(found: Several, level: float) -> list[str]:
    lines = []
    for chance in Chance:
        for weighting in Weighting:
            item = found.kappas[chance, weighting]
            told = estimate_in_words(item.value, level, clip=True)
            lines.append(f"{chance.capitalize()} kappa, {weighting} ({item.paired} of {item.n} rows paired): {told}")
    for metric, item_ in found.alphas.items():
        told = _without(item_.value, level)
        lines.append(f"Krippendorff's alpha, {metric} ({item_.paired} rows paired): {told}")
    return lines


def _without(value: Estimate, level: float) -> str:
    """Alpha has no interval unless one was asked for, and that needs no reason."""
    if value.estimate is not None and value.reason is Reason.INTERVAL_UNDEFINED:
        return f"{value.estimate:.3f} (an interval by --bootstrap)"
    return estimate_in_words(value, level)


def _components_line(found: Components) -> str:
    sample = f"{found.n} rows, {found.cells} scores"
    if found.reason is not None:
        return f"Variance by REML ({sample}): not calculable ({WHY[found.reason]})"
    return (
        f"Variance by REML ({sample}): scans {found.scans:.3f}, readings {found.readings:.3f}, "
        f"error {found.error:.3f}; "
        f"ICC(A,1) {found.agreement:.3f}, ICC(C,1) {found.consistency:.3f}"
    )


def _pair_lines(pair: PairFigures, columns: Sequence[str], level: float) -> list[str]:
    first, second = (columns[column] for column in pair.columns)
    name, found, test = f"{second} against {first} (n = {pair.n})", pair.concordance, pair.bias
    shift = (
        ""
        if found.scale_shift is None
        else f"; scale shift {found.scale_shift:.3f}, location shift {found.location_shift:.3f}"
    )
    lines = [f"Lin's concordance, {name}: {estimate_in_words(found.value, level)}{shift}"]
    if test.t is not None and test.p is not None:
        lines.append(f"Test of no bias, {name}: t({test.df}) = {test.t:.3f}, {p_in_words(test.p)}")
    slopes = pair.proportional
    if not isinstance(slopes, Reason) and slopes.bias.p is not None:
        bias, spread = slopes.bias, slopes.spread
        lines.append(
            f"Bias by size, {name}: slope {bias.slope:.3f} ({100.0 * level:g} % CI {bias.low:.3f} to {bias.high:.3f}), "
            f"{p_in_words(slopes.bias.p)}; limits at a mean m: ({_at_a_mean(bias)}) "
            f"-+ {LIMITS * FROM_ABSOLUTE:.4f} ({_at_a_mean(spread)})"
        )
    return lines


def _at_a_mean(line: Line) -> str:
    return f"{line.intercept:.3f} {'-' if line.slope < 0 else '+'} {abs(line.slope):.3f} m"
