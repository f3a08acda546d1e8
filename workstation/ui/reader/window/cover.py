"""A room that was left open: after some minutes without a key or the mouse everything in it is covered, until a key.

Nothing is closed, saved or changed under it: grades are on disk already, and words that were being typed are there
again. Where the reader has a passphrase it is asked for. A rail: whoever has the machine can end the program, and read
the files.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Final, Protocol, cast

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from scoring.errors import RamrisError
from workstation.ui.shared import theme
from workstation.ui.shared.labels import plain_label, show_text

SIGNS_OF_LIFE: Final = frozenset(
    {
        QEvent.Type.KeyPress,
        # a key that is a shortcut comes as nothing else
        QEvent.Type.ShortcutOverride,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TabletPress,
        QEvent.Type.TouchBegin,
    }
)
INPUT: Final = SIGNS_OF_LIFE | {
    QEvent.Type.KeyRelease,
    QEvent.Type.Shortcut,
    QEvent.Type.MouseButtonRelease,
    QEvent.Type.MouseButtonDblClick,
    QEvent.Type.ContextMenu,
    QEvent.Type.DragEnter,
    QEvent.Type.Drop,
}
# longer than from one repeat of a key to the next, and than most take to let go of one
HELD_S: Final = 0.7
# with one of these alone a shortcut begins, which isn't to work under a cover
MODIFIERS: Final = frozenset(
    {Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta, Qt.Key.Key_CapsLock}
)
KEYS: Final = frozenset({QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.ShortcutOverride})
TITLE: Final = "Covered"
ANY_KEY: Final = "Nothing is lost. Press any key to go on."
WORDS_ASKED: Final = "Nothing is lost. Type your passphrase and press Return to go on."
# three lines of what a passphrase is refused with
TOLD_PX: Final = (560, 72)


class Guarded(Protocol):
    """What a cover asks of a reader's study."""

    def asks_passphrase(self) -> bool:
        """Whether the reader has one."""

    def check_passphrase(self, given: str) -> None:
        """RamrisError when it is another one."""


