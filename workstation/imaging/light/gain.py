"""Gain between two visits: how many times brighter the same tissue is at the other one, voxel by voxel. Pure NumPy.

The ratio is taken where tissue lies on tissue. Its most frequent value is that of what didn't change, however much did:
lesions shift a mean, a median or a percentile, but not the peak. Both directions are taken, since to sample one image
between its voxels smooths it, and half of their difference is free of that.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import exp

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from workstation.imaging.light.sampling import Mask, Points, Values, between, indices_in, marked, moved, points_of
from workstation.imaging.reducing import Grid
from workstation.imaging.rigid import Rigid

MOST_VOXELS = 20_000
LEAST_VOXELS = 2_000
# what both directions may differ by; 0.05 is the most that was seen where nothing was wrong
MOST_DISAGREEMENT = 0.10
MOST_TIMES = 5.0
# voxels whose T1 changed by more than this, beyond T1's own gain, are ill or healed
STABLE = 0.2
_BIN, _REACH, _PEAK = 0.005, 3.0, 0.08
_TRIM, _TRIMS = 0.25, 6

Ratios = NDArray[np.float32]


class Gain(Struct, frozen=True):
    """What unchanged tissue of the second visit is brighter, as a natural logarithm.

    voxels: on how many of the first visit it stands. disagreement: what both directions differ by.
    """

    log: float
    voxels: int
    disagreement: float

    @property
    def times(self) -> float:
        """As a factor."""
        return exp(self.log)

    @property
    def doubt(self) -> str:
        """Why it isn't used, in words of a reader; empty where there is enough tissue, and both directions agree."""
        if self.voxels < LEAST_VOXELS:
            return f"the same tissue in {self.voxels:,} voxels only ({LEAST_VOXELS:,} are needed)"
        # written so that what isn't a number is doubted too
        if not abs(self.disagreement) <= MOST_DISAGREEMENT:
            return f"uncertain by {abs(self.disagreement):.0%} ({MOST_DISAGREEMENT:.0%} is allowed)"
        if not 1 / MOST_TIMES < self.times < MOST_TIMES:
            return f"x{self.times:.2g} is more than scans of one kind differ by"
        return ""


class Seen(Struct, frozen=True, eq=False):
    """One plane at one visit: its series by name, and where there is tissue, on a grid that may be another's."""

    series: Mapping[str, Grid]
    ground: Grid
    tissue: Mask


def gains(first: Seen, second: Seen, movement: Rigid, steady: str = "T1") -> dict[str, Gain]:
    """The gain of each series that both have.

    Args:
        first: one visit.
        second: the other, seen in the same plane.
        movement: from the first visit's points to the second's. A few millimetres of error are borne.
        steady: the series whose gain is found first: where its ratio strays, tissue is ill, and isn't used for others.
    """
    there = _one_way(first, second, movement, steady)
    back = _one_way(second, first, movement.inverse, steady)
    found: dict[str, Gain] = {}
    for name in there.keys() & back.keys():
        (forward, voxels), (backward, others) = there[name], back[name]
        found[name] = Gain((forward - backward) / 2, min(voxels, others), forward + backward)
    return found


def most_frequent(ratios: Ratios) -> tuple[float, int]:
    """The logarithm that most ratios lie about, and how many do.

    ratios: natural logarithms. First the peak of their histogram, then the median of what lies within 0.25 of it.
    """
    near = ratios[np.abs(ratios) < _REACH]
    if not near.size:
        return 0.0, 0
    counts = np.bincount(((near + _REACH) / _BIN).astype(np.intp), minlength=round(2 * _REACH / _BIN))
    smooth = np.convolve(counts, _bell(), mode="same")
    middle = float((np.argmax(smooth) + 0.5) * _BIN - _REACH)
    kept = near
    for _ in range(_TRIMS):
        kept = near[np.abs(near - middle) < _TRIM]
        if not kept.size:
            return middle, 0
        middle = float(np.median(kept))
    return middle, int(kept.size)


def _one_way(first: Seen, second: Seen, movement: Rigid, steady: str) -> dict[str, tuple[float, int]]:
    chosen = np.flatnonzero(first.tissue)
    # a fixed stride and no random numbers: the same images give the same gain each time
    chosen = chosen[:: max(1, -(-chosen.size // MOST_VOXELS))]
    points = points_of(first.ground, chosen)
    there = moved(points, movement)
    within = marked(second.tissue, indices_in(second.ground, there))
    points, there = points[within], there[within]
    found: dict[str, tuple[float, int]] = {}
    stable: Mask | None = None
    for name in sorted(first.series.keys() & second.series.keys(), key=lambda name: (name != steady, name)):
        ratio = _ratios(first.series[name], second.series[name], points, there)
        if name == steady:
            found[name] = most_frequent(ratio[np.isfinite(ratio)])
            stable = np.abs(ratio - np.float32(found[name][0])) < STABLE
            continue
        shown = np.isfinite(ratio)
        steadily = shown if stable is None else shown & stable
        # where the steady series strays itself, all that is shown stands
        found[name] = most_frequent(ratio[steadily if steadily.sum() >= LEAST_VOXELS else shown])
    return found


def _ratios(first: Grid, second: Grid, points: Points, there: Points) -> Ratios:
    """Natural logarithm of second over first at each point; not finite where either shows nothing."""
    one: Values = between(first.voxels, indices_in(first, points))
    other: Values = between(second.voxels, indices_in(second, there))
    shown = (one > 0) & (other > 0)
    ratio = np.full(one.shape, np.nan, np.float32)
    np.divide(other, one, out=ratio, where=shown)
    np.log(ratio, out=ratio, where=shown)
    return ratio


def _bell() -> NDArray[np.float64]:
    reach = round(4 * _PEAK / _BIN)
    steps = np.arange(-reach, reach + 1) * _BIN
    bell: NDArray[np.float64] = np.exp(-((steps / _PEAK) ** 2) / 2)
    return bell
