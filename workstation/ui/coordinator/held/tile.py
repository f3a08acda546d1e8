"""Tile of one series that was held back: all of it with its suspected parts, and the largest of them enlarged."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from workstation.managing.held_looks import NAMES, HeldLine, HeldLooks
from workstation.ui.coordinator.cases.thumbnails import image_of
from workstation.ui.shared import theme
from workstation.ui.shared.coordinator_style import ATTENTION

CAPTION_PX: Final = 26
PAD_PX: Final = 8
NAME_PX: Final = 15
# of the tile's width, for the whole picture
WHOLE: Final = 0.34
# ways to set out four looks, (columns, rows)
GRIDS: Final = ((1, 4), (2, 2), (4, 1))
VISITS: Final = {1: "Baseline", 2: "Follow-up"}


class HeldTile(QWidget):
    """`ready`: its looks are there, or it is known that there are none, which is `broken`."""

    def __init__(self, line: HeldLine, parent: QWidget) -> None:
        super().__init__(parent)
        self.line = line
        self.chosen = self.marked = self.ready = self.broken = False
        self._whole: QPixmap | None = None
        self._near: tuple[QPixmap, ...] = ()
        self._part = (0, 0, 0, 0)
        series = line.series
        visit = VISITS.get(line.visit, f"Visit {line.visit}")
        self._words = f"{line.subject}  {visit}  {series.kind} {series.plane}  {series.code}"
        self.setAccessibleName(f"{self._words}, held back")

    def show_looks(self, looks: HeldLooks | None) -> None:
        """Show them; None: its files can't be read."""
        self.ready, self.broken = True, looks is None
        if looks is not None:
            self._whole = QPixmap.fromImage(image_of(looks.whole))
            self._near = tuple(QPixmap.fromImage(image_of(picture)) for picture in looks.near)
            self._part = looks.part
        self.update()

    def mark(self, *, on: bool) -> None:
        """Whether the next answer is about this one too."""
        self.marked = on
        self.setAccessibleDescription("marked" if on else "")
        self.update()

    def choose(self, *, on: bool) -> None:
        """Whether keys that concern one series mean this one."""
        self.chosen = on
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The sheet knows which tile was pressed."""
        event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground, caption, the whole picture on the left, the looks on the right."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.fillRect(self.rect(), QColor(theme.ACCENT_GROUND if self.marked else theme.PANEL))
            self._paint_caption(painter)
            area = self.rect().adjusted(PAD_PX, CAPTION_PX, -PAD_PX, -PAD_PX)
            if self._whole is None:
                painter.setPen(QColor(ATTENTION if self.broken else theme.DIM))
                words = "Its scans aren't where they were: import their folder again" if self.broken else "..."
                painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, words)
            else:
                left = QRect(area.left(), area.top(), int(area.width() * WHOLE), area.height())
                self._paint_whole(painter, left, self._whole)
                self._paint_near(painter, area.adjusted(left.width() + PAD_PX, 0, 0, 0))
            painter.setPen(QPen(QColor(theme.BRIGHT if self.chosen else theme.LINE), 2 if self.chosen else 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _paint_caption(self, painter: QPainter) -> None:
        caption = QRect(PAD_PX, 0, self.width() - 2 * PAD_PX, CAPTION_PX)
        painter.setPen(QColor(theme.BRIGHT if self.chosen else theme.TEXT))
        painter.drawText(caption, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._words)
        parts = len(self.line.series.regions)
        told = "its subject has been read" if self.line.fixed else "marked" if self.marked else ""
        told = told or ("by its header" if not parts else "" if parts == 1 else f"{parts} parts")
        painter.setPen(QColor(theme.ACCENT if self.marked else theme.DIM))
        painter.drawText(caption, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, told)

    def _paint_whole(self, painter: QPainter, area: QRect, picture: QPixmap) -> None:
        room = _fitted(picture.width(), picture.height(), area)
        painter.drawPixmap(room, picture, QRectF(picture.rect()))
        across, down = room.width() / picture.width(), room.height() / picture.height()
        painter.setPen(QPen(QColor(ATTENTION), 1))
        for row, column, rows, columns in self.line.series.regions:
            painter.drawRect(
                QRectF(room.left() + column * across, room.top() + row * down, columns * across, rows * down)
            )

    def _paint_near(self, painter: QPainter, area: QRect) -> None:
        columns, rows = _grid(self._part, area)
        width, height = area.width() // columns, area.height() // rows
        small = painter.font()
        small.setPixelSize(11)
        painter.setFont(small)
        for number, (name, picture) in enumerate(zip(NAMES, self._near, strict=True)):
            cell = QRect(area.left() + number % columns * width, area.top() + number // columns * height, width, height)
            room = _fitted(picture.width(), picture.height(), cell.adjusted(2, NAME_PX, -2, -2))
            painter.drawPixmap(room, picture, QRectF(picture.rect()))
            painter.setPen(QColor(theme.DIM))
            painter.drawText(
                QRect(cell.left() + 2, cell.top(), cell.width() - 4, NAME_PX), Qt.AlignmentFlag.AlignLeft, name
            )


def _grid(part: tuple[int, int, int, int], area: QRect) -> tuple[int, int]:
    """The way that shows the looks largest."""
    _, _, high, wide = part

    def enlarged(grid: tuple[int, int]) -> float:
        columns, rows = grid
        return min(area.width() / columns / max(wide, 1), (area.height() / rows - NAME_PX) / max(high, 1))

    return max(GRIDS, key=enlarged)


def _fitted(width: int, height: int, area: QRect) -> QRectF:
    """As large as it goes without another shape, in the upper left."""
    factor = min(area.width() / max(width, 1), area.height() / max(height, 1))
    return QRectF(area.left(), area.top(), width * factor, height * factor)
