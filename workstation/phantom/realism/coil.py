"""Coil of loops round the wrist, up to three times as sensitive near the skin; and the flow in arteries. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workstation.phantom.anatomy.fields import Cone, Field, Points, coverage
from workstation.phantom.anatomy.flesh import STRANDS
from workstation.phantom.anatomy.tissues import Material

_LOOPS = 6
_REACH_MM = 28.0
_MIDDLE = (3.0, -3.0, 0.0)


@dataclass(frozen=True, slots=True)
class Coil:
    """Loops as (x, y, z, strength)."""

    loops: tuple[tuple[float, float, float, float], ...]

    @classmethod
    def drawn(cls, random: np.random.Generator) -> Coil:
        """Loops round the wrist, each a little off and of its own strength."""
        found = []
        start = random.uniform(0, 2 * np.pi)
        for k in range(_LOOPS):
            angle = start + 2 * np.pi * (k + random.uniform(-0.2, 0.2)) / _LOOPS
            x, y = 3 + 48 * np.cos(angle), -3 + 40 * np.sin(angle)
            found.append((float(x), float(y), float(random.uniform(-22, 22)), float(np.exp(random.normal(0, 0.5)))))
        return cls(tuple(found))

    def sensitivity(self, at: Points) -> Field:
        """Root of the sum of squares of all loops, 1 in the middle of the wrist."""
        middle = Points(*(np.array([value], np.float32) for value in _MIDDLE))
        result: Field = self._sum(at) / self._sum(middle)
        return result

    def _sum(self, at: Points) -> Field:
        total = np.zeros(at.x.shape, np.float32)
        for x, y, z, strength in self.loops:
            far2 = (at.x - np.float32(x)) ** 2 + (at.y - np.float32(y)) ** 2 + (at.z - np.float32(z)) ** 2
            total += np.float32(strength**2) / (1 + far2 * np.float32(1 / _REACH_MM**2)) ** 3
        result: Field = np.sqrt(total)
        return result


_ARTERIES = tuple(shape for material, shape in STRANDS if material is Material.ARTERY and isinstance(shape, Cone))


def flow(at: Points, pixel_mm: float) -> Field:
    """Share of each pixel that is an artery's, on a sheet of points."""
    found = np.zeros(at.x.shape, np.float32)
    for artery in _ARTERIES:
        near = at.within(artery.box())
        if near.any():
            found[near] = np.maximum(found[near], coverage(artery.distance(at.where(near)), pixel_mm))
    return found
