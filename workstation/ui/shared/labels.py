"""Labels that show text as it is: never as markup, whatever stands in it."""

from __future__ import annotations

from PySide6.QtCore import Qt
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
    label.setText(text)
    label.setAccessibleName(accessible or text)


def show_sign(label: QLabel, sign: tuple[str, str] | None) -> None:
    """Show an icon (name, colour) of 16 pixels on a label of its own, or nothing. What it says stands beside it."""
    shown = "" if sign is None else " ".join(sign)
    if label.property("sign") == shown:
        return
    label.setProperty("sign", shown)
    label.setVisible(sign is not None)
    if sign is None:
        label.clear()
    else:
        label.setPixmap(icons.pixmap(sign[0], 16, sign[1], label.devicePixelRatioF()))


def restyle(widget: QWidget, name: str, value: str) -> None:
    """Set a property that the style sheet asks for, and draw by it."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
