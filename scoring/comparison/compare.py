"""Agreement of several readings of the same cases: every total, feature and site, at each visit and of change. Pure.

Each visit is a sample of its own, and so is change: two visits of one wrist are not two independent wrists.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from scoring.agreement.ac2 import Ac2, ac2
from scoring.agreement.bootstrap import Bootstrap, moments_of, of_draws
from scoring.agreement.change import DetectableChange, sdc_of_change
from scoring.agreement.close import AgreementShares, agreement_shares
from scoring.agreement.estimates import Scores
from scoring.agreement.kappa import Kappa, Weighting, weighted_kappa
from scoring.agreement.pooled import PooledKappa, kappas_of_draws, parts_of
from scoring.agreement.resampling import Resampling, resampled_sums
from scoring.agreement.table import TableAgreement, agreement_of_scores
from scoring.comparison.grades import OF_PAIRS, At, Grades, scale_at
from scoring.schemes.scheme import Feature, FeatureCode, SiteCode, Total
from scoring.several.repeated import RepeatedLimits, repeated_limits
from scoring.values import replace

# One reading is what a study of one reader scores with; the mean of two would have a smaller error.
READINGS_AVERAGED: Final = 1
# Kappa is of two readings.
PAIR: Final = 2
# Of single sites: as agreement of grades is given, and as some papers print it.
WEIGHTS: Final = (Weighting.QUADRATIC, Weighting.UNWEIGHTED)
Kappas = tuple[PooledKappa | None, PooledKappa | None]
# Enough for two digits of a 95 % percentile interval; the seed is fixed, so that a report can be made again.
POOLED: Final = Resampling(replicates=2000, seed=1)


@dataclass(frozen=True, slots=True)
class TotalAgreement:
    """Agreement of one total (strict rule: missing when a site has no grade); `sdc` belongs to change alone."""

    total: Total
    at: At
    table: TableAgreement
    sdc: DetectableChange | None


@dataclass(frozen=True, slots=True)
class FeatureAgreement:
    """Agreement of single sites, all of a feature together: `sites` graded every time, `dropped` not.

    `kappa`, quadratic, and `unweighted` are of two readings; None with more.
    """

    feature: FeatureCode
    at: At
    sites: int
    dropped: int
    shares: AgreementShares
    kappa: PooledKappa | None
    unweighted: PooledKappa | None


@dataclass(frozen=True, slots=True)
class SiteAgreement:
    """Agreement at one site over `n` cases; `dropped` lacked a grade. Kappas are of two readings; AC2 of any number."""

    feature: FeatureCode
    site: SiteCode
    at: At
    n: int
    dropped: int
    shares: AgreementShares
    kappa: Kappa
    unweighted: Kappa
    ac2: Ac2


@dataclass(frozen=True, slots=True)
class BothVisits:
    """Limits of agreement of one total at either visit: a case is one person, measured at each of its visits."""

    total: Total
    limits: RepeatedLimits


@dataclass(frozen=True, slots=True)
class Agreements:
    """All figures of the same readings of the same cases; `both_visits` is of two readings, else empty."""

    totals: tuple[TotalAgreement, ...]
    features: tuple[FeatureAgreement, ...]
    sites: tuple[SiteAgreement, ...]
    both_visits: tuple[BothVisits, ...]


def agreements(
    grades: Grades, *, level: float, resampling: Resampling | None = None, ats: Sequence[At] = OF_PAIRS
) -> Agreements:
    """Every figure.

    Args:
        grades: two readings or more of one case or more.
        level: of all intervals.
        ats: what is compared, of pairs or of scans.
        resampling: adds bootstrap intervals to the totals; all totals and visits share the draws of cases.

    Raises:
        LevelRefused: the level isn't a share between 0 and 1.
    """
    wanted = [(total, at) for total in grades.scheme.totals for at in ats]
    scores = [grades.of_total(total, at) for total, at in wanted]
    features = [(feature, at) for feature in grades.scheme.features for at in ats]
    # site after site of each case: cases x sites rows, readings columns
    tables = [
        grades.of_feature(feature.code, at).transpose(0, 2, 1).reshape(-1, grades.readings) for feature, at in features
    ]
    bootstraps, kappas = _resampled(grades, scores, tables, level, resampling)
    return Agreements(
        tuple(
            _of_total(total, at, table, bootstrap, level)
            for (total, at), table, bootstrap in zip(wanted, scores, bootstraps, strict=True)
        ),
        tuple(
            _of_feature(feature, at, table, of_weights)
            for (feature, at), table, of_weights in zip(features, tables, kappas, strict=True)
        ),
        _sites(grades, level, ats),
        _both(grades, level) if grades.readings == PAIR and At.CHANGE in ats else (),
    )


def _resampled(
    grades: Grades, totals: Sequence[Scores], tables: Sequence[Scores], level: float, wish: Resampling | None
) -> tuple[Sequence[Bootstrap | None], Sequence[Kappas]]:
    """What needs draws of cases, all of it from the same draws: totals where asked for, kappas of pairs always."""
    resampling = wish or POOLED
    moments = [] if wish is None else moments_of(totals)
    weights = WEIGHTS if grades.readings == PAIR else ()
    parts = [part for weighting in weights for part in parts_of(tables, grades.cases, weighting)]
    columns = [item.sums for item in moments] + [item.sums for item in parts]
    sums = np.concatenate([np.empty((grades.cases, 0)), *columns], axis=1)
    drawn = resampled_sums(sums, resampling)
    split = sum(item.sums.shape[1] for item in moments)
    bootstraps = of_draws(moments, drawn[:, :split], resampling, level=level)
    kappas = kappas_of_draws(parts, drawn[:, split:], resampling, level=level)
    of_weights = list(zip(kappas[: len(tables)], kappas[len(tables) :], strict=True)) if kappas else []
    return bootstraps or [None] * len(totals), of_weights or [(None, None)] * len(tables)


def _of_total(total: Total, at: At, scores: Scores, bootstrap: Bootstrap | None, level: float) -> TotalAgreement:
    table = replace(agreement_of_scores(scores, level=level, scale=scale_at(total, at)), bootstrap=bootstrap)
    if at is not At.CHANGE:
        return TotalAgreement(total, at, table, None)
    sdc = sdc_of_change(complete(scores), readings_averaged=READINGS_AVERAGED, level=level)
    return TotalAgreement(total, at, table, sdc)


def _of_both(grades: Grades, total: Total, level: float) -> BothVisits:
    scores = [grades.of_total(total, at) for at in (At.BASELINE, At.FOLLOW_UP)]
    people = [str(case) for case in range(grades.cases)] * len(scores)
    return BothVisits(total, repeated_limits(np.concatenate(scores), people, level=level))


def _of_feature(feature: Feature, at: At, table: Scores, kappas: Kappas) -> FeatureAgreement:
    scores = complete(table)
    shares = agreement_shares(scores, nothing=scale_at(feature, at).nothing)
    return FeatureAgreement(feature.code, at, len(scores), len(table) - len(scores), shares, *kappas)


def _both(grades: Grades, level: float) -> tuple[BothVisits, ...]:
    return tuple(_of_both(grades, total, level) for total in grades.scheme.totals)


def _sites(grades: Grades, level: float, ats: Sequence[At]) -> tuple[SiteAgreement, ...]:
    found = []
    for feature in grades.scheme.features:
        for site in feature.sites:
            for at in ats:
                scale = scale_at(feature, at)
                scores = complete(grades.of_site(feature.code, site.code, at))
                found.append(
                    SiteAgreement(
                        feature.code,
                        site.code,
                        at,
                        len(scores),
                        grades.cases - len(scores),
                        agreement_shares(scores, nothing=scale.nothing),
                        weighted_kappa(scores, Weighting.QUADRATIC, level=level, nothing=scale.nothing),
                        weighted_kappa(scores, Weighting.UNWEIGHTED, level=level, nothing=scale.nothing),
                        ac2(scores, Weighting.QUADRATIC, scale, level=level),
                    )
                )
    return tuple(found)


def complete(scores: Scores) -> Scores:
    """The rows without a missing score."""
    kept: Scores = scores[np.all(np.isfinite(scores), axis=1)]
    return kept
