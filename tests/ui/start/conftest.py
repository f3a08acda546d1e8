"""The start window without a screen, before a machine that is made of values."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from workstation.starting.recent import Opened, without
from workstation.starting.wishes import Facts, Start
from workstation.ui.start.window import StartWindow

HERE = Path(__file__).resolve().parent
STUDY = Facts(holds_study=True, readers=("R1", "R2"))


class Process:
    """A process that says and ends as a test wants it."""

    def __init__(self) -> None:
        self.ended: int | None = None
        self.words = ""
        self.stopped = self.closed = False

    def status(self) -> int | None:
        return self.ended

    def said(self) -> str:
        return self.words

    def stop(self) -> None:
        self.stopped = True

    def close(self) -> None:
        self.closed = True


class Machine:
    """Folders by what they hold, studies that were opened, processes that were begun."""

    own = HERE / "own"

    def __init__(self) -> None:
        self.opened: tuple[Opened, ...] = ()
        self.folders: dict[Path, Facts] = {}
        # what their servers add, and which were asked
        self.on_servers: dict[Path, Facts] = {}
        self.servers_asked: list[Path] = []
        self.begun: list[tuple[Start, Process]] = []
        self.can_begin = self.can_forget = True

    def recent(self) -> tuple[Opened, ...]:
        return self.opened

    def forget(self, opened: Opened) -> bool:
        if self.can_forget:
            self.opened = without(self.opened, opened)
        return self.can_forget

    def facts(self, folder: Path, *, ask_server: bool = False) -> Facts:
        if ask_server:
            self.servers_asked.append(folder)
            return self.on_servers.get(folder, self.folders.get(folder, Facts()))
        return self.folders.get(folder, Facts())

    def begin(self, start: Start) -> Process:
        if not self.can_begin:
            raise FileNotFoundError
        process = Process()
        self.begun.append((start, process))
        return process


Opener = Callable[..., StartWindow]


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def open_window(qtbot: QtBot, machine: Machine) -> Opener:
    """Opens the window on the machine, shown and with the keyboard."""

    def opened(*, width: int = 1080, height: int = 660) -> StartWindow:
        window = StartWindow(machine)
        qtbot.addWidget(window)
        window.resize(width, height)
        with qtbot.waitExposed(window):
            window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        return window

    return opened
