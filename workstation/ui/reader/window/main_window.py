"""The window of the reading room: a case's images at once, and the room around them when it is there.

Qt and NumPy take half of the time from the start of the process to the room, and SQLAlchemy and the form most of the
rest; the images need neither. What is typed before the form is there is dropped: it would grade a site that nobody has
seen named.
"""

from __future__ import annotations

import gc
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QSizePolicy, QVBoxLayout, QWidget

from storage.worklists.first_look import FirstLook
from workstation.reading.preferences import Looks
from workstation.reading.session.initial_state import images_as_left
from workstation.reading.state import SessionState
from workstation.ui.reader.images.panel import ImagesPanel
from workstation.ui.reader.looks.appearance import wear
from workstation.ui.reader.window.halves import Halves
from workstation.ui.shared import guard, theme
from workstation.ui.shared.application import give_icon, the_application

if TYPE_CHECKING:
    from workstation.fetching.while_reading import WhileReading

# an upright screen of 1080 pixels and its frame
LEAST_SIZE = (1040, 660)
# images on a slow drive come when they come; the form doesn't wait for them
PATIENCE_MS = 1000
# no first key waits for the icon
ICON_AFTER_MS = 1000
_INPUT = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.KeyRelease,
        QEvent.Type.Shortcut,
        QEvent.Type.ShortcutOverride,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseButtonRelease,
        QEvent.Type.MouseButtonDblClick,
        QEvent.Type.Wheel,
    }
)


class RoomWindow(QMainWindow):
    """Holds the images, and from `take` on the room that holds them."""

    def __init__(self, application: QApplication, apart: WhileReading | None = None) -> None:
        super().__init__()
        self.application = application
        self.images = ImagesPanel(apart=apart)
        self._room: QWidget | None = None
        self.setWindowTitle("Opening ramris")
        self.setMinimumSize(*LEAST_SIZE)
        self.setStyleSheet(theme.style())

    def show_images(self, state: SessionState) -> None:
        """Show a case's images, with room beside them for the form; returns when they are painted."""
        self.setCentralWidget(self._around_the_images(state.case.code))
        self.fill_the_screen()
        self.images.show_state(state)
        waiting = QEventLoop()
        self.images.loaded.connect(waiting.quit)
        QTimer.singleShot(PATIENCE_MS, waiting.quit)
        # keys, clicks and the wish to close wait for the room
        waiting.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)

    def take(self, room: QWidget) -> None:
        """Show the room, which has the images already, in the place of what stood beside them."""
        self._room = room
        self.setCentralWidget(room)
        # at once: Qt would do it some turns of its loop later
        room.show()
        room.setFocus()
        if not self.isVisible():
            self.fill_the_screen()
        early = _Dropped()
        self.application.installEventFilter(early)
        self.application.processEvents()
        # what was made until now stays as long as the window: no key has to wait while it is all looked through
        gc.freeze()
        gc.enable()
        self.application.removeEventFilter(early)
        # what follows on the images being there (registration, the next case) waited for the room
        self.images.announce_again()
        QTimer.singleShot(ICON_AFTER_MS, self, give_icon)
        room.windowTitleChanged.connect(self.setWindowTitle)
        self.setWindowTitle(room.windowTitle())

    def fill_the_screen(self) -> None:
        """Shown as large as the screen allows, also where no window manager does it."""
        self.resize(QGuiApplication.primaryScreen().availableGeometry().size())
        self.showMaximized()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close when the room lets go."""
        if self._room is None:
            self.images.shutdown()
        elif not self._room.close():
            event.ignore()
            return
        super().closeEvent(event)

    def _around_the_images(self, code: str) -> QWidget:
        """The parts of a room as large as they will be, so that no image moves when the room comes."""
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        form = QLabel(f"Opening {code}", page)
        form.setObjectName("form")
        form.setAlignment(Qt.AlignmentFlag.AlignCenter)
        # the share of the form's own layout, not of what a label would like
        form.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        column.addWidget(Halves(self.images, form, page), 1)
        return page


class _Dropped(QObject):
    """What was typed and clicked at a window that had no form yet."""

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        return event.type() in _INPUT


@contextmanager
def room_window(
    seen: FirstLook | None, looks: Looks | None = None, apart: WhileReading | None = None
) -> Iterator[RoomWindow]:
    """The program's window while the block runs, with the images of what was `seen` painted in it.

    looks: as its reader wants it. apart: brings images that lie apart.
    """
    with guard.quiet_qt():
        application = the_application()
        if looks is not None:
            wear(looks)
        # grades are on disk already, and Qt's loop would swallow Ctrl+C until the next Python call
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        window = RoomWindow(application, apart)
        try:
            left = None if seen is None else images_as_left(seen.scheme, seen.case, seen.bookmark)
            if left is not None:
                window.show_images(left)
            yield window
        finally:
            window.close()
