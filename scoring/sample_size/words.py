"""Sample sizes in plain lines, the inputs before the results, each result with the name of its formula. Pure."""

from __future__ import annotations

from scoring.sample_size.correlation import CorrelationSize
from scoring.sample_size.inputs import whole, with_dropout
from scoring.sample_size.non_inferiority import GroupSize
from scoring.sample_size.reliability import WidthSize


def of_correlation(
    size: CorrelationSize, *, r: float, alpha: float, power: float, sides: int, dropout: float
) -> list[str]:
    """Lines of `correlation_size`."""
    return [
        f"Correlation of {r:g}, {_sides(sides)} alpha {_percent(alpha)}, power {_percent(power)}:",
        _line("pairs", size.by_pwr, "pwr's formula (R: pwr::pwr.r.test)", dropout),
        _line("pairs", size.by_fisher, "Fisher's z alone: ((z_alpha + z_power) / atanh r)^2 + 3", dropout),
    ]


def of_groups(
    size: GroupSize, *, margin: float, difference: float, sd: float, alpha: float, power: float, dropout: float
) -> list[str]:
    """Lines of `group_size`."""
    return [
        (
            f"Non-inferiority of two means, margin {margin:g}, true difference {difference:g}, so a distance of "
            f"{size.distance:g}; SD {sd:g}, one-sided alpha {_percent(alpha)}, power {_percent(power)}:"
        ),
        _line("in each group", size.by_normal, "2 (SD / distance)^2 (z_alpha + z_power)^2", dropout),
        _line("in each group", float(size.by_t), "the t test, SD from the data (R: power.t.test)", dropout),
    ]


def of_icc_test(
    size: float, *, null: float, expected: float, readings: int, alpha: float, power: float, sides: int, dropout: float
) -> list[str]:
    """Lines of `size_by_test`."""
    return [
        (
            f"ICC of {expected:g} shown to be above {null:g}, {readings} readings of each case, {_sides(sides)} alpha "
            f"{_percent(alpha)}, power {_percent(power)}:"
        ),
        _line("cases", size, "Walter, Eliasziw and Donner 1998", dropout),
    ]


def of_icc_width(
    size: WidthSize, *, expected: float, width: float, readings: int, level: float, dropout: float
) -> list[str]:
    """Lines of `size_by_width`."""
    lines = [
        f"ICC of {expected:g} with a {_percent(level)} interval {width:g} wide, {readings} readings of each case:",
        _line("cases", size.plain, "Bonett 2002", dropout),
    ]
    if size.corrected != whole(size.plain):
        lines.append(_line("cases", float(size.corrected), "the same with its correction for two readings", dropout))
    return lines


def _line(of: str, size: float, formula: str, dropout: float) -> str:
    needed = whole(size)
    exact = "" if size == needed else f" ({size:.2f})"
    begin = f"; {with_dropout(needed, dropout)} to begin with, if {_percent(dropout)} are lost" if dropout else ""
    return f"  {needed} {of}{exact} by {formula}{begin}"


def _sides(sides: int) -> str:
    return "one-sided" if sides == 1 else "two-sided"


def _percent(share: float) -> str:
    return f"{100.0 * share:g} %"
