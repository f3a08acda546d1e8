"""Time from a key to its grade on disk and painted. Run by python -m tests.benchmarks.keys.

The sample's pair of 256 x 256 in a room of 1920 x 1080, every site of both visits graded twice over by keys, on a real
study: a key counts until the answer is committed and all that it changed is painted. Told apart are the first key, keys
that stay in a feature, and those after which another feature hangs; by the clock on the wall, and by the window's own
processor time, which what else the machine does alters less. With `registering` the first keys are pressed while the
visits are being registered. Nothing is a test.
"""

from __future__ import annotations

import gc
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from workstation.intake.importing.importer import import_folders
from workstation.reading.answers.focus_moves import GoTo
from workstation.ui.reader.window.room import ReadingRoom
from workstation.ui.shared.application import the_application

ROUNDS = 2
# registration begins 0.7 s after the images are there
SETTLE_MS, REGISTERING_MS = 6000, 1500
# as between two keys of a reader, the fastest of whom gives two grades a second: what waits for a pause has one
BETWEEN_MS = 400
ROOT = Path(__file__).parents[2]


def say(text: str) -> None:
    """One line for the terminal."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def pause(ms: int) -> None:
    """Let the window live. QTest.qWait keeps the lock of Python: what runs on other threads would stand still."""
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()


def told(name: str, taken: list[tuple[float, float]]) -> None:
    """Median, p99 and worst in milliseconds, by the clock and of the window's processor time."""
    by_clock, own = (sorted(one[which] for one in taken) for which in (0, 1))
    last = len(taken) - 1
    worst = min(int(len(taken) * 0.99), last)
    say(
        f"{name} ({len(taken)}): median {statistics.median(by_clock):.1f} ms, p99 {by_clock[worst]:.1f}, "
        f"most {by_clock[-1]:.1f}; processor median {statistics.median(own):.1f} ms, p99 {own[worst]:.1f}, "
        f"most {own[-1]:.1f}"
    )


def main() -> None:
    """Make a study of the sample, grade it by keys, and print."""
    application = the_application()
    assert isinstance(application, QApplication)
    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder) / "trial"
        with CoordinatorStudy.create(trial) as study:
            import_folders(study, [ROOT / "sample_dicom"])
            study.assign("R1", 1)
        with ReaderStudy.open(trial, "R1") as door:
            room = ReadingRoom(door)
            room.resize(1920, 1080)
            room.show()
            room.activateWindow()
            pause(REGISTERING_MS if "registering" in sys.argv[1:] else SETTLE_MS)
            # as the program does when its window is there
            gc.freeze()
            measured(application, room)
            room.close()
    application.quit()


def measured(application: QApplication, room: ReadingRoom) -> None:
    """Each grade by its key, from the first site on; `ROUNDS` times."""
    state = room.state
    assert state is not None
    keys = 2 * sum(len(feature.sites) for feature in state.scheme.features)
    within: list[tuple[float, float]] = []
    across: list[tuple[float, float]] = []
    first: tuple[float, float] | None = None
    for number in range(ROUNDS):
        while room.state is not None and room.state.focus != state.focus:
            room.case.dispatch(GoTo(state.focus))
            application.processEvents()
        for _ in range(keys):
            before = _feature(room)
            start, own = time.perf_counter(), time.thread_time()
            QTest.keyClick(room, Qt.Key(Qt.Key.Key_0 + number))
            application.processEvents()
            taken = ((time.perf_counter() - start) * 1000, (time.thread_time() - own) * 1000)
            first = first or taken
            (within if _feature(room) == before else across).append(taken)
            pause(BETWEEN_MS)
    assert first is not None
    told("the first key", [first])
    told("all keys", within + across)
    told("within a feature", within)
    told("to another feature", across)


def _feature(room: ReadingRoom) -> str:
    assert room.state is not None
    return room.state.focus.feature


if __name__ == "__main__":
    main()
