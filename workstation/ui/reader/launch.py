"""Starting Qt on the reading room: as a window until it is closed, or as a picture."""

from __future__ import annotations

import contextlib
import signal
import sys
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from workstation.actions.action import Action
from workstation.errors import EnvironmentLacks, UsageRefused
from workstation.reading.preferences import Keeper
from workstation.reading.session import Door
from workstation.ui.reader.render import render_to_png
from workstation.ui.reader.room import open_room
from workstation.ui.shared import guard, look

PICTURE_SIZE = (1920, 1080)


def show(
    door: Door, actions: tuple[Action, ...] | None = None, warning: str = "", preferences: Keeper | None = None
) -> int:
    """Show the room until it is closed, with the user's own keys and a warning where given; returns Qt's status."""
    application = _application()
    # grades are on disk already, and Qt's loop would swallow Ctrl+C until the next Python call
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    room = open_room(door, actions=actions, preferences=preferences)
    guard.install(room.tell)
    if warning and room.state is not None and room.state.notice is None:
        # what the room itself has to say, that nothing can be saved here for one, is worth more
        room.tell(warning)
    # where no window manager is there to do it, the room fills the screen all the same
    room.resize(QGuiApplication.primaryScreen().availableGeometry().size())
    room.showMaximized()
    return application.exec()


def draw(door: Door, png: Path) -> None:
    """Write a picture of the room, without a display.

    Raises:
        UsageRefused: the picture can't be written there.
        EnvironmentLacks: the images weren't loaded in time; the picture was written without them.
    """
    _application()
    room = open_room(door)
    try:
        loaded = render_to_png(room, png, PICTURE_SIZE)
    except OSError:
        loaded = None
    room.close()
    if loaded is None:
        raise UsageRefused(f"{png}: can't be written. Give the name of a .png file in a folder of yours")
    if not loaded:
        raise EnvironmentLacks(f"the images were not loaded in time; {png} shows the room without them. Try again")


def _application() -> QApplication:
    _no_core_dumps()
    QGuiApplication.setApplicationName("ramris")
    QGuiApplication.setDesktopFileName("ramris")
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(["ramris"])
    look.apply(application)
    return application


def _no_core_dumps() -> None:
    # a core file would hold pixels and codes, and lies where nobody looks for it
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - POSIX alone has it

        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
