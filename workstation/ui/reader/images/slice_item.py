"""The image item: one slice, resampled to the screen's own pixels, windowed, drawn unscaled.

Qt's smooth scaling costs more than both steps together, and scales greys instead of stored values.
"""

from __future__ import annotations

from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from workstation.imaging.resampling import Samples, nearest, resample
from workstation.imaging.windowing import to_grey
from workstation.reading.state import Window

# grey 0..255 as opaque 0xAARRGGBB
_AS_RGB32 = np.arange(256, dtype=np.uint32) * np.uint32(0x010101) + np.uint32(0xFF000000)


class SliceItem(QGraphicsItem):
    """One slice in millimetres of its plane. Holds what it drew last, so a change of window resamples nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._pixels: NDArray[Any] | None = None
        self._rect = QRectF()
        self._window = Window(0.0, 1.0)
        self._inverted = False
        self._smooth = True
        self._grid: tuple[Samples, Samples] | None = None
        self._values: NDArray[Any] | None = None
        self._image: QImage | None = None

    def show_slice(
        self, pixels: NDArray[Any], rect_mm: QRectF, window: Window, *, inverted: bool, smooth: bool = True
    ) -> None:
        """Draw (row, column) `pixels` over `rect_mm`, whole pixels included.

        The viewport asks for its update: one asked for here reaches it a turn later, and paints all again.
        """
        if self._pixels is None or not _same_memory(pixels, self._pixels):
            self._pixels, self._grid, self._image = pixels, None, None
        if smooth != self._smooth:
            self._smooth, self._grid = smooth, None
        if (window, inverted) != (self._window, self._inverted):
            self._window, self._inverted, self._image = window, inverted, None
        if rect_mm != self._rect:
            self.prepareGeometryChange()
            self._rect = rect_mm
        self.setVisible(True)

    def clear(self) -> None:
        """Draw nothing, and let go of the pixels."""
        self._pixels = self._grid = self._values = self._image = None
        self.setVisible(False)

    def boundingRect(self) -> QRectF:
        """Where the slice lies, in millimetres."""
        return self._rect

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw the part that is in sight."""
        if self._pixels is None or widget is None or self._rect.isEmpty():
            return
        ratio = widget.devicePixelRatioF()
        on_screen = painter.worldTransform().mapRect(self._rect)
        height, width = self._pixels.shape
        left, columns = _samples(on_screen.left() * ratio, on_screen.width() * ratio, width, widget.width() * ratio)
        top, rows = _samples(on_screen.top() * ratio, on_screen.height() * ratio, height, widget.height() * ratio)
        if rows.count < 1 or columns.count < 1:
            return
        image = self._drawn(self._pixels, rows, columns)
        image.setDevicePixelRatio(ratio)
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
        painter.drawImage(QPointF(left / ratio, top / ratio), image)
        painter.restore()

    def _drawn(self, pixels: NDArray[Any], rows: Samples, columns: Samples) -> QImage:
        if self._values is None or (rows, columns) != self._grid:
            self._grid, self._image = (rows, columns), None
            self._values = (resample if self._smooth else nearest)(pixels, rows, columns)
        if self._image is None:
            grey = to_grey(self._values, self._window.low, self._window.high, inverted=self._inverted)
            height, width = grey.shape
            # in the screen's own format, which is copied; Qt converts greys pixel by pixel each time it draws them
            pixels32 = _AS_RGB32.take(grey)
            # copy() because QImage doesn't keep the array alive
            self._image = QImage(pixels32.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()
        return self._image


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
    stop = min(int(limit), ceil(start + extent - 0.5))
    # pixel centres have whole numbers in the slice, and halves on the screen
    return first, Samples((first + 0.5 - start) * step - 0.5, step, max(0, stop - first))


def _same_memory(one: NDArray[Any], other: NDArray[Any]) -> bool:
    return one.shape == other.shape and one.dtype == other.dtype and one.ctypes.data == other.ctypes.data
