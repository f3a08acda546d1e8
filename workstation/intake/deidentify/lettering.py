"""Lettering: whether glyphs in a row were written by a program, from their strokes, brightness and surroundings. Pure.

Many parts in a row are strong evidence: of anatomy, noise and artefacts hardly ever more than four stand in one.
Three or four must be more alike in stroke and brightness, and stand out more, than tissue does.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from workstation.intake.deidentify.blanking import Region

EIGHT = np.ones((3, 3), dtype=np.int8)
Mask = NDArray[np.bool_]

LEAST_PARTS = 3
LEAST_AMONG_TISSUE = 6
# Letters are at least so wide, in heights: fingers and metacarpals side by side are narrower
NARROWEST = 0.3
# How unlike each other letters may be: in where they stand, in heights, and in brightness at their brightest
UNEVEN_BASE = 0.14
ON_THE_LINE = 0.7
UNEVEN_PEAKS = 0.3
# What may be bright right above and below a line
CROWDED = 0.12
# Surroundings that are no brighter than these parts of the letters: the dark that text stands in, and what isn't tissue
DARK = 0.15
DIM = 0.35
# Nearly as bright as the letters: a threshold that cuts through noise, and no text
FAINT = 0.85


@dataclass(frozen=True, slots=True)
class _Limits:
    """Of a line: how far strokes fill their boxes and how thick they are, in heights; blobs (fingers, veins) do more.

    shine, thick, heights: how unlike its parts may be in brightness, stroke and height, as deviation over mean.
    """

    fill: float
    thickest: float
    shine: float
    thick: float
    heights: float


MANY = _Limits(fill=0.65, thickest=0.32, shine=0.15, thick=0.18, heights=0.29)
MANY_IN_THE_DARK = _Limits(fill=0.72, thickest=0.4, shine=0.2, thick=0.25, heights=0.45)
FEW = _Limits(fill=0.65, thickest=0.32, shine=0.08, thick=0.12, heights=0.25)
FEW_IN_THE_DARK = _Limits(fill=0.72, thickest=0.36, shine=0.1, thick=0.12, heights=0.2)
FOUR_IN_THE_DARK = _Limits(fill=0.72, thickest=0.37, shine=0.2, thick=0.12, heights=0.2)
# Strokes shine as brightly as this percentile of a part, whose edges are grey
OF_A_STROKE = 80


class Lettering(enum.Enum):
    """What a row of parts is taken for. SHORT: text, if nothing else is there."""

    NONE = enum.auto()
    SHORT = enum.auto()
    LONG = enum.auto()


@dataclass(frozen=True, slots=True)
class Part:
    """A connected component: its box in pixels (first and behind the last), and how many pixels it has."""

    top: int
    bottom: int
    left: int
    right: int
    area: int

    @property
    def height(self) -> int:
        """In rows."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """In columns."""
        return self.right - self.left


def lettering(line: Sequence[Part], picture: NDArray[np.float32], mask: Mask, least: int) -> Lettering:
    """Judge parts that stand one after the other; a line of fewer than five parts is SHORT. least: parts wanted."""
    if len(line) < least or not _is_even(line, picture) or not _is_alone(line, mask):
        return Lettering.NONE
    if float(np.median([part.width / part.height for part in line])) < NARROWEST:
        return Lettering.NONE
    found, shine = _measured(line, picture, mask)
    dark = _surroundings(around([box_of(part) for part in line]), picture, mask) / shine if shine else 1.0
    if dark > FAINT:
        return Lettering.NONE
    if len(line) > LEAST_PARTS + 1:
        among_tissue = dark > DIM and len(line) < LEAST_AMONG_TISSUE
        # only bright text lies in the dark of the air
        in_the_dark = dark <= DARK and least == LEAST_PARTS
        # five pools of fluid between the bones of a row are no word: where it isn't dark, five are judged as four are
        as_few = len(line) < LEAST_AMONG_TISSUE and dark > DARK
        many = MANY_IN_THE_DARK if in_the_dark else FEW if as_few else MANY
        limits = [] if among_tissue else [many]
    else:
        limits = [FEW] if dark <= DIM else []
        limits += [FEW_IN_THE_DARK] if dark <= DARK else []
        limits += [FOUR_IN_THE_DARK] if dark <= DARK and len(line) > LEAST_PARTS else []
    if not any(_are_within(found, limit) for limit in limits):
        return Lettering.NONE
    return Lettering.LONG if len(line) > LEAST_PARTS + 1 else Lettering.SHORT


def _measured(line: Sequence[Part], picture: NDArray[np.float32], mask: Mask) -> tuple[_Limits, float]:
    """What the limits are for, and how bright the strokes are."""
    box = around([box_of(part) for part in line])
    cut = slice(box.row, box.row + box.rows), slice(box.column, box.column + box.columns)
    inside, values = mask[cut], picture[cut]
    depth = ndimage.distance_transform_edt(np.pad(inside, 1))[1:-1, 1:-1]
    heights = np.array([part.height for part in line], dtype=np.float64)
    strokes = [_within(part, box) for part in line]
    shine = np.array([np.percentile(values[part][inside[part]], OF_A_STROKE) for part in strokes])
    # of a strip, the mean distance to its edge is a quarter of its width, half a pixel more as pixels are counted
    thick = np.array([4 * depth[part][inside[part]].mean() - 2 for part in strokes])
    found = _Limits(
        fill=float(np.median([part.area / (part.height * part.width) for part in line])),
        thickest=float(np.median(np.array([2 * depth[part].max() - 1 for part in strokes]) / heights)),
        shine=_spread(shine),
        thick=_spread(thick),
        heights=_spread(heights),
    )
    return found, float(np.median(shine))


def _are_within(found: _Limits, limit: _Limits) -> bool:
    return (
        found.fill <= limit.fill
        and found.thickest <= limit.thickest
        and found.shine <= limit.shine
        and found.thick <= limit.thick
        and found.heights <= limit.heights
    )


def box_of(part: Part) -> Region:
    """Its box."""
    return Region(part.top, part.left, part.height, part.width)


def around(boxes: Iterable[Region]) -> Region:
    """The smallest box that holds them all."""
    held = list(boxes)
    top, left = min(box.row for box in held), min(box.column for box in held)
    bottom, right = max(box.row + box.rows for box in held), max(box.column + box.columns for box in held)
    return Region(top, left, bottom - top, right - left)


def _is_even(line: Sequence[Part], picture: NDArray[np.float32]) -> bool:
    """Whether most letters stand on one base or hang from one top, alike in brightness."""
    slack = max(1.0, UNEVEN_BASE * float(np.median([part.height for part in line])))
    bases, tops = np.array([part.bottom for part in line]), np.array([part.top for part in line])
    on_base = (np.abs(bases - np.median(bases)) <= slack).mean()
    on_top = (np.abs(tops - np.median(tops)) <= slack).mean()
    peaks = np.array([picture[part.top : part.bottom, part.left : part.right].max() for part in line])
    return bool(max(on_base, on_top) >= ON_THE_LINE and _spread(peaks) <= UNEVEN_PEAKS)


def _is_alone(line: Sequence[Part], mask: Mask) -> bool:
    """Whether hardly anything is bright right above and right below."""
    box = around([box_of(part) for part in line])
    reach = max(2, box.rows // 4)
    columns = slice(box.column, box.column + box.columns)
    above = mask[max(0, box.row - reach) : max(0, box.row - 1), columns]
    below = mask[box.row + box.rows + 1 : box.row + box.rows + reach, columns]
    return all(not strip.size or strip.mean() <= CROWDED for strip in (above, below))


def _surroundings(box: Region, picture: NDArray[np.float32], mask: Mask) -> float:
    """How bright it is two pixels away from the strokes."""
    room = 3
    cut = (
        slice(max(0, box.row - room), box.row + box.rows + room),
        slice(max(0, box.column - room), box.column + box.columns + room),
    )
    beside = ndimage.binary_dilation(mask[cut], structure=EIGHT)
    ring = ndimage.binary_dilation(beside, structure=EIGHT) & ~beside
    return float(np.median(picture[cut][ring])) if ring.any() else 0.0


def _within(part: Part, box: Region) -> tuple[slice, slice]:
    rows = slice(part.top - box.row, part.bottom - box.row)
    return rows, slice(part.left - box.column, part.right - box.column)


def _spread(values: NDArray[np.generic]) -> float:
    numbers = values.astype(np.float64)
    mean = float(numbers.mean())
    return float(numbers.std()) / mean if mean > 0 else 0.0
