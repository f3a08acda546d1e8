"""Agreement against what it stands on: F quantiles, and one matrix product. `python -m tests.benchmarks.agreement`."""

from __future__ import annotations

import sys
import timeit
from collections.abc import Callable
from decimal import Decimal

import numpy as np
from scipy import stats

from scoring.agreement.anova import mean_squares
from scoring.agreement.icc import intraclass
from scoring.agreement.quantiles import f_quantile
from scoring.agreement.resampling import Resampling
from scoring.comparison.intra_reader import ReadTwice, intra_reader
from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import Graded, Reading
from scoring.schemes.load import shipped_scheme
from scoring.schemes.scheme import grades_on

PAIRS = 1000
REPLICATES = 10_000


def _pairs() -> list[ReadTwice]:
    random, scheme = np.random.default_rng(1), shipped_scheme()
    keys = keys_in_reading_order(scheme)
    highest = np.array([len(grades_on(scheme.feature(key.feature).scale)) - 1 for key in keys])
    found = []
    for number in range(PAIRS):
        first = random.binomial(highest, random.uniform(0, 0.6))
        repeat = np.clip(first + random.choice([-1, 0, 0, 0, 1], len(keys)), 0, highest)
        one, two = (
            Reading({key: Graded(Decimal(int(grade))) for key, grade in zip(keys, grades, strict=True)})
            for grades in (first, repeat)
        )
        found.append(ReadTwice(f"S{number:04}", one, two))
    return found


def say(line: str) -> None:
    """A line of the result."""
    sys.stdout.write(line + "\n")


def _seconds(work: Callable[[], object], number: int = 1, repeat: int = 3) -> float:
    return min(timeit.repeat(work, number=number, repeat=repeat)) / number


def main() -> None:
    """Print seconds and ratios."""
    pairs, scheme = _pairs(), shipped_scheme()
    resampling = Resampling(REPLICATES, 1)
    whole = _seconds(lambda: intra_reader(scheme, "R1", pairs, level=0.95, resampling=resampling))
    counts = np.ones((REPLICATES, PAIRS))
    product = _seconds(lambda: counts @ np.ones((PAIRS, 300)))
    say(f"agreement of {PAIRS} pairs, all features, {REPLICATES} replicates: {whole:.2f} s")
    say(f"  that is {whole / product:.1f} x one product of {REPLICATES} x {PAIRS} by {PAIRS} x 300")

    scores = np.random.default_rng(2).integers(0, 10, (30, 2)).astype(float)
    squares = mean_squares(scores)
    one = _seconds(lambda: intraclass(mean_squares(scores), 0.95), 300, 5) / 6.0
    six = _seconds(lambda: intraclass(squares, 0.95), 300, 5) / 6.0
    quantiles = _seconds(lambda: (f_quantile(0.975, 29, 29), f_quantile(0.975, 29, 29)), 300, 5)
    public = _seconds(lambda: (stats.f.ppf(0.975, 29, 29), stats.f.ppf(0.975, 29, 29)), 300, 5)
    say(f"one ICC with interval and test, mean squares included: {1e6 * one:.1f} us")
    say(f"  {one / public:.2f} x two quantiles by scipy.stats.f.ppf, {one / quantiles:.2f} x two by scipy.special")
    say(f"  from mean squares: {six / public:.2f} x and {six / quantiles:.2f} x")


if __name__ == "__main__":
    main()
