"""Sheet of all keys of the window. Made from its actions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from workstation.ui.shared.coordinator_style import STYLE
from workstation.ui.shared.labels import plain_label

# the menu beside whose keys stand those that Qt has by itself
GO = "Go"
TOP_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


class Keyed(Protocol):
    """An action as far as the sheet shows it."""

    @property
    def title(self) -> str:
        """What it does."""

    @property
    def group(self) -> str:
        """The menu that it stands in."""

    @property
    def keys(self) -> tuple[str, ...]:
        """In Qt's portable text."""


class KeysSheet(QDialog):
    """A column for each menu; Esc, F1 or Return close it. by_itself: what no action says, beside those of Go."""

    def __init__(self, actions: Sequence[Keyed], by_itself: Sequence[tuple[str, str]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("All keys")
        self.setAccessibleName("All keys")
        self.setStyleSheet(STYLE)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(16)
        column.addWidget(plain_label("All keys", role="title"))
        row = QHBoxLayout()
        row.setSpacing(44)
        for group in dict.fromkeys(action.group for action in actions):
            lines = [(_keys(action), action.title.removesuffix(" ...")) for action in actions if action.group == group]
            row.addLayout(_column(group, [*lines, *(by_itself if group == GO else ())]))
        column.addLayout(row)
        close = QPushButton("Close")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)


def _keys(action: Keyed) -> str:
    native = QKeySequence.SequenceFormat.NativeText
    return ", ".join(QKeySequence(key).toString(native) for key in action.keys)


def _column(group: str, lines: Sequence[tuple[str, str]]) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(10)
    column.addWidget(plain_label(group, role="heading"))
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(6)
    for line, (keys, title) in enumerate(lines):
        grid.addWidget(plain_label(keys, role="for"), line, 0, TOP_LEFT)
        grid.addWidget(plain_label(title, role="dim"), line, 1, TOP_LEFT)
    column.addLayout(grid)
    column.addStretch(1)
    return column
