"""Findings as lines that wrap: none is cut off, however narrow the list."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, QStringListModel, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from workstation.ui.shared import theme

ASIDE, ABOVE = 10, 6
WRAP = int(Qt.TextFlag.TextWordWrap)
Index = QModelIndex | QPersistentModelIndex


class FoundView(QListView):
    """Read with the arrow keys."""

    def __init__(self, model: QStringListModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setItemDelegate(_Line(self))
        self.setAccessibleName("Findings about the subject")
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width is another height of each line."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()


class _Line(QStyledItemDelegate):
    """Measures and paints with one width; Qt's own forgets the style sheet's padding and cuts the last line."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """As high as the wrapped text."""
        width = self._view.viewport().width()
        room = QRect(0, 0, width - 2 * ASIDE, 10_000)
        text = option.fontMetrics.boundingRect(room, WRAP, str(index.data()))
        return QSize(width, text.height() + 2 * ABOVE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The text, and a line below."""
        painter.save()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(option.rect, QColor(theme.ACCENT_GROUND))
        painter.setFont(option.font)
        painter.setPen(QColor(theme.BRIGHT if chosen else theme.TEXT))
        painter.drawText(option.rect.adjusted(ASIDE, ABOVE, -ASIDE, -ABOVE), WRAP, str(index.data()))
        painter.setPen(QPen(QColor(theme.LINE)))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        painter.restore()
