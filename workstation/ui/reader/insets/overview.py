"""Overview of a radiograph in the corner of its cell: the whole picture, and a frame round what the cell shows.

A click or a drag in it goes there. It is there while the cell shows a part of the picture alone.
"""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from workstation.imaging.volume import Volume
from workstation.reading.view_state import Window
from workstation.ui.shared import theme
from workstation.ui.shared.colours import DARK

# of the cell's width and height; a smaller one tells nothing
SHARE, LEAST_PX = (0.24, 0.34), 56
# the scale bar, the value under the mouse and the line of the slice stand below it
_BELOW_PX, _MARGIN_PX = 62, 8
# what shows this much of the picture in both directions shows all that is looked for
_NEARLY_ALL = 0.9

Box = tuple[float, float, float, float]
"""Left, top, width and height, in mm of the plane."""


class Picture(Protocol):
    """Paints a slice into a rectangle of a widget."""

    def show_slice(self, volume: Volume, index: int, window: Window, *, inverted: bool, smooth: bool) -> bool:
        """What to paint from now on; whether that is anything new."""

    def paint(self, painter: QPainter, on_screen: QRectF, size: QSize, ratio: float) -> None:
        """Paint it."""


class Part(Struct, frozen=True):
    """What an overview shows. whole: where the picture lies. part: where what the cell shows lies."""

    whole: Box
    part: Box

    @property
    def is_a_part(self) -> bool:
        """Whether anything of the picture is out of the cell's sight that is worth a frame."""
        for axis in (0, 1):
            start, size = self.whole[axis], self.whole[axis + 2]
            near = min(max(self.part[axis], start), start + size)
            far = min(max(self.part[axis] + self.part[axis + 2], start), start + size)
            if far - near < _NEARLY_ALL * size:
                return True
        return False


class Overview(QWidget):
    """Lies over a cell, in its right lower corner. moved: shift the images by so many mm right and down."""

    moved = Signal(float, float)

    def __init__(self, picture: Picture, cell: QWidget) -> None:
        super().__init__(cell)
        self._cell = cell
        self._picture, self._shown = picture, Part((0.0, 0.0, 1.0, 1.0), (0.0, 0.0, 1.0, 1.0))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Overview of the whole radiograph. A click goes there")
        self.setToolTip("The whole radiograph. Click to go there")
        self.hide()

    @property
    def picture(self) -> Picture:
        """What paints it."""
        return self._picture

    def show_part(self, shown: Part, *, changed: bool) -> None:
        """Frame this part of the picture; hidden where that is nearly all, or the cell is small.

        changed: the picture itself is another.
        """
        area = _area(shown.whole, self._cell.size())
        if area is None or not shown.is_a_part:
            self.hide()
            return
        if changed or shown != self._shown or area != self.geometry() or self.isHidden():
            self._shown = shown
            self.setGeometry(area)
            self.show()
            self.raise_()
            self.update()

    @property
    def frame(self) -> QRectF:
        """The frame round what the cell shows, in pixels of the overview; within it."""
        scale, (left, top, _, _) = self._scale, self._shown.whole
        x, y, wide, high = self._shown.part
        found = QRectF((x - left) * scale, (y - top) * scale, wide * scale, high * scale)
        return found.intersected(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The whole picture, its border, and the frame."""
        with QPainter(self) as painter:
            size = QRectF(self.rect()).size()
            self._picture.paint(painter, QRectF(QPointF(0, 0), size), self.size(), self.devicePixelRatioF())
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(DARK.dim), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
            painter.setPen(QPen(QColor(0, 0, 0, 210), 3))
            painter.drawRect(self.frame)
            painter.setPen(QPen(QColor(DARK.accent), 1))
            painter.drawRect(self.frame)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go there."""
        self._go(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on to there."""
        self._go(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Nothing more; of another button the cell's."""
        event.setAccepted(event.button() == Qt.MouseButton.LeftButton)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The second of two clicks, not the cell's own double click."""
        self._go(event)

    def _go(self, event: QMouseEvent) -> None:
        """Shift the images so that the place under the mouse comes to the middle of the cell."""
        if not (event.button() == Qt.MouseButton.LeftButton or event.buttons() & Qt.MouseButton.LeftButton):
            # the menu and the other buttons are the cell's
            event.ignore()
            return
        event.accept()
        left, top, wide, high = self._shown.whole
        x = left + min(max(event.position().x() / self.width(), 0.0), 1.0) * wide
        y = top + min(max(event.position().y() / self.height(), 0.0), 1.0) * high
        part = self._shown.part
        self.moved.emit(part[0] + part[2] / 2 - x, part[1] + part[3] / 2 - y)

    @property
    def _scale(self) -> float:
        return self.width() / self._shown.whole[2]


def _area(whole: Box, cell: QSize) -> QRect | None:
    """Where the overview lies in a cell of that size, in the picture's own shape; None where it would be too small."""
    scale = min(cell.width() * SHARE[0] / whole[2], cell.height() * SHARE[1] / whole[3])
    wide, high = round(whole[2] * scale), round(whole[3] * scale)
    if min(wide, high) < LEAST_PX:
        return None
    below = round(_BELOW_PX * theme.scale())
    return QRect(cell.width() - wide - _MARGIN_PX, cell.height() - high - below, wide, high)
