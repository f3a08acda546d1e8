"""Starting Qt on the window of numbers: until it is closed, or as files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtGui import QGuiApplication

from workstation.errors import UsageRefused
from workstation.numbers.choice import Choice
from workstation.numbers.desk import Desk
from workstation.numbers.figure import Figure
from workstation.ui.numbers.ending import put_away
from workstation.ui.numbers.figure_files import save_figure
from workstation.ui.numbers.window import NumbersWindow
from workstation.ui.shared.application import give_icon, the_application

LIMIT_MS = 60_000
LOOK_MS = 25


def show(desk: Desk) -> int:
    """Show the window until it is closed; returns Qt's exit status."""
    application = the_application()
    give_icon()
    window = NumbersWindow(desk)
    window.resize(QGuiApplication.primaryScreen().availableGeometry().size())
    window.showMaximized()
    status = application.exec()
    put_away(window)
    return status


def write(desk: Desk, figure: Figure, out: Path) -> None:
    """Write a figure by the ending of the name.

    Raises:
        UsageRefused, NotSaved: as `save_figure`.
    """
    application = the_application()
    save_figure(figure, out, desk.folder)
    del application


def draw(desk: Desk, choice: Choice, png: Path, size: tuple[int, int]) -> None:
    """Write a picture of the window (width, height) on a choice, nothing asked.

    Raises:
        UsageRefused: the picture can't be written there.
    """
    the_application()
    window = NumbersWindow(desk, choice=choice, agreed=True)
    window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen, on=True)
    window.resize(*size)
    window.show()
    loop, look = QEventLoop(), QTimer()
    look.timeout.connect(lambda: loop.quit() if window.settled else None)
    look.start(LOOK_MS)
    QTimer.singleShot(LIMIT_MS, loop.quit)
    loop.exec()
    look.stop()
    window.act("point.standing_out")
    written = window.grab().save(str(png), "PNG")
    put_away(window)
    if not written:
        raise UsageRefused(f"{png}: can't be written. Give the name of a .png file in a folder of yours")
