"""A tour of the room in six short steps: a card beside what it speaks of. Keys go on grading while it is open."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct
from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from scoring.readings.visit_words import worded
from scoring.toml_file import shipped_toml
from workstation.actions.action import Action
from workstation.ui.shared import icons, theme
from workstation.ui.shared.labels import plain_label, show_text

WIDTH_PX, GAP_PX = 380, 14
START = "help.tour"
_CODES_NAMED = 3
_ACTION = re.compile(r"\[([a-zA-Z0-9_.]+)\]")


class Step(Struct, frozen=True, forbid_unknown_fields=True):
    """One step: the name of the part that it points at, and its words."""

    part: str
    text: str


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    step: tuple[Step, ...]


def tour_steps() -> tuple[Step, ...]:
    """The steps as shipped."""
    return shipped_toml("workstation.ui.reader.sheets", "tour.toml", _File).step


def with_keys(text: str, actions: Sequence[Action]) -> str:
    """The words with each action's first key in its place; KeyError for an action that there isn't.

    [unscorable] is the first few codes of the scheme.
    """
    native = QKeySequence.SequenceFormat.NativeText
    keys = {action.id: QKeySequence(action.keys[0]).toString(native) for action in actions if action.keys}
    codes = [key for name, key in keys.items() if name.startswith("unscorable.") and name != "unscorable.rest"]
    keys["unscorable"] = ", ".join(codes[:_CODES_NAMED])
    return _ACTION.sub(lambda found: keys[found[1]], text)


class Tour(QFrame):
    """The card. It never takes the keyboard: a key of its own goes on, Escape leaves, and so do its buttons.

    ended: the tour was seen or left, and needn't be offered again.
    """

    ended = Signal()

    def __init__(
        self, actions: Sequence[Action], parts: Mapping[str, QWidget], parent: QWidget, *, ordered: bool
    ) -> None:
        super().__init__(parent)
        self._parts, self._ordered = parts, ordered
        self._here = 0
        self._room = parent
        self._ring = _Ring(parent)
        self.setObjectName("tour")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(10)
        self._count = plain_label(role="dim")
        self._words = plain_label(role="bright", wrap=True)
        column.addWidget(self._count)
        column.addWidget(self._words)
        row = QHBoxLayout()
        self.on = self._button("arrow-right")
        self.off = self._button("x")
        self.off.setText("Leave (Esc)")
        self.say_keys(actions)
        self.on.clicked.connect(self.go_on)
        self.off.clicked.connect(self.leave)
        row.addWidget(self.on)
        row.addWidget(self.off)
        row.addStretch(1)
        column.addLayout(row)
        self.hide()

    def say_keys(self, actions: Sequence[Action]) -> None:
        """Name the keys that the reader has now."""
        self._steps = [
            Step(step.part, worded(with_keys(step.text, actions), ordered=self._ordered)) for step in tour_steps()
        ]
        self._key = with_keys(f"[{START}]", actions)
        if not self.isHidden():
            self._say()

    def go_on(self) -> None:
        """Begin, or go to the next step; behind the last one the tour ends."""
        self._here = 0 if self.isHidden() else self._here + 1
        if self._here == len(self._steps):
            self.leave()
            return
        self._say()
        self.show()
        self.fit()

    def _say(self) -> None:
        step = self._steps[self._here]
        last = self._here + 1 == len(self._steps)
        show_text(self._count, f"Tour, {self._here + 1} of {len(self._steps)}")
        show_text(self._words, step.text)
        self.on.setText(f"{'Done' if last else 'Next'} ({self._key})")
        self.setAccessibleName(f"Tour, step {self._here + 1} of {len(self._steps)}: {step.text}")

    def leave(self) -> None:
        """Close it; it can be called again."""
        if not self.isHidden():
            self.hide()
            self._ring.hide()
            self.ended.emit()

    def fit(self) -> None:
        """Beside the part that the step speaks of, inside the window; a ring round the part."""
        if self.isHidden():
            return
        around = self._room
        part = self._parts[self._steps[self._here].part]
        at = QRect(part.mapTo(around, QPoint(0, 0)), part.size()).intersected(around.rect())
        # a part that is out of sight now, as the drawing on a low screen is, has no ring
        self._ring.setVisible(part.isVisible())
        self._ring.setGeometry(at.adjusted(-4, -4, 4, 4).intersected(around.rect()))
        self._ring.raise_()
        wide = theme.scaled(WIDTH_PX)
        self.setFixedSize(wide, self.heightForWidth(wide))
        beside = at.left() - wide - GAP_PX
        left = beside if beside > 0 else at.left() + GAP_PX
        top = min(max(at.center().y() - self.height() // 2, GAP_PX), around.height() - self.height() - GAP_PX)
        self.move(left, top)
        self.raise_()

    def _button(self, icon: str) -> QPushButton:
        button = QPushButton(self)
        button.setObjectName("sheetButton")
        icons.put(button, icon)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return button


class _Ring(QWidget):
    """A frame in the accent colour that lets every click through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The frame alone."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.ACCENT), 2))
            painter.drawRoundedRect(self.rect().adjusted(2, 2, -3, -3), 6, 6)
