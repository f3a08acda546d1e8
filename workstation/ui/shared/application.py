"""Qt's application as every window of the program wants it."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from workstation.ui.shared import density, look


def the_application() -> QApplication:
    """Qt's application, in the program's looks; made when there is none."""
    QGuiApplication.setApplicationName("ramris")
    QGuiApplication.setDesktopFileName("ramris")
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else density.an_application(["ramris"])
    look.apply(application)
    return application
