"""The analysis for other programs: plain dictionaries, finite numbers and None alone, the method beside every p."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from scoring.agreement.table import estimate_as_json
from scoring.analysis.analyse import PLANNED_ALPHA, PLANNED_POWER, PLANNED_R, Analysis
from scoring.analysis.correlating import POWER, SPEARMAN
from scoring.analysis.groups import Tested
from scoring.analysis.models import ADJUSTED, Model
from scoring.analysis.plan import Plan
from scoring.analysis.regression import METHOD, Coefficient
from scoring.analysis.tables import Counted, Counts, Row, Table


def as_json(found: Analysis, plan: Plan) -> dict[str, object]:
    """The object that `ramris analyse --json` prints."""
    return {
        "exploratory": True,
        "plan": {"id": plan.id, "title": plan.title, "sha256": plan.sha256, "outliers": list(plan.outliers)},
        "level": found.level,
        "readers": list(found.readers),
        "flow": {
            "enrolments": found.flow.enrolments,
            "people": found.flow.people,
            "people_in_two_groups": found.flow.in_two_groups,
            "read": found.flow.read,
            "read_at_baseline": found.flow.read_at_baseline,
            "pairs": found.flow.pairs,
            "without_reading": list(found.flow.without_reading),
            "without_clinical": list(found.flow.without_clinical),
            "columns_not_used": list(found.flow.unused_columns),
        },
        "entry_criterion": None if found.entry is None else asdict(found.entry),
        "sdc": {"repeats": found.repeats, "pairs_again": found.pairs_again, **found.sdc},
        "table_1": _table(found.table_1),
        "table_2": _table(found.table_2),
        "table_3": _table(found.table_3),
        "table_4": [
            {
                "measure": item.measure,
                "label": item.label,
                "with": f"change in {found.change_in}",
                "group": item.group or None,
                "n": item.found.n,
                "rho": estimate_as_json(item.found.rho),
                "p": item.found.p,
                "method": SPEARMAN,
            }
            for item in found.correlations
        ],
        "not_correlated": list(found.not_correlated),
        "beyond_sdc": [_row(item) for item in found.beyond_sdc],
        "eular_response": None if found.response is None else _row(found.response),
        "regressions": [_model(item) for item in found.models],
        "sample_size": {
            "r": PLANNED_R,
            "power": PLANNED_POWER,
            "alpha_two_sided": PLANNED_ALPHA,
            "n": found.sample_size,
            "power_with_the_pairs_here": found.power_here,
            "method": POWER,
        },
    }


def _table(table: Table) -> dict[str, object]:
    return {
        "counted": "people" if table.people else "enrolments",
        "groups": [{"group": group, "n": n} for group, n in table.n],
        "total": table.total,
        "rows": [_row(item) for item in table.rows],
        "absent": list(table.absent),
    }


def _row(item: Row) -> dict[str, object]:
    groups, total = (
        ([_counts(group, item.categories) for group in item.groups], _counts(item.total, item.categories))
        if isinstance(item, Counted)
        else ([asdict(group) for group in item.groups], asdict(item.total))
    )
    total["group"] = None
    return {
        "measure": item.measure,
        "label": item.label,
        "at": item.at or None,
        "groups": groups,
        "total": total,
        **_tested(item.test),
    }


def _counts(item: Counts, categories: Sequence[str]) -> dict[str, object]:
    return {
        "group": item.group,
        "n": item.n,
        "unknown": item.unknown,
        "counts": dict(zip(categories, item.counts, strict=True)),
        "percent": dict(zip(categories, item.percent, strict=True)),
    }


def _tested(test: Tested) -> dict[str, object]:
    return {"statistic": test.statistic, "df": test.df, "p": test.p, "method": test.method, "reason": test.reason}


def _model(item: Model) -> dict[str, object]:
    return {
        "id": item.id,
        "label": item.label,
        "outcome": f"change in {item.outcome}",
        "n": item.n,
        "people": item.people,
        "without": list(item.left_out),
        "reference_group": item.reference,
        "r_squared": item.r_squared,
        "coefficients": _terms(item.coefficients),
        "adjusted_means": _terms(item.means),
        "differences": _terms(item.differences),
        "reason": item.reason,
        "method": METHOD,
        "adjusted_means_method": ADJUSTED,
    }


def _terms(items: Sequence[Coefficient]) -> list[dict[str, object]]:
    return [asdict(item) for item in items]
