"""The reader's worklist: case codes and how much of each is read. Nothing else is known of a case."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from storage.records import CaseProgress
from workstation.ui.shared import theme


class CaseList(QListWidget):
    """Pops up under the case code; Return or a click opens a case, Escape leaves."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowFlags(Qt.WindowType.Popup)
        self.setObjectName("cases")
        self.setAccessibleName("Cases")
        self.itemActivated.connect(self._activated)
        self.itemClicked.connect(self._activated)

    def open(self, cases: Sequence[CaseProgress], current: str, corner: QPoint) -> None:
        """Show the worklist with `current` selected; `corner` is the upper right one, on screen."""
        self.clear()
        for entry in cases:
            item = QListWidgetItem(case_line(entry))
            item.setData(Qt.ItemDataRole.UserRole, entry.case)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, case_line(entry))
            self.addItem(item)
            if entry.case == current:
                self.setCurrentItem(item)
        wide = theme.scaled(260)
        height = min(self.sizeHintForRow(0) * max(len(cases), 1) + 14, 520)
        self.setFixedSize(wide, height)
        self.move(corner)
        self.show()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves; a list takes that key to itself, though it is a popup."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            return
        super().keyPressEvent(event)

    def _activated(self, item: QListWidgetItem) -> None:
        # a click on some platforms is an activation too: only the first one counts
        if self.isVisible():
            self.hide()
            self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))


def case_line(entry: CaseProgress) -> str:
    """Such as "K7QM2    12 of 86"."""
    done = "all read" if entry.answered == entry.wanted else f"{entry.answered} of {entry.wanted}"
    if entry.status != "draft":
        done = entry.status
    return f"{entry.case}    {done}"
