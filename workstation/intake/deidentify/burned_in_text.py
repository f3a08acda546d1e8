"""Text and marks that somebody put into the pixels of a series: where they are looked for. NumPy and SciPy.

Two pictures are made of a series while its slices go by: the lowest and the highest value of each pixel. Text on every
slice stays in the first one, where anatomy that moves fades; text on a few slices is in the second, if it is brighter
than what the others show there. Where text stands on every slice, the two differ less than beside it. What a program
drew with one value is found by that value (drawn_marks).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from workstation.intake.deidentify.blanking import Region
from workstation.intake.deidentify.drawn_marks import drawn_on, drawn_on_all
from workstation.intake.deidentify.lettering import EIGHT, OF_A_STROKE, Mask
from workstation.intake.deidentify.text_lines import LARGEST_PART, Line, joined, lines_of, padded
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
COPIES = 0.3
ANATOMY = 0.1
BRIGHT = 0.25
# Thresholds besides those above the air, as parts of the brightest; nearer ones than this factor show the same
LEVELS = (0.35, 0.5)
LEVELS_APART = 1.12
# Text that stands on every slice is as bright on all of them: the lowest value of its strokes is at least this part of
# the highest, in the middle. Of 1,200 planted names 0.55 and more; rows of tissue 0.09 to 0.5, one held back 0.11
AS_BRIGHT = 0.5
# In the lowest values of a line's box, what is brighter than this part of their highest are its strokes
STROKES = 0.5
# Dark text: below these parts of bright tissue, in lines of so many letters, in one or two images of STEADY_LETTERS;
# bones and tendons make shorter ones
BRIGHT_TISSUE = 95
DARK = (0.12, 0.3)
DARK_LETTERS = 6
# Their strokes are at least this part as dark as what is darkest: of 242 planted lines of black letters all by 0.88,
# gaps in tissue by 0.83. Or else beside them it is no darker than this part of it: by grey letters 0.5, by gaps 0.76
BLACK = 0.86
BRIGHT_BESIDE = 0.6
# Text on every slice differs less by these parts than what is around it, where that differs more than barely
AROUND_PX = 15
STEADY = (0.35, 0.6)
BARELY = 0.05
STEADY_LETTERS = 8


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
        body = _Body(high)
        boxes += _bright_lines(high, high, body)
        boxes += _dark_lines(high, DARK_LETTERS if self._count >= LEAST_SLICES else STEADY_LETTERS)
        if self._count > 1:
            boxes += [
                box
                for box in _bright_lines(low, high, body)
                if not body.holds(box) or _as_bright_on_all(low, high, box)
            ]
        if self._count >= LEAST_SLICES:
            boxes += _outside(body, lines_of(low, _same_on_all(low, high)))
            boxes += drawn_on_all(low, high, _equal_on_all(low, high, body))
        if self._count > LEAST_SLICES:
            steady = _steadiness(low, high)
            boxes += _long_lines(steady, [steady > level for level in STEADY], STEADY_LETTERS)
        return joined(padded(box, rows, columns) for box in boxes)


class _Body:
    """What is anatomy on any slice, made when it is asked for: its holes take as long to fill as all the rest."""

    def __init__(self, high: NDArray[np.float32]) -> None:
        self._high = high

    @cached_property
    def mask(self) -> Mask:
        """At the lowest threshold, holes filled; in the lowest values anatomy falls into pieces."""
        thresholds = _thresholds(self._high)
        return _body(self._high > thresholds[0]) if thresholds else np.zeros(self._high.shape, dtype=np.bool_)

    def holds(self, box: Region) -> bool:
        """Whether more of it is anatomy than of text in the air."""
        inside = self.mask[box.row : box.row + box.rows, box.column : box.column + box.columns]
        return bool(inside.mean() > IN_BODY)


def _bright_lines(picture: NDArray[np.float32], high: NDArray[np.float32], body: _Body) -> list[Region]:
    """Lines of bright text: long ones anywhere, short ones in the air, as bits of fat between tendons look alike."""
    levels = {*_thresholds(picture), *(part * float(high.max()) for part in LEVELS)}
    return _outside(body, [line for level in _apart(levels) for line in lines_of(picture, picture > level)])


def _as_bright_on_all(low: NDArray[np.float32], high: NDArray[np.float32], box: Region) -> bool:
    """Whether what is brightest there on the darkest slices is about as bright on the others; anatomy seldom is."""
    cut = slice(box.row, box.row + box.rows), slice(box.column, box.column + box.columns)
    strokes = low[cut] >= STROKES * low[cut].max()
    return bool(np.median(low[cut][strokes] / np.maximum(high[cut][strokes], 1)) >= AS_BRIGHT)


def _outside(body: _Body, lines: Iterable[Line]) -> list[Region]:
    return [line.box for line in lines if not line.short or not body.holds(line.box)]


def _long_lines(picture: NDArray[np.float32], masks: Iterable[Mask], least: int) -> list[Region]:
    return [line.box for mask in masks for line in lines_of(picture, mask, least)]


def _dark_lines(high: NDArray[np.float32], least: int) -> list[Region]:
    """Lines of so many letters, dark on every slice, at two levels; air is dark too, and too large for letters."""
    tissue = float(np.percentile(high, BRIGHT_TISSUE))
    levels = [high < part * tissue for part in DARK]
    below = np.maximum(tissue - high, 0)
    return [line.box for mask in levels for line in lines_of(below, mask, least) if _is_ink(below, mask, line.box)]


def _is_ink(below: NDArray[np.float32], mask: Mask, box: Region) -> bool:
    """Whether dark strokes are about as dark as anything is, or much darker than beside them: gaps in tissue aren't."""
    cut = slice(box.row, box.row + box.rows), slice(box.column, box.column + box.columns)
    values, strokes = below[cut], mask[cut]
    depth = float(np.percentile(values[strokes], OF_A_STROKE))
    return depth >= BLACK * float(below.max()) or bool(np.median(values[~strokes]) <= BRIGHT_BESIDE * depth)


