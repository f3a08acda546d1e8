"""Every figure of a table that may have missing cells, against base R with its formulas written out."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from scoring.agreement.anova import mean_squares
from scoring.agreement.icc import FORMS, intraclass
from scoring.several.figures import PairFigures, several
from scoring.several.proportional import ProportionalBias

# reference/several.R says how each was calculated
CALCULATED = Path(__file__).parent / "reference" / "several.csv"
CLOSED = 1e-9
# R's optim searches the likelihood without its slope
SEARCHED = 2e-4


def _read() -> tuple[dict[str, NDArray[np.float64]], dict[str, dict[str, float]]]:
    rows: dict[str, list[list[float]]] = defaultdict(list)
    found: dict[str, dict[str, float]] = defaultdict(dict)
    with CALCULATED.open(encoding="utf-8", newline="") as text:
        for table, name, value in csv.reader(text):
            if name == "row":
                rows[table].append([float(cell) if cell else np.nan for cell in value.split(";")])
            else:
                found[table][name] = float(value)
    return {table: np.array(lines) for table, lines in rows.items()}, found


TABLES, BY_R = _read()


def _of_pair(pair: PairFigures) -> dict[str, float | None]:
    name = f"pair{pair.columns[0] + 1}-{pair.columns[1] + 1}"
    value = pair.concordance.value
    told = {f"{name}.ccc": value.estimate, f"{name}.ccc.low": value.low, f"{name}.ccc.high": value.high}
    told |= {f"{name}.t": pair.bias.t, f"{name}.p": pair.bias.p}
    if isinstance(pair.proportional, ProportionalBias):
        bias, spread = pair.proportional.bias, pair.proportional.spread
        told |= {f"{name}.slope": bias.slope, f"{name}.intercept": bias.intercept}
        told |= {f"{name}.spread.slope": spread.slope, f"{name}.spread.intercept": spread.intercept}
    return told


def _ours(scores: NDArray[np.float64]) -> dict[str, float | None]:
    found = several(scores, level=0.95)
    told: dict[str, float | None] = {}
    for (chance, weighting), kappa in found.kappas.items():
        told |= {f"{chance}.{weighting}": kappa.value.estimate, f"{chance}.{weighting}.low": kappa.value.low}
    told |= {f"alpha.{metric}": alpha.value.estimate for metric, alpha in found.alphas.items()}
    for pair in found.pairs:
        told |= _of_pair(pair)
    parts = found.components
    told |= {"reml.scan": parts.scans, "reml.reading": parts.readings, "reml.error": parts.error}
    whole = scores[np.all(np.isfinite(scores), axis=1)]
    if len(whole) > 1:
        for form, item in zip(FORMS, intraclass(mean_squares(whole), 0.95), strict=True):
            told["icc" + form.name[4] + form.name[6]] = item.value.estimate
    return told


@pytest.mark.parametrize("table", [name for name in TABLES if name != "one"])
def test_every_figure_is_that_of_r(table: str) -> None:
    ours = _ours(TABLES[table])

    compared = 0
    for name, by_r in BY_R[table].items():
        # the error of a slope isn't told by itself
        if not name.endswith(".se"):
            near = SEARCHED if name.startswith("reml") else CLOSED
            assert ours[name] == pytest.approx(by_r, rel=near, abs=near), name
            compared += 1
    assert compared > 20


def test_one_row_has_no_figure_where_a_formula_would_say_0() -> None:
    # three grades that differ: alpha is 0 by the formula, of a single scan
    assert BY_R["one"] == {"alpha.nominal": 0.0, "alpha.ordinal": 0.0, "alpha.interval": 0.0}

    assert all(value is None for value in _ours(TABLES["one"]).values())
