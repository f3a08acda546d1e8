"""Keys by their position: what a key does where the layout has another sign on it.

Digits always go by position. Letters go by what is written on them where that is a Latin letter, and by position where
it isn't: a Russian, Greek or Hebrew keyboard has no N, and its key in N's place is N's.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeyEvent, QKeySequence

from workstation.actions.digit_keys import digit_at, letter_at

_Held = Qt.KeyboardModifier
# by what is held with it
_OF_DIGITS = {_Held.NoModifier: "grade.", _Held.AltModifier: "series.number."}
_USUAL_TEXT = "looks.usual"


class KeysByPosition(QObject):
    """A filter of the window's events: such a key comes as a key, and not as the sign that the layout has there.

    actions: those of the window, by id; act: what does one.
    """

    def __init__(self, actions: Mapping[str, QAction], act: Callable[[str], None], parent: QObject) -> None:
        super().__init__(parent)
        self._actions, self._act = actions, act

    def eventFilter(self, _window: QObject, event: QEvent) -> bool:
        """Take what is meant by position: another action may have the sign that the layout puts there."""
        if not isinstance(event, QKeyEvent) or event.type() == QEvent.Type.KeyRelease:
            return False
        wanted = by_position(event) or self._by_letter(event)
        action = self._actions.get(wanted)
        if action is None or not action.isEnabled():
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
        elif not event.isAutoRepeat() or (action.autoRepeat() and not wanted.startswith("grade.")):
            self._act(wanted)
        return True

    def _by_letter(self, event: QKeyEvent) -> str:
        meant = letter_meant(event)
        if meant is None or self._of(QKeySequence(event.keyCombination())):
            # a sign that an action has keeps it
            return ""
        return self._of(QKeySequence(meant))

    def _of(self, keys: QKeySequence) -> str:
        found = (name for name, action in self._actions.items() if keys in action.shortcuts())
        return next(found, "")


def letter_meant(event: QKeyEvent) -> QKeyCombination | None:
    """The Latin letter of a key whose sign is none, with what is held; None of every other key."""
    sign = chr(event.key()) if 0 < event.key() <= 0xFFFF else ""  # noqa: PLR2004 - Qt's own names lie beyond
    if not sign or "LATIN" in unicodedata.name(sign, "") or sign.isdigit():
        return None
    letter = letter_at(QGuiApplication.platformName(), event.nativeScanCode(), event.nativeVirtualKey())
    if not letter:
        return None
    return QKeyCombination(event.modifiers() & ~_Held.GroupSwitchModifier, Qt.Key(ord(letter)))


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
