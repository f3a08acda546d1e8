"""Every number of an analysis under the name that tests/scoring/analysis/reference/cohort.R gives it."""

from __future__ import annotations

import json
import math
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from scoring.analysis.analyse import Analysis
from scoring.analysis.regression import Coefficient
from scoring.analysis.tables import Counted, Counts, Row, Summary

Numbers = list[float | None]
SCRIPT: Final = Path(__file__).parents[2] / "scoring" / "analysis" / "reference" / "cohort.R"
WITHIN: Final = 1e-9
# of these R answers once, whatever the cohort is
_APART: Final = {"power", "fisher"}


def by_r(folder: Path, outlier: str) -> dict[str, Numbers]:
    """The same numbers by R alone, of clinical.csv and export/totals.csv in a folder."""
    told = subprocess.run(["Rscript", str(SCRIPT), str(folder), outlier], capture_output=True, text=True, check=True)
    found: dict[str, Numbers] = json.loads(told.stdout)
    return found


def differing(ours: Mapping[str, Numbers], theirs: Mapping[str, Numbers]) -> list[str]:
    """Names of numbers that differ, or that one of the two has not; SDCs may be absent here."""
    lacking = {name for name in theirs if not name.startswith("sdc")} - _APART - set(ours)
    return sorted(lacking | {name for name in ours if name not in theirs or not _alike(ours[name], theirs[name])})


def _alike(ours: Numbers, theirs: Numbers) -> bool:
    return len(ours) == len(theirs) and all(map(_same, ours, theirs))


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=WITHIN, abs_tol=WITHIN)


def numbers(found: Analysis) -> dict[str, Numbers]:
    """Tables, correlations, SDC, response, entry and models."""
    numbers: dict[str, Numbers] = {}
    for name in ("table_1", "table_2", "table_3"):
        for row in getattr(found, name).rows:
            numbers[f"{name} {row.measure} {row.at}"] = _row(row)
    for item in found.correlations:
        rho = item.found.rho
        numbers[f"table_4 {item.measure} {item.group}"] = [item.found.n, rho.estimate, rho.low, rho.high, item.found.p]
    numbers |= {f"sdc {code}": [sdc] for code, sdc in found.sdc.items()}
    assert found.response is not None
    assert found.entry is not None
    numbers["response"] = _row(found.response)
    numbers["entry"] = [found.entry.met, len(found.entry.below), len(found.entry.unknown)]
    for model in found.models:
        numbers[f"model {model.id} n"] = [model.n, model.people, model.r_squared]
        numbers[f"model {model.id} coefficients"] = _terms(model.coefficients)
        numbers[f"model {model.id} means"] = _terms(model.means)
        numbers[f"model {model.id} differences"] = _terms(model.differences)
    return numbers


def _row(row: Row) -> Numbers:
    parts: list[Numbers] = [_part(part) for part in (*row.groups, row.total)]
    test = [row.test.p] if isinstance(row, Counted) else [row.test.statistic, row.test.p]
    return [number for part in parts for number in part] + test


def _part(part: Summary | Counts) -> Numbers:
    if isinstance(part, Counts):
        return list(part.counts)
    return [part.n, part.median, part.minimum, part.maximum, part.q1, part.q3, part.mean, part.sd]


def _terms(terms: Sequence[Coefficient]) -> Numbers:
    return [n for t in terms for n in (t.estimate, t.standard_error, t.low, t.high, t.t, t.p)]
