"""All figures of a table that may have missing cells, and their shape for other programs. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from scoring.agreement.estimates import Reason, Scores, checked_level
from scoring.agreement.kappa import Weighting
from scoring.agreement.resampling import Resampling
from scoring.agreement.table import estimate_as_json
from scoring.several.alpha import Alpha, Metric, alpha
from scoring.several.chance import Chance, ChanceCorrected, chance_corrected
from scoring.several.components import Components, components
from scoring.several.concordance import Concordance, concordance
from scoring.several.proportional import BiasTest, Line, ProportionalBias, bias_test, proportional_bias


@dataclass(frozen=True, slots=True)
class PairFigures:
    """Two of the columns, by their positions from 0, on the `n` rows that both have; the second minus the first."""

    columns: tuple[int, int]
    n: int
    concordance: Concordance
    bias: BiasTest
    proportional: ProportionalBias | Reason

    def as_json(self) -> dict[str, object]:
        """Finite numbers and None alone; `columns` count from 1."""
        found, test, slopes = self.concordance, self.bias, self.proportional
        return {
            "columns": [column + 1 for column in self.columns],
            "n": self.n,
            "concordance": {
                **estimate_as_json(found.value),
                "accuracy": found.accuracy,
                "scale_shift": found.scale_shift,
                "location_shift": found.location_shift,
            },
            "bias_test": {"t": test.t, "df": test.df, "p": test.p, **_reason(test.reason)},
            "proportional_bias": {"reason": str(slopes)}
            if isinstance(slopes, Reason)
            else {"bias": _line(slopes.bias), "spread": _line(slopes.spread)},
        }


@dataclass(frozen=True, slots=True)
class Several:
    """Figures that take rows with missing cells as they are.

    Kappas by whose chance and weighting, alpha by metric; `pairs` are all pairs of columns.
    """

    kappas: Mapping[tuple[Chance, Weighting], ChanceCorrected]
    alphas: Mapping[Metric, Alpha]
    components: Components
    pairs: tuple[PairFigures, ...]

    def as_json(self) -> dict[str, object]:
        """The object under `several` of `ramris agreement --table --json`: finite numbers and None alone."""
        return {
            **{
                str(chance): {str(weighting): kappa_as_json(self.kappas[chance, weighting]) for weighting in Weighting}
                for chance in Chance
            },
            "alpha": {str(metric): alpha_as_json(found) for metric, found in self.alphas.items()},
            "components": components_as_json(self.components),
            "pairs": [pair.as_json() for pair in self.pairs],
        }


def several(scores: Scores, *, level: float, resampling: Resampling | None = None) -> Several:
    """Every figure of a table.

    Args:
        scores: n x k, k at least 2, nan where a reading is missing.
        level: of all intervals.
        resampling: gives alpha its intervals.

    Raises:
        LevelRefused: the level isn't a share between 0 and 1.
    """
    checked_level(level)
    return Several(
        {
            (chance, weighting): chance_corrected(scores, chance, weighting, level=level)
            for chance in Chance
            for weighting in Weighting
        },
        {metric: alpha(scores, metric, level=level, resampling=resampling) for metric in Metric},
        components(scores),
        pair_figures(scores, level=level),
    )


def pair_figures(scores: Scores, *, level: float) -> tuple[PairFigures, ...]:
    """Each pair of columns on the rows that both have; n x k, nan where a reading is missing."""
    found = []
    for first, second in combinations(range(scores.shape[1]), 2):
        pair = scores[:, [first, second]]
        pair = pair[np.all(np.isfinite(pair), axis=1)]
        found.append(
            PairFigures(
                (first, second),
                pair.shape[0],
                concordance(pair, level=level),
                bias_test(pair),
                proportional_bias(pair, level=level),
            )
        )
    return tuple(found)


def kappa_as_json(found: ChanceCorrected) -> dict[str, object]:
    """Kappa, its interval and error, and how many rows it is of."""
    return {
        **estimate_as_json(found.value),
        "standard_error": found.standard_error,
        "n": found.n,
        "paired": found.paired,
    }


def alpha_as_json(found: Alpha) -> dict[str, object]:
    """Alpha and its interval by resampling, and how many rows it is of."""
    return {**estimate_as_json(found.value), "paired": found.paired}


def components_as_json(found: Components) -> dict[str, object]:
    """Variances in squared units, the ICCs made of them, and how many rows and cells they are of."""
    return {
        "scans": found.scans,
        "readings": found.readings,
        "error": found.error,
        "ICC(A,1)": found.agreement,
        "ICC(C,1)": found.consistency,
        "n": found.n,
        "cells": found.cells,
        **_reason(found.reason),
    }


def _line(line: Line) -> dict[str, object]:
    return {"intercept": line.intercept, "slope": line.slope, "low": line.low, "high": line.high, "p": line.p}


def _reason(reason: Reason | None) -> dict[str, object]:
    return {} if reason is None else {"reason": str(reason)}
