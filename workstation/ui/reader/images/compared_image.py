"""Image of two visits in one cell: the second faded over the first, or the difference of both, as it is painted."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QTransform

from workstation.imaging.light.difference import difference
from workstation.imaging.volume import Volume
from workstation.reading.view_state import Window
from workstation.ui.reader.images.slice_image import SliceImage
from workstation.ui.reader.images.view import CellView, SeriesView
from workstation.ui.reader.images.volumes import Loaded, Pixels


class ComparedImage:
    """Holds what it drew last, as a slice's image does."""

    def __init__(self) -> None:
        self._image = SliceImage()
        self._key: tuple[object, ...] = ()
        self._made: Volume | None = None

    def show(self, view: CellView, pixels: Pixels, other_pixels: Pixels) -> bool:
        """What to paint from now on, by the pixels of the cell's own series and the other; whether anything is new."""
        compared = view.compared if isinstance(view, SeriesView) else None
        if not isinstance(view, SeriesView) or compared is None:
            return self._clear()
        if not isinstance(pixels, Loaded) or not isinstance(other_pixels, Loaded):
            return self._clear()
        volumes = (pixels.volume, other_pixels.volume)
        if compared.movement is None:
            other = compared.other
            return self._image.show_slice(
                volumes[1], other.index, other.window, inverted=other.inverted, smooth=other.smooth
            )
        key = (view.index, compared.movement, compared.gain, id(volumes[0]), id(volumes[1]))
        if self._made is None or key != self._key:
            first, second = (view.series, volumes[0]), (compared.other.series, volumes[1])
            found = difference(first, view.index, second, compared.movement, compared.gain)
            # what the second visit doesn't show is black
            self._made = np.nan_to_num(found, nan=float(found.dtype.type(-1e6)))[np.newaxis]
            self._key = key
        half = (view.window.high - view.window.low) / 2
        return self._image.show_slice(self._made, 0, Window(-half, half), inverted=False, smooth=view.smooth)

    def _clear(self) -> bool:
        self._made, self._key = None, ()
        return self._image.clear()

    def paint(self, painter: QPainter, view: SeriesView, to_screen: QTransform, size: QSize, ratio: float) -> None:
        """Over what is painted. to_screen: millimetres of the cell's own plane to places in the cell."""
        compared = view.compared
        if compared is None or not self._image.shows:
            return
        if compared.movement is not None:
            own = QRectF(*view.corner_mm, *view.size_mm)
            self._image.paint(painter, to_screen.mapRect(own), size, ratio)
            return
        other = compared.other
        theirs = QRectF(*other.corner_mm, *other.size_mm)
        # its middle lies where the cell's own does
        theirs.translate(view.centre_mm[0] - other.centre_mm[0], view.centre_mm[1] - other.centre_mm[1])
        painter.setOpacity(compared.share)
        self._image.paint(painter, to_screen.mapRect(theirs), size, ratio)
        painter.setOpacity(1.0)
