"""Padding taken out of a slice for those who look for text in it, in the program and on a screen."""

from __future__ import annotations

import numpy as np

from workstation.imaging.padding import Mask, Ranges, padded
from workstation.intake.pixels.decode import Stored


def without_padding(values: Stored, ranges: Ranges, *, inverted: bool) -> Stored:
    """A copy of a slice (row, column) with its padding as dark as the rest gets; the same array where there is none."""
    mask = padded(values, ranges)
    return values if mask is None else darkened(values, mask, inverted=inverted)


def darkened(values: Stored, mask: Mask, *, inverted: bool) -> Stored:
    """The same with the padding known; what differs from its commonest value stands out of the dark as far as before.

    A range may hold the value of letters too, whatever a header says of it.
    """
    seen, counts = np.unique(values[mask], return_counts=True)
    rest = values[~mask]
    if not rest.size:
        return values
    off = np.abs(values[mask].astype(np.int64) - int(seen[counts.argmax()]))
    limits = np.iinfo(values.dtype)
    result = values.copy()
    result[mask] = np.clip(int(rest.max()) - off if inverted else int(rest.min()) + off, limits.min, limits.max)
    return result
