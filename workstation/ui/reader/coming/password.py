"""Password of a server, asked over the images of the room; Escape goes on without it, and with what is here."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from workstation.ui.shared.colours import DARK
from workstation.ui.shared.labels import plain_label, show_text

_WIDEST_PX, _SIDE_PX, _BELOW_PX = 640, 40, 44
KEEP = "Keep it in the key store of this account"
GO_ON = "Go on without (Esc)"


class PasswordLine(QFrame):
    """Lies over the images while it asks. given: what was typed, and whether it is to be kept; left: nothing was."""

    given = Signal(str, bool)
    left = Signal()

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setObjectName("password")
        self.setStyleSheet(
            f"#password {{ background: {DARK.raised}; border: 1px solid {DARK.line}; border-radius: 4px; }}"
            f"#password QLabel, #password QCheckBox {{ color: {DARK.text}; }}"
        )
        self._line = plain_label(wrap=True)
        self.field = QLineEdit(self)
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setAccessibleName("Password")
        self.use = QPushButton("Use it", self)
        self.use.setEnabled(False)
        self.go_on = QPushButton(GO_ON, self)
        self.keep = QCheckBox(KEEP, self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 8, 12, 8)
        self._column.addWidget(self._line)
        row = QHBoxLayout()
        row.addWidget(self.field, 1)
        row.addWidget(self.use)
        row.addWidget(self.go_on)
        self._column.addLayout(row)
        self._column.addWidget(self.keep)
        self.field.textChanged.connect(lambda typed: self.use.setEnabled(bool(typed)))
        self.field.returnPressed.connect(self._give)
        self.use.clicked.connect(self._give)
        self.go_on.clicked.connect(self._leave)
        for part in (self.field, self.use, self.go_on, self.keep):
            part.installEventFilter(self)
        over.installEventFilter(self)
        self.hide()

    @property
    def line(self) -> str:
        """What it asks."""
        return self._line.text()

    def ask(self, words: str, *, can_keep: bool) -> None:
        """Ask; what was typed before is gone."""
        show_text(self._line, words)
        self.field.clear()
        self.keep.setChecked(False)
        self.keep.setVisible(can_keep)
        self._lie()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay where it lies; keys are this line's before they are the room's."""
        if watched is self.parentWidget():
            if event.type() == QEvent.Type.Resize:
                self._lie()
            return False
        if isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
                self._leave()
                return True
        return False

    def _give(self) -> None:
        typed, keep = self.field.text(), self.keep.isChecked()
        if typed:
            self._end()
            self.given.emit(typed, keep)

    def _leave(self) -> None:
        self._end()
        self.left.emit()

    def _end(self) -> None:
        self.field.clear()
        self.hide()
        # the keys are the room's again: what is around the images, and takes them
        around = self.parentWidget()
        while around is not None and around.focusPolicy() == Qt.FocusPolicy.NoFocus:
            around = around.parentWidget()
        if around is not None:
            around.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lie(self) -> None:
        over = self.parentWidget()
        if over is not None:
            wide = max(min(over.width() - 2 * _SIDE_PX, _WIDEST_PX), 1)
            high = max(self._column.heightForWidth(wide), self._column.minimumSize().height())
            self.setGeometry((over.width() - wide) // 2, over.height() - high - _BELOW_PX, wide, high)
