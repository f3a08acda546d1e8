"""Thumbnail of a series: its middle slice, as it is shown at first, in a few pixels."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage

from storage.records import SeriesRecord
from workstation.imaging.geometry import Stack
from workstation.imaging.resampling import Samples, resample
from workstation.imaging.volume import Volume
from workstation.imaging.windowing import to_screen
from workstation.reading.view_state import Window


def thumbnail(series: SeriesRecord, volume: Volume, window: Window, side_px: int) -> QImage:
    """The middle slice, the longer side `side_px` long.

    Args:
        series: whose it is.
        volume: (slice, row, column), as it is shown.
        window: stored values.
        side_px: pixels.
    """
    stack = Stack.of(series)
    row_mm, column_mm = stack.spacing_mm
    _, rows, columns = volume.shape
    high_mm, wide_mm = rows * row_mm, columns * column_mm
    longer = max(high_mm, wide_mm)
    high, wide = (max(round(side_px * side / longer), 1) for side in (high_mm, wide_mm))
    values = resample(volume[len(volume) // 2], _samples(rows, high), _samples(columns, wide))
    pixels = np.empty(values.shape, np.uint32)
    to_screen(values, window.low, window.high, pixels, inverted=series.inverted)
    # a copy: QImage doesn't keep the memory that it reads
    return QImage(pixels.data, wide, high, 4 * wide, QImage.Format.Format_RGB32).copy()


def _samples(length: int, count: int) -> Samples:
    step = length / count
    return Samples(step / 2 - 0.5, step, count)
