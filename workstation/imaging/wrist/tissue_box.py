"""Tissue's box in one stack: the rows and columns outside of which there is air alone, in all slices.

Tissue is what stands out from air: parts of it that are brighter than air by eight deviations, as far as they go on
above four. Pure NumPy. Where that is doubtful the whole image is the answer: no box cuts tissue.

Sources: N. Otsu 1979, IEEE Trans Syst Man Cybern 9:62 (air is what lies below his threshold of the logarithm).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from storage.records import SeriesRecord
from workstation.imaging.geometry import Stack
from workstation.imaging.light.lit import Scale
from workstation.imaging.light.tissue import otsu
from workstation.imaging.wrist.outline import Box, field_of
from workstation.imaging.wrist.parts import Mask, Part, parts

# pixels of the coarse picture along the image's longer side; a pixel of it is about a millimetre of a wrist
COARSE = 96
SEED_DEVIATIONS, TISSUE_DEVIATIONS = 8.0, 4.0
LEAST_PART = 0.03
MARGIN, LEAST_MARGIN_PX = 0.05, 2
# a box smaller than this part of the image isn't believed
LEAST_OF_IMAGE = 0.35
# padding and what a scanner blanked are no noise that could be measured
BLANK = 0.25
_MAD_TO_DEVIATION = 1.4826
# what the logarithm begins at, as a part of the greatest value
_FLOOR = 1e-4

Values = NDArray[np.float32]


def tissue_box(series: SeriesRecord, volume: NDArray[Any]) -> Box | None:
    """Where the tissue of a stack is, with a margin; None where that can't be told from air, or is small.

    volume: (slice, row, column) as it is shown. An edge of the box that lies on the image's says that tissue goes on
    beyond it, or might.
    """
    stack = Stack.of(series)
    by = max(1, max(stack.rows, stack.columns) // COARSE)
    if min(stack.rows, stack.columns) < 4 * by:
        return None
    coarse = _coarse(volume, by)
    scale = Scale.of(series)
    coarse -= np.float32(scale.zero)
    if scale.sign < 0:
        np.negative(coarse, out=coarse)
    found = _bounds(coarse)
    if found is None:
        return None
    rows, columns = (_with_margin(*span, size) for span, size in zip(found, coarse.shape[1:], strict=True))
    field, (row_mm, column_mm) = field_of(stack), stack.spacing_mm
    box = Box(
        field.left + columns[0] * by * column_mm,
        field.top + rows[0] * by * row_mm,
        # blocks leave out what is less than a whole one at the far edges
        field.right if columns[1] == coarse.shape[2] else field.left + columns[1] * by * column_mm,
        field.bottom if rows[1] == coarse.shape[1] else field.top + rows[1] * by * row_mm,
    )
    small = any(part < LEAST_OF_IMAGE * whole for part, whole in zip(box.size_mm, field.size_mm, strict=True))
    return None if small else box


def _coarse(volume: NDArray[Any], by: int) -> Values:
    """Means of blocks of `by` by `by` pixels of each slice; what is less than a whole block is left out."""
    slices, rows, columns = volume.shape[0], volume.shape[1] // by, volume.shape[2] // by
    # whole rows are summed first: several times faster than means along two axes of a few pixels
    bands = volume[:, : rows * by].reshape(slices, rows, by, volume.shape[2])
    summed = np.add.reduce(bands, axis=2, dtype=np.float32)
    total = np.zeros((slices, rows, columns), np.float32)
    for column in range(by):
        total += summed[:, :, column : columns * by : by]
    total /= np.float32(by * by)
    return total


def _bounds(values: Values) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """Rows and columns that tissue takes in a coarse picture (slice, row, column), ends not with them; None: none."""
    values = values - values.min()
    air, deviation = _air(values)
    seeds = _opened(values > air + SEED_DEVIATIONS * deviation)
    found = parts(values > air + TISSUE_DEVIATIONS * deviation, seeds)
    if not found:
        return None
    least = LEAST_PART * max(part.seeds for part in found)
    large: list[Part] = [part for part in found if part.seeds >= least]
    return (
        (min(part.first_row for part in large), max(part.end_row for part in large)),
        (min(part.first_column for part in large), max(part.end_column for part in large)),
    )


def _air(values: Values) -> tuple[float, float]:
    """The level of air, and its robust standard deviation. values: from 0 upwards."""
    if float((values == 0).mean()) > BLANK:
        return 0.0, 0.0
    floor = float(values.max()) * _FLOOR
    if floor <= 0:
        return 0.0, 0.0
    logs = np.log(np.maximum(values, np.float32(floor)))
    logs -= logs.min()
    air = values[logs <= otsu(logs)]
    level = float(np.median(air))
    return level, float(np.median(np.abs(air - level))) * _MAD_TO_DEVIATION


def _opened(mask: Mask) -> Mask:
    """Without what is less than three pixels wide or high in its slice."""
    eroded = _of_nine(mask, np.logical_and)
    return _of_nine(eroded, np.logical_or)


def _of_nine(mask: Mask, joined: np.ufunc) -> Mask:
    # the image's edge is no edge of the tissue
    wide = np.pad(mask, ((0, 0), (1, 1), (1, 1)), mode="edge")
    rows = joined(joined(wide[:, :-2], wide[:, 1:-1]), wide[:, 2:])
    found: Mask = joined(joined(rows[:, :, :-2], rows[:, :, 1:-1]), rows[:, :, 2:])
    return found


def _with_margin(first: int, end: int, size: int) -> tuple[int, int]:
    """Wider by the margin at both ends, and up to the image's edge where that is near."""
    margin = max(LEAST_MARGIN_PX, round(MARGIN * (end - first)))
    first, end = max(first - margin, 0), min(end + margin, size)
    return (0 if first < LEAST_MARGIN_PX else first, size if end > size - LEAST_MARGIN_PX else end)
