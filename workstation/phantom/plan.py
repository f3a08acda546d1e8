"""Plan of how ill each site is to be at each visit, drawn from a seed. Pure.

The first person of a study is a plate of the atlas: every grade of synovitis, osteitis and tenosynovitis, and the
edges of their bands. The others are drawn so that a trial of them has the totals at baseline of the cohort that the
scoring rules were written for: synovitis 0-9 (median 3), tenosynovitis 0-15 (3), osteitis 0-34 (2), erosion 0-50 (5).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from workstation.phantom.anatomy.bone_shapes import CODES
from workstation.phantom.anatomy.tendons import AREAS
from workstation.phantom.bands import grade

COMPARTMENTS = ("DRUJ", "RC", "IC-CMC")

_EROSION = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.01, 0.05, 0.06, 0.08, 0.10, 0.11, 0.16, 0.24, 0.36)
_EROSION_LATER = {0.01: 0.05, 0.06: 0.14, 0.11: 0.17, 0.24: 0.34, 0.36: 0.46}
_OSTEITIS = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.01, 0.15, 0.22, 0.33, 0.34, 0.55, 0.66, 0.67)
_OSTEITIS_LATER = {0.15: 0.0, 0.22: 0.48, 0.33: 0.12, 0.55: 0.25, 0.67: 0.85}
_SYNOVITIS = (0.33, 0.66, 0.67)
_SYNOVITIS_LATER = {0.33: 0.0, 0.67: 0.34}
_SHEATH = (0.0, 0.0, 0.0, 0.0, 1.3, 1.5, 1.9, 2.0, 3.6, 5.0)
_SHEATH_LATER = {1.3: 0.0, 1.5: 2.7, 3.6: 1.4, 5.0: 4.9}

# Quartiles of the totals: least, lower quartile, median, upper quartile, greatest. Least, median and greatest are the
# published ones; the quartiles between are ours, on the skewed side that medians so near the floor imply.
_QUARTILES = (0.0, 0.25, 0.5, 0.75, 1.0)
TOTALS = {"SYN": (0, 1.5, 3, 5, 9), "TEN": (0, 1, 3, 6, 15), "OST": (0, 0, 2, 7, 34), "ERO": (0, 2, 5, 12, 50)}

# Lower and upper edge of each grade's band; a quarter of all lesions lie on an edge.
_BANDS: Mapping[str, tuple[tuple[float, float], ...]] = {
    "SYN": ((0.06, 0.33), (0.34, 0.66), (0.67, 0.95)),
    "OST": ((0.01, 0.33), (0.34, 0.66), (0.67, 0.98)),
    "ERO": ((0.01, 0.10), *((round(k / 10 + 0.01, 2), round(k / 10 + 0.1, 2)) for k in range(1, 10))),
    "TEN": ((0.8, 1.9), (2.0, 4.9), (5.0, 6.0)),
}
_MOST_ERODED = 7
_GOLDEN = 1.1347241384015194
_ON_AN_EDGE = 0.25
_BETTER, _WORSE = 0.4, 0.12
_ERODES = 0.06


@dataclass(frozen=True, slots=True)
class Illness:
    """Targets of one visit by site: shares for bones and compartments, greatest sheath width in mm for areas."""

    erosion: Mapping[str, float]
    osteitis: Mapping[str, float]
    synovitis: Mapping[str, float]
    sheath_mm: Mapping[str, float]

    def totals(self) -> dict[str, int]:
        """The total of each feature that the targets deserve."""
        of = {"SYN": self.synovitis, "OST": self.osteitis, "ERO": self.erosion, "TEN": self.sheath_mm}
        return {feature: sum(grade(feature, amount) for amount in amounts.values()) for feature, amounts in of.items()}


def textbook(random: np.random.Generator) -> tuple[Illness, Illness]:
    """Baseline and follow-up of a person who has every grade, on band edges too. Erosions don't heal."""
    erosion = _dealt(random, CODES, _EROSION)
    osteitis = _dealt(random, CODES, _OSTEITIS)
    synovitis = _dealt(random, COMPARTMENTS, _SYNOVITIS)
    sheath = _dealt(random, AREAS, _SHEATH)
    later = {code: _EROSION_LATER.get(share, share) for code, share in erosion.items()}
    later[next(code for code in CODES if erosion[code] == 0)] = 0.05
    return Illness(erosion, osteitis, synovitis, sheath), Illness(
        later,
        {code: _OSTEITIS_LATER.get(share, share) for code, share in osteitis.items()},
        {code: _SYNOVITIS_LATER.get(share, share) for code, share in synovitis.items()},
        {code: _SHEATH_LATER.get(width, width) for code, width in sheath.items()},
    )


