"""Qt's application as every window of the program wants it."""

from __future__ import annotations

from importlib.resources import files

from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from workstation.ui.shared import density, look


def the_application() -> QApplication:
    """Qt's application, in the program's looks; made when there is none."""
    QGuiApplication.setApplicationName("ramris")
    QGuiApplication.setDesktopFileName("ramris")
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        look.apply(existing)
        return existing
    application = density.an_application(["ramris", *look.STYLE_ARGUMENTS])
    look.apply_colours(application)
    return application


def give_icon() -> None:
    """Give all windows the program's icon. It takes some 10 ms, so a room gets it when it is there."""
    QGuiApplication.setWindowIcon(program_icon())


def program_icon() -> QIcon:
    """The program's own icon."""
    return QIcon(str(files("workstation.ui.shared").joinpath("icon", "ramris.png")))
