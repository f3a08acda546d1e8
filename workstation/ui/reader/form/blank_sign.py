"""The sign for unread: an empty dashed box, as on a paper form. Nothing that could be taken for a 0."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from workstation.ui.shared import theme


def draw_blank(painter: QPainter, middle: QPointF, size_px: float) -> None:
    """Draw it round a place; `size_px` is its height, it is a little wider."""
    pen = QPen(QColor(theme.DIM), 1)
    pen.setDashPattern([2, 2])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    wide = size_px * 1.5
    painter.drawRoundedRect(QRectF(middle.x() - wide / 2, middle.y() - size_px / 2, wide, size_px), 2, 2)
