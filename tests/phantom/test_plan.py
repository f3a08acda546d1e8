"""Plans of illness: an atlas plate first, then a cohort like the published one. Nothing is drawn."""

import numpy as np
import pytest

from workstation.phantom.bands import grade
from workstation.phantom.people import planned
from workstation.phantom.plan import Illness, textbook

Trial = list[tuple[Illness, Illness]]
FEATURES = ("SYN", "TEN", "OST", "ERO")


@pytest.fixture(scope="module", params=[1, 7, 2026])
def trial(request: pytest.FixtureRequest) -> Trial:
    """What `ramris phantom OUT --subjects 66 --seed N` plans for each person."""
    return [planned(int(request.param), number) for number in range(1, 67)]


@pytest.mark.parametrize(
    ("feature", "median", "most"),
    # baseline of the published cohort, n = 66-68: median and range
    [("SYN", 3, 9), ("TEN", 3, 15), ("OST", 2, 34), ("ERO", 5, 50)],
)
def test_a_trial_of_66_has_the_medians_and_the_ranges_of_the_published_cohort(
    trial: Trial, feature: str, median: int, most: int
) -> None:
    totals = [first.totals()[feature] for first, _ in trial]

    # the atlas plate, far above the median, moves it by at most the step to the next person
    assert float(np.median(totals)) == pytest.approx(median, abs=1.5)
    assert min(totals) == 0
    assert 0.85 * most <= max(totals) <= most


def test_a_trial_changes_both_ways_and_its_erosions_do_not_heal(trial: Trial) -> None:
    fell = rose = 0
    for first, second in trial:
        before, after = first.totals(), second.totals()
        fell += sum(after[feature] < before[feature] for feature in ("SYN", "TEN", "OST"))
        rose += sum(after[feature] > before[feature] for feature in ("SYN", "TEN", "OST"))
        assert all(second.erosion[code] >= share for code, share in first.erosion.items())

    assert fell > 50
    assert 20 < rose < fell


def test_the_edges_of_every_band_are_hit_on_purpose(trial: Trial) -> None:
    hit: dict[str, set[float]] = {feature: set() for feature in FEATURES}
    for visits in trial:
        for visit in visits:
            amounts = (visit.synovitis, visit.sheath_mm, visit.osteitis, visit.erosion)
            for feature, by_site in zip(FEATURES, amounts, strict=True):
                hit[feature] |= set(by_site.values())

    # the last value of a grade and the first of the next: scoring rules, scales
    assert {0.33, 0.34, 0.66, 0.67} <= hit["SYN"]
    assert {0.01, 0.33, 0.34, 0.66, 0.67} <= hit["OST"]
    assert {0.01, 0.10, 0.11} <= hit["ERO"]
    assert {1.9, 2.0, 4.9, 5.0} <= hit["TEN"]


def test_people_differ_and_the_same_seed_plans_the_same_trial() -> None:
    assert planned(3, 5) == planned(3, 5)
    assert planned(3, 5) != planned(3, 6)
    assert planned(3, 5) != planned(4, 5)


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
