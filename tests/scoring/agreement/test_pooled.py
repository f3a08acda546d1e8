"""Kappa pooled over sites: resampled by whole scans, the same as resampling the rows by hand."""

import numpy as np
import pytest
from numpy.typing import NDArray

from scoring.agreement.estimates import Reason
from scoring.agreement.kappa import Weighting, weighted_kappa
from scoring.agreement.pooled import PooledKappa, kappas_of_draws, parts_of
from scoring.agreement.resampling import Resampling, resampled_sums


def _pooled(
    scans: list[NDArray[np.float64]], weighting: Weighting, *, level: float, replicates: int, seed: int
) -> PooledKappa:
    """Kappa over scans of one feature; those with fewer sites are filled up with missing scores."""
    filled = [scan for scan in scans if scan.size]
    most = max((len(scan) for scan in filled), default=0)
    padded = [np.pad(scan, ((0, most - len(scan)), (0, 0)), constant_values=np.nan) for scan in filled]
    table = np.concatenate(padded) if padded else np.empty((0, 2))
    resampling = Resampling(replicates, seed)
    (part,) = parts_of([table], len(filled), weighting)
    (found,) = kappas_of_draws([part], resampled_sums(part.sums, resampling), resampling, level=level)
    return found


def _wrists(count: int, sites: int) -> list[NDArray[np.float64]]:
    """Synthetic osteitis grades: readings that differ by one at some of the sites, wrists that differ in severity."""
    random = np.random.default_rng(11)
    wrists = []
    for _ in range(count):
        first = random.binomial(3, random.uniform(0, 0.6), sites)
        second = np.clip(first + random.choice([-1, 0, 0, 0, 1], sites), 0, 3)
        wrists.append(np.column_stack([first, second]).astype(float))
    return wrists


@pytest.mark.parametrize("weighting", list(Weighting))
def test_the_estimate_is_kappa_over_all_sites(weighting: Weighting) -> None:
    wrists = _wrists(12, 15)

    pooled = _pooled(wrists, weighting, level=0.95, replicates=0, seed=1)

    assert pooled.value.estimate == pytest.approx(
        weighted_kappa(np.concatenate(wrists), weighting, level=0.95).value.estimate, abs=1e-12
    )
    assert pooled.value.low is None
    assert (pooled.scans, pooled.sites) == (12, 180)


@pytest.mark.parametrize("weighting", list(Weighting))
def test_the_interval_is_that_of_drawing_whole_scans_row_by_row(weighting: Weighting) -> None:
    wrists = _wrists(9, 5)
    draws = np.random.default_rng(5).integers(0, 9, (200, 9))
    by_hand = [
        weighted_kappa(np.concatenate([wrists[scan] for scan in draw]), weighting, level=0.95).value.estimate
        for draw in draws
    ]

    pooled = _pooled(wrists, weighting, level=0.9, replicates=200, seed=5)

    assert pooled.value.low == pytest.approx(np.quantile(np.array(by_hand, float), 0.05), abs=1e-12)
    assert pooled.value.high == pytest.approx(np.quantile(np.array(by_hand, float), 0.95), abs=1e-12)


def test_repeating_every_site_teaches_nothing_new() -> None:
    wrists = _wrists(20, 5)

    once = _pooled(wrists, Weighting.QUADRATIC, level=0.95, replicates=500, seed=3).value
    thrice = _pooled(
        [np.tile(wrist, (3, 1)) for wrist in wrists], Weighting.QUADRATIC, level=0.95, replicates=500, seed=3
    )

    assert thrice.value.low == pytest.approx(once.low, abs=1e-12)
    assert thrice.value.high == pytest.approx(once.high, abs=1e-12)


def test_one_seed_gives_one_interval() -> None:
    first, second = (_pooled(_wrists(10, 4), Weighting.LINEAR, level=0.95, replicates=2500, seed=8) for _ in range(2))

    assert first == second


def test_when_most_draws_hold_only_empty_sites_there_is_no_interval() -> None:
    wrists = [np.zeros((5, 2)) for _ in range(10)]
    wrists[0][0] = 1, 1

    pooled = _pooled(wrists, Weighting.LINEAR, level=0.95, replicates=400, seed=1).value

    assert pooled.estimate == 1.0
    assert pooled.low is None
    assert pooled.reason is Reason.INTERVAL_UNDEFINED


def test_one_scan_or_equal_scores_have_no_pooled_kappa() -> None:
    def reason(scans: list[NDArray[np.float64]]) -> Reason | None:
        return _pooled(scans, Weighting.LINEAR, level=0.95, replicates=10, seed=1).value.reason

    assert reason([]) is Reason.TOO_FEW
    assert reason(_wrists(1, 5)) is Reason.TOO_FEW
    assert reason([np.ones((2, 2)), np.ones((3, 2))]) is Reason.ZERO_TOTAL_VARIANCE
    assert reason([np.full((2, 2), 0.3), np.ones((3, 2))]) is Reason.NOT_CATEGORIES
