"""How long the room takes from the start of its process. Run by python -m tests.benchmarks.starting.

- first image, and all cells of eight, painted on a pair of 512 x 512: against a process that imports
  PySide6.QtWidgets and NumPy and ends
- memory with all of the pair loaded: against its pixels and such a process

Each is the median of some processes by the clock on the wall. Nothing is a test.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROCESSES, CELLS, WAIT_S = 9, 8, 20.0
BARE = "import PySide6.QtWidgets, numpy, resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"


def say(text: str) -> None:
    """One line for the terminal."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def watched(study: str) -> None:
    """Run the room in this process as the command does; print moments and memory when all is painted and loaded."""
    from PySide6.QtCore import QTimer  # noqa: PLC0415 - what is measured

    from workstation.cli import main  # noqa: PLC0415
    from workstation.ui.reader.images import slice_image, volumes  # noqa: PLC0415
    from workstation.ui.reader.images.panel import ImagesPanel  # noqa: PLC0415

    painted: dict[int, float] = {}
    loaded: set[str] = set()
    plain, shown = slice_image.SliceImage.paint, volumes.Volumes._receive

    def paint(self: slice_image.SliceImage, *place: object) -> None:
        plain(self, *place)  # type: ignore[arg-type] # passed on as it came
        if self._image is not None:
            painted.setdefault(id(self), time.time())

    def receive(self: volumes.Volumes, delivery: volumes._Delivery) -> None:
        shown(self, delivery)
        loaded.add(delivery.series)
        # what was painted comes after what is received in this turn
        QTimer.singleShot(100, lambda: look(self))

    def look(self: volumes.Volumes) -> None:
        case, panel = self._case, self.parent()
        assert isinstance(panel, ImagesPanel)
        assert case is not None
        all_in_memory = len(loaded) >= sum(len(visit.series) for visit in case.visits)
        if all_in_memory and len(painted) >= len(panel._hanging.series):
            moments = sorted(painted.values())
            most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            say(f"{moments[0]} {moments[-1]} {most}")
            os._exit(0)

    slice_image.SliceImage.paint, volumes.Volumes._receive = paint, receive  # type: ignore[method-assign, assignment]
    main(["read", study, "--reader", "R1"])


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
    from storage.coordinator import CoordinatorStudy  # noqa: PLC0415 - not in the process that is measured
    from storage.reader import ReaderStudy  # noqa: PLC0415
    from workstation.intake.importer import import_folders  # noqa: PLC0415
    from workstation.phantom.study import write_study  # noqa: PLC0415
    from workstation.reading.commands import SetRows  # noqa: PLC0415
    from workstation.reading.session import Session  # noqa: PLC0415

    write_study(folder / "pair", seed=1, size=512)
    with CoordinatorStudy.create(folder / "trial") as study:
        import_folders(study, [folder / "pair"])
        (case,) = study.assign("R1", 1)
    with ReaderStudy.open(folder / "trial", "R1") as door:
        session = Session(door, case.case)
        session.dispatch(SetRows(CELLS // 2))
        session.save_place()
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
        pixels = sum(path.stat().st_size for path in (study / "images").rglob("*") if path.is_file()) / 1024
    limit, small_kb = statistics.median(bare), statistics.median(least)
    say(f"a bare import of PySide6.QtWidgets and numpy: {limit * 1000:.0f} ms, {small_kb / 1024:.0f} MB")
    for name, measured in (("first image", first), (f"{CELLS} cells painted", full)):
        middle = statistics.median(measured)
        say(f"{name}: {middle * 1000:.0f} ms, {middle / limit:.2f} x the bare import")
    held_kb, most_kb = pixels + small_kb, statistics.median(most)
    say(f"memory with the pair loaded: {most_kb / 1024:.0f} MB, {most_kb / held_kb:.2f} x pixels and bare import")


if __name__ == "__main__":
    watched(sys.argv[1]) if len(sys.argv) > 1 else main()
