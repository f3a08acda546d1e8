"""Marks of a program's pen: thin, of one value, with sharp edges, on one slice or on all. NumPy and SciPy.

What one value alone can't tell from anatomy, its edges do. Around a stroke, two pixels away, the picture goes on as
if nothing were there. Around tissue that is alike by chance it is nearly as bright, and saturation leaves a ramp.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from workstation.intake.deidentify.blanking import Region
from workstation.intake.deidentify.lettering import EIGHT, Mask
from workstation.intake.deidentify.text_lines import LEAST_HEIGHT, MOST_PARTS
from workstation.intake.pixels.decode import Stored

# What was drawn is at least so many pixels, and no thicker than a pen; a place where the receiver saturates is a blob
LEAST_DRAWN = 12
PEN_PX = 4.0
# A straight line across is a zipper or a ruler's, and no name
LEAST_ACROSS = 4
NEAR_PX = 3
BESIDE_A_STROKE = 2
OF_STROKES = 0.5
# A value that so many pixels of a slice have, in multiples of what the values around it have, was put there
NEIGHBOURS = 17
SPIKE = 6.0
MOST_SPIKES = 6
# As near as this part of the brightest is alike; so much of the surroundings of a stroke may be alike
ALIKE = 0.15
ALIKE_AROUND = 0.7
# Next to the brightest value of a slice, and two pixels away, so much may be nearly as bright; more is saturation
BRIGHTEST = 0.98
NEARLY = 0.8
RAMP_BESIDE = 0.4
RAMP_AROUND = 0.1
OF_THE_VALUE = 0.5
# Black is up to this part of what nearly all tissue is below, as a percentile
DARKEST = 0.02
TISSUE = 95
# Darker than this part of the brightest is air, where masks, padding and coarse steps make spikes
DARK = 0.05


@dataclass(frozen=True, slots=True)
class Mark:
    """Pixels that hang together, in a box cut out with room around it. beside, around: one and two pixels outside."""

    box: Region
    cut: tuple[slice, slice]
    marked: Mask
    beside: Mask
    around: Mask


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
    if len(chosen) > MOST_SPIKES:
        return []
    return [mark.box for value in chosen for mark in _of_one_value(values, bits == value)]


def drawn_on_all(low: NDArray[np.float32], high: NDArray[np.float32], equal: Mask) -> list[Region]:
    """What has one value on all slices, their lowest and their highest value alike, and differs from what is around."""
    highest, tissue = float(high.max()), float(np.percentile(high, TISSUE))
    bright, dark = equal & (low >= BRIGHTEST * highest), equal & (low <= DARKEST * tissue)
    middle = ((low + high) / 2).astype(np.float32, copy=False)
    # black is judged as white is, upside down: where thin anatomy is masked, its edges are no sharper
    below = np.maximum(tissue - middle, 0)
    found = [
        *_drawn_in(middle, equal & ~bright & ~dark, highest),
        *_drawn_in(middle, bright, highest),
        *_drawn_in(below, dark, float(below.max())),
    ]
    return [mark.box for mark in found]


def _of_one_value(values: Stored, same: Mask) -> list[Mark]:
    """The marks among the pixels of one value, but for the darkest."""
    floor = float(values.min())
    upright = values.astype(np.float32) - floor
    return [] if upright[same][0] < DARK * upright.max() else _drawn_in(upright, same, float(upright.max()))


def _drawn_in(picture: NDArray[np.float32], same: Mask, highest: float) -> list[Mark]:
    """The marks among pixels that are alike, all of them at the brightest or none; none where the picture saturates."""
    marks = [(mark, float(np.median(picture[mark.cut][mark.marked]))) for mark in _marks(same)]
    if not marks or marks[0][1] < BRIGHTEST * highest:
        slack = ALIKE * highest
        return [mark for mark, _ in marks if _share_alike(picture[mark.cut], mark, slack) <= ALIKE_AROUND]
    sharp = [mark for mark, value in marks if _is_sharp(picture[mark.cut] >= NEARLY * value, mark)]
    return sharp if sum(int(mark.marked.sum()) for mark in sharp) >= OF_THE_VALUE * same.sum() else []


def _share_alike(picture: NDArray[np.float32], mark: Mark, slack: float) -> float:
    """How much of what is around differs no more than that from the marked pixel that is nearest."""
    if not mark.around.any():
        return 0.0
    nearest = ndimage.distance_transform_edt(~mark.marked, return_distances=False, return_indices=True)
    differs = np.abs(picture - picture[tuple(nearest)])[mark.around]
    return float((differs <= slack).mean())


def _is_sharp(nearly: Mask, mark: Mark) -> bool:
    beside, around = nearly[mark.beside], nearly[mark.around]
    return bool((not beside.size or beside.mean() <= RAMP_BESIDE) and (not around.size or around.mean() <= RAMP_AROUND))


def _marks(same: Mask) -> Iterator[Mark]:
    """What is as thin as a pen's line: handwriting, arrows, letters by themselves."""
    # strokes with grey edges fall apart, and letters stand apart: what is so near belongs together
    near = ndimage.binary_dilation(same, structure=EIGHT, iterations=NEAR_PX)
    labels, count = ndimage.label(near, structure=EIGHT)
    if count == 0 or count > MOST_PARTS:
        return
    for number, slices in enumerate(ndimage.find_objects(labels, count), start=1):
        marked = (labels[slices] == number) & same[slices]
        if marked.sum() < LEAST_DRAWN:
            continue
        rows, columns = np.flatnonzero(marked.any(axis=1)), np.flatnonzero(marked.any(axis=0))
        height, width = int(rows[-1] - rows[0]) + 1, int(columns[-1] - columns[0]) + 1
        if (
            max(height, width) < LEAST_HEIGHT
            or min(height, width) < LEAST_ACROSS
            or not _is_thin(marked)
            or not _are_strokes(marked)
        ):
            continue
        beside = ndimage.binary_dilation(marked, structure=EIGHT)
        around = ndimage.binary_dilation(beside, structure=EIGHT)
        box = Region(slices[0].start + int(rows[0]), slices[1].start + int(columns[0]), height, width)
        yield Mark(box, slices, marked, beside & ~marked, around & ~beside)


def _is_thin(marks: Mask) -> bool:
    """Of a strip, the mean distance to its edge is a quarter of its width, half a pixel more as pixels are counted."""
    framed = np.pad(marks, 1)
    return 4 * float(ndimage.distance_transform_edt(framed)[framed].mean()) - 2 <= PEN_PX


def _are_strokes(marks: Mask) -> bool:
    """Whether pixels hang together; those that are alike by chance lie scattered."""
    beside = ndimage.convolve(marks.astype(np.uint8), EIGHT, mode="constant") - marks
    return bool((beside[marks] >= BESIDE_A_STROKE).mean() >= OF_STROKES)
