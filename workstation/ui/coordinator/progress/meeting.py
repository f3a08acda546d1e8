"""Readers at other sites: a live board of what their copies have sent to the server, and how it is brought back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workstation.managing import commands as c
from workstation.managing.meeting_board import EVERY_S, HEADERS, Asking, Watch, row, spoken, told
from workstation.managing.state import ManagingState
from workstation.managing.study_tasks import StudyTask
from workstation.ui.coordinator.dialogs.choices import text_line
from workstation.ui.coordinator.progress.plain_table import WordsModel, words_table
from workstation.ui.shared.coordinator_style import STYLE
from workstation.ui.shared.labels import plain_label, restyle, show_text

MERGE = "study.server_merge"
EXPLAINED = (
    "Each grade is on its reader's own disk when it is shown, and is sent to the server when there is a network. What "
    "is sent comes into the study when you bring it back, at any time and as often as you like."
)
_NUMBERS = frozenset({2, 3, 4})


class MeetingDialog(QDialog):
    """Asks every few seconds while it is on the screen, and not at all when it isn't. asked: a task to run."""

    asked = Signal(c.RunTask)
    stop_asked = Signal()

    def __init__(
        self,
        watch: Callable[[Callable[[], None]], Watch],
        tasks: Sequence[StudyTask],
        state: ManagingState,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Readers at other sites")
        self.setAccessibleName("Readers at other sites")
        self.setStyleSheet(STYLE)
        self.resize(1080, 620)
        self._state = state
        self._merge = next((task for task in tasks if task.id == MERGE), None)
        self.address = text_line("Address", "postgresql://LOGIN@HOST/DATABASE")
        self.password = text_line("Password", "empty if it is kept")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.ca = text_line("Certificate of the server's authority", "a file (PEM), if the server has one of its own")
        self.choose = _button("Choose ...", "", self)
        self.keep = QCheckBox("Keep the password in the key store of this account")
        self.connect_ = _button("Look", "", self)
        self.connect_.setDefault(True)
        self.line = plain_label("", name="notice", wrap=True)
        self.model = WordsModel(HEADERS, _NUMBERS, self)
        self.table = words_table(self.model, "Copies on the server", 0, self)
        self._notice = plain_label("", name="notice", wrap=True)
        self.bring = _button("Bring back what came  Ctrl+M", "Ctrl+M", self)
        self.stop = _button("Stop", "", self)
        self.leave = _button("Close", "", self)
        self._arrange()
        known = state.study.meets if state.study else None
        self.address.setText(known.address if known else "")
        self.ca.setText(known.ca if known else "")
        self._timer = QTimer(self)
        self._timer.setInterval(int(EVERY_S * 1000))
        self.watch = watch(self._show)
        self._timer.timeout.connect(self._look_again)
        self.connect_.clicked.connect(self._ask)
        self.choose.clicked.connect(self._choose_file)
        self.bring.clicked.connect(self._bring)
        self.stop.clicked.connect(self.stop_asked)
        self.leave.clicked.connect(self.reject)
        self.finished.connect(self._closed)
        self._show()
        (self.password if known else self.address).setFocus(Qt.FocusReason.OtherFocusReason)
        if known:
            # a password that is kept is found without anybody's typing
            self._ask()

    def show_state(self, state: ManagingState) -> None:
        """What runs, and what came of it; afterwards the server is asked at once."""
        ended = self._state.work is not None and state.work is None
        self._state = state
        if ended:
            self.watch.look()
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        """From now on it is asked."""
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody sees it."""
        self._timer.stop()
        super().hideEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """A window that is minimised is on no screen."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            (self._timer.stop if self.isMinimized() else self._timer.start)()

    def _closed(self) -> None:
        """Nothing is asked any more."""
        self._timer.stop()
        self.watch.close()

    def _look_again(self) -> None:
        # a merge holds the record, and its own answers tell more
        if self._state.work is None:
            self.watch.look()

    def _ask(self) -> None:
        self.watch.ask(self._asking())

    def _asking(self) -> Asking:
        return Asking(
            self.address.text().strip(), self.ca.text().strip(), self.password.text(), keep=self.keep.isChecked()
        )

    def _choose_file(self) -> None:
        option = QFileDialog.Option.DontUseNativeDialog
        chosen, _ = QFileDialog.getOpenFileName(self, "Certificate of the server's authority", options=option)
        if chosen:
            self.ca.setText(chosen)

    def _bring(self) -> None:
        if self._merge is not None:
            asking = self._asking()
            values = {"address": asking.address, "ca": asking.ca, "password": asking.password}
            self.asked.emit(c.RunTask(self._merge, values))

    def _show(self) -> None:
        now = self.watch.now if hasattr(self, "watch") else None
        lines = now.lines or () if now is not None else ()
        show_text(self.line, told(now) if now is not None else "")
        restyle(self.line, "tone", "failed" if now is not None and now.said else "plain")
        chosen = self.table.currentIndex().row()
        self.model.show([row(line) for line in lines], [spoken(line) for line in lines])
        if lines and self.table.currentIndex().row() < 0:
            self.table.selectRow(min(max(chosen, 0), len(lines) - 1))
        self.table.setVisible(bool(lines))
        busy = self._state.work
        stage = f"{busy.title} ... {busy.stage}" if busy else ""
        notice = self._state.notice
        text = stage or ("\n".join((notice.text, *notice.details)) if notice else "")
        show_text(self._notice, text)
        restyle(self._notice, "tone", notice.tone.value if notice and not busy else "plain")
        self._notice.setVisible(bool(text))
        self.stop.setVisible(busy is not None)
        self.connect_.setEnabled(busy is None and not (now is not None and now.asking and now.lines is None))
        self.bring.setEnabled(busy is None and now is not None and bool(now.lines) and not self._state.reads_only)

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        column.addWidget(plain_label("Readers at other sites", role="heading"))
        column.addWidget(plain_label(EXPLAINED, role="dim", wrap=True))
        form = QFormLayout()
        form.addRow("Address", self.address)
        form.addRow("Password", self.password)
        form.addRow("Certificate of the server's authority", _beside(self.ca, self.choose, self))
        form.addRow("", _beside(self.keep, self.connect_, self))
        column.addLayout(form)
        column.addWidget(self.line)
        column.addWidget(self.table, 1)
        column.addWidget(self._notice)
        column.addStretch(0)
        buttons = QHBoxLayout()
        buttons.addWidget(self.bring)
        buttons.addWidget(self.stop)
        buttons.addStretch(1)
        buttons.addWidget(self.leave)
        column.addLayout(buttons)


def _beside(first: QWidget, button: QPushButton, parent: QWidget) -> QWidget:
    both = QWidget(parent)
    row_ = QHBoxLayout(both)
    row_.setContentsMargins(0, 0, 0, 0)
    row_.addWidget(first, 1)
    row_.addWidget(button)
    return both


def _button(text: str, key: str, parent: QWidget) -> QPushButton:
    button = QPushButton(text, parent)
    button.setAccessibleName(text.partition("  ")[0].removesuffix(" ..."))
    button.setAutoDefault(False)
    if key:
        button.setShortcut(key)
    return button
