"""Dialog that asks who reads, where the study doesn't say so by itself."""

from __future__ import annotations

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QVBoxLayout, QWidget

from workstation.ui.shared.labels import plain_label
from workstation.ui.start.style import STYLE

WHO = "Reader, as on the list of your coordinator: R1, for example"


class ReaderDialog(QDialog):
    """One line to type in; Enter opens, Esc leaves."""

    def __init__(self, name: str, likely: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Who reads?")
        self.setAccessibleName("Who reads?")
        self.setStyleSheet(STYLE)
        self.setMinimumWidth(440)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 18, 22, 16)
        column.setSpacing(12)
        column.addWidget(plain_label(f"Who reads in {name}?", role="heading"))
        column.addWidget(plain_label(WHO, role="dim", wrap=True))
        self.line = QLineEdit(likely)
        self.line.setAccessibleName("Reader")
        self.line.selectAll()
        column.addWidget(self.line)
        both = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(both.Open | both.Cancel, self)
        for one in (both.Open, both.Cancel):
            # the platform's own would be the only coloured ones
            buttons.button(one).setIcon(QIcon())
        buttons.button(both.Open).setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self.line.setFocus()
