"""Board of readers: how far they are, the cases that they have parked, and repeats, with what can be done."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QItemSelection, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QTableView, QVBoxLayout, QWidget

from storage.worklists.progress_board import ReaderBoard
from workstation.managing import commands as c
from workstation.managing.reading_lines import PARKED_HEADERS, READER_HEADERS, parked_row, reader_row, spoken_reader
from workstation.managing.state import ManagingState
from workstation.ui.coordinator.progress.plain_table import WordsModel, words_table
from workstation.ui.coordinator.progress.repeats import RepeatDialog, WordsDialog
from workstation.ui.shared.coordinator_style import STYLE
from workstation.ui.shared.labels import plain_label, restyle, show_text

NO_READERS = "Nobody has a case yet: Ctrl+R gives every subject to a reader."
NONE_PARKED = "No case is parked."
PACE = "Hours are reading time without pauses over five minutes. 'Left' assumes the pace so far."


class ReadersDialog(QDialog):
    """Drawn from the state; a signal for each command."""

    resolve_asked = Signal(c.Resolve)
    repeat_asked = Signal(c.Repeat)

    def __init__(self, state: ManagingState, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Readers and parked cases")
        self.setAccessibleName("Readers and parked cases")
        self.setStyleSheet(STYLE)
        self.resize(980, 620)
        self._state = state
        numbers = frozenset(range(1, len(READER_HEADERS)))
        self.readers = WordsModel(READER_HEADERS, numbers, self)
        self.parked = WordsModel(PARKED_HEADERS, frozenset(), self)
        self.reader_view = words_table(self.readers, "Readers", 0, self)
        self.parked_view = words_table(self.parked, "Parked cases", len(PARKED_HEADERS) - 1, self)
        self._no_readers = plain_label(NO_READERS, role="dim", wrap=True)
        self._none_parked = plain_label(NONE_PARKED, role="dim", wrap=True)
        self.final = plain_label("", wrap=True)
        self._notice = plain_label("", name="notice", wrap=True)
        self.repeat = _button("Read some again ...  Ctrl+D", "Ctrl+D", self)
        self.give_back = _button("Give back to the reader ...  Ctrl+U", "Ctrl+U", self)
        self.leave = _button("Close", "", self)
        self._arrange()
        self.repeat.clicked.connect(partial(self._ask_repeat))
        self.give_back.clicked.connect(partial(self._ask_give_back))
        self.leave.clicked.connect(self.reject)
        for view in (self.parked_view, self.reader_view):
            view.selectionModel().selectionChanged.connect(self._chosen)
        self.show_state(state)
        (self.parked_view if self.parked.rowCount() else self.reader_view).setFocus()

    def show_state(self, state: ManagingState) -> None:
        """What the study says now; who was chosen is chosen still."""
        self._state = state
        board = state.study.board if state.study else ()
        parked = state.study.parked if state.study else ()
        keep = [(view, max(view.currentIndex().row(), 0)) for view in (self.reader_view, self.parked_view)]
        self.readers.show([reader_row(line) for line in board], [spoken_reader(line) for line in board])
        self.parked.show([parked_row(case) for case in parked])
        for view, row in keep:
            if view.model().rowCount() and not view.currentIndex().isValid():
                view.selectRow(min(row, view.model().rowCount() - 1))
        final = state.study.final if state.study else ""
        show_text(self.final, f"{final}." if final else "")
        self.final.setVisible(bool(final))
        self._no_readers.setVisible(not board)
        self.reader_view.setVisible(bool(board))
        self._none_parked.setVisible(not parked)
        self.parked_view.setVisible(bool(parked))
        self._show_notice(state)
        self._chosen()

    def _show_notice(self, state: ManagingState) -> None:
        running = state.work.title if state.work else ""
        show_text(self._notice, running or (state.notice.text if state.notice else ""))
        restyle(self._notice, "tone", state.notice.tone.value if state.notice and not running else "plain")
        self._notice.setVisible(bool(self._notice.text()))

    def _chosen(self, _now: QItemSelection | None = None, _before: QItemSelection | None = None) -> None:
        idle = self._state.work is None
        self.give_back.setEnabled(idle and _row(self.parked_view, self.parked) is not None)
        line = self._reader()
        self.repeat.setEnabled(idle and line is not None and line.read > 0)
        self.repeat.setToolTip("" if line is None or line.read else f"{line.reader} has read no case to the end yet")

    def _reader(self) -> ReaderBoard | None:
        board = self._state.study.board if self._state.study else ()
        number = self.reader_view.currentIndex().row()
        return board[number] if 0 <= number < len(board) else None

    def _ask_give_back(self) -> None:
        chosen = _row(self.parked_view, self.parked)
        if chosen is None:
            return
        dialog = WordsDialog(
            f"Give case {chosen[0]} back to {chosen[1]}?",
            "The reader finds it on the worklist again, with the grades given so far. Say what was done. "
            "Readers can see these words, so write no name and no date.",
            "What was done",
            self,
        )
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self.resolve_asked.emit(c.Resolve(chosen[0], dialog.words.text().strip()))

    def _ask_repeat(self) -> None:
        line = self._reader()
        if line is None:
            return
        dialog = RepeatDialog(line.reader, line.read, self)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self.repeat_asked.emit(dialog.wish())

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        column.addWidget(plain_label("Readers", role="heading"))
        column.addWidget(self._no_readers)
        column.addWidget(self.reader_view, 2)
        column.addWidget(plain_label(PACE, role="small", wrap=True))
        column.addWidget(self.final)
        column.addSpacing(8)
        column.addWidget(plain_label("Parked cases", role="heading"))
        column.addWidget(self._none_parked)
        column.addWidget(self.parked_view, 2)
        column.addWidget(self._notice)
        row = QHBoxLayout()
        row.addWidget(self.give_back)
        row.addWidget(self.repeat)
        row.addStretch(1)
        row.addWidget(self.leave)
        column.addLayout(row)
        column.addStretch(0)


def _row(view: QTableView, model: WordsModel) -> tuple[str, ...] | None:
    return model.row(view.currentIndex().row())


def _button(text: str, key: str, parent: QWidget) -> QPushButton:
    button = QPushButton(text, parent)
    button.setAccessibleName(text.partition("  ")[0].removesuffix(" ..."))
    button.setAutoDefault(False)
    if key:
        button.setShortcut(key)
    return button
