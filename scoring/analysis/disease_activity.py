"""DAS28 with three or four variables, by CRP or ESR, and the EULAR response. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from scoring.analysis.errors import AnalysisRefused

# Lowest and highest of each component; CRP in mg/L, ESR in mm in the first hour, global health in mm.
COMPONENTS: Final[Mapping[str, tuple[str, float, float]]] = {
    "tjc28": ("tender joints", 0.0, 28.0),
    "sjc28": ("swollen joints", 0.0, 28.0),
    "crp_mg_l": ("CRP in mg/L", 0.0, math.inf),
    "esr_mm_h": ("ESR in mm/h", 0.0, math.inf),
    "global_mm": ("global health in mm", 0.0, 100.0),
}


@dataclass(frozen=True, slots=True)
class Das28:
    """One form of DAS28: its components in order, the formula in words, and how it is computed of them."""

    components: tuple[str, ...]
    words: str
    compute: Callable[[Mapping[str, float]], float]


class Response(StrEnum):
    """EULAR response."""

    GOOD = "GOOD"
    MODERATE = "MODERATE"
    NONE = "NONE"


def _joints(given: Mapping[str, float]) -> float:
    return 0.56 * math.sqrt(given["tjc28"]) + 0.28 * math.sqrt(given["sjc28"])


def _crp(given: Mapping[str, float]) -> float:
    return 0.36 * math.log(given["crp_mg_l"] + 1.0)


def _esr(given: Mapping[str, float]) -> float:
    # ln of an ESR below 1 is below 0 or undefined: programs of the field take 1, and no paper was found that says so
    return 0.70 * math.log(max(given["esr_mm_h"], 1.0))


# Source: das-score.nl, "alternative validated formulae"; Prince 2012, Arthritis Res Ther 14:R68, table 1 (CRP, four);
# Fransen 2003, Ann Rheum Dis 62 suppl 1:151, is what others cite for CRP.
FORMS: Final[Mapping[str, Das28]] = {
    "das28crp": Das28(
        ("tjc28", "sjc28", "crp_mg_l", "global_mm"),
        "0.56 √TJC28 + 0.28 √SJC28 + 0.36 ln(CRP + 1) + 0.014 GH + 0.96",
        lambda given: _joints(given) + _crp(given) + 0.014 * given["global_mm"] + 0.96,
    ),
    "das28crp3": Das28(
        ("tjc28", "sjc28", "crp_mg_l"),
        "1.10 (0.56 √TJC28 + 0.28 √SJC28 + 0.36 ln(CRP + 1)) + 1.15",
        lambda given: 1.10 * (_joints(given) + _crp(given)) + 1.15,
    ),
    "das28esr": Das28(
        ("tjc28", "sjc28", "esr_mm_h", "global_mm"),
        "0.56 √TJC28 + 0.28 √SJC28 + 0.70 ln(ESR) + 0.014 GH; an ESR below 1 counts as 1",
        lambda given: _joints(given) + _esr(given) + 0.014 * given["global_mm"],
    ),
    "das28esr3": Das28(
        ("tjc28", "sjc28", "esr_mm_h"),
        "1.08 (0.56 √TJC28 + 0.28 √SJC28 + 0.70 ln(ESR)) + 0.16; an ESR below 1 counts as 1",
        lambda given: 1.08 * (_joints(given) + _esr(given)) + 0.16,
    ),
}


def das28(form: str, given: Mapping[str, float]) -> float:
    """DAS28 of a form of FORMS, no unit and not rounded; nan where a component is.

    Raises:
        AnalysisRefused: a component that can't be, or part of a joint.
    """
    formula = FORMS[form]
    values = {name: given[name] for name in formula.components}
    if any(math.isnan(value) for value in values.values()):
        return math.nan
    for name, value in values.items():
        told, lowest, highest = COMPONENTS[name]
        if not lowest <= value <= highest:
            raise AnalysisRefused(f"{told}: {value:g} can't be; {lowest:g} to {highest:g} is allowed")
        if name in {"tjc28", "sjc28"} and value != int(value):
            raise AnalysisRefused(f"{told}: {value:g} can't be; it is a count, give a whole number")
    return formula.compute(values)


def eular_response(baseline: float, follow_up: float) -> Response:
    """Good: fallen by more than 1.2 to 3.2 or less. None: fallen by 0.6 or less, or by 1.2 or less and above 5.1.

    Of values as they are: rounding them first can change the class.

    Source: MDCalc 2193 and 2176 for the limits and which side the edges are on; van Gestel 1998, Arthritis Rheum
        41:1845 is what they cite (not seen).
    """
    # 4.4 - 3.2 is a little more than 1.2 in binary; no DAS28 is that near to a limit
    fall = round(baseline - follow_up, 9)
    if fall > 1.2 and follow_up <= 3.2:  # noqa: PLR2004 - see the first line
        return Response.GOOD
    if fall > 1.2 or (fall > 0.6 and follow_up <= 5.1):  # noqa: PLR2004 - see the first line
        return Response.MODERATE
    return Response.NONE