def _steadiness(low: NDArray[np.float32], high: NDArray[np.float32]) -> NDArray[np.float32]:
    """How much less than around it each pixel differs from slice to slice: 1 not at all, 0 as much, or it's air."""
    differs = high - low
    around = ndimage.uniform_filter(differs, AROUND_PX)
    least = BARELY * float(high.max())
    steady = 1 - differs / np.maximum(around, max(least, 1e-6))
    return np.where(around > least, steady, 0).clip(0).astype(np.float32)


def _apart(levels: Iterable[float]) -> list[float]:
    """Thresholds that are far enough from each other to show something else."""
    chosen: list[float] = []
    for level in sorted(levels):
        if not chosen or level >= LEVELS_APART * chosen[-1]:
            chosen.append(level)
    return chosen


def _upright(low: Stored, high: Stored, *, inverted: bool) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Both from 0 upwards, bright is high; MONOCHROME1 turned over, so that its lowest becomes its highest."""
    darkest, brightest = float(low.min()), float(high.max())
    if inverted:
        return brightest - high.astype(np.float32), brightest - low.astype(np.float32)
    return low.astype(np.float32) - darkest, high.astype(np.float32) - darkest


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


def _equal_on_all(low: NDArray[np.float32], high: NDArray[np.float32], body: _Body) -> Mask:
    """What has exactly one value on all slices, bright or within the body; air may be 0 everywhere.

    Nothing where so much has that the slices are copies of one image.
    """
    equal = high == low
    bright = equal & (low >= BRIGHT * high.max())
    if bright.sum() == equal.sum() and equal.mean() <= COPIES * ANATOMY:
        return np.asarray(bright, dtype=np.bool_)
    anatomy = body.mask
    if anatomy.any() and equal[anatomy].mean() > COPIES:
        return np.zeros(equal.shape, dtype=np.bool_)
    return np.asarray(bright | (equal & anatomy), dtype=np.bool_)


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
