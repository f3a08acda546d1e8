"""Lines of glyphs among what is bright: parts of one height that stand near each other in a row. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from workstation.intake.deidentify.blanking import Region
from workstation.intake.deidentify.lettering import (
    EIGHT,
    LEAST_PARTS,
    Lettering,
    Mask,
    Part,
    around,
    box_of,
    lettering,
)

# A glyph is at least so high (the smallest legible bitmap fonts) and at most this part of the image
LEAST_HEIGHT = 5
LARGEST_PART = 0.14
# Glyphs that touch are one component; broader than so many heights it's no word
BROADEST = 12.0
# A letter with its gap takes some 0.6 of its height, so this many make a word even when they touch
LETTER = 0.6
LEAST_LETTERS = 4
# More components than this are noise or trabeculae; text would be found at a higher threshold
MOST_PARTS = 1_500
# So many components smaller than a stroke, in parts of the picture's pixels, are noise that the threshold cuts through
MOST_SPECKS = 0.004
PAD = 3
ALONG = 2
# Whatever is bright beside a line, at most so many heights away, belongs to it
BESIDE = 1.5
AS_HIGH = 1.5


@dataclass(frozen=True, slots=True)
class Line:
    """Where a line of text stands. short: of three or four parts, as anatomy can be too."""

    box: Region
    short: bool


def lines_of(picture: NDArray[np.float32], mask: Mask, least: int = LEAST_PARTS) -> list[Line]:
    """Lines of text of so many parts among what is bright, written across or upwards."""
    parts = parts_of(mask)
    if not LEAST_PARTS <= len(parts) <= MOST_PARTS:
        return []
    upwards = _lines_across([_turned(part) for part in parts], picture.T, mask.T, least)
    return [
        *_lines_across(parts, picture, mask, least),
        *(Line(_across(line.box), line.short) for line in upwards),
    ]


def _lines_across(parts: Sequence[Part], picture: NDArray[np.float32], mask: Mask, least: int) -> list[Line]:
    tall = [part for part in parts if part.height >= LEAST_HEIGHT and part.width <= BROADEST * part.height]
    if len(tall) < LEAST_PARTS:
        return []
    judged = ((line, lettering(line, picture, mask, least)) for line in _neighbours(tall))
    return [
        Line(_completed(around([box_of(part) for part in line]), parts), how is Lettering.SHORT)
        for line, how in judged
        if how is not Lettering.NONE
    ]


def _completed(box: Region, parts: Sequence[Part]) -> Region:
    """With the dots, dashes and short words beside it: whoever blanks the line must not leave half a name.

    Not with what is higher than it: over anatomy, tissue stands beside it.
    """
    reach = int(BESIDE * box.rows)
    beside = [
        part
        for part in parts
        if part.top < box.row + box.rows and part.bottom > box.row and part.height <= AS_HIGH * box.rows
    ]
    grown = box
    while True:
        left, right = grown.column - reach, grown.column + grown.columns + reach
        wider = around([grown, *(box_of(part) for part in beside if part.right >= left and part.left <= right)])
        if wider == grown:
            return grown
        grown = wider


def parts_of(mask: Mask) -> list[Part]:
    """Components no larger than a word may be; none where a threshold cuts through noise, as a higher one won't."""
    labels, count = ndimage.label(mask, structure=EIGHT)
    if count < LEAST_PARTS:
        return []
    areas = np.bincount(labels.ravel(), minlength=count + 1)
    highest = max(LEAST_HEIGHT, int(LARGEST_PART * min(mask.shape)))
    # what has no more pixels than that can't be too large: noise is told without a look at its parts
    if np.count_nonzero(areas[1:] <= highest) > MOST_PARTS:
        return []
    if np.count_nonzero(areas[1:] < LEAST_HEIGHT) > MOST_SPECKS * mask.size:
        return []
    found = []
    for number, slices in enumerate(ndimage.find_objects(labels), start=1):
        rows, columns = slices
        height, width = rows.stop - rows.start, columns.stop - columns.start
        if min(height, width) <= highest:
            found.append(Part(rows.start, rows.stop, columns.start, columns.stop, int(areas[number])))
    return found


def _across(box: Region) -> Region:
    return Region(box.column, box.row, box.columns, box.rows)


def _turned(part: Part) -> Part:
    return Part(part.left, part.right, part.top, part.bottom, part.area)


def _neighbours(parts: Sequence[Part]) -> list[list[Part]]:
    """Parts that stand on one line, one after the other."""
    top, bottom, left, right = (
        np.array([getattr(part, name) for part in parts], dtype=np.int32) for name in ("top", "bottom", "left", "right")
    )
    height = bottom - top
    shared = np.minimum(bottom[:, None], bottom) - np.maximum(top[:, None], top)
    smaller, larger = np.minimum(height[:, None], height), np.maximum(height[:, None], height)
    gap = np.maximum(left[:, None], left) - np.minimum(right[:, None], right)
    linked = (shared >= 0.6 * smaller) & (larger <= 2.0 * smaller) & (gap >= -1) & (gap <= 1.2 * larger)
    lines = (sorted((parts[number] for number in line), key=lambda part: part.left) for line in _connected(linked))
    return [line for line in lines if _is_long(line)]


def _connected(linked: Mask) -> list[list[int]]:
    """Those that hang together, by number; none that stands alone. Links are few, so SciPy's graphs cost more time."""
    lines: dict[int, list[int]] = {}
    line_of: dict[int, int] = {}
    for first, second in zip(*(side.tolist() for side in np.nonzero(np.triu(linked, 1))), strict=True):
        one, other = line_of.setdefault(first, first), line_of.setdefault(second, second)
        lines.setdefault(one, [first])
        if one != other:
            moved = lines.pop(other, [second])
            line_of.update(dict.fromkeys(moved, one))
            lines[one] += moved
    return [sorted(line) for line in sorted(lines.values(), key=min)]


def _is_long(line: Sequence[Part]) -> bool:
    letters = sum(max(1, round(part.width / (LETTER * part.height))) for part in line)
    return len(line) >= LEAST_PARTS and letters >= LEAST_LETTERS


def padded(box: Region, rows: int, columns: int) -> Region:
    """With room for grey edges and dots, and along the line for letters that were lost because they touch anatomy."""
    height = min(box.rows, box.columns)
    pad, along = max(PAD, height // 2), max(PAD, ALONG * height)
    up, aside = (pad, along) if box.columns >= box.rows else (along, pad)
    top, left = max(0, box.row - up), max(0, box.column - aside)
    bottom, right = min(rows, box.row + box.rows + up), min(columns, box.column + box.columns + aside)
    return Region(top, left, bottom - top, right - left)


def _touch(a: Region, b: Region) -> bool:
    return (
        a.row <= b.row + b.rows
        and b.row <= a.row + a.rows
        and a.column <= b.column + b.columns
        and b.column <= a.column + a.columns
    )


def joined(regions: Iterable[Region]) -> tuple[Region, ...]:
    """The regions with those that touch put into one box, by place."""
    boxes: list[Region] = []
    for region in regions:
        grown = region
        while touching := [box for box in boxes if _touch(box, grown)]:
            boxes = [box for box in boxes if box not in touching]
            grown = around([grown, *touching])
        boxes.append(grown)
    return tuple(sorted(boxes, key=lambda box: (box.row, box.column)))
