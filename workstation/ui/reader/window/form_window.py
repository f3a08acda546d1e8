"""The form in a window of its own on another screen, so that the images have one for themselves; and back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QResizeEvent, QScreen
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from workstation.ui.reader.window.halves import Halves

# two columns and the drawing; wider, the eye would wander from table to grades
MOST_PX = 1400
ONE_SCREEN = "There is one screen here, so the form stays beside the images."


class FormWindow(QWidget):
    """Takes the form out of the room's row, and gives it back when its screen goes, or when it is closed.

    keep: called with whether the reader wants the form apart; not when a screen that went brought it back.
    """

    def __init__(self, room: QMainWindow, halves: Halves, keep: Callable[[bool], None]) -> None:
        super().__init__(room, Qt.WindowType.Window)
        self._room, self._halves, self._keep = room, halves, keep
        self._form: QWidget | None = None
        self._wanted = False
        self.setWindowTitle("ramris - form")
        self.setAccessibleName("Form on a screen of its own")
        self.setObjectName("form")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.screenRemoved.connect(self._screen_went)
            application.screenAdded.connect(self._screen_came)

    @property
    def apart(self) -> bool:
        """Whether the form is in this window."""
        return self._form is not None

    def toggle(self) -> bool:
        """Apart, or back beside the images; False where there is no screen to go to."""
        if self.apart:
            self._wanted = False
            self.bring_back()
        elif self.go_apart():
            self._wanted = True
        else:
            return False
        self._keep(self._wanted)
        return True

    def go_apart(self) -> bool:
        """Put the form on a screen that the room isn't on; False where there is none."""
        screen = self._other_screen()
        if screen is None:
            return False
        self._wanted = True
        self._form = form = self._halves.give_form()
        layout = self.layout()
        if layout is not None:
            layout.addWidget(form)
        # the same keys, whichever of the two windows has the keyboard
        self.addActions(self._room.actions())
        self.setScreen(screen)
        self.setGeometry(screen.availableGeometry())
        form.show()
        self.showMaximized()
        return True

    def bring_back(self) -> None:
        """The form beside the images again; where it is there already, nothing changes."""
        if self.apart:
            self._form = None
            self._halves.take_form()
            self.hide()
            self._room.activateWindow()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closed by its frame, it gives the form back."""
        event.ignore()
        if self.apart:
            self.toggle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The form in the middle, no wider than that the eye goes from a site's name to its grades at once."""
        super().resizeEvent(event)
        layout = self.layout()
        if layout is not None:
            side = max(0, (self.width() - MOST_PX) // 2)
            layout.setContentsMargins(side, 0, side, 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What no widget here wants goes to the room, as it does from beside the images."""
        QCoreApplication.sendEvent(self._room, event)

    def _other_screen(self) -> QScreen | None:
        here = self._room.screen()
        return next((screen for screen in QGuiApplication.screens() if screen is not here), None)

    def _screen_went(self, screen: QScreen) -> None:
        # Qt may have moved the window to the screen that is left already, over the images
        if self.apart and (self.screen() is screen or self.screen() is self._room.screen() or _all_but(screen) < 2):  # noqa: PLR2004 - one for each window
            self.bring_back()

    def _screen_came(self, _screen: QScreen) -> None:
        # after sleep a screen goes and comes again within seconds
        if self._wanted and not self.apart and self._room.isVisible():
            self.go_apart()


def _all_but(screen: QScreen) -> int:
    return sum(one is not screen for one in QGuiApplication.screens())


def toggle_full_screen(widget: QWidget) -> None:
    """The window that a widget is in over the whole screen, or as large as the desktop lets it be."""
    window = widget.window()
    if window.isFullScreen():
        window.showMaximized()
    else:
        window.showFullScreen()
