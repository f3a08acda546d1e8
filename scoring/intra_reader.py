"""How well one reader agrees with himself or herself: first readings against blind repeats. Pure.

Each visit is a sample of its own, and so is change: two visits of one wrist are not two independent wrists.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

import numpy as np

from scoring.agreement.change import DetectableChange, sdc_of_change
from scoring.agreement.close import AgreementShares, agreement_shares
from scoring.agreement.estimates import Estimate, Scores
from scoring.agreement.kappa import Weighting
from scoring.agreement.measurement_error import percent_of_maximum
from scoring.agreement.pooled import PooledKappa, pooled_kappa
from scoring.agreement.scale import ScaleRange
from scoring.agreement.table import FEW, TableAgreement, agreement_of_table
from scoring.reading import Graded, Reading, SiteKey
from scoring.scheme import Feature, FeatureCode, Scheme, SiteCode, Total
from scoring.totals import site_change, total, total_change

# One reading is what a study of one reader scores with; the mean of two would have a smaller error.
READINGS_AVERAGED: Final = 1
# Enough for two digits of a 95 % percentile interval; the seed is fixed, so that a report can be made again.
REPLICATES: Final = 2000
BOOTSTRAP_SEED: Final = 1

Pair = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class ReadTwice:
    """Two complete readings of one subject by one reader."""

    subject: str
    first: Reading
    repeat: Reading


class At(StrEnum):
    """What of a pair of visits is compared."""

    BASELINE = "1"
    FOLLOW_UP = "2"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class TotalAgreement:
    """Agreement of one total (strict rule: missing when a site has no grade); `sdc` belongs to change alone."""

    total: Total
    at: At
    table: TableAgreement
    sdc: DetectableChange | None


@dataclass(frozen=True, slots=True)
class FeatureAgreement:
    """Agreement of single sites, all of a feature together: `sites` graded both times, `dropped` not."""

    feature: FeatureCode
    at: At
    sites: int
    dropped: int
    shares: AgreementShares
    kappa: PooledKappa


@dataclass(frozen=True, slots=True)
class SiteAgreement:
    """Shares of exact and close agreement at one site over `n` subjects; `dropped` had no grade in one reading."""

    feature: FeatureCode
    site: SiteCode
    at: At
    n: int
    dropped: int
    shares: AgreementShares


@dataclass(frozen=True, slots=True)
class IntraReader:
    """Everything that is said about the repeats of one reader; columns are first, repeat."""

    reader: str
    level: float
    pairs: int
    totals: tuple[TotalAgreement, ...]
    features: tuple[FeatureAgreement, ...]
    sites: tuple[SiteAgreement, ...]
    warnings: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """The object that `ramris agreement DIR --json` prints: finite numbers and None alone."""
        return {
            "reader": self.reader,
            "level": self.level,
            "pairs": self.pairs,
            "analyses": [_total_as_json(item) for item in self.totals],
            "features": [_feature_as_json(item) for item in self.features],
            "sites": [_site_as_json(item) for item in self.sites],
            "warnings": list(self.warnings),
        }


def intra_reader(
    scheme: Scheme, reader: str, pairs: Sequence[ReadTwice], *, level: float, unfinished: int = 0
) -> IntraReader:
    """Agreement of every total, feature and site, at each visit and of change.

    Args:
        scheme: what the readings are on.
        reader: who read; named in the result.
        pairs: one or more, one a subject.
        level: of all intervals.
        unfinished: how many repeats were drawn and are not among `pairs`; said in a warning.

    Raises:
        LevelRefused: the level isn't a share between 0 and 1.
    """
    totals = tuple(_of_total(scheme, item, at, pairs, level) for item in scheme.totals for at in At)
    features = tuple(_of_feature(feature, at, pairs, level) for feature in scheme.features for at in At)
    sites = tuple(
        _of_site(feature, site.code, at, pairs) for feature in scheme.features for site in feature.sites for at in At
    )
    warnings = _warnings(len(pairs), unfinished, totals)
    return IntraReader(reader, level, len(pairs), totals, features, sites, warnings)


def _of_total(scheme: Scheme, item: Total, at: At, pairs: Sequence[ReadTwice], level: float) -> TotalAgreement:
    def value(reading: Reading) -> Decimal | None:
        if at is At.CHANGE:
            return total_change(scheme, reading, item.code).value
        return total(scheme, reading, item.code, int(at)).value

    rows = _rows(pairs, value)
    table = agreement_of_table(rows, level=level, scale=_scale(item.minimum, item.maximum, at))
    if at is not At.CHANGE:
        return TotalAgreement(item, at, table, None)
    return TotalAgreement(
        item, at, table, sdc_of_change(_complete(rows), readings_averaged=READINGS_AVERAGED, level=level)
    )


def _of_feature(feature: Feature, at: At, pairs: Sequence[ReadTwice], level: float) -> FeatureAgreement:
    scans = []
    for pair in pairs:
        rows = [row for site in feature.sites for row in _rows([pair], _site_value(feature.code, site.code, at))]
        scans.append(_complete(rows))
    scores = np.concatenate(scans)
    kappa = pooled_kappa(scans, Weighting.QUADRATIC, level=level, replicates=REPLICATES, seed=BOOTSTRAP_SEED)
    wanted = len(pairs) * len(feature.sites)
    nothing = _scale(feature.scale.minimum, feature.scale.maximum, at).nothing
    shares = agreement_shares(scores, nothing=nothing)
    return FeatureAgreement(feature.code, at, len(scores), wanted - len(scores), shares, kappa)


def _of_site(feature: Feature, site: SiteCode, at: At, pairs: Sequence[ReadTwice]) -> SiteAgreement:
    scores = _complete(_rows(pairs, _site_value(feature.code, site, at)))
    nothing = _scale(feature.scale.minimum, feature.scale.maximum, at).nothing
    shares = agreement_shares(scores, nothing=nothing)
    return SiteAgreement(feature.code, site, at, len(scores), len(pairs) - len(scores), shares)


def _site_value(feature: FeatureCode, site: SiteCode, at: At) -> Callable[[Reading], Decimal | None]:
    def value(reading: Reading) -> Decimal | None:
        if at is At.CHANGE:
            return site_change(reading, feature, site)
        answer = reading.answer(SiteKey(int(at), feature, site))
        return answer.grade if isinstance(answer, Graded) else None

    return value


def _rows(pairs: Sequence[ReadTwice], value: Callable[[Reading], Decimal | None]) -> list[Pair]:
    """A row for each pair: (first, repeat)."""
    found = [(value(pair.first), value(pair.repeat)) for pair in pairs]
    return [
        (None if first is None else float(first), None if repeat is None else float(repeat)) for first, repeat in found
    ]


def _complete(rows: Sequence[Pair]) -> Scores:
    """The rows without a missing score, n x 2."""
    return np.array([row for row in rows if None not in row], dtype=np.float64).reshape(-1, 2)


def _scale(minimum: Decimal, maximum: Decimal, at: At) -> ScaleRange:
    if at is At.CHANGE:
        span = float(maximum - minimum)
        return ScaleRange(-span, span)
    return ScaleRange(float(minimum), float(maximum))


def _warnings(pairs: int, unfinished: int, totals: Sequence[TotalAgreement]) -> tuple[str, ...]:
    found = []
    if unfinished:
        found.append(
            f"{unfinished} of {pairs + unfinished} re-reads {'is' if unfinished == 1 else 'are'} not finished and left "
            "out; figures seen before the last is read can sway the reading"
        )
    fewest = min(item.table.n for item in totals)
    if fewest < FEW:
        most = max(item.table.n for item in totals)
        n = f"n = {most}" if fewest == most else f"n = {fewest} to {most}"
        found.append(f"{n} is under {FEW}: intervals are wide, read each figure with its interval")
    found.append(
        "Single sites agree far less than totals, and kappa falls where most sites are 0: never take one for the other"
    )
    return tuple(found)


def _total_as_json(item: TotalAgreement) -> dict[str, object]:
    sdc = {} if item.sdc is None else {"sdc_of_change": _sdc_as_json(item.sdc, item.total)}
    return {"total": item.total.code, "visit": _visit(item.at), "table": item.table.as_json(), **sdc}


def _sdc_as_json(sdc: DetectableChange, total: Total) -> dict[str, object]:
    value = sdc.sdc.estimate
    return {
        **_estimate_as_json(sdc.sdc),
        "at_80_percent": sdc.sdc_80.estimate,
        "percent_of_maximum": None if value is None else percent_of_maximum(value, float(total.maximum)),
        "readings_averaged": sdc.readings_averaged,
    }


def _feature_as_json(item: FeatureAgreement) -> dict[str, object]:
    return {
        "feature": item.feature,
        "visit": _visit(item.at),
        "sites": item.sites,
        "dropped": item.dropped,
        "exact": item.shares.exact,
        "close": item.shares.close,
        "kappa": {
            "quadratic": _estimate_as_json(item.kappa.value),
            "replicates": item.kappa.replicates,
            "seed": item.kappa.seed,
        },
    }


def _site_as_json(item: SiteAgreement) -> dict[str, object]:
    return {
        "feature": item.feature,
        "site": item.site,
        "visit": _visit(item.at),
        "n": item.n,
        "dropped": item.dropped,
        "exact": item.shares.exact,
        "close": item.shares.close,
    }


def _estimate_as_json(estimate: Estimate) -> dict[str, object]:
    reason = {} if estimate.reason is None else {"reason": str(estimate.reason)}
    return {"estimate": estimate.estimate, "low": estimate.low, "high": estimate.high, **reason}


def _visit(at: At) -> int | str:
    return str(at) if at is At.CHANGE else int(at)
