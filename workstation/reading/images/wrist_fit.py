"""Fit of the common wrist to one visit: from what is known of the planes, and from where the reader found sites.

Seven numbers are sought: a shift, a size and a small turn about each axis, each with how far it usually is from
nothing (a Gaussian prior), so that no found site at all gives the common wrist in the middle of the stacks, and each
found site draws it a little further. Those that lie far from all others count less (Huber), so that one site found in
the wrong position doesn't take the others along. Each of the ways to lie is tried; the one that explains the sites
best, what is usual preferred, is taken. Pure; LPS millimetres.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from storage.records import Vector3
from workstation.imaging.geometry import add, cross, dot
from workstation.reading.found_site import FoundSite
from workstation.reading.images.hand_axes import HandAxes

# how far a technologist's stack usually is from the capitate, each way; hands differ by some 7 % in size
SHIFT_MM, SIZE_SHARE, TURN_DEGREES = 8.0, 0.08, 4.0
# where in a site a reader stops: the radius's scored end is 3 cm wide, joints are as wide as the hand
SITE_MM = 5.0
# chi-squared that an unusual way to lie must be better by, in the order of the ways: palms face the back more often
# than fingers are at the bottom of coronal images
UNUSUAL = (0.0, 4.0, 9.0, 13.0)
_FAR = 2.5
_ROUNDS = 4
_AXES: tuple[Vector3, ...] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
_PRIOR = np.array([SHIFT_MM] * 3 + [SIZE_SHARE] + [np.radians(TURN_DEGREES)] * 3)


class Fit(Struct, frozen=True):
    """The common wrist as it is laid over a visit: the way that the hand lies, and the seven numbers."""

    axes: HandAxes
    numbers: tuple[float, ...]

    def at(self, position: Vector3) -> Vector3:
        """Where a position of the common wrist lies, LPS mm."""
        moved = self.axes.turned(position)
        x, y, z = (
            moved[axis] + sum(slope * number for slope, number in zip(row, self.numbers, strict=True))
            for axis, row in enumerate(_slope(moved, unit) for unit in _AXES)
        )
        return add(self.axes.middle_mm, (x, y, z))

    @property
    def size(self) -> float:
        """How many times larger than the common wrist."""
        return 1 + self.numbers[3]


def fit(ways: Sequence[HandAxes], positions: Mapping[str, Vector3], found_sites: Mapping[str, FoundSite]) -> Fit | None:
    """The common wrist laid over a visit; None without a way to lie.

    ways: the usual one first. positions: as of `site_positions`. found_sites: by site; unknown ones say nothing.
    """
    if not ways:
        return None
    known = [(positions[name], seen) for name, seen in sorted(found_sites.items()) if name in positions]
    fits = [_fitted(axes, known, unusual) for axes, unusual in zip(ways, UNUSUAL, strict=True)]
    axes, (_, found) = min(zip(ways, fits, strict=True), key=lambda pair: pair[1][0])
    return Fit(axes, tuple(float(number) for number in found))


def laid(
    ways: Sequence[HandAxes], positions: Mapping[str, Vector3], found_sites: Mapping[str, FoundSite], site: str
) -> Vector3 | None:
    """Where `site` is expected, LPS mm; None where its position isn't known, or no way to lie."""
    found = fit(ways, positions, found_sites) if site in positions else None
    return None if found is None else found.at(positions[site])


def _fitted(
    axes: HandAxes, known: list[tuple[Vector3, FoundSite]], unusual: float
) -> tuple[float, NDArray[np.floating[Any]]]:
    """What that way to lie costs (chi-squared), and its seven numbers."""
    if not known:
        return unusual, np.zeros(7)
    slopes, offs = [], []
    for position, seen in known:
        moved = axes.turned(position)
        off = add(add(seen.point_mm, axes.middle_mm, -1.0), moved, -1.0)
        for unit in _AXES if seen.along is None else (seen.along,):
            slopes.append(_slope(moved, unit))
            offs.append(dot(off, unit))
    rows, wanted = np.array(slopes) / SITE_MM, np.array(offs) / SITE_MM
    weights: NDArray[np.floating[Any]] = np.ones(len(wanted))
    found: NDArray[np.floating[Any]] = np.zeros(7)
    for _ in range(_ROUNDS):
        weighted = rows * weights[:, None]
        found = np.linalg.solve(weighted.T @ rows + np.diag(_PRIOR**-2), weighted.T @ wanted)
        left = np.abs(wanted - rows @ found)
        weights = np.minimum(1.0, _FAR / np.maximum(left, 1e-9))
    cost = np.where(left <= _FAR, left**2, 2 * _FAR * left - _FAR**2).sum() + ((found / _PRIOR) ** 2).sum()
    return float(cost) + unusual, found


def _slope(moved: Vector3, unit: Vector3) -> tuple[float, ...]:
    """How a position's component along `unit` grows with each of the seven numbers."""
    return (*unit, dot(moved, unit), *(dot(cross(axis, moved), unit) for axis in _AXES))
