"""Filter line for subjects: Return or an arrow goes to the list, Esc too and empties the line."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

TO_THE_LIST = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down, Qt.Key.Key_Up})


class FilterLine(QLineEdit):
    """`left` when the keyboard is to go to the list."""

    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setPlaceholderText("Find code, folder or to do  (Ctrl+F)")
        self.setAccessibleName(
            "Find subjects by code, by folder, or by what there is to do: choose, found, ready, read, excluded"
        )
        self.setClearButtonEnabled(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Two ways to the list; all else is typed."""
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.left.emit()
        elif event.key() in TO_THE_LIST:
            self.left.emit()
        else:
            super().keyPressEvent(event)
