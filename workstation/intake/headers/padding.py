"""Padding as a header names it: ranges of stored values that were put around the image. Pure."""

from __future__ import annotations

from pydicom.dataset import Dataset

from workstation.intake.headers import tags

Ranges = tuple[tuple[int, int], ...]
# of a slope and an intercept that were written in ten digits
EXACT = 1e-6


def padding_of(dataset: Dataset, bits_stored: int, *, signed: bool) -> Ranges:
    """The ranges of stored values, as they are once the bits above BitsStored are dropped; () where none is named.

    PixelPaddingValue is a stored value (PS3.3 C.7.5.1.1.2). Some writers give it as it is after rescale, and both are
    taken: what no pixel at an edge has does no harm, see `workstation.imaging.padding`.
    """
    value = tags.whole(dataset, "PixelPaddingValue")
    if value is None:
        return ()
    limit = tags.whole(dataset, "PixelPaddingRangeLimit")
    first, last = sorted((value, value if limit is None else limit))
    ranges = _stored(first, last, bits_stored, signed=signed)
    before = [stored for end in (first, last) if (stored := _before_rescale(dataset, end)) is not None]
    if len(before) == len((first, last)):
        ranges += _stored(min(before), max(before), bits_stored, signed=signed)
    return tuple(dict.fromkeys(ranges))


def together(*found: Ranges) -> Ranges:
    """The ranges of several images, each once, those that touch as one."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted({part for ranges in found for part in ranges}):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return tuple(merged)


def _stored(first: int, last: int, bits: int, *, signed: bool) -> Ranges:
    """A range in the type of the stored values: written with another sign or more bits, it has the same pattern."""
    lowest, highest = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    if last - first >= 1 << bits:
        return ((lowest, highest),)
    low, high = (lowest + (end - lowest) % (1 << bits) for end in (first, last))
    return ((low, high),) if low <= high else ((lowest, high), (low, highest))


def _before_rescale(dataset: Dataset, value: int) -> int | None:
    """Which stored value becomes this one by rescale; None where none does, or nothing is rescaled."""
    slope, intercept = tags.number(dataset, "RescaleSlope"), tags.number(dataset, "RescaleIntercept")
    if not slope or intercept is None or (slope, intercept) == (1.0, 0.0):
        return None
    stored = (value - intercept) / slope
    return round(stored) if abs(stored - round(stored)) <= abs(stored) * EXACT else None
