"""Fleiss' and Conger's kappa of two or more readings with missing cells, with intervals. Pure.

Both take chance from the grades that were given. Fleiss pools the readings into one distribution; Conger keeps one for
each reading, and is Cohen's kappa where there are two. Neither depends on grades that nobody gave.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from scoring.agreement.estimates import Estimate, Reason, Scores, checked_level, undefined, without_interval
from scoring.agreement.kappa import NO_ERROR, Weighting
from scoring.agreement.quantiles import t_quantile
from scoring.several.counts import Graded, graded, weights_of

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]


class Chance(StrEnum):
    """Whose kappa: what agreement is expected by chance."""

    FLEISS = "fleiss"
    CONGER = "conger"


@dataclass(frozen=True, slots=True)
class ChanceCorrected:
    """Kappa with its interval (t on n - 1, not cut at 1); `n` rows with a grade, `paired` of them with two or more."""

    chance: Chance
    weighting: Weighting
    value: Estimate
    standard_error: float | None
    n: int
    paired: int


def chance_corrected(scores: Scores, chance: Chance, weighting: Weighting, *, level: float) -> ChanceCorrected:
    """Kappa of a table in which readings may be missing.

    Agreement is seen in rows with two grades or more; a row with one grade counts for chance alone.

    Args:
        scores: n x k, nan where a reading is missing.
        chance: whose.
        weighting: weights of agreement are 1 - distance / largest distance of two grades that were given.
        level: of the interval, which takes rows as drawn at random, and readings as they are.

    Returns:
        Undefined as `graded` says, with `zero_total_variance` where all scores are equal, and with `constant_column`
        where a reading has no grade at all (Conger).

    Raises:
        LevelRefused: the level isn't a share between 0 and 1.

    Source: Fleiss 1971, Psychol Bull 76:378; Conger 1980, Psychol Bull 88:322; missing cells and errors by Gwet 2014,
    Handbook of Inter-Rater Reliability, chapters 2 to 5.
    """
    checked_level(level)
    table = graded(scores)
    if isinstance(table, Reason):
        return ChanceCorrected(chance, weighting, undefined(table), None, 0, 0)
    n, paired = table.counts.shape[0], int(np.count_nonzero(table.paired))
    reason = _why_not(table, chance)
    if reason is not None:
        return ChanceCorrected(chance, weighting, undefined(reason), None, n, paired)
    weights = weights_of(table.grades, weighting)
    seen = _seen(table, weights)
    expected, of_rows = (_pooled if chance is Chance.FLEISS else _each)(table, weights)
    observed = float(seen[table.paired].mean())
    value = (observed - expected) / (1.0 - expected)
    influence = np.where(table.paired, (n / paired) * (seen - expected), 0.0)
    influence = (influence - 2.0 * (1.0 - value) * (of_rows - expected)) / (1.0 - expected)
    error = math.sqrt(float(np.sum((influence - value) ** 2)) / (n * (n - 1)))
    found = _with_interval(value, error, n, level)
    return ChanceCorrected(chance, weighting, found, error if error > NO_ERROR else 0.0, n, paired)


def _why_not(table: Graded, chance: Chance) -> Reason | None:
    if table.grades.size == 1:
        return Reason.ZERO_TOTAL_VARIANCE
    if chance is Chance.CONGER and not np.all(np.any(table.indexes >= 0, axis=0)):
        return Reason.CONSTANT_COLUMN
    return None


def _seen(table: Graded, weights: Matrix) -> Vector:
    """For each row the mean weight of its pairs of grades; 0 where it has no pair."""
    counts = table.counts
    given = counts.sum(axis=1)
    pairs = given * (given - 1.0)
    together = np.sum(counts * (counts @ weights - 1.0), axis=1)
    found: Vector = np.divide(together, pairs, out=np.zeros_like(together), where=pairs > 0.0)
    return found


def _pooled(table: Graded, weights: Matrix) -> tuple[float, Vector]:
    """Chance agreement when all readings share one distribution, and what each row says of it."""
    counts = table.counts
    given = counts.sum(axis=1, keepdims=True)
    share = np.mean(counts / given, axis=0)
    return float(share @ weights @ share), (counts @ (weights @ share)) / given[:, 0]


def _each(table: Graded, weights: Matrix) -> tuple[float, Vector]:
    """Chance agreement of two different readings, each with its own distribution, and what each row says of it."""
    n, k = table.indexes.shape
    gave = table.indexes[:, :, np.newaxis] == np.arange(table.grades.size)
    present = gave.any(axis=2, keepdims=True)
    readings = gave.sum(axis=(0, 2))[np.newaxis, :, np.newaxis]
    own = gave.sum(axis=0) / readings[0]
    others = own.sum(axis=0) - own
    expected = float(np.sum((own @ weights) * others)) / (k * (k - 1))
    # what a row adds to the distribution of each reading, also by having no grade of it
    adds = (gave - (present - readings / n) * own) * (n / readings)
    of_rows: Vector = np.sum((adds @ weights) * others, axis=(1, 2)) / (k * (k - 1))
    return expected, of_rows


def _with_interval(value: float, error: float, n: int, level: float) -> Estimate:
    if error <= NO_ERROR:
        return without_interval(value, Reason.STANDARD_ERROR_ZERO)
    half = t_quantile((1.0 + level) / 2.0, n - 1) * error
    return Estimate(value, value - half, value + half, None)
