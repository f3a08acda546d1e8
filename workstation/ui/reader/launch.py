"""Starting Qt on the reading room: as a window until it is closed, or as a picture."""

from __future__ import annotations

import signal
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from workstation.actions.action import Action
from workstation.errors import EnvironmentLacks, UsageRefused
from workstation.reading.preferences import Keeper
from workstation.reading.session import Door
from workstation.ui.reader.leaving import Leaving
from workstation.ui.reader.render import render_to_png
from workstation.ui.reader.room import open_room
from workstation.ui.shared import guard, look

PICTURE_SIZE = (1920, 1080)


def show(
    door: Door, actions: tuple[Action, ...] | None = None, warning: str = "", preferences: Keeper | None = None
) -> int:
    """Show the room until it is closed, with the user's own keys and a warning where given; returns Qt's status."""
    with guard.quiet_qt():
        return _show(door, actions, warning, preferences)


def _show(door: Door, actions: tuple[Action, ...] | None, warning: str, preferences: Keeper | None) -> int:
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
    Leaving(application, room)
    return application.exec()


def draw(door: Door, png: Path) -> None:
    """Write a picture of the room, without a display.

    Raises:
        UsageRefused: the picture can't be written there.
        EnvironmentLacks: the images weren't loaded in time; the picture was written without them.
    """
    with guard.quiet_qt():
        loaded = _drawn(door, png)
    if loaded is None:
        raise UsageRefused("The picture can't be written there. Give the name of a .png file in a folder of yours")
    if not loaded:
        raise EnvironmentLacks("the images were not loaded in time; the picture shows the room without them. Try again")


def _drawn(door: Door, png: Path) -> bool | None:
    """Whether the picture was written with all images; None where it couldn't be written."""
    _application()
    room = open_room(door)
    try:
        return render_to_png(room, png, PICTURE_SIZE)
    except OSError:
        return None
    finally:
        room.close()


def _application() -> QApplication:
    QGuiApplication.setApplicationName("ramris")
    QGuiApplication.setDesktopFileName("ramris")
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(["ramris"])
    look.apply(application)
    return application
