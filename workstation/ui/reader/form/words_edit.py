"""The one line for words: why a site is unscorable in another way."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from workstation.ui.shared.labels import plain_label, show_text

LONGEST = 200


class WordsEdit(QWidget):
    """Return gives the words, Escape takes them back, a click elsewhere leaves. Meanwhile the reading keys are text."""

    given = Signal(str)
    cancelled = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # it lies over what stands here, and nothing of that shines through
        self.setObjectName("wordsOver")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(2)
        self._room = self._over = QRect()
        # in two lines where it must: at its end stands the visit
        self._asking = plain_label(role="bright", wrap=True)
        self._line = QLineEdit(self)
        self._line.setObjectName("words")
        self._line.setMaxLength(LONGEST)
        self._line.setPlaceholderText("Return saves, Esc cancels")
        column.addStretch(1)
        column.addWidget(self._asking)
        column.addWidget(self._line)
        self._line.returnPressed.connect(self._return)
        self._line.inputRejected.connect(self._cut)
        self._line.installEventFilter(self)
        self.hide()

    def stand_in(self, room: QRect, over: QRect) -> None:
        """Stand in the lowest part of a room, over all of what is `over` there: nothing is hidden by half.

        Both in pixels of the parent.
        """
        layout = self.layout()
        needs = room.height() if layout is None else layout.totalHeightForWidth(over.width())
        self._room, self._over = room, over
        top = min(room.bottom() + 1 - needs, over.top())
        self.setGeometry(over.left(), top, over.width(), room.bottom() + 1 - top)

    def open(self, question: str, words: str = "", longest: int = LONGEST) -> None:
        """Ask for words, at most `longest` characters; `words` stand there already."""
        show_text(self._asking, question)
        self._line.setAccessibleName(question)
        self._line.setMaxLength(longest)
        self._line.setText(words)
        self.show()
        self.raise_()
        self._line.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def text(self) -> str:
        """What stands there now."""
        return self._line.text()

    def close_line(self) -> None:
        """Ask no more; the keys go back to the window."""
        self.hide()
        self._line.clear()
        self.window().setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape takes the words back; a click elsewhere leaves."""
        if watched is self._line and not self.isHidden():
            if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
                if event.key() == Qt.Key.Key_Escape:
                    self.cancelled.emit()
                    return True
            elif event.type() == QEvent.Type.FocusOut and self.window().isActiveWindow():
                self.left.emit()
        return super().eventFilter(watched, event)

    def _cut(self) -> None:
        """What was typed or pasted didn't fit: say so, rather than lose its end unseen."""
        question = self._line.accessibleName()
        show_text(self._asking, f"{question}  (cut at {self._line.maxLength()} characters)")
        self.stand_in(self._room, self._over)

    def _return(self) -> None:
        self.given.emit(self._line.text())
