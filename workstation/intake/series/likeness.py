"""Likeness of two series, from a few hundred points of each: enough to find one examination that came twice. Pure.

Points are taken as they are, not averaged: noise differs between any two acquisitions of one wrist, and is the same
in two exports of one acquisition, however they were compressed or scaled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workstation.imaging.padding import Mask
from workstation.intake.pixels.decode import Stored

# per row and per column of each slice
POINTS = 16
# fewer points than this are alike too easily
LEAST_POINTS = 32


@dataclass(frozen=True, slots=True)
class Sample:
    """Sums over all slices at POINTS x POINTS places, row by row, None where it is padding; and of how many slices."""

    slices: int
    sums: tuple[int | None, ...]


class Sampler:
    """Takes the points of one series while its slices go by, in whatever order."""

    def __init__(self) -> None:
        self._slices = 0
        self._sums: NDArray[np.int64] = np.zeros((POINTS, POINTS), np.int64)
        self._padding = np.zeros((POINTS, POINTS), np.bool_)

    def add(self, values: Stored, padding: Mask | None = None) -> None:
        """One slice, (row, column), and which of it is padding: at its places all padded slices are alike."""
        rows, columns = (np.linspace(0, size - 1, POINTS + 2)[1:-1].astype(np.intp) for size in values.shape)
        grid = np.ix_(rows, columns)
        # a slice of padding alone, as resampling leaves them at the ends, tells nothing and takes no place away
        if padding is None or not padding[grid].all():
            self._sums += values[grid].astype(np.int64)
            if padding is not None:
                self._padding |= padding[grid]
        self._slices += 1

    def sample(self) -> Sample:
        """Of the slices so far."""
        sums = zip(self._sums.ravel().tolist(), self._padding.ravel().tolist(), strict=True)
        return Sample(self._slices, tuple(None if padded else value for value, padded in sums))


def likeness(a: Sequence[int | None], b: Sequence[int | None]) -> float:
    """Pearson's correlation of two samples' sums, where neither is padding; 0 where one is flat or they don't match."""
    if len(a) != len(b):
        return 0.0
    both = [(one, other) for one, other in zip(a, b, strict=True) if one is not None and other is not None]
    if len(both) < LEAST_POINTS:
        return 0.0
    first, second = (sums - sums.mean() for sums in np.asarray(both, np.float64).T)
    size = float(np.linalg.norm(first) * np.linalg.norm(second))
    return float(first @ second) / size if size else 0.0
