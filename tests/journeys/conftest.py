"""A real X server, a real window, real keys."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# each worker of a parallel run has a hundred display numbers of its own
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_NUMBERS = iter(range(100 + 100 * _WORKER, 200 + 100 * _WORKER))


def ramris(*arguments: str | Path, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run one command as a person would, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "workstation", *map(str, arguments)],
        cwd=ROOT,
        input=stdin,
        stdin=None if stdin is not None else subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )


def until(condition: Callable[[], bool], what: str, seconds: float = 60) -> None:
    """Wait for a condition; a journey that doesn't get there says what it was waiting for."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"waited {seconds:.0f} s for {what}")
        time.sleep(0.05)


@dataclass(frozen=True, slots=True)
class Screen:
    """An X display of our own and the keys of its keyboard."""

    display: str
    size: tuple[int, int]

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to show itself here."""
        return {**os.environ, "DISPLAY": self.display, "QT_QPA_PLATFORM": "xcb"}

    def xdotool(self, *arguments: str) -> str:
        """Run xdotool on this display."""
        done = subprocess.run(
            ["xdotool", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
        return done.stdout.strip()

    def window(self) -> str:
        """The id of the reading room once it is on the screen."""
        found: list[str] = []

        def shown() -> bool:
            found[:] = self.xdotool("search", "--onlyvisible", "--name", "^ramris").split()
            return bool(found)

        until(shown, "the reading room's window")
        wide, high = self.size
        until(lambda: f"{wide}x{high}" in self.xdotool("getwindowgeometry", found[0]), "a room as large as the screen")

        def focused() -> bool:
            # without a window manager nobody gives the keyboard to a window; asked too early, it is refused
            self.xdotool("windowfocus", found[0])
            return self.xdotool("getwindowfocus") == found[0]

        until(focused, "the keyboard in the reading room")
        return found[0]

    def press(self, *keys: str) -> None:
        """Press keys one after the other, as fast as a quick reader."""
        self.xdotool("key", "--delay", "12", *keys)


@pytest.fixture(scope="session")
def sample_study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study that the command line made of the sample pair; read-only for tests, which copy it."""
    study = tmp_path_factory.mktemp("journey") / "trial"
    assert ramris("study", "create", study).returncode == 0
    added = ramris("study", "add", study, ROOT / "sample_dicom")
    assert added.returncode == 0, added.stdout + added.stderr
    assert ramris("study", "assign", study, "--reader", "R1", "--seed", "7").returncode == 0
    return study


@pytest.fixture
def study(sample_study: Path, tmp_path: Path) -> Path:
    """The reader's copy: what a reader is handed, without the vault."""
    copy = tmp_path / "copy"
    shutil.copytree(sample_study, copy, ignore=shutil.ignore_patterns("vault.db*"))
    return copy


@pytest.fixture
def screen() -> Iterator[Screen]:
    """An Xvfb of our own on a free display number."""
    if sys.platform != "linux" or not shutil.which("Xvfb") or not shutil.which("xdotool"):
        pytest.skip("needs Linux with Xvfb and xdotool")
    server, display = _server()
    try:
        yield Screen(display, (1920, 1080))
    finally:
        server.terminate()
        server.wait(10)


def _server() -> tuple[subprocess.Popen[bytes], str]:
    """An Xvfb that answers, and its display. No number is used twice by a run.

    A server that ends removes the socket of its number, also when the next server listens there already.
    """
    for number in _NUMBERS:
        reading, writing = os.pipe()
        server = subprocess.Popen(
            [
                "Xvfb",
                f":{number}",
                "-displayfd",
                str(writing),
                "-screen",
                "0",
                "1920x1080x24",
                "-nolisten",
                "tcp",
                "-noreset",
            ],
            pass_fds=(writing,),
            stderr=subprocess.DEVNULL,
        )
        os.close(writing)
        with os.fdopen(reading) as pipe:
            # empty when the server ended because the number is taken
            if pipe.readline().strip():
                return server, f":{number}"
        server.wait(10)
    raise AssertionError("no display number is free")


@pytest.fixture
def room(screen: Screen, study: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Opens the reading room on the study; whatever is still open at the end is closed."""
    opened: list[subprocess.Popen[bytes]] = []

    def open_room() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "workstation", "read", str(study), "--reader", "R1"]
        process = subprocess.Popen(command, cwd=ROOT, env=screen.environment)
        opened.append(process)
        return process

    yield open_room
    for process in opened:
        if process.poll() is None:
            process.kill()
        process.wait(10)
