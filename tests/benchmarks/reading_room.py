"""Ratios of the reading room, in one run on one machine. Run by python -m tests.benchmarks.reading_room [xvfb].

- opening: all pixels of a pair of 512 x 512 in memory, against readv of the same bytes into fresh arrays
- linked scrolling: 8 cells at 1920 x 1080, beside the form and on a screen of their own, each step another slice and
  window in all, against pyqtgraph's ImageItem in cells of the same size: with smooth scaling and a table of greys,
  which is the same work, and as it comes
- changing the feature: from the command to everything painted

With `xvfb` all of it is shown on an X server in memory of 1920 x 1080, which Xvfb is started for; else nowhere. There a
step ends when the server has what was painted.

Times are what a clock on the wall shows; ratios are of CPU times. Nothing is a test: a timing must
never turn a build red. Drawn without a GPU; with one, others draw faster.
"""

from __future__ import annotations

import gc
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QGridLayout, QWidget

from scoring.values import replace
from storage.records import CaseRecord
from tests.builders.series import a_case
from tests.builders.sessions import a_session_state
from workstation.imaging.volume import load_volume
from workstation.reading.answers.focus_moves import MoveFeature
from workstation.reading.images.display import ToggleColumns
from workstation.reading.images.view import Scroll
from workstation.reading.session.step import step
from workstation.reading.state import SessionState
from workstation.reading.view_state import Window
from workstation.ui.reader.images.panel import ImagesPanel
from workstation.ui.reader.images.view import SeriesView

SIZE, SLICES = 512, 30
CELLS = 8
# turns of the two that are compared, and steps of each: up and down again, so that no turn ends at an end of the stack
TURNS, STEPS = 4, 28


@dataclass(frozen=True, slots=True)
class Setting:
    """Where the cells are: the size of all of them in pixels, and how many stand side by side."""

    name: str
    size: tuple[int, int]
    across: int


# as in a room of 1920 x 1080, and as on a second screen of that size with the visits as two blocks
SETTINGS = (Setting("beside the form", (1267, 1050), 2), Setting("on their own screen", (1920, 1050), 4))


@dataclass(frozen=True, slots=True)
class Taken:
    """Milliseconds by the clock on the wall, and of CPU time of all threads of the process."""

    wall_ms: float
    cpu_ms: float


class Clock:
    """Runs from when it is made."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def taken(self) -> Taken:
        """How long it has run."""
        return Taken((time.perf_counter() - self._wall) * 1000, (time.process_time() - self._cpu) * 1000)


def say(text: str) -> None:
    """One line for the terminal."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def cpu_ms(work: Callable[[], object], repeats: int = 5) -> float:
    """The least CPU milliseconds of some runs after one to warm up."""
    work()
    taken = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        taken.append((time.process_time() - start) * 1000)
    return min(taken)


def opening(case: CaseRecord) -> None:
    """All 14 series."""
    series = [item for visit in case.visits for item in visit.series]
    files = [case.images / part.file for item in series for part in item.slices]

    def bytes_alone() -> None:
        kept = []
        for path in files:
            file = os.open(path, os.O_RDONLY)
            into = np.empty(os.fstat(file).st_size, np.uint8)
            os.readv(file, [into.data])
            os.close(file)
            kept.append(into)

    ours = cpu_ms(lambda: [load_volume(item, case.images) for item in series])
    limit = cpu_ms(bytes_alone)
    say(
        f"open a pair of {len(files)} files: {ours:.0f} ms of CPU, {ours / limit:.2f} x reading the bytes ({limit:.0f})"
    )


