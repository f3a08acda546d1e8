"""Letters of lead beside the limb: bright, narrow, and with air all round. NumPy and SciPy.

Lead on its plate has noise and a blur, so no patch of it has one value. But nothing of a limb is as narrow with air
round it: a finger has its soft tissue round the bone. Found on a computed radiograph of a leg with its letter R, from
the files that DICOM's Working Group 4 gave away: there the air round the letter is 0.08 above the darkest; the soft
tissue round the bones of synthetic hands and feet is 0.25 and more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from workstation.intake.deidentify.blanking import Region
from workstation.intake.deidentify.lettering import Mask
from workstation.intake.pixels.decode import Stored

# parts of the range of the middle 99 % of the values: how much a mark stands out, how bright what lies round it may be
STANDS_OUT: Final = 0.25
IN_AIR: Final = 0.12
RANGE: Final = (0.5, 99.5)
# mm: what the picture is made smaller to; wider than a stroke, narrower than a finger; how far round a part is looked
COARSE_MM: Final = 0.4
STROKE_MM: Final = 8.0
RING_MM: Final = 2.0
LEAST_MM2: Final = 1.0
# how far letters of one mark stand apart
APART_MM: Final = 6.0
EIGHT = np.ones((3, 3), dtype=bool)


def marks_in_air(
    values: Stored, spacing_mm: tuple[float, float], *, inverted: bool, blank: Sequence[Region] = ()
) -> tuple[Region, ...]:
    """Where they stand, letters of one mark together; empty where there are none.

    Args:
        values: (row, column), stored values of a radiograph.
        spacing_mm: of a row and of a column.
        inverted: MONOCHROME1.
        blank: what was blacked out and is dark here: no air, and nothing stands out of it.
    """
    step = (max(1, int(COARSE_MM / spacing_mm[0])), max(1, int(COARSE_MM / spacing_mm[1])))
    small = _smaller(values, step) * np.float32(-1 if inverted else 1)
    mm = (spacing_mm[0] * step[0], spacing_mm[1] * step[1])
    if not small.size:
        # smaller than one block: a header that lies of its spacing, or no picture to speak of
        return ()
    dark, bright = np.percentile(small, RANGE)
    if bright <= dark:
        return ()
    small = (small - np.float32(dark)) / np.float32(bright - dark)
    wide = tuple(max(3, round(STROKE_MM / part)) for part in mm)
    out = small - ndimage.grey_opening(small, wide) > STANDS_OUT
    parts, count = ndimage.label(out, EIGHT)
    reach = max(2, round(RING_MM / min(mm)))
    enough = ndimage.sum_labels(out, parts, np.arange(1, count + 1)) * mm[0] * mm[1] >= LEAST_MM2
    emptied = np.zeros_like(out)
    for part in blank:
        ends = (part.row + part.rows, part.column + part.columns)
        emptied[part.row // step[0] : -(-ends[0] // step[0]), part.column // step[1] : -(-ends[1] // step[1])] = True
    kept = np.zeros_like(out)
    for number, where in enumerate(ndimage.find_objects(parts), 1):
        box = tuple(slice(max(0, side.start - reach), side.stop + reach) for side in where)
        own = parts[box] == number
        if enough[number - 1] and _round_it(small[box], own, out[box] | emptied[box], reach) <= IN_AIR:
            kept[box] |= own
    together, _ = ndimage.label(ndimage.maximum_filter(kept, tuple(2 * round(APART_MM / 2 / part) + 1 for part in mm)))
    return tuple(
        Region(rows.start * step[0], columns.start * step[1], *_size(rows, columns, step))
        for rows, columns in ndimage.find_objects(together)
    )


def _smaller(values: Stored, step: tuple[int, int]) -> NDArray[np.float32]:
    """The means of blocks of step pixels; what is left over at the far edges is left out."""
    rows, columns = (size // part for size, part in zip(values.shape, step, strict=True))
    blocks = values[: rows * step[0], : columns * step[1]].reshape(rows, step[0], columns, step[1])
    smaller: NDArray[np.float32] = blocks.mean(axis=(1, 3), dtype=np.float32)
    return smaller


def _size(rows: slice, columns: slice, step: tuple[int, int]) -> tuple[int, int]:
    return (rows.stop - rows.start) * step[0], (columns.stop - columns.start) * step[1]


def _round_it(small: NDArray[np.float32], own: Mask, other: Mask, reach: int) -> float:
    """The middle value of what lies round a part, without what isn't to be asked and its own blurred edge."""
    edge = ndimage.binary_dilation(own, EIGHT)
    ring = ndimage.binary_dilation(own, EIGHT, iterations=reach) & ~edge & ~other
    return float(np.median(small[ring])) if ring.any() else 1.0
