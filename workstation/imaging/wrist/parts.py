"""Connected parts of a mask of voxels: how much seed is in each, and which rows and columns it takes. Pure NumPy.

Voxels are joined by their faces. Each row is taken as runs of marked voxels: a stack has thousands of these where it
has millions of voxels.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Numbers = NDArray[np.integer[Any]]


class Part(Struct, frozen=True):
    """One part. seeds: how many of its voxels are seeds. Rows and columns are from `first` up to, not with, `end`."""

    seeds: int
    first_row: int
    end_row: int
    first_column: int
    end_column: int


def parts(mask: Mask, seeds: Mask) -> list[Part]:
    """The parts of a mask (slice, row, column) that hold a seed."""
    # one unmarked row and column more, so that no run goes on in the next row, and no row meets the next slice's
    wide = np.pad(mask, ((0, 0), (0, 1), (0, 1)))
    rows, columns = wide.shape[1:]
    edges = np.flatnonzero(np.diff(wide.ravel(), prepend=False))
    starts, ends = edges[::2], edges[1::2]
    if not starts.size:
        return []
    owners = _joined(starts, ends, (columns, rows * columns))
    held = np.concatenate(([0], np.cumsum(np.pad(seeds, ((0, 0), (0, 1), (0, 1))).ravel())))
    # not by `unique`: that imports all of numpy.ma, for longer than the rest takes
    counts = np.bincount(owners, held[ends] - held[starts])
    row = starts // columns % rows
    first, end = starts % columns, (ends - 1) % columns + 1
    found = []
    for owner in np.flatnonzero(counts):
        mine = owners == owner
        bounds = (row[mine].min(), row[mine].max() + 1, first[mine].min(), end[mine].max())
        found.append(Part(int(counts[owner]), *(int(bound) for bound in bounds)))
    return found


def _joined(starts: Numbers, ends: Numbers, steps: tuple[int, ...]) -> Numbers:
    """For each run the lowest number of a run in its part. steps: how far on the next row and the next slice lie."""
    pairs = [_meeting(starts, ends, step) for step in steps]
    one, other = (np.concatenate([pair[side] for pair in pairs]) for side in (0, 1))
    owners = np.arange(starts.size)
    while True:
        lower = np.minimum(owners[one], owners[other])
        before = owners.copy()
        np.minimum.at(owners, before[one], lower)
        np.minimum.at(owners, before[other], lower)
        while not np.array_equal(owners, owners[owners]):
            owners = owners[owners]
        if np.array_equal(owners, before):
            return owners


def _meeting(starts: Numbers, ends: Numbers, step: int) -> tuple[Numbers, Numbers]:
    """Runs, and those that touch them `step` voxels farther on."""
    first = np.searchsorted(ends, starts + step, "right")
    past = np.searchsorted(starts, ends + step, "left")
    counts = np.maximum(past - first, 0)
    one = np.repeat(np.arange(starts.size), counts)
    offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return one, np.repeat(first, counts) + offsets
