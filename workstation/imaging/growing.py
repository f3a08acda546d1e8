"""Growing of a region from one pixel, over what a window shows alike, to a ring round it. Pure NumPy.

After the region growing of Adams and Bischof (1994, IEEE Trans Pattern Anal Mach Intell 16:641), with one seed and
fixed tolerances: what looks alike on the screen belongs together, and a narrower window parts what a wide one joins.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from workstation.imaging.measuring import PlanePoint

# of a window's width: 31 of 255 greys, of which an eye tells neighbours apart by about 2
TOLERANCE = 0.12
# and then, round the middle of what was found by that, for what is as uneven as marrow: the first of these by which
# it doesn't run out of the bone as far as it may
AGAIN = (0.25, 0.2, 0.16)
ROUNDS = 2
# round the pixel: the longest carpal bone measures 30 mm (capitate and scaphoid, Patterson 1995 J Hand Surg 20:923)
REACH_MM = 20.0
LEAST_PIXELS = 6

Mask = NDArray[np.bool_]
Pixel = tuple[int, int]


class Grown(Struct, frozen=True):
    """ring: through the middles of the region's edge, in pixels (row, column) whose middles are whole numbers.

    bounded: it went as far as it may, and its border there is no edge that was seen.
    """

    ring: tuple[PlanePoint, ...]
    bounded: bool


def grown(
    values: NDArray[Any],
    seed: Pixel,
    window: tuple[float, float],
    spacing_mm: tuple[float, float],
    bridge_mm: float = 0.0,
    *,
    again: Sequence[float] = (),
) -> Grown | None:
    """The region of a pixel of a slice (row, column), without its holes; None where nothing like it lies round it.

    window: stored values shown black and white. Beyond them all is alike, as it is on the screen. bridge_mm: where it
    is narrower than that, it leads into a neighbour and is cut. again: as `AGAIN`; without, the pixel alone says what
    is alike.
    """
    reach = [max(int(REACH_MM / mm), 1) for mm in spacing_mm]
    if not all(0 <= at < length for at, length in zip(seed, values.shape, strict=True)):
        return None
    top, left = (max(at - far, 0) for at, far in zip(seed, reach, strict=True))
    around = values[top : seed[0] + reach[0] + 1, left : seed[1] + reach[1] + 1].astype(np.float64)
    here = (seed[0] - top, seed[1] - left)
    low, high = window
    shown = _median_of_nine(np.clip(around, low, high))
    rows, columns = np.ogrid[: shown.shape[0], : shown.shape[1]]
    off = np.hypot((rows - here[0]) * spacing_mm[0], (columns - here[1]) * spacing_mm[1])

    def alike(value: float, tolerance: float) -> Mask:
        inside = _connected((np.abs(shown - value) <= tolerance * (high - low)) & (off <= REACH_MM), here)
        return _without_bridges(inside, here, round(bridge_mm / 2 / min(spacing_mm)))

    def is_bounded(found: Mask) -> bool:
        return bool(off[found].max() > REACH_MM - 2 * max(spacing_mm))

    region = alike(float(shown[here]), TOLERANCE)
    if int(region.sum()) < LEAST_PIXELS:
        return None
    for tolerance in again:
        wider = region
        for _ in range(ROUNDS):
            wider = alike(float(np.median(shown[wider])), tolerance)
            if not wider[here]:
                break
        if wider[here] and not is_bounded(wider):
            region = wider
            break
    region = _without_holes(region)
    bounded = is_bounded(region)
    return Grown(tuple((row + top, column + left) for row, column in _edge(region)), bounded)


def _median_of_nine(picture: NDArray[np.float64]) -> NDArray[np.float64]:
    """Noise of single pixels taken away, so that no region is torn by it."""
    padded = np.pad(picture, 1, mode="edge")
    rows, columns = picture.shape
    parts = [padded[down : down + rows, right : right + columns] for down in range(3) for right in range(3)]
    median: NDArray[np.float64] = np.median(np.stack(parts), axis=0)
    return median


def _connected(inside: Mask, start: Pixel) -> Mask:
    """What can be reached from a pixel over edges."""
    found = np.zeros_like(inside)
    if not inside[start]:
        return found
    rows, columns = inside.shape
    found[start] = True
    waiting = [start]
    while waiting:
        row, column = waiting.pop()
        for down, right in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            beside = (row + down, column + right)
            if 0 <= beside[0] < rows and 0 <= beside[1] < columns and inside[beside] and not found[beside]:
                found[beside] = True
                waiting.append(beside)
    return found


def _without_bridges(region: Mask, start: Pixel, times: int) -> Mask:
    """Without bridges to a neighbour narrower than twice that many pixels; fewer where else nothing were left."""
    core, taken = region, 0
    while taken < times and _thinner(core)[start]:
        core, taken = _thinner(core), taken + 1
    found = _connected(core, start)
    for _ in range(taken):
        found = _thicker(found) & region
    return found


def _thinner(mask: Mask) -> Mask:
    padded = np.pad(mask, 1)
    thin: Mask = mask & padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    return thin


def _thicker(mask: Mask) -> Mask:
    padded = np.pad(mask, 1)
    thick: Mask = mask | padded[:-2, 1:-1] | padded[2:, 1:-1] | padded[1:-1, :-2] | padded[1:-1, 2:]
    return thick


def _without_holes(region: Mask) -> Mask:
    outside = _connected(~np.pad(region, 1), (0, 0))
    filled: Mask = ~outside[1:-1, 1:-1]
    return filled


def _edge(region: Mask) -> Iterator[PlanePoint]:
    """Middles of the sides of pixels along the outer edge, in order; the region lies at the left of the way."""
    padded = np.pad(region, 1)
    start = (int(np.argmax(padded.any(axis=1))), 0)
    start = (start[0], int(np.argmax(padded[start[0]])))
    # corners of pixels: (row, column) is the upper left one of that pixel. From there down the left side of the first
    at, way = start, (1, 0)
    first = (at, way)
    while True:
        yield (at[0] + way[0] / 2 - 1.5, at[1] + way[1] / 2 - 1.5)
        at = (at[0] + way[0], at[1] + way[1])
        way = next(turn for turn in _turns(way) if _is_edge(padded, at, turn))
        if (at, way) == first:
            return


def _turns(way: Pixel) -> tuple[Pixel, Pixel, Pixel]:
    """Left, straight on, right; left first, so that pixels which touch by a corner alone stay apart."""
    down, right = way
    return (-right, down), way, (right, -down)


def _is_edge(padded: Mask, corner: Pixel, way: Pixel) -> bool:
    """Whether the region lies at the left of this side of a pixel, and not at its right."""
    (row, column), (down, right) = corner, way
    if down:
        above = row if down == 1 else row - 1
        left, beyond = (column, column - 1) if down == 1 else (column - 1, column)
        return bool(padded[above, left]) and not padded[above, beyond]
    beside = column if right == 1 else column - 1
    left, beyond = (row - 1, row) if right == 1 else (row, row - 1)
    return bool(padded[left, beside]) and not padded[beyond, beside]
