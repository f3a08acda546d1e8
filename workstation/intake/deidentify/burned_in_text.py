"""Text and marks that somebody put into the pixels of a series: where they are looked for. NumPy and SciPy.

Two pictures are made of a series while its slices go by: the lowest and the highest value of each pixel. Text on every
slice stays in the first one, where anatomy that moves fades; text in the air is in the second. What has one value on
all slices was drawn, whether it is text or not, and so was what gives the histogram of one slice a spike and is thin.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from workstation.intake.deidentify.blanking import Region
from workstation.intake.deidentify.text_lines import (
    EIGHT,
    LARGEST_PART,
    LEAST_HEIGHT,
    MOST_PARTS,
    Mask,
    joined,
    lines_of,
    padded,
)
from workstation.intake.pixels.decode import Stored
from workstation.intake.pixels.intensity import counted

BLOCKS = 16
# Air: twice the highest value of the calmest tenth of blocks is above its noise
CALMEST = 10
ABOVE_AIR = 2.0
# A line lies in the air when not more than this of its box is anatomy
IN_BODY = 0.3
# One value on so many slices is no accident: within this part of it, where it is this part of the brightest
LEAST_SLICES = 3
SAME = 0.01
BRIGHT = 0.25
# What was drawn is at least so many pixels, and no thicker than a pen; a place where the receiver saturates is a blob
LEAST_DRAWN = 12
PEN_PX = 4.0
NEAR_PX = 3
BESIDE_A_STROKE = 2
OF_STROKES = 0.5
# A value that so many pixels of a slice have, in multiples of what the values around it have, was put there
NEIGHBOURS = 17
SPIKE = 6.0
MOST_SPIKES = 6


class TextSearch:
    """Looks for text in the slices of one series while they go by, in order; holds a few images at a time."""

    def __init__(self, *, inverted: bool) -> None:
        self._inverted = inverted
        self._count = 0
        self._low: Stored | None = None
        self._high: Stored | None = None
        self._on_slices: list[Region] = []

    def add(self, values: Stored, counts: NDArray[np.int64] | None = None) -> None:
        """One slice, (row, column), all of one shape and type; `counts` of its values, if they were counted already."""
        self._count += 1
        if self._low is None or self._high is None:
            self._low, self._high = values.copy(), values.copy()
        else:
            np.minimum(self._low, values, out=self._low)
            np.maximum(self._high, values, out=self._high)
        self._on_slices += drawn_on(values, counted(values) if counts is None else counts)

    def found(self) -> tuple[Region, ...]:
        """Where text and marks stand, joined where they touch; empty when there are none."""
        if self._low is None or self._high is None or min(self._low.shape) < BLOCKS * 2:
            return ()
        rows, columns = self._low.shape
        boxes = list(self._on_slices)
        low, high = _upright(self._low, self._high, inverted=self._inverted)
        boxes += _lines_in_air(high, high)
        if self._count > 1:
            boxes += _lines_in_air(low, high)
        if self._count >= LEAST_SLICES:
            boxes += lines_of(low, _same_on_all(low, high))
            boxes += _drawn(_equal_on_all(low, high))
        return joined(padded(box, rows, columns) for box in boxes)


def drawn_on(values: Stored, counts: NDArray[np.int64] | None) -> list[Region]:
    """What was drawn into one slice with one value: that value stands out of the slice's histogram, and is thin there.

    Not black: air is black too.
    """
    if counts is None:
        return []
    bits = values.view(f"u{values.dtype.itemsize}")
    used = np.flatnonzero(counts)
    heights = counts[used].astype(np.float64)
    if len(used) < NEIGHBOURS:
        return []
    around = (ndimage.uniform_filter1d(heights, NEIGHBOURS, mode="mirror") * NEIGHBOURS - heights) / (NEIGHBOURS - 1)
    spikes = np.flatnonzero(heights >= np.maximum(LEAST_DRAWN, SPIKE * around + SPIKE * np.sqrt(around)))
    lowest = int(values.min().view(bits.dtype))
    chosen = [int(used[spike]) for spike in spikes if int(used[spike]) != lowest]
    # an image of few values, such as a map, is all spikes
    return [] if len(chosen) > MOST_SPIKES else [box for value in chosen for box in _drawn(bits == value)]


def _upright(low: Stored, high: Stored, *, inverted: bool) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Both from 0 upwards, bright is high; MONOCHROME1 turned over, so that its lowest becomes its highest."""
    darkest, brightest = float(low.min()), float(high.max())
    if inverted:
        return brightest - high.astype(np.float32), brightest - low.astype(np.float32)
    return low.astype(np.float32) - darkest, high.astype(np.float32) - darkest