def steps(panel: ImagesPanel, state: SessionState, count: int) -> tuple[list[Taken], SessionState]:
    """Milliseconds of each step: commands, state, all cells painted; the planes of both kinds of cells move on."""
    application = QApplication.instance()
    assert application is not None
    taken = []
    movers = [next(item for item in state.case.visits[0].series if item.plane == plane) for plane in ("COR", "AX")]
    for number in range(count):
        start = Clock()
        low = 10.0 + number % 7
        for series in movers:
            state = step(state, Scroll(1, series.code, 1 if number % STEPS < STEPS // 2 else -1)).state
        everywhere = {item.code: Window(low, low + 800.0) for visit in state.case.visits for item in visit.series}
        state = replace(
            state, view=replace(state.view, grey=replace(state.view.grey, windows=MappingProxyType(everywhere)))
        )
        before = in_sight(panel)
        panel.show_state(state)
        application.processEvents()
        taken.append(start.taken())
        if any(one == other for one, other in zip(before, in_sight(panel), strict=True)):
            raise AssertionError("a cell shows the slice that it has shown: there is nothing to be measured")
    return taken, state


def in_sight(panel: ImagesPanel) -> list[int]:
    """The slice that each cell shows."""
    return [cell.view.index for row in panel.viewports for cell in row if isinstance(cell.view, SeriesView)]


@dataclass(frozen=True, slots=True)
class Manner:
    """How ImageItem draws: Qt's smooth scaling, and a table of 256 greys in place of Qt's own."""

    name: str
    smooth: bool
    table: bool


MANNERS = (Manner("smooth, with a table of greys", True, True), Manner("nearest pixel", False, False))


class ImageItems:
    """The same slices in cells of the same size, by pyqtgraph's own image item."""

    def __init__(self, case: CaseRecord, manner: Manner, setting: Setting) -> None:
        series = [item for visit in case.visits for item in visit.series][:CELLS]
        self._window = QWidget()
        self._window.resize(*setting.size)
        grid = QGridLayout(self._window)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(2)
        self._cells = []
        table = np.arange(256, dtype=np.uint8) if manner.table else None
        for number, volume in enumerate(load_volume(item, case.images) for item in series):
            view = pg.GraphicsView()
            view.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, manner.smooth)
            box = pg.ViewBox(lockAspect=True, invertY=True, enableMenu=False)
            box.disableAutoRange()
            view.setCentralItem(box)
            item = pg.ImageItem(volume[0], axisOrder="row-major", levels=(10, 800), lut=table)
            box.addItem(item)
            box.setRange(QRectF(0, 0, SIZE, SIZE), padding=0)
            grid.addWidget(view, number // setting.across, number % setting.across)
            self._cells.append((item, volume))
        self._window.show()

    def steps(self, count: int) -> list[Taken]:
        """Milliseconds of each."""
        application = QApplication.instance()
        assert application is not None
        taken = []
        for number in range(count):
            start = Clock()
            for item, volume in self._cells:
                low = 10 + number % 7
                item.setImage(volume[number % len(volume)], levels=(low, low + 800), autoLevels=False)
            application.processEvents()
            taken.append(start.taken())
        return taken

    def close(self) -> None:
        """Take the window away."""
        self._window.close()


def told(name: str, taken: list[Taken]) -> float:
    """One line; returns the median of CPU time, which what else the machine does alters least."""
    wall = sorted(one.wall_ms for one in taken)
    cpu = statistics.median(one.cpu_ms for one in taken)
    worst = wall[int(len(wall) * 0.99)]
    say(f"{name}: median {statistics.median(wall):.1f} ms, p99 {worst:.1f} ms; CPU {cpu:.1f} ms")
    return cpu


def beside_image_items(panel: ImagesPanel, state: SessionState, setting: Setting) -> SessionState:
    """Both in turns, some steps at a time, so that an hour in which the machine is slow hits them alike."""
    rivals = {manner.name: ImageItems(state.case, manner, setting) for manner in MANNERS}
    ours: list[Taken] = []
    theirs: dict[str, list[Taken]] = {name: [] for name in rivals}
    for turn in range(TURNS + 1):
        taken, state = steps(panel, state, STEPS)
        others = {name: rival.steps(STEPS // 2) for name, rival in rivals.items()}
        # the first turn is there to warm up
        if turn:
            ours += taken
            for name, more in others.items():
                theirs[name] += more
    for rival in rivals.values():
        rival.close()
    mine = told(f"{setting.name}: {CELLS} linked cells, another slice and window each", ours)
    for name, taken in theirs.items():
        say(f"  {told(f'  ImageItems, {name}', taken) / mine:.1f} x as long")
    return state


def painting(case: CaseRecord) -> None:
    """Linked scrolling in 8 cells, and changing the feature."""
    start = a_session_state("ERO RAD 1", case=case)
    state = replace(
        start,
        view=replace(
            start.view,
            cells=replace(start.view.cells, rows=4),
            grey=replace(start.view.grey, windows=MappingProxyType({})),
        ),
    )
    panel = ImagesPanel()
    panel.resize(*SETTINGS[0].size)
    panel.show()
    panel.show_state(state)
    application = QApplication.instance()
    assert application is not None
    while not panel.all_loaded():
        application.processEvents()
    time.sleep(2)
    # as the program does when its window is there
    gc.collect()
    gc.freeze()
    for setting in SETTINGS:
        panel.resize(*setting.size)
        if setting.across > 2:
            state = step(state, ToggleColumns()).state
        panel.show_state(state)
        state = beside_image_items(panel, state, setting)
    changes = []
    state = replace(state, view=replace(state.view, cells=replace(state.view.cells, rows=2)))
    for _ in range(24):
        begun = Clock()
        state = step(state, MoveFeature(1)).state
        panel.show_state(state)
        application.processEvents()
        changes.append(begun.taken())
    told("changing the feature", changes)
    panel.shutdown()
    panel.close()


@contextmanager
def x_server() -> Iterator[None]:
    """An X server in memory, for as long as it is needed."""
    program = shutil.which("Xvfb")
    if program is None:
        raise SystemExit("Xvfb isn't installed; without `xvfb` nothing is shown anywhere.")
    reading, writing = os.pipe()
    command = [program, "-displayfd", str(writing), "-screen", "0", "1920x1080x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as told_by_it:
            os.environ["DISPLAY"] = f":{told_by_it.readline().strip()}"
        yield
    finally:
        server.terminate()
        server.wait()


def main() -> None:
    """Start what it is to be shown on, and measure."""
    on_x = "xvfb" in sys.argv[1:]
    os.environ["QT_QPA_PLATFORM"] = "xcb" if on_x else "offscreen"
    with x_server() if on_x else nullcontext():
        measure()


def measure() -> None:
    """Write raw slices of a pair, and print the ratios."""
    application = QApplication.instance() or QApplication(["benchmark"])
    with tempfile.TemporaryDirectory() as folder:
        case = a_case(Path(folder) / "images", size=SIZE, slices=SLICES)
        opening(case)
        painting(case)
    application.quit()


if __name__ == "__main__":
    main()
