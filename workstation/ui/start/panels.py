"""Two halves of the start window: the column of what can be begun, and the studies that were opened before."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from workstation.starting.actions import StartAction
from workstation.starting.recent import Line
from workstation.ui.shared import icons
from workstation.ui.shared.application import program_icon
from workstation.ui.shared.labels import plain_label
from workstation.ui.start.begin_button import BeginButton
from workstation.ui.start.recent_list import RecentList

ICON_PX = 52
EMPTY = "No study was opened here yet"
NEXT = (
    "If you were given a folder to read, press R and choose it.",
    "To run a study of your own, press N.",
    "To see how reading works, press D.",
)
WHAT = "Blinded reading and scoring of paired wrist MRI"


class BeginPanel(QWidget):
    """Name of the program, and a button for each action. `wanted` is an action's id."""

    wanted = Signal(str)
    crossed = Signal()

    def __init__(self, actions: Sequence[StartAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(_heading(self))
        column.addSpacing(14)
        self.buttons = [BeginButton(action, self) for action in actions]
        for at, button in enumerate(self.buttons):
            button.clicked.connect(lambda _=False, name=button.action_id: self.wanted.emit(name))
            button.left.connect(lambda step, at=at: self.focus_at(at + step))
            button.crossed.connect(self.crossed)
            column.addWidget(button)
        column.addStretch(1)

    def focus_at(self, number: int) -> None:
        """Put the keyboard on a button; from the last one it goes to the first."""
        self.buttons[number % len(self.buttons)].setFocus(Qt.FocusReason.TabFocusReason)


class RecentPanel(QWidget):
    """The list and what can be done with the line in focus; where there is none, what to do next."""

    wanted = Signal(Line)
    forgotten = Signal(Line)
    crossed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(plain_label("Recent studies", role="title"))
        self.list = RecentList(self)
        self.list.wanted.connect(self.wanted)
        self.list.forgotten.connect(self.forgotten)
        self.list.crossed.connect(self.crossed)
        self.list.chosen.connect(self._look)
        self.open = _button("Open  Enter", "Open the study", "arrow-right", self)
        self.forget = _button("Take off this list  Del", "Take the study off this list", "x", self)
        self.open.clicked.connect(lambda: self._with_current(self.wanted.emit))
        self.forget.clicked.connect(lambda: self._with_current(self.forgotten.emit))
        row = QHBoxLayout()
        row.addWidget(self.open)
        row.addWidget(self.forget)
        row.addStretch(1)
        full = QWidget(self)
        inside = QVBoxLayout(full)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(12)
        inside.addWidget(self.list, 1)
        inside.addLayout(row)
        self.pages = QStackedWidget(self)
        self.pages.addWidget(_empty(self))
        self.pages.addWidget(full)
        column.addWidget(self.pages, 1)

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show the studies, or that there is none."""
        self.pages.setCurrentIndex(1 if lines else 0)
        self.list.show_lines(lines)

    def _look(self) -> None:
        line = self.list.current()
        self.open.setEnabled(line is not None and not line.gone)
        self.forget.setEnabled(line is not None)

    def _with_current(self, act: Callable[[Line], None]) -> None:
        line = self.list.current()
        if line is not None:
            act(line)


def _heading(parent: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(16)
    picture = QLabel(parent)
    picture.setTextFormat(Qt.TextFormat.PlainText)
    picture.setPixmap(program_icon().pixmap(QSize(ICON_PX, ICON_PX), parent.devicePixelRatioF()))
    words = QVBoxLayout()
    words.setSpacing(0)
    words.addWidget(plain_label("ramris", name="name"))
    words.addWidget(plain_label(WHAT, role="dim"))
    row.addWidget(picture)
    row.addLayout(words)
    row.addStretch(1)
    return row


def _empty(parent: QWidget) -> QFrame:
    frame = QFrame(parent)
    frame.setObjectName("empty")
    column = QVBoxLayout(frame)
    column.setContentsMargins(36, 30, 36, 30)
    column.setSpacing(10)
    column.addStretch(1)
    column.addWidget(plain_label(EMPTY, role="heading"))
    for line in NEXT:
        column.addWidget(plain_label(line, role="dim", wrap=True))
    column.addStretch(2)
    return frame


def _button(text: str, name: str, icon: str, parent: QWidget) -> QPushButton:
    button = QPushButton(text, parent)
    button.setAccessibleName(name)
    button.setIcon(icons.icon(icon))
    return button
