"""Results of a calibration as values: measures of each total, and whether the gates are passed. Computes nothing."""

from __future__ import annotations

from msgspec import Struct

from scoring.agreement.estimates import Estimate
from scoring.comparison.grades import At
from scoring.schemes.scheme import Total


class Measure(Struct, frozen=True):
    """One total at a visit, or its change, over `n` cases that have it in both readings.

    bias: the reader's score minus the reference's, in score points. above: what the gate asks, None without one.
    """

    total: Total
    at: At
    n: int
    icc: Estimate
    bias: Estimate
    above: float | None

    @property
    def passed(self) -> bool:
        """Whether it has a gate and is above it; what can't be told isn't."""
        return self.above is not None and self.icc.estimate is not None and self.icc.estimate > self.above


class CalibrationResult(Struct, frozen=True):
    """All measures, totals in the scheme's order, over so many finished `cases`; `least_cases` must be finished."""

    cases: int
    least_cases: int
    level: float
    measures: tuple[Measure, ...]

    @property
    def missed(self) -> tuple[Measure, ...]:
        """Those that have a gate and aren't above it."""
        return tuple(item for item in self.measures if item.above is not None and not item.passed)

    @property
    def passed(self) -> bool:
        """Whether enough cases are finished and every gate is passed."""
        return self.cases >= self.least_cases and not self.missed
