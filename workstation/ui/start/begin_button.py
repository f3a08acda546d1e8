"""Button of the start window: an icon, what it does, one line more, and its key."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from workstation.starting.actions import StartAction
from workstation.ui.shared import theme
from workstation.ui.shared.labels import SignLabel, plain_label

HEIGHT_PX = 56
ICON_PX = 24


class BeginButton(QPushButton):
    """Enter and Space press it; the arrow keys go to its neighbours: `left` tells which way, by -1 or 1."""

    left = Signal(int)
    crossed = Signal()

    def __init__(self, action: StartAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.action_id = action.id
        self.setObjectName("begin")
        self.setAccessibleName(action.title.removesuffix(" ..."))
        self.setAccessibleDescription(f"{action.says}. Key {action.key}")
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 14, 0)
        row.setSpacing(14)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addStretch(1)
        words.addWidget(plain_label(action.title, name="beginTitle"))
        words.addWidget(plain_label(action.says, role="dim"))
        words.addStretch(1)
        sign = SignLabel(ICON_PX)
        sign.show_sign((action.icon, theme.TEXT))
        row.addWidget(sign)
        row.addLayout(words, 1)
        row.addWidget(plain_label(action.key, name="key"), 0, Qt.AlignmentFlag.AlignVCenter)
        for child in self.findChildren(QWidget):
            # the button is one thing to the mouse
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:
        """As high as two lines, as wide as they are: a button asks only for what it writes itself."""
        return QSize(self._row.sizeHint().width(), HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        """The same: no word is cut."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that Qt leaves alone outside dialogs."""
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.click()
            case Qt.Key.Key_Up:
                self.left.emit(-1)
            case Qt.Key.Key_Down:
                self.left.emit(1)
            case Qt.Key.Key_Right:
                self.crossed.emit()
            case _:
                super().keyPressEvent(event)
