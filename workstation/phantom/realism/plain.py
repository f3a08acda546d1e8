"""Patterns of the tissues in easy pictures: walls in the fat, trabeculae and vessels in the marrow. Pure."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from workstation.phantom.anatomy.fields import Field, Points, ripple

Phases = NDArray[np.float64]
Grain = Callable[[Points, float], Field]
"""Grain of about -1 to 1 at points, so many times as coarse as its lattice."""


def septa(phases: Phases, grain: Grain, at: Points) -> Field:
    """Share of connective tissue in fat: thin walls between lobules of some millimetres, drawn out along the arm."""
    bent = np.float32(1.3) * ripple(at, phases, 9.0)
    lobules = Points(at.x + bent, at.y - bent, at.z * np.float32(0.55) + bent)
    walls = np.abs(ripple(lobules, phases[::-1], 5.5))
    finer = np.abs(ripple(lobules, phases[::-1, [1, 2, 0, 3]], 3.7))
    thick = np.clip(1 - walls / np.float32(0.09), 0, 1) * np.float32(0.3)
    thin = np.clip(1 - finer / np.float32(0.08), 0, 1) * np.float32(0.18)
    share: Field = np.maximum(thick, thin) + np.float32(0.03) * (1 + grain(at, 1.0))
    return share


def trabeculae(phases: Phases, grain: Grain, at: Points, distance: Field) -> Field:
    """Share of bone in the marrow: denser under the shell, uneven in grain and in patches."""
    dense = np.float32(0.13) * np.exp(np.minimum(distance, 0) / np.float32(1.6))
    patches = np.float32(0.035) * ripple(at, phases[::-1], 8.0)
    grained = np.float32(0.045) * grain(at, 1.0) + np.float32(0.03) * grain(at, 2.6)
    share: Field = np.clip(np.float32(0.05) + dense + patches + grained, 0, 0.4)
    return share


def channels(phases: Phases, at: Points, distance: Field) -> Field:
    """Share of vessels in the marrow: winding lines where two waves cross zero, half a millimetre wide."""
    first = ripple(at, phases, 8.5)
    second = ripple(at, phases[:, [1, 2, 0, 3]], 7.0)
    # both fall by some half a unit a millimetre near zero
    beside = np.sqrt(first * first + second * second) * np.float32(2.0)
    share: Field = np.clip(np.float32(0.45) - beside, 0, 0.15) * (distance < np.float32(-1.5))
    return share
