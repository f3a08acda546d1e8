"""The sites of the feature in focus: both visits and the change. The cell in focus is framed."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from workstation.reading.state import Focus, SessionState
from workstation.ui.reader.form.blank_sign import draw_blank
from workstation.ui.reader.form.cell_words import Words, draw_words
from workstation.ui.reader.form.site_model import (
    BASELINE,
    CENTRED,
    CHANGE,
    CODE,
    FOLLOW_UP,
    NAME,
    VISIT_OF,
    Index,
    SiteModel,
)
from workstation.ui.reader.form.wording import UNREAD
from workstation.ui.shared import theme

ROW_PX, HEADER_PX = (17, 27), 20
WIDTHS_PX = {CODE: 48, BASELINE: 60, FOLLOW_UP: 62, CHANGE: 50}
# what two other readings beside need of a cell, and by how much it is wider for them
BESIDE_PX, WIDER_PX = 30, 18


class _CellPainter(QStyledItemDelegate):
    """Draws the row in focus on a lighter ground and frames the cell in focus."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Ground, text, frame."""
        model = index.model()
        state = model.state if isinstance(model, SiteModel) else None
        if state is None or not isinstance(model, SiteModel):
            super().paint(painter, option, index)
            return
        column = index.column()
        look = model.look(index.row(), column)
        whole = area = QRect(option.rect)
        if look.raised:
            painter.fillRect(area, QColor(theme.RAISED))
        if look.in_focus:
            painter.fillRect(area, QColor(theme.ACCENT_GROUND))
        if state.beside and column in VISIT_OF:
            # also where none stands, so that own answers are in one line
            option.rect = area = whole.adjusted(theme.scaled(BESIDE_PX), 0, 0, 0)
            self._draw_beside(painter, whole, look.beside)
        if column not in VISIT_OF or look.text != UNREAD:
            if look.slices:
                option.rect = self._beside_slices(painter, area, look.slices)
            words = Words(look.text, look.colour, look.size_px, look.bold, column in CENTRED)
            if look.text and not draw_words(painter, option, words):
                super().paint(painter, option, index)
            option.rect = area
        elif not look.in_focus:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            draw_blank(painter, QRectF(area).center(), min(area.height() - 6.0, 12.0))
            painter.restore()
        if look.in_focus:
            painter.save()
            painter.setPen(QPen(QColor(theme.ACCENT), 2))
            painter.drawRect(whole.adjusted(1, 1, -2, -2))
            painter.restore()

    @staticmethod
    def _draw_beside(painter: QPainter, area: QRect, others: str) -> None:
        """Two other readings in small letters at the left of a cell, bright where they differ."""
        if not others:
            return
        painter.save()
        font = QFont()
        font.setPixelSize(theme.SMALL_PX)
        painter.setFont(font)
        one, other = others.split("|")
        painter.setPen(QColor(theme.DIM if one == other else theme.BRIGHT))
        painter.drawText(area.adjusted(5, 0, 0, 0), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, others)
        painter.restore()

    @staticmethod
    def _beside_slices(painter: QPainter, area: QRect, slices: str) -> QRect:
        """The slices seen in small letters at the right of a cell; the room that is left."""
        painter.save()
        font = QFont()
        font.setPixelSize(theme.SMALL_PX)
        painter.setFont(font)
        painter.setPen(QColor(theme.DIM))
        wide = painter.fontMetrics().horizontalAdvance(slices) + 5
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(area.adjusted(0, 0, -5, 0), right, slices)
        painter.restore()
        return area.adjusted(0, 0, -wide, 0)


class SiteTable(QTableView):
    """The table itself. It holds no answer of its own and never takes the keys; a click asks for a focus."""

    asked = Signal(Focus)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sites")
        self.setAccessibleName("Sites of the feature in focus")
        self._model = SiteModel(self)
        self.setModel(self._model)
        self.setItemDelegate(_CellPainter(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setShowGrid(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(40)
        for column in WIDTHS_PX:
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        header.setAccessibleName("Columns")
        self.fit_text()
        self.clicked.connect(self._clicked)

    def fit_text(self) -> None:
        """Rows and columns for text of the size that is worn now."""
        self.verticalHeader().setMinimumSectionSize(theme.scaled(ROW_PX[0]))
        for column, width in WIDTHS_PX.items():
            self.setColumnWidth(column, theme.scaled(width))
        self.horizontalHeader().setFixedHeight(theme.scaled(HEADER_PX))
        self._fit_rows()
        self._model.forget_looks()
        self.viewport().update()

    def render_state(self, state: SessionState) -> None:
        """Draw the feature in focus; the row in focus is kept in sight."""
        rows = self._model.rowCount()
        self._model.show(state)
        self._show_columns(state)
        # it paints the whole table anew, also where nothing comes of it
        if self._model.rowCount() != rows:
            self._fit_rows()
        row = [site.code for site in state.feature.sites].index(state.focus.site)
        index = self._model.index(row, next(column for column, visit in VISIT_OF.items() if visit in state.case.asked))
        # it paints the cell anew wherever that is
        if not self.viewport().rect().contains(self.visualRect(index)):
            self.scrollTo(index)

    def _show_columns(self, state: SessionState) -> None:
        """Those of the visits that the case shows; a change is of two."""
        for column in VISIT_OF:
            self.setColumnWidth(column, theme.scaled(WIDTHS_PX[column] + (WIDER_PX if state.beside else 0)))
        for column in (*VISIT_OF, CHANGE):
            hidden = state.case.alone if column == CHANGE else VISIT_OF[column] not in state.case.asked
            if self.isColumnHidden(column) != hidden:
                self.setColumnHidden(column, hidden)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Rows share the height, within what stays readable."""
        super().resizeEvent(event)
        self._fit_rows()

    def _fit_rows(self) -> None:
        rows = max(self._model.rowCount(), 1)
        low, high = map(theme.scaled, ROW_PX)
        self.verticalHeader().setDefaultSectionSize(min(max(self.viewport().height() // rows, low), high))

    def _clicked(self, index: QModelIndex) -> None:
        focus = self._model.focus_at(index)
        if focus is not None:
            self.asked.emit(focus)
