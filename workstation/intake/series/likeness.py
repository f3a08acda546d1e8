"""Likeness of two series, from a few hundred points of each: enough to find one examination that came twice. Pure.

Points are taken as they are, not averaged: noise differs between any two acquisitions of one wrist, and is the same
in two exports of one acquisition, however they were compressed or scaled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workstation.intake.pixels.decode import Stored

# per row and per column of each slice
POINTS = 16


@dataclass(frozen=True, slots=True)
class Sample:
    """Sums over all slices at POINTS x POINTS places, row by row, and of how many slices."""

    slices: int
    sums: tuple[int, ...]


class Sampler:
    """Takes the points of one series while its slices go by, in whatever order."""

    def __init__(self) -> None:
        self._slices = 0
        self._sums: NDArray[np.int64] = np.zeros((POINTS, POINTS), np.int64)

    def add(self, values: Stored) -> None:
        """One slice, (row, column)."""
        rows, columns = (np.linspace(0, size - 1, POINTS + 2)[1:-1].astype(np.intp) for size in values.shape)
        self._sums += values[np.ix_(rows, columns)].astype(np.int64)
        self._slices += 1

    def sample(self) -> Sample:
        """Of the slices so far."""
        return Sample(self._slices, tuple(self._sums.ravel().tolist()))


def likeness(a: Sequence[int], b: Sequence[int]) -> float:
    """Pearson's correlation of two samples' sums; 0 where one is flat or they don't match."""
    if len(a) != len(b) or not a:
        return 0.0
    first, second = (np.asarray(sums, np.float64) - np.mean(sums) for sums in (a, b))
    size = float(np.linalg.norm(first) * np.linalg.norm(second))
    return float(first @ second) / size if size else 0.0
