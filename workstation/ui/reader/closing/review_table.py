"""Review table: every site and visit before signing. A line goes to its site; it decides nothing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from scoring.readings.checks import Finding
from scoring.readings.reading import SiteKey
from scoring.readings.visit_words import difference_word
from workstation.reading.answers.hide_baseline import hides
from workstation.reading.answers.review import ReviewLine, change_at, review
from workstation.reading.state import SessionState
from workstation.reading.wording import visit_heading
from workstation.ui.reader.form.wording import HIDDEN, answer_text
from workstation.ui.shared import theme

ROW_PX, COLUMN_PX = 20, 70


class ReviewTable(QTableWidget):
    """Arrows go from line to line, Space to the next one that asks to be looked at, Return or a click to the site.

    wanted: the site and visit to go to.
    """

    wanted = Signal(SiteKey)

    def __init__(self, state: SessionState, findings: Sequence[Finding], parent: QWidget) -> None:
        self._lines = review(state, findings)
        columns = len(state.case.asked) + 1 + (not state.case.alone)
        super().__init__(len(self._lines), columns, parent)
        self.setStyleSheet(_style())
        self.setAccessibleName("All scores of this case")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(theme.scaled(ROW_PX))
        self.verticalHeader().setDefaultSectionSize(theme.scaled(ROW_PX))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        headings = ["Site", *(visit_heading(state, visit) for visit in state.case.asked)]
        self.setHorizontalHeaderLabels(
            headings if state.case.alone else [*headings, difference_word(ordered=state.case.ordered)]
        )
        header = self.horizontalHeader()
        header.setAccessibleName("Columns of the scores")
        self.verticalHeader().setAccessibleName("Rows of the scores")
        header.setHighlightSections(False)
        for column in range(1, columns):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            self.setColumnWidth(column, theme.scaled(COLUMN_PX))
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for row, line in enumerate(self._lines):
            self._fill(state, row, line)
        self.cellClicked.connect(self._clicked)

    def minimumSizeHint(self) -> QSize:
        """Some lines at least."""
        return QSize(200, 6 * theme.scaled(ROW_PX))

    def stand_on(self, key: SiteKey | None) -> None:
        """Go to the line that this answer was left from; to the first that asks where there is none."""
        rows = [row for row, line in enumerate(self._lines) if key in line.keys]
        asking = [row for row in rows if self._lines[row].asks] or rows
        row = asking[0] if asking else self._next_asking(-1)
        column = 1 + [one.visit for one in self._lines[rows[0]].keys].index(key.visit) if rows and key else 1
        self.setCurrentCell(row, column)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The line keeps in sight, with the site above it."""
        super().resizeEvent(event)
        self.scrollTo(self.currentIndex(), QAbstractItemView.ScrollHint.PositionAtCenter)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space goes on to what asks, Return to the site."""
        if event.key() == Qt.Key.Key_Space:
            self.setCurrentCell(self._next_asking(self.currentRow()), max(self.currentColumn(), 1))
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if not event.isAutoRepeat():
                self._go(self.currentRow(), self.currentColumn())
        else:
            super().keyPressEvent(event)

    def _next_asking(self, row: int) -> int:
        """The next line that asks, from the top again behind the last; the first site where none does."""
        order = [*range(row + 1, len(self._lines)), *range(row + 1)]
        return next((at for at in order if self._lines[at].asks), max(row, 1))

    def _clicked(self, row: int, column: int) -> None:
        self._go(row, column)

    def _go(self, row: int, column: int) -> None:
        keys = self._lines[row].keys if 0 <= row < len(self._lines) else ()
        if keys:
            self.wanted.emit(keys[min(max(column - 1, 0), len(keys) - 1)])

    def _fill(self, state: SessionState, row: int, line: ReviewLine) -> None:
        texts = [f"      {line.text}" if line.remark else line.text]
        if line.keys and not line.remark:
            texts += [HIDDEN if hides(state, key) else _answer(state, key) for key in line.keys]
            texts += [] if state.case.alone else [change_at(state, line)]
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            item.setToolTip(text.strip())
            item.setForeground(QColor(_colour(line, text, column)))
            if column:
                item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
            font = QFont()
            font.setPixelSize(theme.SMALL_PX if line.remark else theme.TEXT_PX)
            font.setBold(not line.keys or (column > 0 and text != "0"))
            item.setFont(font)
            self.setItem(row, column, item)
        if len(texts) == 1:
            self.setSpan(row, 0, 1, self.columnCount())


def _answer(state: SessionState, key: SiteKey) -> str:
    return answer_text(state.scheme.feature(key.feature).scale, state.reading.answer(key))


def _colour(line: ReviewLine, text: str, column: int) -> str:
    if line.remark:
        return theme.BRIGHT if line.asks else theme.DIM
    if not line.keys or not column:
        return theme.BRIGHT if not line.keys else theme.TEXT
    return theme.DIM if text == "0" else theme.BRIGHT


def is_for_table(event: QEvent, watched: QObject) -> bool:
    """Whether a key on a button or in a line of words means the table above it."""
    return (
        isinstance(event, QKeyEvent)
        and event.type() == QEvent.Type.KeyPress
        and event.key() in {Qt.Key.Key_Up, Qt.Key.Key_PageUp, Qt.Key.Key_Down, Qt.Key.Key_PageDown}
        and not isinstance(watched, QTableWidget)
    )


def _style() -> str:
    return f"""
QTableView {{ background: {theme.PANEL}; color: {theme.TEXT}; border: 1px solid {theme.LINE}; outline: 0; }}
QTableView:focus {{ border: 1px solid {theme.ACCENT}; }}
QTableView::item:selected {{ background: {theme.ACCENT_GROUND}; }}
QHeaderView {{ background: {theme.PANEL}; border: 0; }}
QHeaderView::section {{ background: {theme.PANEL}; color: {theme.DIM}; border: 0; font-size: {theme.SMALL_PX}px;
    border-bottom: 1px solid {theme.LINE}; padding: 2px 3px; }}
"""
