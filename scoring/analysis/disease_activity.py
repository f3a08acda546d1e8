"""DAS28-CRP from its four components, and the EULAR response. Pure."""

from __future__ import annotations

import math
from enum import StrEnum

from scoring.analysis.errors import AnalysisRefused

JOINTS = 28
GLOBAL_HEALTH_MM = 100.0


class Response(StrEnum):
    """EULAR response."""

    GOOD = "GOOD"
    MODERATE = "MODERATE"
    NONE = "NONE"


def das28_crp(tender: int, swollen: int, crp_mg_l: float, global_health_mm: float) -> float:
    """DAS28-CRP of four variables, no unit.

    Args:
        tender: joints of 28.
        swollen: joints of 28.
        crp_mg_l: C-reactive protein in mg/L.
        global_health_mm: patient's global assessment, 0 to 100 mm.

    Raises:
        AnalysisRefused: a component that can't be.

    Source: Fransen 2003, Arthritis Rheum 48 suppl 9:S151; Wells 2009, Ann Rheum Dis 68:954 (coefficients from memory).
    """
    for name, value, highest in (
        ("tender joints", tender, JOINTS),
        ("swollen joints", swollen, JOINTS),
        ("CRP in mg/L", crp_mg_l, math.inf),
        ("global health in mm", global_health_mm, GLOBAL_HEALTH_MM),
    ):
        if not 0 <= value <= highest:
            raise AnalysisRefused(f"{name}: {value:g} can't be; 0 to {highest:g} is allowed")
    counts = 0.56 * math.sqrt(tender) + 0.28 * math.sqrt(swollen)
    return counts + 0.36 * math.log(crp_mg_l + 1.0) + 0.014 * global_health_mm + 0.96


def eular_response(baseline: float, follow_up: float) -> Response:
    """Good: fallen by more than 1.2 to 3.2 or less. None: fallen by 0.6 or less, or by 1.2 or less and above 5.1.

    Source: van Gestel 1996, Arthritis Rheum 39:34; 1998, 41:1845 (limits of DAS28; from memory).
    """
    # 4.4 - 3.2 is a little more than 1.2 in binary; no DAS28 is that near to a limit
    fall = round(baseline - follow_up, 9)
    if fall > 1.2 and follow_up <= 3.2:  # noqa: PLR2004 - see the first line
        return Response.GOOD
    if fall > 1.2 or (fall > 0.6 and follow_up <= 5.1):  # noqa: PLR2004 - see the first line
        return Response.MODERATE
    return Response.NONE
