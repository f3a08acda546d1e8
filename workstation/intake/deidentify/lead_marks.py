"""Marks on a radiograph: letters of a console or of bare lead, brighter than bone and of one value. NumPy and SciPy.

Anatomy has noise, so no patch of it has one value; air has, and is dark, and what a collimator covers, and reaches an
edge. Letters of lead that have noise are found where they lie in the air (`marks_in_air`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy import ndimage

from workstation.intake.deidentify.blanking import Region
from workstation.intake.deidentify.lettering import Mask
from workstation.intake.deidentify.marks_in_air import marks_in_air
from workstation.intake.pixels.decode import Stored

# of the range of the picture; mm2 of one letter's core, and how far letters of one mark stand apart, mm
BRIGHT: Final = 0.5
LEAST_MM2: Final = 1.0
APART_MM: Final = 6.0


def lead_marks(
    values: Stored, spacing_mm: tuple[float, float], *, inverted: bool, blank: Sequence[Region] = ()
) -> tuple[Region, ...]:
    """Where they stand, letters of one mark together; empty where there are none.

    Args:
        values: (row, column), stored values of a radiograph.
        spacing_mm: of a row and of a column.
        inverted: MONOCHROME1.
        blank: what was blacked out and is dark here.
    """
    beside = marks_in_air(values, spacing_mm, inverted=inverted, blank=blank)
    of_one_value = _of_one_value(values, spacing_mm, inverted=inverted)
    return beside + tuple(part for part in of_one_value if not any(_overlap(part, one) for one in beside))


def lead_marks_at(
    values: Stored, sizes_mm: Sequence[tuple[float, float]], *, inverted: bool, blank: Sequence[Region] = ()
) -> tuple[Region, ...]:
    """Those that are found with any of these sizes of pixels, each once; where nobody knows which one is right."""
    found: list[Region] = []
    for size in sizes_mm:
        here = lead_marks(values, size, inverted=inverted, blank=blank)
        found += [part for part in here if not any(_overlap(part, one) for one in found)]
    return tuple(found)


def _of_one_value(values: Stored, spacing_mm: tuple[float, float], *, inverted: bool) -> tuple[Region, ...]:
    low, high = float(values.min()), float(values.max())
    level = low + (1 - BRIGHT if inverted else BRIGHT) * (high - low)
    bright = values < level if inverted else values > level
    flat = bright & (ndimage.maximum_filter(values, 3) == ndimage.minimum_filter(values, 3))
    cores, count = ndimage.label(flat)
    if not count:
        return ()
    areas = ndimage.sum_labels(flat, cores, np.arange(1, count + 1)) * spacing_mm[0] * spacing_mm[1]
    kept = np.isin(cores, 1 + np.flatnonzero(areas >= LEAST_MM2))
    # a spacing of next to nothing reaches over the whole picture, and no further
    reach = tuple(
        max(1, min(size, round(APART_MM / 2 / mm))) for size, mm in zip(values.shape, spacing_mm, strict=True)
    )
    together, _ = ndimage.label(ndimage.maximum_filter(kept, tuple(2 * part + 1 for part in reach)))
    return tuple(
        Region(rows.start, columns.start, rows.stop - rows.start, columns.stop - columns.start)
        for rows, columns in ndimage.find_objects(together)
        if not _at_an_edge(kept[rows, columns], (rows, columns), values.shape)
    )


def _overlap(one: Region, other: Region) -> bool:
    apart = one.row + one.rows <= other.row or other.row + other.rows <= one.row
    return not (apart or one.column + one.columns <= other.column or other.column + other.columns <= one.column)


def _at_an_edge(part: Mask, where: tuple[slice, slice], shape: tuple[int, ...]) -> bool:
    """Whether what is there reaches the edge of the picture, as a collimator's shadow does."""
    rows, columns = np.nonzero(part)
    top, left = where[0].start + rows.min(), where[1].start + columns.min()
    bottom, right = where[0].start + rows.max(), where[1].start + columns.max()
    return bool(top <= 1 or left <= 1 or bottom >= shape[0] - 2 or right >= shape[1] - 2)
