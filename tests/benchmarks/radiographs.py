"""Time of a step in a radiograph of 4,000 x 5,000 of 16 bits. Run by python -m tests.benchmarks.radiographs.

Two cells beside each other, each of half the images of 1920 x 1080 beside the form, as both visits are shown: pan, zoom
and window, each step another one in both. The image stands there before it is moved, as in the room. Nothing is a test.
A step is to take no more than 16 ms.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from workstation.imaging.halving import halves_of
from workstation.imaging.volume import Volume
from workstation.reading.view_state import Window
from workstation.ui.reader.images.both_cores import BothCores
from workstation.ui.reader.images.slice_image import SliceImage

# so many that the longest of a hundred isn't the longest of all
ROWS, COLUMNS, CELL, STEPS = 5000, 4000, (632, 1000), 240
FIT = min(CELL[0] / COLUMNS, CELL[1] / ROWS)


def say(text: str) -> None:
    """One line for the terminal."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


class Cell:
    """A radiograph, and the picture that it is painted into."""

    def __init__(self, volume: Volume) -> None:
        self._volume, self._slice = volume, SliceImage()
        self._picture = QImage(*CELL, QImage.Format.Format_RGB32)
        self._where = QRectF()

    def show(self, scale: float, right: float = 0.0, low: float = 0.0) -> None:
        """At so many screen pixels to one of its own, moved to the right, with a window from there on."""
        self._slice.show_slice(self._volume, 0, Window(1000 + low, 50000 + low), inverted=False, smooth=True)
        wide, high = CELL
        self._where = QRectF(
            (wide - COLUMNS * scale) / 2 + right, (high - ROWS * scale) / 2, COLUMNS * scale, ROWS * scale
        )

    def get_ready(self) -> None:
        """As a cell of the room does before one of those that have changed is painted."""
        self._slice.get_ready(self._where, QSize(*CELL), 1.0)

    def paint(self) -> None:
        """What is shown."""
        painter = QPainter(self._picture)
        self._slice.paint(painter, self._where, QSize(*CELL), 1.0)
        painter.end()


def told(name: str, cells: list[Cell], show: Callable[[Cell, int], None]) -> None:
    """Median, p99 and most of a step in both cells, whose pictures both cores make."""
    wall, cpu = [], []
    cores = BothCores()
    for number in range(STEPS + 1):
        begun, spent = time.perf_counter(), time.process_time()
        for cell in cells:
            show(cell, number)
        cores.do([cell.get_ready for cell in cells])
        for cell in cells:
            cell.paint()
        if number == 0:
            # it stands there before it is moved
            continue
        wall.append((time.perf_counter() - begun) * 1000)
        cpu.append((time.process_time() - spent) * 1000)
    cores.shutdown()
    by_clock, spent_ms = (f"median {statistics.median(taken):.1f} ms, p99 {_p99(taken):.1f}" for taken in (wall, cpu))
    say(f"{name}: by the clock {by_clock}, most {max(wall):.1f}; CPU of both cores {spent_ms}")


def _p99(taken: list[float]) -> float:
    return sorted(taken)[int(STEPS * 0.99)]


def main() -> None:
    """Make the pixels, and print."""
    application = QApplication.instance() or QApplication(["benchmark"])
    values = np.random.default_rng(1)
    volumes = [values.integers(0, 65535, (1, ROWS, COLUMNS), dtype=np.uint16) for _ in range(2)]
    begun = time.process_time()
    for volume in volumes:
        halves_of(volume, 0)
    say(f"halves of both, made once while loading: CPU {(time.process_time() - begun) * 1000:.0f} ms")
    cells = [Cell(volume) for volume in volumes]
    told("whole image, pan", cells, lambda cell, number: cell.show(FIT, number % 60 * 1.3))
    told("whole image, window", cells, lambda cell, number: cell.show(FIT, low=number % 60 * 50))
    told("zoom from the whole to a joint", cells, lambda cell, number: cell.show(FIT * 1.05 ** (number % 40)))
    told("a joint at one to one, pan", cells, lambda cell, number: cell.show(1.0, number % 60 * 3.3))
    told("a joint at one to one, window", cells, lambda cell, number: cell.show(1.0, low=number % 60 * 50))
    application.quit()


if __name__ == "__main__":
    main()
