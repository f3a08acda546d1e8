"""Slice as it is painted: resampled to the screen's own pixels, windowed, drawn unscaled.

Qt's smooth scaling costs more than both steps together, and scales greys instead of stored values.
"""

from __future__ import annotations

from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter

from workstation.imaging.halving import halves_of, reduced_for
from workstation.imaging.resampling import Samples, nearest, resample
from workstation.imaging.volume import Volume
from workstation.imaging.windowing import to_screen
from workstation.reading.view_state import Window


class SliceImage:
    """Holds what it drew last: the same again costs a copy.

    Values are held from the second window of a slice on: a window that is dragged resamples once. A slice that is
    looked at in one window, as nearly all are, needs its picture alone.
    """

    def __init__(self) -> None:
        self._volume: Volume | None = None
        self._index = 0
        self._window = Window(0.0, 1.0)
        self._inverted = False
        self._smooth = True
        self._grid: tuple[Samples, Samples] | None = None
        self._values: NDArray[Any] | None = None
        # QImage reads this memory and doesn't keep it
        self._pixels32: NDArray[np.uint32] = np.empty((0, 0), np.uint32)
        self._image: QImage | None = None

    def show_slice(self, volume: Volume, index: int, window: Window, *, inverted: bool, smooth: bool) -> bool:
        """What to paint from now on; returns whether that is anything new."""
        if volume is not self._volume or index != self._index or smooth != self._smooth:
            self._grid = None
        elif (window, inverted) != (self._window, self._inverted):
            self._image = None
        else:
            return False
        self._volume, self._index, self._smooth = volume, index, smooth
        self._window, self._inverted = window, inverted
        return True

    @property
    def shows(self) -> bool:
        """Whether there is anything to paint."""
        return self._volume is not None

    def clear(self) -> bool:
        """Paint nothing, and let go of the pixels; returns whether there were any."""
        had = self._volume is not None
        self._volume = self._grid = self._values = self._image = None
        self._pixels32 = np.empty((0, 0), np.uint32)
        return had

    def paint(self, painter: QPainter, on_screen: QRectF, size: QSize, ratio: float) -> None:
        """Paint the part in sight, and black around it.

        Args:
            painter: untransformed, on a widget.
            on_screen: where the whole slice lies, outer edges of its pixels, in the widget's own pixels.
            size: of the widget, in the same.
            ratio: device pixels to one of them.
        """
        ground = QRect(QPoint(0, 0), size)
        laid = self._laid(on_screen, size, ratio)
        if self._volume is None or laid is None:
            painter.fillRect(ground, Qt.GlobalColor.black)
            return
        (left, top), rows, columns = laid
        area = QRectF(left / ratio, top / ratio, columns.count / ratio, rows.count / ratio)
        for edge in _around(ground, area):
            painter.fillRect(edge, Qt.GlobalColor.black)
        image = self._drawn(self._volume, rows, columns)
        image.setDevicePixelRatio(ratio)
        painter.drawImage(area.topLeft(), image)

    def get_ready(self, on_screen: QRectF, size: QSize, ratio: float) -> bool:
        """Have at hand what `paint` will ask for at these places; returns whether it wasn't."""
        laid = self._laid(on_screen, size, ratio)
        if self._volume is None or laid is None:
            return False
        before = self._image
        return self._drawn(self._volume, laid[1], laid[2]) is not before

    def shows_slice(self, volume: Volume, index: int) -> bool:
        """Whether it paints this slice, in whatever grey."""
        return volume is self._volume and index == self._index

    def _laid(self, on_screen: QRectF, size: QSize, ratio: float) -> tuple[tuple[int, int], Samples, Samples] | None:
        """The first device pixel of the part in sight (column, row), its rows and columns; None where it is empty."""
        if self._volume is None or on_screen.isEmpty():
            return None
        height, width = self._volume.shape[1:]
        left, columns = _samples(on_screen.left() * ratio, on_screen.width() * ratio, width, size.width() * ratio)
        top, rows = _samples(on_screen.top() * ratio, on_screen.height() * ratio, height, size.height() * ratio)
        return None if rows.count < 1 or columns.count < 1 else ((left, top), rows, columns)

    def _drawn(self, volume: Volume, rows: Samples, columns: Samples) -> QImage:
        again = (rows, columns) == self._grid
        if again and self._image is not None:
            return self._image
        values = self._values if again else None
        if values is None:
            values = self._sampled(volume, rows, columns)
        # only the window is another one: it may be on its way to a third
        self._grid, self._values = (rows, columns), values if again else None
        height, width = values.shape
        if self._pixels32.shape != values.shape:
            self._pixels32 = np.empty(values.shape, np.uint32)
        # in the screen's own format, which is copied; Qt converts greys pixel by pixel each time it draws them
        low, high = self._window.low, self._window.high
        to_screen(values, low, high, self._pixels32, inverted=self._inverted, spoil=not again)
        self._image = QImage(self._pixels32.data, width, height, 4 * width, QImage.Format.Format_RGB32)
        return self._image

    def _sampled(self, volume: Volume, rows: Samples, columns: Samples) -> NDArray[Any]:
        """The slice at these samples, in memory of its own."""
        if self._smooth:
            return resample(*reduced_for(halves_of(volume, self._index), rows, columns))
        return nearest(volume[self._index], rows, columns)


def _around(ground: QRect, image: QRectF) -> list[QRect]:
    """What of the ground the image doesn't hide, in up to four parts; where it hides half a pixel, that is among them.

    Most of a cell is image: to paint the ground below it as well takes as long as the image itself.
    """
    left, top = ceil(image.left()), ceil(image.top())
    right, bottom = int(image.right()), int(image.bottom())
    wide, high = ground.width(), ground.height()
    edges = (
        QRect(0, 0, wide, top),
        QRect(0, bottom, wide, high - bottom),
        QRect(0, top, left, bottom - top),
        QRect(right, top, wide - right, bottom - top),
    )
    return [edge for edge in edges if not edge.isEmpty()]


def _samples(start: float, extent: float, length: int, limit: float) -> tuple[int, Samples]:
    """The device pixels whose centres lie on the slice, along one axis: the first of them, and where they sample.

    Args:
        start: device place where the slice begins.
        extent: how many device pixels it covers.
        length: its number of pixels.
        limit: where the screen ends; it begins at 0.
    """
    step = length / extent
    first = max(0, ceil(start - 0.5))
    stop = min(ceil(limit), ceil(start + extent - 0.5))
    # pixel centres have whole numbers in the slice, and halves on the screen
    return first, Samples((first + 0.5 - start) * step - 0.5, step, max(0, stop - first))
