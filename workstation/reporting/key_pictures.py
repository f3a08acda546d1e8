"""Pictures of key images: the slice as it was kept, in its window, with the point marked. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from storage.records import KeyImage, SeriesRecord
from workstation.imaging.errors import ImagesUnreachable
from workstation.imaging.geometry import Stack, dot
from workstation.imaging.shown import as_shown
from workstation.imaging.volume import load_volume
from workstation.imaging.windowing import to_screen
from workstation.reporting.png import png_of

_MARK: Final = np.array((255, 196, 0), np.uint8)
# where the arms of the mark begin and end, in shares of the longer side: what they point at stays free
_FROM, _TO = 0.03, 0.07
Colours = NDArray[np.uint8]


def key_pictures(
    images: Path, kept: tuple[KeyImage, ...], series: Mapping[str, SeriesRecord]
) -> dict[int, bytes | None]:
    """A PNG for each key image by its number; None where its pixels aren't there or aren't those of the record.

    Args:
        images: the folder of images/.
        kept: the key images of one case.
        series: those of the case, by code.
    """
    return {image.number: _picture(images, image, series.get(image.series)) for image in kept}


def _picture(images: Path, image: KeyImage, series: SeriesRecord | None) -> bytes | None:
    if series is None or not 0 <= image.slice_index < len(series.slices):
        return None
    try:
        # whole, because the digest on the record is that of the whole series
        volume = as_shown(load_volume(series, images), series)
    except ImagesUnreachable:
        return None
    values = volume[image.slice_index]
    grey = np.empty(values.shape, np.uint32)
    to_screen(values, image.window_low, max(image.window_high, image.window_low + 1e-6), grey, inverted=series.inverted)
    colours = np.repeat((grey & 0xFF).astype(np.uint8)[:, :, np.newaxis], 3, axis=2)
    _mark(colours, *_pixel(Stack.of(series), image))
    return png_of(colours)


def _pixel(stack: Stack, image: KeyImage) -> tuple[int, int]:
    """Row and column of the point in its slice."""
    first = stack.positions_mm[image.slice_index]
    away = (image.point_mm[0] - first[0], image.point_mm[1] - first[1], image.point_mm[2] - first[2])
    return round(dot(away, stack.down) / stack.spacing_mm[0]), round(dot(away, stack.right) / stack.spacing_mm[1])


def _mark(colours: Colours, row: int, column: int) -> None:
    """Four arms about the point, as much of them as the picture has room for."""
    rows, columns, _ = colours.shape
    longest = max(rows, columns)
    near = max(1, round(_FROM * longest))
    far = max(near + 2, round(_TO * longest))
    thick = max(1, round(longest / 250))
    for start, end in ((near + 1, far + 1), (-far, -near)):
        _fill(colours, (row, row + thick), (column + start, column + end))
        _fill(colours, (row + start, row + end), (column, column + thick))


def _fill(colours: Colours, rows: tuple[int, int], columns: tuple[int, int]) -> None:
    (top, bottom), (left, right) = ((max(0, first), max(0, last)) for first, last in (rows, columns))
    colours[top:bottom, left:right] = _MARK
