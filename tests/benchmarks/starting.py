"""Time from the start of the room's process to its images. Run by python -m tests.benchmarks.starting.

- first image, and all cells of eight, painted on a pair of 512 x 512: against a process that imports
  PySide6.QtWidgets and NumPy and ends
- memory with all of the pair loaded: against its pixels and such a process, and against its pixels and the room of a
  study whose images are gone

Each is the median of some processes by the clock on the wall. Nothing is a test.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from workstation.ui.reader.images.slice_image import SliceImage
    from workstation.ui.reader.window.main_window import RoomWindow

READER = Path(__file__).parents[2] / "workstation" / "ui" / "reader"
PROCESSES, CELLS, WAIT_S = 9, 8, 20.0
BARE = (
    "import PySide6.QtWidgets, numpy; "
    "print(next(int(line.split()[1]) for line in open('/proc/self/status') if line.startswith('VmHWM')))"
)


def say(text: str) -> None:
    """One line for the terminal."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


class Watch(MetaPathFinder):
    """Calls `then` when a module has been imported: what is measured is imported by the program, in its own order."""

    def __init__(self, module: str, then: Callable[[ModuleType], None]) -> None:
        self._module, self._then = module, then

    def find_spec(self, fullname: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        """The module's own, with a call behind it."""
        if fullname != self._module:
            return None
        sys.meta_path.remove(self)
        spec = find_spec(fullname)
        assert spec is not None
        assert spec.loader is not None
        loader, plain = spec.loader, spec.loader.exec_module

        def and_then(module: ModuleType) -> None:
            plain(module)
            self._then(module)

        loader.exec_module = and_then  # type: ignore[method-assign] # that of this one module
        return spec


def watched(study: str) -> None:
    """Run the room in this process as the command does; print moments and memory when all is painted and loaded."""
    painted: dict[int, float] = {}

    def watch_cells(module: ModuleType) -> None:
        plain = module.SliceImage.paint

        def paint(self: SliceImage, *place: object) -> None:
            plain(self, *place)
            if self._image is not None:
                painted.setdefault(id(self), time.time())

        module.SliceImage.paint = paint

    def watch_window(module: ModuleType) -> None:
        from PySide6.QtCore import QTimer  # noqa: PLC0415 - imported already

        plain = module.RoomWindow.take

        def take(self: RoomWindow, room: QWidget) -> None:
            plain(self, room)
            QTimer.singleShot(100, lambda: look(self))

        def look(window: RoomWindow) -> None:
            panel = window.images
            if not panel._volumes.all_there():
                QTimer.singleShot(100, lambda: look(window))
                return
            moments = sorted(painted.values()) or [time.time()]
            wanted = len(panel._hanging.series)
            assert len(moments) in {1, wanted}, f"{len(moments)} of {wanted} cells painted"
            say(f"{moments[0]} {moments[-1]} {most_kb()}")
            os._exit(0)

        module.RoomWindow.take = take

    for module, then in (("images.slice_image", watch_cells), ("window.main_window", watch_window)):
        # one that has moved would be waited for in vain
        assert (READER / f"{module.replace('.', '/')}.py").is_file(), module
        sys.meta_path.insert(0, Watch(f"workstation.ui.reader.{module}", then))
    from workstation.cli import main as command  # noqa: PLC0415 - what is measured

    command(["read", study, "--reader", "R1"])


def most_kb() -> int:
    """The most memory of this process. Not ru_maxrss: that begins with what the process before had."""
    with Path("/proc/self/status").open(encoding="ascii") as told:
        return next(int(line.split()[1]) for line in told if line.startswith("VmHWM"))


def seconds(command: list[str]) -> tuple[float, list[float]]:
    """How long a process takes, and the numbers that it prints less its start."""
    start = time.time()
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=WAIT_S, check=True)
    taken = time.time() - start
    *moments, most = (float(word) for word in done.stdout.split())
    return taken, [*(moment - start for moment in moments), most]


def environment() -> dict[str, str]:
    """Ours, with compiled modules kept, as on anybody's machine: the first start alone compiles them."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir()) / "ramris-benchmark-compiled")}


def a_study(folder: Path) -> Path:
    """A pair of 512 x 512 with all its series, and a place in it with eight cells."""
    from storage.study.coordinator import CoordinatorStudy  # noqa: PLC0415 - not in the process that is measured
    from storage.study.reader import ReaderStudy  # noqa: PLC0415
    from workstation.intake.importing.importer import import_folders  # noqa: PLC0415
    from workstation.phantom.study import write_study  # noqa: PLC0415
    from workstation.reading.images.view import SetRows  # noqa: PLC0415
    from workstation.reading.session.session import Session  # noqa: PLC0415

    write_study(folder / "pair", seed=1, size=512)
    with CoordinatorStudy.create(folder / "trial") as study:
        import_folders(study, [folder / "pair"])
        (case,) = study.assign("R1", 1)
    with ReaderStudy.open(folder / "trial", "R1") as door:
        session = Session(door, case.case)
        session.dispatch(SetRows(CELLS // 2))
        session.save_bookmark()
    return folder / "trial"


def main() -> None:
    """Make a study, start processes in turn, and print the ratios."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as folder:
        kept = os.environ.get("RAMRIS_BENCHMARK_STUDY")
        study = Path(kept) if kept else a_study(Path(folder))
        room = [sys.executable, "-m", "tests.benchmarks.starting", str(study)]
        bare, first, full, most, least = [], [], [], [], []
        seconds(room)
        for _ in range(PROCESSES):
            whole, (small,) = seconds([sys.executable, "-c", BARE])
            bare.append(whole)
            least.append(small)
            _, moments = seconds(room)
            first.append(moments[0])
            full.append(moments[1])
            most.append(moments[2])
        images = [path for path in (study / "images").rglob("*") if path.is_file()]
        pixels = sum(path.stat().st_size for path in images) / 1024
        empty = Path(folder) / "without-images"
        shutil.copytree(study, empty, ignore=shutil.ignore_patterns("*.dcm"))
        hollow_kb = seconds([*room[:-1], str(empty)])[1][2]
    limit, small_kb = statistics.median(bare), statistics.median(least)
    say(f"a bare import of PySide6.QtWidgets and numpy: {limit * 1000:.0f} ms, {small_kb / 1024:.0f} MB")
    for name, measured in (("first image", first), (f"{CELLS} cells painted", full)):
        middle = statistics.median(measured)
        say(f"{name}: {middle * 1000:.0f} ms, {middle / limit:.2f} x the bare import")
    held_kb, room_kb = pixels + small_kb, statistics.median(most)
    say(f"memory with the pair loaded: {room_kb / 1024:.0f} MB, {room_kb / held_kb:.2f} x pixels and bare import")
    say(f"  {room_kb / (pixels + hollow_kb):.2f} x pixels and a room without images ({hollow_kb / 1024:.0f} MB)")


if __name__ == "__main__":
    watched(sys.argv[1]) if len(sys.argv) > 1 else main()
