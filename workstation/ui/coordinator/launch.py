"""Starting Qt on the coordinator's window: until it is closed, or as a picture."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QEventLoop, Qt, QTimer
from PySide6.QtGui import QGuiApplication

from storage import acting
from storage.vault import vault_passphrase
from workstation.errors import UsageRefused
from workstation.managing.damage import of_files
from workstation.ui.coordinator.dialogs.passphrase import ask_passphrase, ask_who_acts
from workstation.ui.coordinator.window import CoordinatorWindow, SessionMaker
from workstation.ui.shared import guard
from workstation.ui.shared.application import give_icon, the_application

LIMIT_MS = 30_000
LOOK_MS = 25


def show(make_session: SessionMaker) -> int:
    """Show the window until it is closed; returns Qt's exit status."""
    application = the_application()
    give_icon()
    window = CoordinatorWindow(make_session)
    window.resize(QGuiApplication.primaryScreen().availableGeometry().size())
    window.showMaximized()
    guard.install(window.session.tell, partial(of_files, [window.session.folder]))
    vault_passphrase.ask.set(partial(ask_passphrase, window))
    acting.ask.set(partial(ask_who_acts, window))
    window.start()
    return application.exec()


def draw(make_session: SessionMaker, png: Path, size: tuple[int, int]) -> None:
    """Write a picture of the window (width, height), once it has read and checked the study.

    Raises:
        UsageRefused: the picture can't be written there.
    """
    the_application()
    window = CoordinatorWindow(make_session)
    window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen, on=True)
    window.resize(*size)
    window.show()
    window.start()
    _wait(window)
    written = window.grab().save(str(png), "PNG")
    window.close()
    if not written:
        raise UsageRefused(f"{png}: can't be written. Give the name of a .png file in a folder of yours")


def _wait(window: CoordinatorWindow) -> None:
    """Until everything that was asked for is drawn, or half a minute."""
    loop, clock, look = QEventLoop(), QElapsedTimer(), QTimer()
    quiet = 0

    def look_again() -> None:
        nonlocal quiet
        state = window.session.state
        settled = state.absent or state.shut or state.notice is not None or state.findings is not None
        # a thumbnail is asked for by painting, so it takes a few rounds until none is missing
        quiet = quiet + 1 if settled and state.work is None and not window.thumbnails.waiting else 0
        if quiet > 4 or clock.elapsed() > LIMIT_MS:  # noqa: PLR2004 - rounds
            loop.quit()

    look.timeout.connect(look_again)
    clock.start()
    look.start(LOOK_MS)
    loop.exec()
    look.stop()
