"""Counts of stored values of a series, slice by slice: lowest, highest, and the percentiles of its window."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workstation.imaging.padding import Mask
from workstation.intake.pixels.decode import Stored

WINDOW = (1.0, 99.5)
COUNTED_BYTES = 2
Counted = tuple[NDArray[np.int64], NDArray[np.int64]]


def counted(values: Stored) -> NDArray[np.int64] | None:
    """How often each value occurs; None for values of 32 bits. Signed ones by their bits: the highest bit is last."""
    if values.dtype.itemsize > COUNTED_BYTES:
        return None
    return np.bincount(values.ravel().view(f"u{values.dtype.itemsize}"))


class Intensities:
    """Counts what was imaged of a series; padding is counted apart."""

    def __init__(self) -> None:
        self._imaged, self._padding = _Counts(), _Counts()

    def add(self, values: Stored, padding: Mask | None = None) -> NDArray[np.int64] | None:
        """Count the values of one slice, any shape; the counts as of `counted` where none of it is padding, else None.

        Args:
            values: of one slice.
            padding: which of them are padding; None is none.
        """
        if padding is None:
            return self._imaged.add(values)
        self._imaged.add(values[~padding])
        self._padding.add(values[padding])
        return None

    @property
    def is_padding_alone(self) -> bool:
        """Whether nothing else was counted: then the header's word isn't taken for it."""
        return not self._imaged.found[0].size

    @property
    def _counted(self) -> Counted:
        return (self._padding if self.is_padding_alone else self._imaged).found

    @property
    def minimum(self) -> int:
        """The lowest stored value."""
        return int(self._counted[0][0])

    @property
    def maximum(self) -> int:
        """The highest stored value."""
        return int(self._counted[0][-1])

    @property
    def window(self) -> tuple[float, float]:
        """The 1st and 99.5th percentile: the lowest stored value that at least that share doesn't exceed.

        A flat series gets one unit of width, so that the window stays a window.
        """
        values, counts = self._counted
        reached = np.cumsum(counts)
        low, high = (float(values[np.searchsorted(reached, share / 100 * reached[-1])]) for share in WINDOW)
        return (low, high) if high > low else (low, low + 1.0)


class _Counts:
    """Holds one count per stored value (32-bit values: per value seen), so a long series needs no more memory."""

    def __init__(self) -> None:
        self._parts: dict[str, NDArray[np.int64]] = {}
        self._wide: Counted = (_nothing(), _nothing())

    def add(self, values: Stored) -> NDArray[np.int64] | None:
        bits = counted(values)
        if bits is not None:
            name = values.dtype.newbyteorder("=").name
            counts = self._parts.get(name)
            if counts is None:
                counts = self._parts[name] = np.zeros(1 << 8 * values.dtype.itemsize, np.int64)
            counts[: len(bits)] += bits
        else:
            seen, counts = np.unique(values.astype(np.int64), return_counts=True)
            self._wide = _together([self._wide, (seen, counts)])
        return bits

    @property
    def found(self) -> Counted:
        """Values that occur, lowest first, and how often."""
        parts = [self._wide]
        for name, counts in self._parts.items():
            found = np.flatnonzero(counts)
            values = found.astype(f"u{np.dtype(name).itemsize}").view(name).astype(np.int64)
            parts.append((values, counts[found]))
        return _together(parts)


def _nothing() -> NDArray[np.int64]:
    return np.empty(0, dtype=np.int64)


def _together(parts: list[Counted]) -> Counted:
    values, where = np.unique(np.concatenate([part[0] for part in parts]), return_inverse=True)
    counts = np.bincount(where, weights=np.concatenate([part[1] for part in parts]))
    return values, counts.astype(np.int64)
