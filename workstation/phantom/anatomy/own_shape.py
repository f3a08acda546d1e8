"""Shape of one person's bones: the common ones in a space that is bent smoothly, so that neighbours still fit. Pure.

How much: the height of the carpus over the length of the capitate is 1.45 +- 0.1 (two deviations) in healthy people,
whatever their size (Fuentes 2006, Cir Cir 74:457), and five modes tell some 60 % of how a scaphoid's shape varies, none
of the others more than 5 % (van de Giessen 2010, J Biomech 43:1463). So the waves are many, and long against a bone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from workstation.phantom.anatomy.fields import Field, Point, Points

_WAVES = 12
_LONGEST_MM, _SHORTEST_MM = 48.0, 16.0
_STRETCH = 0.07
"""By how much each wave stretches what it runs through, at most."""

MOST_MM = 2.4
"""No place of the wrist lies farther from that of the common shape."""

_DRAWN_IN_MM = 2.2


@dataclass(frozen=True, slots=True)
class Warp:
    """Waves of displacement. vectors: waves x 3, radians per mm. starts: radians. moves: waves x 3, mm."""

    vectors: NDArray[np.float32]
    starts: NDArray[np.float32]
    moves: NDArray[np.float32]

    @classmethod
    def drawn(cls, strength: float, random: np.random.Generator) -> Warp:
        """The warp of a person; strength 1 is as much as people differ."""
        lengths = np.exp(np.linspace(np.log(_SHORTEST_MM), np.log(_LONGEST_MM), _WAVES))
        vectors = _units(random) * (2 * np.pi / lengths)[:, None]
        moves = _units(random) * (strength * _STRETCH * lengths / (2 * np.pi))[:, None]
        starts = random.uniform(0, 2 * np.pi, _WAVES)
        drawn = cls(vectors.astype(np.float32), starts.astype(np.float32), moves.astype(np.float32))
        most = drawn._most_mm()
        return drawn if most <= _DRAWN_IN_MM else replace(drawn, moves=drawn.moves * np.float32(_DRAWN_IN_MM / most))

    def _most_mm(self) -> float:
        """The greatest move within the wrist."""
        axes = [np.arange(low, high, 4.0, dtype=np.float32) for low, high in ((-36, 46), (-26, 20), (-48, 48))]
        x, y, z = (axis.ravel() for axis in np.meshgrid(*axes, indexing="ij"))
        at = self.common(Points(x, y, z))
        return float(np.sqrt(((at.x - x) ** 2 + (at.y - y) ** 2 + (at.z - z) ** 2).max()))

    def common(self, at: Points) -> Points:
        """Where in the common shape the tissues lie that are at these places of the person."""
        moved: list[Field] = [axis.copy() for axis in (at.x, at.y, at.z)]
        for (x, y, z), start, move in zip(self.vectors, self.starts, self.moves, strict=True):
            wave = np.sin(at.x * x + at.y * y + at.z * z + start)
            for k in range(3):
                moved[k] += wave * move[k]
        return Points(*moved)

    def own(self, point: Point) -> Point:
        """Where a place of the common shape lies in the person."""
        wanted = np.array(point)
        found = wanted.copy()
        for _ in range(8):
            at = self.common(Points(*(np.array([value], np.float32) for value in found)))
            found = found + wanted - np.array([at.x[0], at.y[0], at.z[0]], float)
        return float(found[0]), float(found[1]), float(found[2])


def warp_of(strength: float, phases: NDArray[np.float64]) -> Warp:
    """The warp of the person whose surfaces have these phases."""
    return _warp_of(strength, phases.tobytes())


@lru_cache(maxsize=16)
def _warp_of(strength: float, phases: bytes) -> Warp:
    seed = int(np.abs(np.frombuffer(phases)).sum() * 1e6) + 2
    return Warp.drawn(strength, np.random.default_rng(seed))


def _units(random: np.random.Generator) -> NDArray[np.float64]:
    drawn = random.normal(size=(_WAVES, 3))
    found: NDArray[np.float64] = drawn / np.linalg.norm(drawn, axis=1)[:, None]
    return found
