"""Labels that show text as it is: never as markup, whatever stands in it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

from workstation.ui.shared import icons


def plain_label(text: str = "", *, name: str = "", role: str = "", wrap: bool = False) -> QLabel:
    """A label of plain text; `name` is its object name in the style sheet, `role` its role there."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wrap)
    label.setAccessibleName(text)
    if name:
        label.setObjectName(name)
    if role:
        label.setProperty("role", role)
    return label


def show_text(label: QLabel, text: str, accessible: str = "") -> None:
    """Put `text` on the label, and what a screen reader says: the same unless `accessible` is given."""
    if label.text() != text:
        label.setText(text)
    if label.accessibleName() != (accessible or text):
        label.setAccessibleName(accessible or text)


class SignLabel(QLabel):
    """An icon beside words that say the same; drawn anew on a screen of another density."""

    def __init__(self, size_px: int = 16) -> None:
        super().__init__()
        # it never has a text, and none could be markup
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._sign: tuple[str, str] | None = None
        self.setFixedSize(size_px, size_px)

    def show_sign(self, sign: tuple[str, str] | None) -> None:
        """Show an icon (name, colour), or nothing."""
        if sign != self._sign:
            self._sign = sign
            self._draw()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Made for this screen: no event tells each way in which a label comes to another one."""
        if self._sign is not None and self.pixmap().devicePixelRatio() != self.devicePixelRatioF():
            self._draw()
        super().paintEvent(event)

    def _draw(self) -> None:
        # it keeps its place when it is empty, so that the words beside it don't move
        if self._sign is None:
            self.clear()
        else:
            name, colour = self._sign
            self.setPixmap(icons.pixmap(name, self.width(), colour, self.devicePixelRatioF()))


def restyle(widget: QWidget, name: str, value: str) -> None:
    """Set a property that the style sheet asks for, and draw by it."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