def shares(seed: int, number: int) -> tuple[float, ...]:
    """Where a person stands in a cohort of that seed, 0 to 1: how ill in all, then by feature.

    Spread evenly over the persons rather than drawn, so that some dozens of them already have the medians of the whole.
    Source: the additive recurrence by powers of the generalised golden ratio (x^6 = x + 1 for five dimensions), Roberts
    2018, extremelearning.com.au/unreasonable-effectiveness-of-quasirandom-sequences.
    """
    start = np.random.default_rng((seed, 4)).random(len(TOTALS) + 1)
    steps = _GOLDEN ** -np.arange(1.0, len(start) + 1)
    return tuple(float(share) for share in (start + number * steps) % 1)


def patient(random: np.random.Generator, stands: Sequence[float]) -> tuple[Illness, Illness]:
    """Baseline and follow-up of one of a cohort. Inflammation mostly falls, sometimes rises; erosions don't heal.

    stands: as `shares` gives it.
    """
    # One severity moves all features of a person together, loosely, as it does in life.
    severity, *own = (float(ndtri(np.clip(share, 1e-6, 1 - 1e-6))) for share in stands)
    found: list[tuple[dict[str, float], dict[str, float]]] = []
    sites_of = {"ERO": CODES, "OST": CODES, "SYN": COMPARTMENTS, "TEN": AREAS}
    for (feature, sites), alone in zip(sites_of.items(), own, strict=True):
        before = _spread(random, feature, sites, _total(feature, 0.6 * severity + 0.8 * alone))
        found.append(
            (
                {site: _amount(random, feature, before[site]) for site in sites},
                dict.fromkeys(sites, 0.0),
            )
        )
        amounts, later = found[-1]
        for site in sites:
            after = _moved(random, feature, before[site])
            later[site] = amounts[site] if after == before[site] else _amount(random, feature, after)
    first, second = ([pair[k] for pair in found] for k in (0, 1))
    return Illness(*first), Illness(*second)


def _total(feature: str, deviation: float) -> int:
    """The total of somebody who stands that many standard deviations from the middle."""
    return int(np.rint(np.interp(ndtr(deviation), _QUARTILES, TOTALS[feature])))


def _spread(random: np.random.Generator, feature: str, sites: Sequence[str], total: int) -> dict[str, int]:
    most = _MOST_ERODED if feature == "ERO" else 3
    grades = dict.fromkeys(sites, 0)
    for _ in range(min(total, most * len(sites))):
        open_sites = [site for site in sites if grades[site] < most]
        # A site that is ill already is likelier to be worse than another is to fall ill.
        weights = np.array([1.0 + 1.5 * grades[site] for site in open_sites])
        grades[open_sites[int(random.choice(len(open_sites), p=weights / weights.sum()))]] += 1
    return grades


def _moved(random: np.random.Generator, feature: str, before: int) -> int:
    drawn = random.random()
    if feature == "ERO":
        return before + 1 if drawn < _ERODES and before < _MOST_ERODED else before
    if before == 0:
        return 1 if drawn < _ERODES else 0
    if drawn < _BETTER:
        return before - 1
    return min(3, before + 1) if drawn > 1 - _WORSE else before


def _amount(random: np.random.Generator, feature: str, wanted: int) -> float:
    if wanted == 0:
        return 0.0
    low, high = _BANDS[feature][wanted - 1]
    if random.random() < _ON_AN_EDGE:
        return float(random.choice((low, high)))
    return round(float(random.uniform(low, high)), 1 if feature == "TEN" else 2)


def _dealt(random: np.random.Generator, sites: tuple[str, ...], amounts: tuple[float, ...]) -> dict[str, float]:
    order = random.permutation(len(amounts))
    return {site: amounts[k] for site, k in zip(sites, order, strict=True)}
