"""Tile of a series in the grid: its picture, what it is, and whether it asks for something."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from workstation.managing.state import SeriesLine, SeriesStatus
from workstation.ui.coordinator.cases.series_model import SERIES_ROLE
from workstation.ui.coordinator.cases.thumbnails import Thumbnails, Wanted
from workstation.ui.shared import theme
from workstation.ui.shared.coordinator_style import ATTENTION

# how much of a picture is seen that counts no more
OUT_OPACITY = 0.35
# of a cell in pixels: narrower the words don't fit, broader a middle slice shows nothing more
NARROWEST, WIDEST, TEXT_HEIGHT, MARGIN = 118, 196, 20, 6


def height_for(width: int) -> int:
    """Of a cell that is so wide: a square picture and a line below."""
    return width + TEXT_HEIGHT


class Tile(QStyledItemDelegate):
    """Paints a cell of `SeriesModel`."""

    def __init__(self, thumbnails: Thumbnails, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """All alike; the grid gives them the width that there is."""
        return QSize(NARROWEST, height_for(NARROWEST))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The picture with two lines below it."""
        series: SeriesLine | None = index.data(SERIES_ROLE)
        rect: QRect = option.rect
        state = option.state
        painter.save()
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.fillRect(rect, QColor(theme.ACCENT_GROUND if chosen else theme.PANEL))
        inside = rect.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        above = QRect(inside.left(), inside.top(), inside.width(), inside.height() - TEXT_HEIGHT)
        if series is None:
            _missing(painter, inside)
        else:
            self._picture(painter, above, series)
            _words(painter, QRect(inside.left(), above.bottom() + 1, inside.width(), TEXT_HEIGHT), series)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(theme.ACCENT), 2))
            painter.drawRect(rect.adjusted(1, 1, -1, -1))
        painter.restore()

    def _picture(self, painter: QPainter, rect: QRect, series: SeriesLine) -> None:
        painter.fillRect(rect, QColor("#000000"))
        pixmap = self._thumbnails.get(Wanted(series.code, series.status is not SeriesStatus.IN))
        if pixmap is not None:
            size = pixmap.size().scaled(rect.size(), Qt.AspectRatioMode.KeepAspectRatio)
            area = QRect(0, 0, size.width(), size.height())
            area.moveCenter(rect.center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.setOpacity(OUT_OPACITY if series.out else 1.0)
            painter.drawPixmap(area, pixmap)
            painter.setOpacity(1.0)
        if series.status is not SeriesStatus.IN or series.candidates:
            painter.setPen(QPen(QColor(ATTENTION if series.asks else theme.DIM), 2))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))


def _words(painter: QPainter, rect: QRect, series: SeriesLine) -> None:
    font = QFont(painter.font())
    font.setPixelSize(theme.SMALL_PX)
    painter.setFont(font)
    if series.out:
        line, colour = series.out, theme.DIM
    elif series.status is not SeriesStatus.IN:
        line, colour = series.status.value, ATTENTION if series.asks else theme.DIM
    elif series.candidates:
        line, colour = f"{' or '.join(series.candidates[:2])}?", ATTENTION
    else:
        line, colour = f"{series.slices} slices{', chosen' if series.chosen else ''}", theme.DIM
    painter.setPen(QColor(colour))
    painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, line)


def _missing(painter: QPainter, rect: QRect) -> None:
    painter.setPen(QPen(QColor(theme.LINE), 1, Qt.PenStyle.DashLine))
    painter.drawRect(rect.adjusted(0, 0, -1, -1))
    painter.setPen(QColor(theme.DIM))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, "none")