class Cover(QWidget):
    """Over one window, all of it. `line` is for the passphrase; None where any key will do."""

    def __init__(self, window: QWidget, *, asks: bool) -> None:
        super().__init__(window)
        self.setObjectName("cover")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setStyleSheet(_style())
        words = WORDS_ASKED if asks else ANY_KEY
        self.setAccessibleName(f"{TITLE}. {words}")
        self.line = QLineEdit(self) if asks else None
        self.told = plain_label("", name="told", wrap=True)
        self.told.setFixedSize(TOLD_PX[0], TOLD_PX[1])
        self.told.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addStretch(2)
        for label in (plain_label(TITLE, name="title"), plain_label(words)):
            column.addWidget(label, 0, Qt.AlignmentFlag.AlignHCenter)
        if self.line is not None:
            self.line.setEchoMode(QLineEdit.EchoMode.Password)
            self.line.setAccessibleName("Passphrase")
            self.line.setFixedWidth(320)
            column.addWidget(self.line, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.told, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        self.fit()
        self.show()
        self.raise_()

    def fit(self) -> None:
        """As large as the window is now."""
        window = self.parentWidget()
        if window is not None:
            self.setGeometry(window.rect())


class SessionCover(QObject):
    """Watches what the application hears; owned by the window that it covers, with every other one that is open."""

    def __init__(self, application: QApplication, window: QWidget, door: Guarded, after_ms: int) -> None:
        super().__init__(window)
        self._window, self._door = window, door
        self.covers: list[Cover] = []
        self._before: QWidget | None = None
        # the key that took the cover away, while it is held down: it would grade
        self._held = 0
        self._held_until_s = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(after_ms)
        self._timer.timeout.connect(self.cover)
        application.installEventFilter(self)
        self._timer.start()

    @property
    def covered(self) -> bool:
        """Whether nothing can be seen."""
        return bool(self.covers)

    def cover(self) -> None:
        """Cover every window that is open."""
        if self.covered:
            return
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
        self._before = QApplication.focusWidget()
        asks = False
        with suppress(RamrisError):
            asks = self._door.asks_passphrase()
        others = [one for one in QApplication.topLevelWidgets() if one.isVisible() and one is not self._window]
        self.covers = [Cover(self._window, asks=asks), *(Cover(one, asks=False) for one in others)]
        line = self.covers[0].line
        if line is not None:
            line.returnPressed.connect(self._typed)
            line.setFocus()

    def uncover(self) -> None:
        """Show everything as it was, with the keyboard where it was."""
        for cover in self.covers:
            cover.hide()
            cover.deleteLater()
        self.covers = []
        with suppress(RuntimeError):
            # a widget may have gone meanwhile
            (self._before or self._window).setFocus()
        self._before = None
        self._timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While nothing is covered: listen. While something is: nothing gets through but the passphrase."""
        if not self.covered:
            return event.type() in INPUT and self._listened(event)
        if event.type() == QEvent.Type.Resize:
            for cover in self.covers:
                if watched is cover.parentWidget():
                    cover.fit()
        if event.type() == QEvent.Type.FocusOut:
            # a line for words would take it for a wish to leave, and let them go
            return watched is self._before
        return event.type() in INPUT and self._kept_out(watched, event)

    def _kept_out(self, watched: QObject, event: QEvent) -> bool:
        line = self.covers[0].line
        if line is None:
            return self._any_key(event)
        event.accept()
        if event.type() not in KEYS:
            return watched is not line
        if QApplication.focusWidget() is line:
            # every key is typed there, none is a shortcut
            return event.type() == QEvent.Type.ShortcutOverride
        if event.type() == QEvent.Type.KeyPress:
            line.setFocus()
        return True

    def _listened(self, event: QEvent) -> bool:
        if self._is_held_still(event):
            event.accept()
            return True
        if event.type() in SIGNS_OF_LIFE:
            self._timer.start()
        return False

    def _is_held_still(self, event: QEvent) -> bool:
        """Whether it is of the key that took the cover away, or soon behind one; other keys are the reader's again.

        By time, since X11 tells repeats from presses only where both have arrived when the first one is looked at.
        """
        if not self._held or event.type() not in KEYS or cast("QKeyEvent", event).key() != self._held:
            return False
        if time.monotonic() > self._held_until_s and not cast("QKeyEvent", event).isAutoRepeat():
            self._held = 0
            return False
        self._held_until_s = time.monotonic() + HELD_S
        return True

    def _hold(self, key: int) -> None:
        self._held, self._held_until_s = key, time.monotonic() + HELD_S

    def _any_key(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and cast("QKeyEvent", event).key() not in MODIFIERS:
            self._hold(cast("QKeyEvent", event).key())
            self.uncover()
        elif event.type() == QEvent.Type.MouseButtonPress:
            # its release reaches what lies under it, which takes no release without a press
            self.uncover()
        event.accept()
        return True

    def _typed(self) -> None:
        cover = self.covers[0]
        line = cover.line
        if line is None:
            return
        given = line.text()
        line.clear()
        try:
            self._door.check_passphrase(given)
        except RamrisError as refusal:
            show_text(cover.told, str(refusal))
            return
        self._hold(Qt.Key.Key_Return)
        self.uncover()


def _style() -> str:
    return f"""
#cover {{ background: {theme.BACKGROUND}; }}
#cover QLabel {{ color: {theme.TEXT}; font-size: {theme.HEADING_PX}px; background: transparent; }}
#cover #title {{ color: {theme.BRIGHT}; font-size: {theme.CODE_PX}px; font-weight: 600; }}
#cover #told {{ color: {theme.REFUSED}; }}
#cover QLineEdit {{ background: {theme.PANEL}; color: {theme.BRIGHT}; border: 1px solid {theme.ACCENT};
    border-radius: 3px; padding: 6px 8px; font-size: {theme.HEADING_PX}px; }}
"""
