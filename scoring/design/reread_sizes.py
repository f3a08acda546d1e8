"""Expected interval of the intra-reader ICC for a number of re-reads, before anything is drawn. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from scoring.agreement.estimates import checked_level
from scoring.agreement.quantiles import f_quantile

SIZES: Final = (10, 20, 30, 50)
EXPECTED: Final = (0.7, 0.8, 0.9, 0.95)
READINGS: Final = 2
LEAST: Final = 2


@dataclass(frozen=True, slots=True)
class ExpectedInterval:
    """The interval that n re-reads give when the ICC turns out as `icc`: limits and their distance."""

    n: int
    icc: float
    low: float
    high: float

    @property
    def width(self) -> float:
        """From the lower to the upper limit."""
        return self.high - self.low


def expected_intervals(
    sizes: Sequence[int] = SIZES, iccs: Sequence[float] = EXPECTED, level: float = 0.95
) -> tuple[ExpectedInterval, ...]:
    """For each size, then each ICC, the interval of ICC(3,1) of two readings.

    Raises:
        LevelRefused: the level isn't a share between 0 and 1.
        ValueError: fewer than 2 cases, or an ICC of 1 or more.

    Source: Shrout and Fleiss 1979, the limits of form 3 at F = (1 + (k - 1) ICC) / (1 - ICC).
    """
    checked_level(level)
    return tuple(_interval(n, icc, level) for n in sizes for icc in iccs)


def _interval(n: int, icc: float, level: float) -> ExpectedInterval:
    if n < LEAST or not 0 <= icc < 1:
        message = f"{n} cases with an ICC of {icc}: 2 cases or more, 0 up to but not 1"
        raise ValueError(message)
    f = (1 + (READINGS - 1) * icc) / (1 - icc)
    quantile = f_quantile((1 + level) / 2, n - 1, (n - 1) * (READINGS - 1))
    # both degrees of freedom are n - 1 for two readings, so one quantile serves both limits
    low, high = f / quantile, f * quantile
    return ExpectedInterval(n, icc, (low - 1) / (low + READINGS - 1), (high - 1) / (high + READINGS - 1))


def as_text(found: Sequence[ExpectedInterval], level: float) -> list[str]:
    """A table: a line a size, a column an ICC."""
    iccs = list(dict.fromkeys(item.icc for item in found))
    lines = [f"{level:.0%} interval of the ICC(3,1) that is to be expected, by cases read twice and by the ICC itself:"]
    lines.append("     n" + "".join(f"{f'ICC {icc:g}':>16}" for icc in iccs))
    for n in dict.fromkeys(item.n for item in found):
        cells = "".join(f"{f'{item.low:.2f} to {item.high:.2f}':>16}" for item in found if item.n == n)
        lines.append(f"{n:>6}{cells}")
    return lines
