"""Starting Qt on the start window, until it is closed."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication

from workstation.ui.shared import guard
from workstation.ui.shared.application import give_icon, the_application
from workstation.ui.start.door import Door
from workstation.ui.start.window import StartWindow


def show(door: Door) -> int:
    """Show the window in the middle of the screen; returns Qt's exit status."""
    application = the_application()
    give_icon()
    window = StartWindow(door)
    guard.install(window.tell)
    free = QGuiApplication.primaryScreen().availableGeometry()
    window.resize(window.size().boundedTo(free.size()))
    window.move(free.center() - window.rect().center())
    window.show()
    return application.exec()
