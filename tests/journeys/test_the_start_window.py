"""The start window in a real window: it opens the room, and lists the study when the room is closed."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import ROOT, Screen, until
from tests.journeys.test_a_readers_evening import events
from tests.ui.start.conftest import Machine
from workstation.starting import kept
from workstation.starting.recent import Opened, Role
from workstation.ui.shared.application import the_application
from workstation.ui.start.window import StartWindow

pytestmark = pytest.mark.xserver

START, ROOM = "^ramris$", "^ramris - "


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """The folder of an account that has opened nothing yet."""
    return tmp_path / "settings"


@pytest.fixture
def start(screen: Screen, settings: Path, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`ramris`, as its icon starts it."""
    own = {"RAMRIS_CONFIG": str(settings), "RAMRIS_DATA": str(tmp_path / "data"), "HOME": str(tmp_path)}
    process = subprocess.Popen(
        [sys.executable, "-m", "workstation"], cwd=ROOT, env={**screen.environment, **own}, start_new_session=True
    )
    yield process
    if process.poll() is None:
        process.kill()
    process.wait(10)


def _window(screen: Screen, name: str) -> str:
    """The window of that name, once it is there and has the keyboard."""
    found: list[str] = []

    def focused() -> bool:
        found[:] = screen.xdotool("search", "--onlyvisible", "--name", name).split()
        if not found:
            return False
        screen.xdotool("windowfocus", found[0])
        return screen.xdotool("getwindowfocus") == found[0]

    until(focused, f"a window named {name}")
    return found[0]


def _gone(screen: Screen, name: str) -> None:
    until(lambda: not screen.xdotool("search", "--onlyvisible", "--name", name), f"the end of the window {name}")


def _grade(screen: Screen, study: Path, digit: str, count: int) -> None:
    """Give a grade in the room, as soon as it takes one."""

    def given() -> bool:
        if events(study) < count:
            screen.press(digit)
        return events(study) >= count

    until(given, "a grade on disk")


def test_a_reader_opens_the_handed_folder_grades_leaves_and_comes_back_by_a_digit(
    start: subprocess.Popen[bytes], screen: Screen, settings: Path, study: Path
) -> None:
    _window(screen, START)
    screen.press("r")
    _window(screen, "^Choose the study to read")
    screen.xdotool("key", "ctrl+a")
    screen.xdotool("type", "--delay", "5", str(study))
    screen.press("Return")
    # a plain copy of a whole study: who reads isn't sure, so it is asked; the only one there is stands there already
    _window(screen, "^Who reads")
    screen.press("Return")
    _window(screen, ROOM)
    _grade(screen, study, "2", 1)
    screen.press("ctrl+q")
    _gone(screen, ROOM)

    until(lambda: bool(kept.load(settings / kept.FILE)), "the study on the list")
    assert kept.load(settings / kept.FILE) == (Opened(study.resolve(), Role.READER, "R1"),)

    # as it was opened before, by its digit
    until(lambda: _asked_for(screen, "1"), "the room again")
    _window(screen, ROOM)
    before = events(study)
    _grade(screen, study, "1", before + 1)
    screen.press("ctrl+q")
    _gone(screen, ROOM)
    _window(screen, START)
    screen.press("Escape")

    assert start.wait(20) == 0


def _asked_for(screen: Screen, key: str) -> bool:
    """Press a key in the start window until a room comes; the window first has to hear that the other one has ended."""
    if screen.xdotool("search", "--onlyvisible", "--name", ROOM):
        return True
    _window(screen, START)
    screen.press(key)
    return False


def test_by_mouse_a_recent_study_is_opened_and_taken_off_the_list_and_the_room_outlives_the_start_window(
    screen: Screen, settings: Path, study: Path, request: pytest.FixtureRequest, qtbot: QtBot
) -> None:
    opened = Opened(study.resolve(), Role.READER, "R1")
    kept.remember(settings / kept.FILE, opened)
    row, forget = _twin(qtbot, opened)
    start: subprocess.Popen[bytes] = request.getfixturevalue("start")
    window = _window(screen, START)

    screen.xdotool("mousemove", "--window", window, *row, "click", "--repeat", "2", "--delay", "60", "1")
    _window(screen, ROOM)
    _window(screen, START)
    screen.xdotool("windowraise", window)
    screen.xdotool("mousemove", "--window", window, *forget, "click", "1")
    until(lambda: kept.load(settings / kept.FILE) == (), "an empty list")
    screen.press("Escape")
    assert start.wait(20) == 0

    _window(screen, ROOM)
    _grade(screen, study, "2", 1)
    screen.press("ctrl+q")
    _gone(screen, ROOM)


def _twin(qtbot: QtBot, opened: Opened) -> tuple[tuple[str, str], tuple[str, str]]:
    """Where the first study and the button that forgets it lie, in a window of the same size that nobody sees."""
    the_application()
    machine = Machine()
    machine.opened = (opened,)
    window = StartWindow(machine)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    view, button = window.recent.list, window.recent.forget
    assert isinstance(button, QPushButton)
    row = view.viewport().mapTo(window, view.visualRect(view.recent.index(0, 0)).center())
    return _as_text(row), _as_text(button.mapTo(window, button.rect().center()))


def _as_text(point: QPoint) -> tuple[str, str]:
    return str(point.x()), str(point.y())
