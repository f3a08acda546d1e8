"""Metal in a hand, a splinter, clip or ring: a void, a bright rim, fat that isn't suppressed. Pure.

It lies away from what is scored, so that it disturbs a reader without taking a bone from the truth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workstation.phantom.anatomy.fields import Field, Points

_CARRIED = 0.04
"""Share of people with metal in the field of view; most are asked before a scan."""

# In the fat of the back of the hand, of the forearm on the thumb's side, and a ring beyond the fourth metacarpal.
_WHERE = ((-6.0, 12.5, 30.0), (24.0, 6.0, -44.0), (-17.0, 0.0, 62.0))


@dataclass(frozen=True, slots=True)
class Metal:
    """A small piece: where it lies in the model, and how far its field reaches, mm."""

    x: float
    y: float
    z: float
    reach_mm: float

    @classmethod
    def drawn(cls, strength: float, random: np.random.Generator) -> Metal | None:
        """What a person carries; mostly nothing."""
        carries, which, reach = random.random(), int(random.integers(len(_WHERE))), float(random.uniform(3.5, 7.0))
        if carries >= _CARRIED * strength:
            return None
        return cls(*_WHERE[which], reach)

    def field(self, at: Points) -> Field:
        """Strength of its field, 1 at its reach, as that of a dipole along the arm; the sign is left out."""
        x, y, z = (
            axis - np.float32(middle) for axis, middle in zip((at.x, at.y, at.z), (self.x, self.y, self.z), strict=True)
        )
        far2 = np.maximum(x * x + y * y + z * z, np.float32(0.2))
        dipole = np.abs(3 * z * z / far2 - 1) * np.float32(0.5) + np.float32(0.3)
        result: Field = dipole * (np.float32(self.reach_mm) ** 2 / far2) ** np.float32(1.5)
        return result

    def signal(self, at: Points) -> Field:
        """What it leaves of the signal: none near it, too much in a rim where signal piles up."""
        field = self.field(at)
        pile = np.float32(0.6) * np.exp(-(((field - np.float32(0.55)) / np.float32(0.2)) ** 2))
        result: Field = np.clip(np.float32(1.6) - np.float32(1.5) * field, 0, 1) * (1 + pile)
        return result
