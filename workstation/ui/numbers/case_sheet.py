"""Sheet of one case: the grades of the readings that a figure shows, site by site."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from workstation.numbers.case_rows import CaseRows
from workstation.ui.shared.coordinator_style import ATTENTION, STYLE
from workstation.ui.shared.labels import plain_label

_WORDS_COLUMNS = 2


class CaseSheet(QDialog):
    """Return and Esc close it. `mark_asked`: mark the case, or unmark it; `images_asked`: show its images."""

    mark_asked = Signal()
    images_asked = Signal()

    def __init__(self, case: CaseRows, parent: QWidget, *, marked: bool, has_images: bool) -> None:
        super().__init__(parent)
        self.setWindowTitle(case.title)
        self.setAccessibleName(case.title)
        self.setStyleSheet(STYLE)
        self.resize(1060, 700)
        self._differing = [row for row, (_, differs) in enumerate(case.rows) if differs]
        self.table = _table(case, self)
        self.mark = _button("Mark for a third reader  M", "M", self)
        self.show_marked(marked=marked)
        self.next = _button("Next that differs  N", "N", self)
        self.next.setEnabled(bool(self._differing))
        self.images = _button("Show its images  I", "I", self)
        self.images.setVisible(has_images)
        leave = _button("Close", "", self)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.addWidget(plain_label(case.title, role="title"))
        told = f"{len(self._differing)} of {len(case.rows)} sites differ"
        column.addWidget(plain_label(told, role="dim"))
        column.addWidget(self.table, 1)
        row = QHBoxLayout()
        for button in (self.mark, self.next, self.images):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(leave)
        column.addLayout(row)
        self.mark.clicked.connect(self.mark_asked)
        self.next.clicked.connect(self._go_on)
        self.images.clicked.connect(self.images_asked)
        leave.clicked.connect(self.reject)
        for key in ("Return", "Enter"):
            QShortcut(QKeySequence(key), self).activated.connect(self.accept)
        self.table.setFocus()

    def show_marked(self, *, marked: bool) -> None:
        """Whether the case is marked now."""
        self.mark.setText("Take the mark away  M" if marked else "Mark for a third reader  M")
        self.mark.setShortcut("M")

    def _go_on(self) -> None:
        here = self.table.currentRow()
        later = [row for row in self._differing if row > here] or self._differing
        if later:
            self.table.selectRow(later[0])


def _table(case: CaseRows, parent: QWidget) -> QTableWidget:
    table = QTableWidget(len(case.rows), len(case.headings), parent)
    table.setAccessibleName("Grades by site")
    table.setHorizontalHeaderLabels(list(case.headings))
    table.verticalHeader().hide()
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setShowGrid(False)
    bold = QFont(table.font())
    bold.setBold(True)
    for row, (cells, differs) in enumerate(case.rows):
        for column, text in enumerate(cells):
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            if column >= _WORDS_COLUMNS:
                item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
            if differs:
                item.setFont(bold)
                item.setForeground(QColor(ATTENTION))
            table.setItem(row, column, item)
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    table.horizontalHeader().setSectionResizeMode(_WORDS_COLUMNS - 1, QHeaderView.ResizeMode.Stretch)
    if case.rows:
        table.setCurrentCell(0, 0)
    return table


def _button(text: str, key: str, parent: QWidget) -> QPushButton:
    button = QPushButton(text, parent)
    button.setAccessibleName(text.partition("  ")[0])
    button.setAutoDefault(False)
    if key:
        button.setShortcut(key)
    return button
