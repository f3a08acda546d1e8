"""Keys by their position: what a digit's key does where the layout has another sign on it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent

from workstation.actions.digit_keys import digit_at

# by what is held with it
_OF_DIGITS = {Qt.KeyboardModifier.NoModifier: "grade.", Qt.KeyboardModifier.AltModifier: "series.number."}


def by_position(event: QKeyEvent) -> str:
    """The id of the action that a digit's key is for; "" of every other key, and of one that gives its plain digit."""
    held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.GroupSwitchModifier)
    kind = _OF_DIGITS.get(held)
    if kind is None or Qt.Key.Key_0 <= event.key() <= Qt.Key.Key_9:
        return ""
    found = digit_at(QGuiApplication.platformName(), event.nativeScanCode(), event.nativeVirtualKey())
    return "" if found is None else f"{kind}{found}"
