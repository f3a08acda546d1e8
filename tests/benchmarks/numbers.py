"""Figures of 1,000 pairs against a frame of 16 ms. `python -m tests.benchmarks.numbers`."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtWidgets import QApplication

from scoring.values import replace
from tests.benchmarks.timing import timed
from tests.builders.numbers.made import a_reading, numbers_from
from workstation.numbers.choice import Kind, settled
from workstation.numbers.desk import Desk
from workstation.numbers.figures import figure_of
from workstation.ui.numbers.ending import put_away
from workstation.ui.numbers.window import NumbersWindow
from workstation.ui.shared.application import the_application

PAIRS = 1000
FRAME_S = 0.016


def say(line: str) -> None:
    """A line of the result."""
    sys.stdout.write(line + "\n")


def done(window: NumbersWindow, application: QApplication, action: str) -> None:
    """Do it, and let it be painted."""
    window.act(action)
    application.processEvents()


def main() -> None:
    """Print milliseconds and ratios: the step of a point, and the change of a filter, drawn."""
    random = np.random.default_rng(1)
    numbers = numbers_from(
        *(
            a_reading(f"S{n:04}", reader, grade=int(random.integers(0, 4)))
            for n in range(PAIRS)
            for reader in ("AD", "BE")
        )
    )
    application = the_application()
    window = NumbersWindow(Desk(Path("trial"), lambda: numbers))
    window.resize(1366, 768)
    window.show()
    while not window.settled:
        application.processEvents()
    empty = timed(window.words.grab)
    for kind in Kind:
        window.act(f"kind.{kind.value}")
        window.grab()
        choice = settled(numbers, replace(window.choice, kind=kind))
        computed = timed(lambda choice=choice: figure_of(numbers, choice))  # type: ignore[misc] # bound now
        stepped = timed(partial(done, window, application, "point.right"))
        filtered = timed(partial(done, window, application, "filter.feature"))
        say(
            f"{kind.value:14} computed {1e3 * computed:6.1f} ms, a step {1e3 * stepped:6.1f} ms "
            f"({stepped / FRAME_S:.2f} of a frame, {stepped / empty:.2f} x an empty page), "
            f"another feature {1e3 * filtered:6.1f} ms ({filtered / FRAME_S:.2f})"
        )
    put_away(window)


if __name__ == "__main__":
    main()
