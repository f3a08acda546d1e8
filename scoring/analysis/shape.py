"""The analysis for other programs: plain dictionaries, finite numbers and None alone, the method beside every p."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from scoring.agreement.table import estimate_as_json
from scoring.analysis.analyse import DAS28, PLANNED_ALPHA, PLANNED_POWER, PLANNED_R, Analysis, Compared, Counted
from scoring.analysis.correlating import POWER, SPEARMAN
from scoring.analysis.groups import Tested
from scoring.analysis.regression import METHOD


def as_json(found: Analysis) -> dict[str, object]:
    """The object that `ramris analyse --json` prints."""
    return {
        "exploratory": True,
        "level": found.level,
        "reader": found.reader,
        "flow": {
            "enrolments": found.enrolments,
            "people": found.people,
            "people_in_two_groups": found.in_two_groups,
            "pairs": found.pairs,
            "without_reading": list(found.without_reading),
            "without_clinical": list(found.without_clinical),
        },
        "sdc": {"repeats": found.repeats, **found.sdc},
        "baseline": [*_compared(found.baseline), *_counted(found.baseline_counts)],
        "measures": _compared(found.measures),
        "directions": _counted(found.directions),
        "beyond_sdc": _counted(found.beyond_sdc),
        "eular_response": _counted([found.response])[0],
        "correlations": [
            {
                "measure": item.measure,
                "with": f"change in {DAS28}",
                "group": item.group or None,
                "n": item.found.n,
                "rho": estimate_as_json(item.found.rho),
                "p": item.found.p,
                "method": SPEARMAN,
            }
            for item in found.correlations
        ],
        "regressions": [
            {
                "outcome": f"change in {DAS28}",
                "measure": item.measure,
                "n": item.found.n,
                "people": item.found.people,
                "r_squared": item.found.r_squared,
                "coefficients": [asdict(term) for term in item.found.coefficients],
                "reason": item.found.reason,
                "method": METHOD,
            }
            for item in found.regressions
        ],
        "sample_size": {
            "r": PLANNED_R,
            "power": PLANNED_POWER,
            "alpha_two_sided": PLANNED_ALPHA,
            "n": found.sample_size,
            "power_with_the_pairs_here": found.power_here,
            "method": POWER,
        },
    }


def _compared(items: Sequence[Compared]) -> list[dict[str, object]]:
    return [
        {
            "measure": item.measure,
            "at": item.at or None,
            "groups": [asdict(group) for group in item.groups],
            **_tested(item.test),
        }
        for item in items
    ]


def _counted(items: Sequence[Counted]) -> list[dict[str, object]]:
    return [
        {
            "measure": item.measure,
            "groups": [
                {"group": group, **dict(zip(item.categories, counts, strict=True))} for group, counts in item.groups
            ],
            **_tested(item.test),
        }
        for item in items
    ]


def _tested(test: Tested) -> dict[str, object]:
    return {"statistic": test.statistic, "df": test.df, "p": test.p, "method": test.method, "reason": test.reason}
