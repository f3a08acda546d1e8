"""The grid of a subject's series: as wide as there is room, and exactly as high as its visits."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from workstation.ui.coordinator.cases.series_model import SeriesModel
from workstation.ui.coordinator.cases.thumbnails import Thumbnails
from workstation.ui.coordinator.cases.tile import NARROWEST, WIDEST, Tile, height_for

# more visits than this are scrolled to
VISITS_SHOWN = 2


class GridView(QTableView):
    """Columns share the width that there is, within what a tile needs and what it can use."""

    def __init__(self, model: SeriesModel, thumbnails: Thumbnails, parent: QWidget) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setItemDelegate(Tile(thumbnails, self))
        self.setAccessibleName("Series of the subject, a row for each visit")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        # a button in the corner that would choose everything, where one series at a time is chosen
        self.setCornerButtonEnabled(False)
        self.horizontalHeader().setAccessibleName("Series that the protocol asks for")
        self.verticalHeader().setAccessibleName("Visits")
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            header.setHighlightSections(False)
        self.verticalHeader().setFixedWidth(76)
        self.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        model.modelReset.connect(self._fit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width is another size of the tiles."""
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        """As wide as may be, and as high as two visits."""
        return QSize(NARROWEST * 8, self._height())

    def _fit(self) -> None:
        columns = max(1, self.model().columnCount())
        width = max(NARROWEST, min(WIDEST, self.viewport().width() // columns))
        if width != self.horizontalHeader().defaultSectionSize():
            self.horizontalHeader().setDefaultSectionSize(width)
            self.verticalHeader().setDefaultSectionSize(height_for(width))
        height = self._height()
        if height != self.minimumHeight():
            self.setFixedHeight(height)

    def _height(self) -> int:
        width = self.horizontalHeader().defaultSectionSize()
        head = self.horizontalHeader().sizeHint().height()
        columns = self.model().columnCount()
        bar = self.horizontalScrollBar().sizeHint().height() if columns * width > self.viewport().width() else 0
        return head + VISITS_SHOWN * height_for(width) + bar + 2 * self.frameWidth()
