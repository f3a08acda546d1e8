"""Dialog of all tasks of a study: found by typing, filled in, run, and what came of it. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workstation.managing import commands as c
from workstation.managing.state import ManagingState, Tone
from workstation.managing.study_tasks import Asked, StudyTask, found, meant
from workstation.ui.coordinator.dialogs.choices import text_line
from workstation.ui.coordinator.tasks.fields import FieldWidget
from workstation.ui.coordinator.tasks.shown import ShownTable
from workstation.ui.shared.coordinator_style import STYLE
from workstation.ui.shared.labels import plain_label, show_text

SIZE = QSize(1140, 690)
LIST_PX = 370
# more of them, each below its label, and the dialog is higher than a screen of 768 pixels
MOST_BELOW_LABELS = 6
_NOTHING_YET = "What came of it will stand here"
_TASK = Qt.ItemDataRole.UserRole


class TasksDialog(QDialog):
    """All tasks left, the one that is chosen right. asked: a task to run."""

    asked = Signal(c.RunTask)
    stop_asked = Signal()

    def __init__(self, tasks: Sequence[StudyTask], folder: Path, state: ManagingState, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Tasks of {folder.name}")
        self.setStyleSheet(STYLE)
        self.resize(SIZE)
        self._tasks, self._folder, self._state = tasks, folder, state
        self.task: StudyTask | None = None
        self._running = ""
        self._fields: list[FieldWidget] = []
        self.filter = text_line("Find a task", "type a word: lock, export, backup ...")
        self.list = QListWidget()
        self.list.setAccessibleName("Tasks")
        self.list.setFixedWidth(LIST_PX)
        self._title = plain_label("", role="heading", wrap=True)
        self._explained = plain_label("", role="dim", wrap=True)
        self._warns = plain_label("", role="against", wrap=True)
        self._form = QWidget()
        self.shown = ShownTable(self)
        self._lacks = plain_label("", role="dim", wrap=True)
        self.run = QPushButton("Do it")
        self.run.setDefault(True)
        self.stop = QPushButton("Stop")
        self.stop.setAutoDefault(False)
        self.close_button = QPushButton("Close")
        self.close_button.setAutoDefault(False)
        self._said = plain_label("", wrap=True)
        self.told = QPlainTextEdit()
        self.told.setAccessibleName("What came of it")
        self.told.setReadOnly(True)
        self._lay_out()
        self.filter.textChanged.connect(self._fill)
        self.list.currentItemChanged.connect(self._choose)
        self.run.clicked.connect(self._ask)
        self.stop.clicked.connect(self.stop_asked)
        self.close_button.clicked.connect(self.reject)
        self._fill("")
        self.filter.setFocus()

    def show_state(self, state: ManagingState) -> None:
        """What runs, and what came of it."""
        read_anew, self._state = state.study is not self._state.study, state
        if read_anew:
            self._show(fill=state.notice is None or state.notice.tone is not Tone.FAILED)
        work = state.work
        if work is not None:
            counts = f" {work.done:,} of {work.total:,}" if work.total else ""
            self._tell(f"{work.title} ... {work.stage}{counts}", ())
        elif self._running and state.notice is not None and state.notice.text:
            self._running = ""
            role = {Tone.FAILED: "against", Tone.ATTENTION: "against"}.get(state.notice.tone, "")
            self._tell(state.notice.text, state.notice.details, role)
        self._look()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down move in the list also while the filter has the keys."""
        if self.focusWidget() is self.filter and event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Up}:
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            self._move(step)
            return
        super().keyPressEvent(event)

    def choose(self, task_id: str) -> None:
        """Show a task by its id."""
        for row in range(self.list.count()):
            task = self.list.item(row).data(_TASK)
            if task is not None and task.id == task_id:
                self.list.setCurrentRow(row)

    def begin(self, task_id: str) -> None:
        """Show a task to whoever wants that one: what it asks first has the keys."""
        self.choose(task_id)
        if self._fields:
            self._fields[0].parts()[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def field(self, name: str) -> FieldWidget:
        """The widget of a field of the task that is shown."""
        return next(item for item in self._fields if item.field.name == name)

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.filter)
        left.addWidget(self.list, 1)
        right = QVBoxLayout()
        right.setSpacing(10)
        for widget in (self._title, self._explained, self._warns):
            right.addWidget(widget)
        right.addWidget(self.shown, 2)
        right.addWidget(self._form)
        right.addWidget(self._lacks)
        buttons = QHBoxLayout()
        buttons.addWidget(self.run)
        buttons.addWidget(self.stop)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        right.addLayout(buttons)
        right.addWidget(self._said)
        right.addWidget(self.told, 1)
        both = QHBoxLayout(self)
        both.setContentsMargins(18, 16, 18, 16)
        both.setSpacing(18)
        both.addLayout(left)
        both.addLayout(right, 1)
        self._right = right

    def _fill(self, text: str) -> None:
        self.list.clear()
        group = ""
        shown = found(self._tasks, text)
        for task in shown:
            if task.group != group:
                group = task.group
                head = QListWidgetItem(group.upper())
                head.setFlags(Qt.ItemFlag.NoItemFlags)
                self.list.addItem(head)
            item = QListWidgetItem(f"  {task.title}")
            item.setData(_TASK, task)
            item.setToolTip(task.explained)
            self.list.addItem(item)
        first = meant(shown, text)
        if first is not None:
            self.choose(first.id)

    def _move(self, step: int) -> None:
        row = self.list.currentRow() + step
        while 0 <= row < self.list.count():
            if self.list.item(row).data(_TASK) is not None:
                self.list.setCurrentRow(row)
                return
            row += step

    def _choose(self, item: QListWidgetItem | None) -> None:
        task = item.data(_TASK) if item is not None else None
        if task is None or task == self.task:
            return
        self.task = task
        show_text(self._title, task.title)
        show_text(self._explained, task.explained)
        show_text(self._warns, task.warns)
        self._warns.setVisible(bool(task.warns))
        readers = [board.reader for board in self._state.study.board] if self._state.study else []
        form = QWidget()
        rows = QFormLayout(form)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        # with a table or many fields there is no room for labels above
        above = task.shows is None and len(task.fields) <= MOST_BELOW_LABELS
        wraps = QFormLayout.RowWrapPolicy
        rows.setRowWrapPolicy(wraps.WrapAllRows if above else wraps.DontWrapRows)
        rows.setVerticalSpacing(5)
        self._fields = [FieldWidget(each, self._folder, readers, self._look, form) for each in task.fields]
        for widget in self._fields:
            label = "" if widget.field.asked is Asked.YES else widget.field.label
            rows.addRow(label, widget)
        self._right.replaceWidget(self._form, form)
        self._form.hide()
        self._form.deleteLater()
        self._form = form
        self._show(fill=True)
        self._order_tabs()
        if not self._running:
            self._tell("", ())
        self._look()

    def _show(self, *, fill: bool) -> None:
        """What the task shows of the study as it is; fill: its fields too."""
        task, study = self.task, self._state.study
        shown = task.shows(study) if task is not None and task.shows is not None and study is not None else None
        self.shown.show_of(shown)
        # a line alone needs no room, and many fields do
        self._right.setStretchFactor(self.shown, 2 if shown is not None and shown.rows else 0)
        if shown is not None and fill:
            for widget in self._fields:
                widget.fill(shown.values.get(widget.field.name, ""))

    def _order_tabs(self) -> None:
        """Tab goes down the page: fields were made after the buttons below them."""
        tables = [self.shown.table] if self.shown.table is not None else []
        fields = [part for item in self._fields for part in item.parts()]
        down = [self.filter, self.list, *tables, *fields, self.run, self.stop, self.close_button, self.told]
        for before, after in pairwise(down):
            QWidget.setTabOrder(before, after)

    def _values(self) -> dict[str, str]:
        return {item.field.name: item.value() for item in self._fields}

    def _look(self) -> None:
        lacks = self.task.lacks(self._values()) if self.task is not None else ()
        busy = self._state.work is not None
        show_text(self._lacks, f"Still to fill in: {', '.join(lacks)}" if lacks else "")
        self._lacks.setVisible(bool(lacks))
        self.run.setEnabled(self.task is not None and not lacks and not busy)
        self.stop.setVisible(busy)

    def _tell(self, text: str, details: Sequence[str], role: str = "") -> None:
        self._said.setProperty("role", role)
        self._said.style().unpolish(self._said)
        self._said.style().polish(self._said)
        show_text(self._said, text)
        self._said.setVisible(bool(text))
        self.told.setPlainText("\n".join(details))
        self.told.setPlaceholderText("" if text else _NOTHING_YET)

    def _ask(self) -> None:
        if self.task is not None and not self.task.lacks(self._values()):
            self._running = self.task.id
            self.asked.emit(c.RunTask(self.task, self._values()))
