"""Table of what a task shows of the study before it is run. Not there where a task shows nothing."""

from __future__ import annotations

from PySide6.QtWidgets import QTableView, QVBoxLayout, QWidget

from workstation.managing.study_tasks import Shown
from workstation.ui.coordinator.progress.plain_table import WordsModel, words_table
from workstation.ui.shared.labels import plain_label, show_text

LEAST_PX = 140


class ShownTable(QWidget):
    """A line, and the table below it or what is said in its place."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self.line = plain_label("", wrap=True)
        self.empty = plain_label("", role="dim", wrap=True)
        self._column.addWidget(self.line)
        self._column.addWidget(self.empty)
        self._headers: tuple[str, ...] = ()
        self._model: WordsModel | None = None
        self.table: QTableView | None = None
        self.hide()

    def show_of(self, shown: Shown | None) -> None:
        """Show it; None shows nothing at all."""
        self.setVisible(shown is not None)
        if shown is None:
            return
        show_text(self.line, shown.line if shown.rows else "")
        show_text(self.empty, "" if shown.rows else shown.empty)
        self.line.setVisible(bool(shown.rows))
        self.empty.setVisible(not shown.rows)
        self._drop_table(unless=shown.headers)
        if not shown.headers:
            return
        model, table = self._made_for(shown.headers)
        table.setVisible(bool(shown.rows))
        model.show(shown.rows)

    def _drop_table(self, unless: tuple[str, ...]) -> None:
        """A table of other columns goes at once: until Qt has deleted it, it would keep its room."""
        if self.table is not None and self._headers != unless:
            self._column.removeWidget(self.table)
            self.table.hide()
            self.table.deleteLater()
            self.table, self._model = None, None

    def _made_for(self, headers: tuple[str, ...]) -> tuple[WordsModel, QTableView]:
        if self._model is None or self.table is None:
            self._headers = headers
            self._model = WordsModel(headers, frozenset(), self)
            self.table = words_table(self._model, "What the study has", len(headers) - 1, self)
            self.table.setMinimumHeight(LEAST_PX)
            self._column.addWidget(self.table, 1)
        return self._model, self.table
