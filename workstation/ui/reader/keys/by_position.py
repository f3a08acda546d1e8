"""Keys by their position: what a digit's key does where the layout has another sign on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeyEvent

from workstation.actions.digit_keys import digit_at

_Held = Qt.KeyboardModifier
# by what is held with it
_OF_DIGITS = {_Held.NoModifier: "grade.", _Held.AltModifier: "series.number."}
_USUAL_TEXT = "looks.usual"


class DigitKeys(QObject):
    """A filter of the window's events: a digit's key comes as a key, and not as the sign that the layout has there.

    actions: those of the window, by id; act: what does one.
    """

    def __init__(self, actions: Mapping[str, QAction], act: Callable[[str], None], parent: QObject) -> None:
        super().__init__(parent)
        self._actions, self._act = actions, act

    def eventFilter(self, _window: QObject, event: QEvent) -> bool:
        """Take what is a digit's by position: another action may have the sign that the layout puts there."""
        if not isinstance(event, QKeyEvent) or event.type() == QEvent.Type.KeyRelease:
            return False
        wanted = by_position(event)
        if wanted not in self._actions or not self._actions[wanted].isEnabled():
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
        elif not event.isAutoRepeat():
            self._act(wanted)
        return True


def by_position(event: QKeyEvent) -> str:
    """The id of the action that a digit's key is for; "" of every other key, and of one that gives its plain digit."""
    if Qt.Key.Key_0 <= event.key() <= Qt.Key.Key_9:
        return ""
    found = digit_at(QGuiApplication.platformName(), event.nativeScanCode(), event.nativeVirtualKey())
    if found is None:
        return ""
    held = event.modifiers() & ~(_Held.ShiftModifier | _Held.GroupSwitchModifier)
    if held == _Held.ControlModifier and found == 0:
        return _USUAL_TEXT
    kind = _OF_DIGITS.get(held)
    return "" if kind is None else f"{kind}{found}"
