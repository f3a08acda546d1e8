"""Counts of stored values of a series, slice by slice: lowest, highest, and the percentiles of its window."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workstation.intake.decode import Stored

WINDOW = (1.0, 99.5)
COUNTED_BYTES = 2


class Intensities:
    """Holds one count per stored value (32-bit values: per value seen), so a long series needs no more memory."""

    def __init__(self) -> None:
        self._values: NDArray[Any] = np.empty(0, dtype=np.int64)
        self._counts: NDArray[Any] = np.empty(0, dtype=np.int64)

    def add(self, values: Stored) -> None:
        """Count the values of one slice, any shape."""
        if values.dtype.itemsize <= COUNTED_BYTES:
            lowest = int(np.iinfo(values.dtype).min)
            counted = np.bincount(values.ravel().astype(np.int64) - lowest)
            found = np.flatnonzero(counted)
            seen, counts = found + lowest, counted[found]
        else:
            seen, counts = np.unique(values.astype(np.int64), return_counts=True)
        both = np.concatenate([self._values, seen])
        self._values, where = np.unique(both, return_inverse=True)
        self._counts = np.bincount(where, weights=np.concatenate([self._counts, counts])).astype(np.int64)

    @property
    def minimum(self) -> int:
        """The lowest stored value."""
        return int(self._values[0])

    @property
    def maximum(self) -> int:
        """The highest stored value."""
        return int(self._values[-1])

    @property
    def window(self) -> tuple[float, float]:
        """The 1st and 99.5th percentile: the lowest stored value that at least that share doesn't exceed.

        A flat series gets one unit of width, so that the window stays a window.
        """
        reached = np.cumsum(self._counts)
        low, high = (float(self._values[np.searchsorted(reached, share / 100 * reached[-1])]) for share in WINDOW)
        return (low, high) if high > low else (low, low + 1.0)
