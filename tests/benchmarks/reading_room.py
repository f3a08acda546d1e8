"""Ratios of the reading room, in one run on one machine. Run by python -m tests.benchmarks.reading_room.

- opening: all pixels of a pair of 512 x 512 in memory, against readv of the same bytes into fresh arrays
- linked scrolling: 8 cells at 1920 x 1080, each step another slice and window in all, against pyqtgraph's ImageItem
- changing the feature: from the command to everything painted

Times are CPU times of the process, all its threads, so that what else the machine does isn't counted. ImageItem draws
the nearest pixel here, as it does by itself; ours interpolates. Nothing is a test: a timing must never turn a build
red. Drawn offscreen, without a GPU; with one, others draw faster.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QApplication, QGridLayout, QWidget

from storage.records import CaseRecord
from tests.builders.series import a_case
from tests.builders.sessions import a_session_state
from workstation.imaging.volume import load_volume
from workstation.reading import commands as wish
from workstation.reading.state import SessionState, Window
from workstation.reading.step import step
from workstation.ui.reader.images.panel import ImagesPanel

SIZE, SLICES = 512, 30


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


def steps(panel: ImagesPanel, state: SessionState, count: int) -> tuple[list[float], SessionState]:
    """CPU milliseconds of each step: command, state, all cells painted."""
    application = QApplication.instance()
    assert application is not None
    taken = []
    series = next(item for item in state.case.visits[0].series if item.plane == "COR")
    for number in range(count):
        start = time.process_time()
        low = 10.0 + number % 7
        state = step(state, wish.Scroll(1, series.code, 1 if number % 40 < 20 else -1)).state
        everywhere = {item.code: Window(low, low + 800.0) for visit in state.case.visits for item in visit.series}
        state = replace(state, view=replace(state.view, windows=MappingProxyType(everywhere)))
        panel.show_state(state)
        application.processEvents()
        taken.append((time.process_time() - start) * 1000)
    return taken, state


def with_image_items(case: CaseRecord, count: int) -> list[float]:
    """The same picture by pyqtgraph's own image item, smooth as ours is."""
    application = QApplication.instance()
    assert application is not None
    series = [item for visit in case.visits for item in visit.series if item.plane == "COR"]
    volumes = [load_volume(item, case.images) for item in series]
    window = QWidget()
    window.resize(1267, 1050)
    grid = QGridLayout(window)
    cells = []
    for number, volume in enumerate(volumes):
        view = pg.GraphicsView()
        box = pg.ViewBox(lockAspect=True, invertY=True, enableMenu=False)
        view.setCentralItem(box)
        item = pg.ImageItem(volume[0], axisOrder="row-major", levels=(10, 800))
        box.addItem(item)
        grid.addWidget(view, number // 2, number % 2)
        cells.append((item, volume))
    window.show()
    application.processEvents()
    taken = []
    for number in range(count):
        start = time.process_time()
        for item, volume in cells:
            item.setImage(volume[number % len(volume)], levels=(10 + number % 7, 810 + number % 7), autoLevels=False)
        application.processEvents()
        taken.append((time.process_time() - start) * 1000)
    window.close()
    return taken


def told(name: str, taken: list[float]) -> float:
    """One line; returns the median."""
    middle, worst = statistics.median(taken), sorted(taken)[int(len(taken) * 0.99)]
    say(f"{name}: median {middle:.1f} ms, p99 {worst:.1f} ms")
    return middle


def painting(case: CaseRecord) -> None:
    """Linked scrolling in 8 cells, and changing the feature."""
    start = a_session_state("ERO RAD 1", case=case)
    state = replace(start, view=replace(start.view, rows=4, windows=MappingProxyType({})))
    panel = ImagesPanel()
    panel.resize(1267, 1050)
    panel.show()
    panel.show_state(state)
    application = QApplication.instance()
    assert application is not None
    while not panel.all_loaded():
        application.processEvents()
    time.sleep(2)
    steps(panel, state, 10)
    taken, state = steps(panel, state, 200)
    ours = told("8 linked cells, another slice and window each", taken)
    theirs = told(
        f"{sum(s.plane == 'COR' for v in case.visits for s in v.series)} ImageItems", with_image_items(case, 60)
    )
    say(f"pyqtgraph's ImageItem takes {theirs / ours:.1f} x as long")
    changes = []
    state = replace(state, view=replace(state.view, rows=2))
    for _ in range(24):
        begun = time.process_time()
        state = step(state, wish.MoveFeature(1)).state
        panel.show_state(state)
        application.processEvents()
        changes.append((time.process_time() - begun) * 1000)
    told("changing the feature", changes)
    panel.shutdown()
    panel.close()


def main() -> None:
    """Write raw slices of a pair, and print the ratios."""
    application = QApplication.instance() or QApplication(["benchmark"])
    with tempfile.TemporaryDirectory() as folder:
        case = a_case(Path(folder) / "images", size=SIZE, slices=SLICES)
        opening(case)
        painting(case)
    application.quit()


if __name__ == "__main__":
    main()
