"""Tile of the strip: one kind and plane, a thumbnail a visit; a click or a drag puts it into a row of images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QMimeData, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QDrag, QFont, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from scoring.schemes.modalities import PLANE_WORDS
from workstation.hanging.words import caption
from workstation.reading.images.row_series import ListedSeries
from workstation.ui.reader.strip.series_drop import series_data
from workstation.ui.shared import theme
from workstation.ui.shared.colours import DARK

SIDE_PX, _PAD_PX, _LINE_PX = 56, 4, 15
# beyond the ninth no key puts it anywhere
_KEYS = 9


class Tile(QWidget):
    """One of the strip. chosen: it was clicked."""

    chosen = Signal()

    def __init__(self, number: int, listed: ListedSeries, visits: Sequence[int], parent: QWidget) -> None:
        super().__init__(parent)
        self._number, self._listed, self._visits = number, listed, tuple(visits)
        self._pictures: Mapping[int, QImage] = {}
        self._in_sight = False
        self._pressed: QPoint | None = None
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(self.sizeHint())
        self._name()

    def sizeHint(self) -> QSize:
        """Its pictures beside each other over two lines of words."""
        wide = max(len(self._visits) * (SIDE_PX + _PAD_PX) + _PAD_PX, 2 * (SIDE_PX + _PAD_PX) + _PAD_PX)
        return QSize(wide, SIDE_PX + 2 * _LINE_PX + 2 * _PAD_PX)

    @property
    def words(self) -> tuple[str, str]:
        """Key, kind and plane; how many slices at each visit."""
        key = f"{self._number}  " if self._number <= _KEYS else ""
        found = [self._listed.series.get(visit) for visit in self._visits]
        counts = " | ".join("none" if one is None else str(len(one.slices)) for one in found)
        return key + caption(self._listed.kind, self._listed.plane), f"{counts} slices"

    @property
    def _written(self) -> tuple[str, str]:
        """The same, the plane in the second line: at the end of the first it would be cut, and it tells two apart."""
        (name, slices), plane = self.words, PLANE_WORDS.get(self._listed.plane, "oblique")
        return name.removesuffix(f", {plane}"), f"{plane}, {slices.removesuffix(' slices')}"

    def show_pictures(self, pictures: Mapping[int, QImage], *, in_sight: bool) -> None:
        """Draw these, by visit; `in_sight` has a frame."""
        if dict(pictures) != dict(self._pictures) or in_sight != self._in_sight:
            self._pictures, self._in_sight = pictures, in_sight
            self._name()
            self.update()

    def _name(self) -> None:
        name, slices = self.words
        self.setAccessibleName(f"Series {name}, {slices}{', in sight' if self._in_sight else ''}")
        self.setToolTip(f"{name}, {slices}. Click: into the row of the keys. Drag: into any cell.")

    def area_of(self, column: int) -> QRect:
        """Where the picture of a visit is, by its number from the left."""
        return QRect(_PAD_PX + column * (SIDE_PX + _PAD_PX), _PAD_PX, SIDE_PX, SIDE_PX)

    def series_at(self, at: QPoint) -> str:
        """The code of the series that a drag from there takes: the picture's own, else the first there is."""
        for column, visit in enumerate(self._visits):
            if visit in self._listed.series and self.area_of(column).contains(at):
                return self._listed.series[visit].code
        return next(iter(self._listed.series.values())).code

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Pictures, words, and a frame where it is in sight."""
        with QPainter(self) as painter:
            for column, visit in enumerate(self._visits):
                area = self.area_of(column)
                painter.fillRect(area, QColor("#000000"))
                picture = self._pictures.get(visit)
                if picture is not None:
                    at = area.center() - QRect(QPoint(0, 0), picture.deviceIndependentSize().toSize()).center()
                    painter.drawImage(at, picture)
            font = QFont(self.font())
            font.setPixelSize(theme.SMALL_PX)
            painter.setFont(font)
            for line, (words, colour) in enumerate(zip(self._written, (DARK.bright, DARK.dim), strict=True)):
                painter.setPen(QColor(colour))
                area = QRect(_PAD_PX, SIDE_PX + 2 * _PAD_PX + line * _LINE_PX - 2, self.width() - 2 * _PAD_PX, _LINE_PX)
                fitting = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, area.width())
                painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, fitting)
            if self._in_sight:
                painter.setPen(QPen(QColor(DARK.accent), 1))
                painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold."""
        event.accept()
        self._pressed = event.position().toPoint() if event.button() == Qt.MouseButton.LeftButton else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Far enough, the series goes with the mouse."""
        event.accept()
        start = self._pressed
        if start is None or (event.position().toPoint() - start).manhattanLength() < QApplication.startDragDistance():
            return
        self._pressed = None
        self._drag(series_data(self.series_at(start)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click."""
        event.accept()
        if self._pressed is not None and self.rect().contains(event.position().toPoint()):
            self.chosen.emit()
        self._pressed = None

    def _drag(self, data: QMimeData) -> None:
        drag = QDrag(self)
        drag.setMimeData(data)
        drag.setPixmap(self.grab())
        drag.exec(Qt.DropAction.CopyAction)
