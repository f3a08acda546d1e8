"""Page that the room shows when no case is assigned: what it means and what to do."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from workstation.ui.shared import icons, theme
from workstation.ui.shared.labels import plain_label

TITLE = "No cases to read"
LINE = (
    "No case of this study is on your worklist. Ask the coordinator to assign cases to you "
    "(ramris study assign), then open the room again."
)


class EmptyPage(QWidget):
    """Two lines in the middle of the window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("empty")
        self.setAccessibleName(f"{TITLE}. {LINE}")
        column = QVBoxLayout(self)
        column.addStretch(1)
        picture = plain_label()
        picture.setPixmap(icons.pixmap("inbox", 48, theme.DIM, self.devicePixelRatioF()))
        picture.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(picture)
        for label in (plain_label(TITLE, name="emptyTitle"), plain_label(LINE)):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        column.addStretch(1)
