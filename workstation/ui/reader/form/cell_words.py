"""Words of a table's cell, laid out once for all cells that have them, and drawn where Qt's own style draws them.

The style lays the words of a cell out anew each time it is painted, and asks the model seven times for what it draws.
"""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem


class Words(Struct, frozen=True):
    """Words in letters of that size in pixels, in the middle of their line or at its left."""

    text: str
    colour: str
    size_px: int
    bold: bool
    centred: bool


def draw_words(painter: QPainter, option: QStyleOptionViewItem, words: Words) -> bool:
    """Draw them where the style would; False where they need more than one line, or go from right to left.

    Source: QCommonStylePrivate::viewItemDrawText of Qt 6, for words that fit into one line.
    """
    if option.direction is not Qt.LayoutDirection.LeftToRight:
        return False
    widget = option.widget
    side = widget.style().pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin, None, widget) + 1
    area: QRect = option.rect
    laid, height = _laid(words, area.width() - 2 * side, option.font.family())
    if laid is None:
        return False
    painter.setPen(QColor(words.colour))
    laid.draw(painter, QPointF(area.x() + side, area.y() + area.height() // 2 - height // 2))
    return True


# the rows of all features of a scheme, and their answers
@lru_cache(maxsize=512)
def _laid(words: Words, width: int, family: str) -> tuple[QTextLayout | None, int]:
    """The words in a line of that width, and its height; nothing where they don't fit."""
    font = QFont(family)
    font.setPixelSize(words.size_px)
    font.setBold(words.bold)
    layout = QTextLayout(words.text, font)
    across = Qt.AlignmentFlag.AlignHCenter if words.centred else Qt.AlignmentFlag.AlignLeft
    layout.setTextOption(QTextOption(across | Qt.AlignmentFlag.AlignVCenter))
    layout.setCacheEnabled(True)
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(width)
    layout.endLayout()
    fits = line.textLength() == len(words.text.encode("utf-16-le")) // 2 and line.naturalTextWidth() <= width
    return (layout, int(layout.boundingRect().height())) if fits else (None, 0)
