"""The figures of compared readings for other programs: finite numbers and None alone."""

from __future__ import annotations

from scoring.agreement.change import DetectableChange
from scoring.agreement.table import error_as_json, estimate_as_json, response_as_json
from scoring.comparison.compare import Agreements, BothVisits, FeatureAgreement, SiteAgreement, TotalAgreement
from scoring.comparison.grades import At
from scoring.comparison.responding import TotalResponse
from scoring.schemes.scheme import Total


def agreements_as_json(found: Agreements) -> dict[str, object]:
    """`analyses`, `features` and `sites`, and of two readings `both_visits`."""
    return {
        "analyses": [_total(item) for item in found.totals],
        "features": [_feature(item) for item in found.features],
        "sites": [_site(item) for item in found.sites],
        **({"both_visits": [_both(item) for item in found.both_visits]} if found.both_visits else {}),
    }


def response_of_total(item: TotalResponse) -> dict[str, object]:
    """Change of one total: SRM, direction, share beyond the SDC."""
    past = item.beyond
    return {
        "total": item.total.code,
        "dropped": item.dropped,
        **{("srm" if name == "estimate" else name): value for name, value in response_as_json(item.response).items()},
        "decreased": item.decreased,
        "same": item.same,
        "increased": item.increased,
        "sdc": item.sdc,
        "sdc_n": item.sdc_n,
        "beyond_sdc": None
        if past is None
        else {"decreased": past.decreased, "increased": past.increased, "share": past.share},
    }


def _total(item: TotalAgreement) -> dict[str, object]:
    sdc = {} if item.sdc is None else {"sdc_of_change": _sdc(item.sdc, item.total)}
    return {"total": item.total.code, "visit": _visit(item.at), "table": item.table.as_json(), **sdc}


def _both(item: BothVisits) -> dict[str, object]:
    found = item.limits
    return {
        "total": item.total.code,
        "people": found.people,
        "pairs": found.pairs,
        "bias": found.bias,
        "sd": found.sd,
        "lower": estimate_as_json(found.lower_limit),
        "upper": estimate_as_json(found.upper_limit),
    }


def _sdc(sdc: DetectableChange, total: Total) -> dict[str, object]:
    maximum = float(total.maximum)
    return {
        **error_as_json(sdc.sdc, "1.96 SD(d) / (sqrt2 sqrt m)", maximum),
        "at_80_percent": sdc.sdc_80.estimate,
        "sdc_80": error_as_json(sdc.sdc_80, "1.28155 SD(d) / (sqrt2 sqrt m)", maximum),
        "readings_averaged": sdc.readings_averaged,
    }


def _feature(item: FeatureAgreement) -> dict[str, object]:
    kappa: object = None
    if item.kappa is not None and item.unweighted is not None:
        kappa = {
            "quadratic": estimate_as_json(item.kappa.value),
            "unweighted": estimate_as_json(item.unweighted.value),
            "replicates": item.kappa.replicates,
            "seed": item.kappa.seed,
        }
    return {
        "feature": item.feature,
        "visit": _visit(item.at),
        "sites": item.sites,
        "dropped": item.dropped,
        "exact": item.shares.exact,
        "close": item.shares.close,
        "prevalence": item.shares.prevalence,
        "kappa": kappa,
    }


def _site(item: SiteAgreement) -> dict[str, object]:
    return {
        "feature": item.feature,
        "site": item.site,
        "visit": _visit(item.at),
        "n": item.n,
        "dropped": item.dropped,
        "exact": item.shares.exact,
        "close": item.shares.close,
        "prevalence": item.shares.prevalence,
        "kappa": {
            "quadratic": estimate_as_json(item.kappa.value),
            "unweighted": estimate_as_json(item.unweighted.value),
        },
        "ac2": {"quadratic": estimate_as_json(item.ac2.value)},
    }


def _visit(at: At) -> int | str:
    return str(at) if at in {At.CHANGE, At.SCAN} else int(at)
