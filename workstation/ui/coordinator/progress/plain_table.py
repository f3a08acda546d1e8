"""A table of words: rows of text, the first column in full, each row said as one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
ROW_PX = 27


class WordsModel(QAbstractTableModel):
    """Rows of words below headers. spoken: what a screen reader says of a row; "" says the cells."""

    def __init__(self, headers: Sequence[str], right: frozenset[int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._headers = tuple(headers)
        self._right = right
        self._rows: tuple[tuple[str, ...], ...] = ()
        self._spoken: tuple[str, ...] = ()

    def show(self, rows: Sequence[tuple[str, ...]], spoken: Sequence[str] = ()) -> None:
        """Put rows in place of those that stand there, unless they are the same."""
        if tuple(rows) != self._rows:
            self.beginResetModel()
            self._rows, self._spoken = tuple(rows), tuple(spoken)
            self.endResetModel()

    def row(self, number: int) -> tuple[str, ...] | None:
        """The words of a row."""
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def rowCount(self, parent: Index = ROOT) -> int:
        """One a row."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = ROOT) -> int:
        """One a header."""
        return 0 if parent.isValid() else len(self._headers)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's variant
        """The columns by name, numbers above their numbers."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._headers[section]
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's variant
        """A cell's words, and the whole row for screen readers."""
        words = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.ToolTipRole:
                return words[index.column()]
            case Qt.ItemDataRole.TextAlignmentRole:
                return self._alignment(index.column())
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken[index.row()] if self._spoken else ", ".join(words)
        return None

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignRight if column in self._right else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter


def words_table(model: WordsModel, name: str, stretched: int, parent: QWidget) -> QTableView:
    """A view of it: whole rows are chosen, Tab leaves it, one column takes what room there is."""
    view = QTableView(parent)
    view.setModel(model)
    view.setObjectName("words")
    view.setAccessibleName(name)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    view.setShowGrid(False)
    view.setTabKeyNavigation(False)
    view.verticalHeader().setVisible(False)
    view.verticalHeader().setDefaultSectionSize(ROW_PX)
    header = view.horizontalHeader()
    header.setHighlightSections(False)
    header.setAccessibleName(f"Columns of: {name}")
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(stretched, QHeaderView.ResizeMode.Stretch)
    return view
