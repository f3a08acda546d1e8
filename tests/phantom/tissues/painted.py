"""Sheets through a typical hand as the painter paints them, without scanner: what the tissues alone look like."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from workstation.phantom.anatomy.fields import Points
from workstation.phantom.anatomy.tissues import Material, Sequence, signal
from workstation.phantom.hand import Hand
from workstation.phantom.painting import paint
from workstation.phantom.people import pair
from workstation.phantom.realism.difficulty import EFFECTS, Difficulty
from workstation.phantom.surveying import survey


@lru_cache(maxsize=2)
def hand_of(number: int, seed: int = 3) -> Hand:
    """A person of a study in typical pictures, at baseline."""
    return pair(seed, number, 48, effects=EFFECTS[Difficulty.TYPICAL]).scan(1).hand


def sheet(x: NDArray[np.float64], y: NDArray[np.float64], z: float) -> Points:
    """An axial sheet of points; rows go by y."""
    across, up = np.meshgrid(x.astype(np.float32), y.astype(np.float32))
    return Points(across, up, np.full(across.shape, z, np.float32))


def coronal(x: NDArray[np.float64], y: float, z: NDArray[np.float64]) -> Points:
    """A coronal sheet of points; rows go by z."""
    across, along = np.meshgrid(x.astype(np.float32), z.astype(np.float32))
    return Points(across, np.full(across.shape, y, np.float32), along)


def painted(hand: Hand, at: Points, sequence: Sequence, step_mm: float) -> NDArray[np.float32]:
    """The signal of a thin sheet in one sequence, 1 that of the densest tissue fully relaxed."""
    colours = {m: np.array([signal(m.value, sequence)], np.float32) for m in Material}
    found = np.zeros((1, *at.x.shape), np.float32)
    surveyed = survey(hand, at, step_mm)
    assert surveyed is not None
    paint(hand, surveyed, colours, found)
    result: NDArray[np.float32] = found[0]
    return result
