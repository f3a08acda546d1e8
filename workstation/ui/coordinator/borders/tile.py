"""Tile of one series among the borders: its picture at its own size, and below it what it is."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from workstation.managing.state import SeriesLine
from workstation.ui.shared import theme
from workstation.ui.shared.coordinator_style import ATTENTION

CAPTION_PX: Final = 24
GAP_PX: Final = 10
# a picture of few pixels is drawn twice or thrice as large, never smaller than it is unless it is wider than the page
SMALLEST_PX: Final = 160


class BorderTile(QWidget):
    """`ready`: the picture is there, or it is known that there is none, which is `broken`."""

    def __init__(self, series: SeriesLine, words: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.series = series
        self.chosen = False
        self.ready = False
        self.broken = False
        self.picture: QPixmap | None = None
        self._words = words
        self.setAccessibleName(f"{words}, {series.code}")

    def choose(self, *, on: bool) -> None:
        """Whether keys that concern one series mean this one."""
        self.chosen = on
        self.update()

    def show_picture(self, picture: QPixmap | None) -> None:
        """Show it; None: its files can't be read."""
        self.ready, self.broken, self.picture = True, picture is None, picture
        self.update()

    def size_in(self, room: int) -> QSize:
        """As large as the picture, with the caption; of a wider one than `room` as wide as that."""
        factor = max(1, -(-SMALLEST_PX // max(self.series.columns, 1)))
        width = min(self.series.columns * factor, room)
        return QSize(width, round(width * self.series.rows / max(self.series.columns, 1)) + CAPTION_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The picture without smoothing where it is enlarged by whole numbers, and the caption."""
        with QPainter(self) as painter:
            area = QRect(0, 0, self.width(), self.height() - CAPTION_PX)
            painter.fillRect(area, QColor("#000000"))
            if self.picture is not None:
                smooth = self.picture.width() > area.width()
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
                painter.drawPixmap(area, self.picture)
            else:
                painter.setPen(QColor(ATTENTION if self.broken else theme.DIM))
                words = "Its files can't be read" if self.broken else "..."
                painter.drawText(area, Qt.AlignmentFlag.AlignCenter, words)
            painter.setPen(QPen(QColor(theme.ACCENT if self.chosen else theme.LINE), 2 if self.chosen else 1))
            painter.drawRect(area.adjusted(0, 0, -1, -1))
            painter.setPen(QColor(theme.BRIGHT if self.chosen else theme.DIM))
            caption = QRect(0, area.height(), self.width(), CAPTION_PX)
            painter.drawText(caption, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._words)
