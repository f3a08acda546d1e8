"""The slices of a stack in which some are missing, each as a stroke at its place, so that the gap is seen."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from workstation.ui.reader.images.view import SeriesView
from workstation.ui.shared.colours import DARK

_LONGEST_PX, _HIGH_PX, _HERE_PX = 180.0, 6.0, 10.0
_SHARE = 0.5
_GROUND = QColor(0, 0, 0, 150)


def draw_gap_bar(painter: QPainter, rect: QRectF, view: SeriesView) -> None:
    """At the lower left of `rect`, lowest slice left; the one shown is longer, in the accent colour. None if whole."""
    if not view.gaps:
        return
    heights = view.stack.heights_mm
    length = min(_LONGEST_PX, rect.width() * _SHARE)
    scale = length / (heights[-1] - heights[0])
    at = [rect.left() + 1 + (height - heights[0]) * scale for height in heights]
    strokes = [
        QLineF(x, rect.bottom() - (_HERE_PX if index == view.index else _HIGH_PX), x, rect.bottom())
        for index, x in enumerate(at)
    ]
    painter.fillRect(QRectF(rect.left() - 2, rect.bottom() - _HERE_PX - 2, length + 6, _HERE_PX + 4), _GROUND)
    painter.setPen(_pen(QColor(DARK.text)))
    painter.drawLines([stroke for index, stroke in enumerate(strokes) if index != view.index])
    painter.setPen(_pen(QColor(DARK.accent)))
    painter.drawLine(strokes[view.index])
    painter.setPen(_pen(QColor(DARK.refused), dashed=True))
    middle = rect.bottom() - _HIGH_PX / 2
    painter.drawLines([QLineF(at[gap.after] + 2, middle, at[gap.after + 1] - 2, middle) for gap in view.gaps])


def _pen(colour: QColor, *, dashed: bool = False) -> QPen:
    pen = QPen(colour, 1.0)
    pen.setCosmetic(True)
    if dashed:
        pen.setDashPattern([2, 2])
    return pen
