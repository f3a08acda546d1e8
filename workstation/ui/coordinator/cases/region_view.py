"""A series' picture on which boxes stand for what is blank, and can be drawn with the mouse."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from workstation.intake.deidentify.blanking import Region
from workstation.ui.shared import theme
from workstation.ui.shared.coordinator_style import ATTENTION


class RegionView(QWidget):
    """`pixmap` of any size stands for an image of that many rows and columns."""

    drawn = Signal(Region)

    def __init__(self, rows: int, columns: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows, self._columns = rows, columns
        self._pixmap: QPixmap | None = None
        self._regions: tuple[Region, ...] = ()
        self._from: QPointF | None = None
        self._to = QPointF()
        self.setMinimumSize(280, 280)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(f"Picture of the series, {rows} rows and {columns} columns, with the areas to black out")

    def show_size(self, rows: int, columns: int) -> None:
        """Stand for another image, of that size, with no picture and no boxes yet."""
        self._rows, self._columns = rows, columns
        self._pixmap, self._regions = None, ()
        self.update()

    def show_picture(self, pixmap: QPixmap | None) -> None:
        """Put the picture under the boxes."""
        self._pixmap = pixmap
        self.update()

    def show_regions(self, regions: Iterable[Region]) -> None:
        """Draw these boxes."""
        self._regions = tuple(regions)
        self.update()

    def holds(self, region: Region) -> bool:
        """Whether the region lies within the image."""
        return region.within(self._rows, self._columns)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The picture, the boxes, and the one that is being drawn."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor("#000000"))
            area = self._area()
            if self._pixmap is not None:
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                painter.drawPixmap(area, self._pixmap, QRectF(self._pixmap.rect()))
            else:
                painter.setPen(QColor(theme.DIM))
                painter.drawText(
                    self.rect(), Qt.AlignmentFlag.AlignCenter, "No picture: the scans were moved or deleted"
                )
            painter.setPen(QPen(QColor(ATTENTION), 2))
            painter.setBrush(QColor(230, 193, 92, 60))
            scale = area.width() / self._columns
            for region in self._regions:
                corner = area.topLeft() + QPointF(region.column * scale, region.row * scale)
                painter.drawRect(QRectF(corner.x(), corner.y(), region.columns * scale, region.rows * scale))
            if self._from is not None:
                painter.drawRect(QRectF(self._from, self._to).normalized())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a box."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._from = self._to = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw it on."""
        if self._from is not None:
            self._to = event.position()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End it; a click that drew nothing is none."""
        if self._from is None:
            return
        box = QRectF(self._from, event.position()).normalized()
        self._from = None
        region = self._region(box)
        if region is not None:
            self.drawn.emit(region)
        self.update()

    def _area(self) -> QRectF:
        scale = min(self.width() / self._columns, self.height() / self._rows)
        width, height = self._columns * scale, self._rows * scale
        return QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height)

    def _region(self, box: QRectF) -> Region | None:
        """The pixels that a box on the screen touches, within the image."""
        area = self._area()
        scale = area.width() / self._columns
        inside = box.intersected(area).translated(-area.topLeft())
        top, left = int(inside.top() / scale), int(inside.left() / scale)
        bottom = min(self._rows, int(inside.bottom() / scale) + 1)
        right = min(self._columns, int(inside.right() / scale) + 1)
        if inside.isEmpty() or bottom - top < 2 or right - left < 2:  # noqa: PLR2004 - a slip of the hand
            return None
        return Region(top, left, bottom - top, right - left)