def _lines_in_air(picture: NDArray[np.float32], high: NDArray[np.float32]) -> list[Region]:
    """Lines of text in a picture, outside of what is anatomy on any slice at the lowest threshold, holes filled.

    On any: in the lowest values anatomy falls into pieces, and fat between tendons looks like a line of letters.
    """
    thresholds = _thresholds(picture)
    if not thresholds:
        return []
    lines = [line for threshold in thresholds for line in lines_of(picture, picture > threshold)]
    if not lines:
        # the rule, and the holes of anatomy take as long to fill as all the rest
        return []
    body = _body(high > _thresholds(high)[0])
    return [
        box
        for box in lines
        if body[box.row : box.row + box.rows, box.column : box.column + box.columns].mean() <= IN_BODY
    ]


def _body(mask: Mask) -> Mask:
    """Components too large for letters, holes filled."""
    labels, _ = ndimage.label(mask, structure=EIGHT)
    largest = LARGEST_PART * min(mask.shape)
    big = [
        number
        for number, slices in enumerate(ndimage.find_objects(labels), start=1)
        if min(part.stop - part.start for part in slices) > largest
    ]
    return np.asarray(ndimage.binary_fill_holes(np.isin(labels, big)), dtype=np.bool_)


def _same_on_all(low: NDArray[np.float32], high: NDArray[np.float32]) -> Mask:
    """What is bright and has one value on all slices: no tissue has, whatever it is written over."""
    return np.asarray((low >= BRIGHT * high.max()) & (high - low <= SAME * high), dtype=np.bool_)


def _equal_on_all(low: NDArray[np.float32], high: NDArray[np.float32]) -> Mask:
    """What has exactly one value on all slices, bright or within the body; air may be 0 everywhere."""
    equal = high == low
    bright = equal & (low >= BRIGHT * high.max())
    thresholds = _thresholds(high)
    if not thresholds or bright.sum() == equal.sum():
        return np.asarray(bright, dtype=np.bool_)
    return np.asarray(bright | (equal & _body(high > thresholds[0])), dtype=np.bool_)


def _drawn(same: Mask) -> list[Region]:
    """What has one value on all slices and is as thin as a pen's line: handwriting, arrows, letters by themselves."""
    # strokes with grey edges fall apart, and letters stand apart: what is so near belongs together
    near = ndimage.binary_dilation(same, structure=EIGHT, iterations=NEAR_PX)
    labels, count = ndimage.label(near, structure=EIGHT)
    if count == 0 or count > MOST_PARTS:
        return []
    labels[~same] = 0
    found = []
    for number, slices in enumerate(ndimage.find_objects(labels, count), start=1):
        if slices is None:
            continue
        rows, columns = slices
        marks = np.pad(labels[rows, columns] == number, 1)
        height, width = rows.stop - rows.start, columns.stop - columns.start
        # of a strip, the mean distance to its edge is a quarter of its width, half a pixel more as pixels are counted
        thick = 4 * float(ndimage.distance_transform_edt(marks)[marks].mean()) - 2
        large = marks.sum() >= LEAST_DRAWN and max(height, width) >= LEAST_HEIGHT
        if large and thick <= PEN_PX and _are_strokes(marks):
            found.append(Region(rows.start, columns.start, height, width))
    return found


def _are_strokes(marks: Mask) -> bool:
    """Whether pixels hang together; those that are alike by chance lie scattered."""
    beside = ndimage.convolve(marks.astype(np.uint8), EIGHT, mode="constant") - marks
    return bool((beside[marks] >= BESIDE_A_STROKE).mean() >= OF_STROKES)


def _thresholds(picture: NDArray[np.float32]) -> tuple[float, ...]:
    """Above the noise of the air, near the brightest, and between; the highest finds text that touches tissue."""
    rows, columns = (size // BLOCKS * BLOCKS for size in picture.shape)
    blocks = picture[:rows, :columns].reshape(BLOCKS, rows // BLOCKS, BLOCKS, columns // BLOCKS)
    highest = float(picture.max())
    air = float(np.percentile(blocks.max(axis=(1, 3)), CALMEST))
    lowest = max(ABOVE_AIR * air, 0.03 * highest)
    if lowest >= highest:
        return (0.7 * highest,) if highest > 0 else ()
    return tuple(dict.fromkeys((lowest, (lowest * highest) ** 0.5, 0.7 * highest)))
