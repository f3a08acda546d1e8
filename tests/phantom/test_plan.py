"""How ill people are drawn: an atlas plate first, then a cohort like the published one. Plans only, nothing drawn."""

import numpy as np
import pytest

from workstation.phantom.bands import grade
from workstation.phantom.plan import patient, textbook


@pytest.fixture(scope="module")
def totals() -> dict[str, list[int]]:
    cohort = [patient(np.random.default_rng((7, number)))[0].totals() for number in range(66)]
    return {feature: sorted(person[feature] for person in cohort) for feature in ("SYN", "TEN", "OST", "ERO")}


@pytest.mark.parametrize(
    ("feature", "median", "most"),
    # baseline of the published cohort, n = 66-68: median and range
    [("SYN", 3, 9), ("TEN", 3, 15), ("OST", 2, 34), ("ERO", 5, 50)],
)
def test_a_cohort_has_totals_like_the_published_one(
    totals: dict[str, list[int]], feature: str, median: int, most: int
) -> None:
    found = totals[feature]

    # the median of 66 draws wanders by about one; the greatest comes near the end of the range, never beyond
    assert float(np.median(found)) == pytest.approx(median, abs=1)
    assert found[0] == 0
    assert 0.6 * most <= found[-1] <= most


def test_a_cohort_changes_both_ways_and_its_erosions_do_not_heal() -> None:
    fell = rose = 0
    for number in range(66):
        first, second = patient(np.random.default_rng((7, number)))
        before, after = first.totals(), second.totals()
        fell += sum(after[feature] < before[feature] for feature in ("SYN", "TEN", "OST"))
        rose += sum(after[feature] > before[feature] for feature in ("SYN", "TEN", "OST"))
        assert all(second.erosion[code] >= share for code, share in first.erosion.items())

    assert fell > 40
    assert 10 < rose < fell


def test_band_edges_are_hit_on_purpose() -> None:
    hit: set[float] = set()
    for number in range(66):
        first, _ = patient(np.random.default_rng((7, number)))
        hit |= {*first.erosion.values(), *first.osteitis.values(), *first.sheath_mm.values()}

    assert {0.01, 0.33, 0.34, 0.66, 0.67, 2.0, 5.0, 0.10, 0.11} <= hit


def test_the_first_person_has_every_grade_and_some_that_change() -> None:
    for seed in range(20):
        first, second = textbook(np.random.default_rng(seed))

        assert len({grade("ERO", share) for share in first.erosion.values()}) >= 4
        assert {grade("OST", share) for share in first.osteitis.values()} == {0, 1, 2, 3}
        assert {grade("SYN", share) for share in first.synovitis.values()} == {1, 2, 3}
        assert {grade("TEN", width) for width in first.sheath_mm.values()} == {0, 1, 2, 3}
        assert all(second.erosion[code] >= share for code, share in first.erosion.items())
        assert first.synovitis != second.synovitis
        assert first.sheath_mm != second.sheath_mm
