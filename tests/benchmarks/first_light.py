"""Ratios of first light, in one run on one machine. Run by python -m tests.benchmarks.first_light.

- opening a pair: all pixels in memory, against reading the same files' bytes into fresh arrays, and against pydicom
- a grade: committed by the reader's door, against one row committed by plain sqlite3 with the same pragmas
- indexing: the importer's header scan, against pydicom's dcmread(stop_before_pixels) over the same files

Only ratios carry over to other machines. Nothing here is a test: a timing must never turn a build red.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from decimal import Decimal
from pathlib import Path

import numpy as np
from pydicom import dcmread

from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import AnswerChanged, Graded
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.benchmarks.timing import timed
from workstation.imaging.volume import load_volume
from workstation.intake.headers.scan import scan
from workstation.intake.importing.importer import import_folders
from workstation.phantom.study import write_study


def line(what: str, ours: float, other: float, against: str) -> None:
    """One ratio for the terminal."""
    sys.stdout.write(f"{what}: {ours * 1000:.2f} ms, {ours / other:.2f} x {against} ({other * 1000:.2f} ms)\n")


def opening(door: ReaderStudy, code: str) -> None:
    """All 14 series of the pair."""
    case = door.case(code)
    series = [item for visit in case.visits for item in visit.series]
    files = [case.images / part.file for item in series for part in item.slices]

    def bytes_alone() -> None:
        for path in files:
            np.fromfile(path, np.uint8)

    ours = timed(lambda: [load_volume(item, case.images, None) for item in series], 7)
    line("open a pair", ours, timed(bytes_alone, 7), "reading the bytes")
    line("open a pair", ours, timed(lambda: [dcmread(path).pixel_array for path in files], 3), "pydicom's pixel_array")


def grading(door: ReaderStudy, code: str, folder: Path) -> None:
    """86 grades, one commit each."""
    keys = keys_in_reading_order(door.scheme)
    plain = sqlite3.connect(folder / "plain.db", isolation_level=None)
    for pragma in ("journal_mode = truncate", "synchronous = full", "secure_delete = on"):
        plain.execute(f"PRAGMA {pragma}")
    plain.execute("CREATE TABLE grade (seq INTEGER PRIMARY KEY, what TEXT, hash TEXT)")

    def plain_rows() -> None:
        for key in keys:
            plain.execute("BEGIN IMMEDIATE")
            plain.execute("INSERT INTO grade (what, hash) VALUES (?, ?)", (str(key), "0" * 64))
            plain.execute("COMMIT")

    def ours() -> None:
        reading = door.reading(code)
        for key in keys:
            before = reading.answer(key)
            after = Graded(Decimal(1 if before == Graded(Decimal(0)) else 0))
            door.record(code, [AnswerChanged(key, before, after)], "enter")

    line("86 grades", timed(ours, 3), timed(plain_rows, 3), "plain sqlite3")
    plain.close()


def indexing(sample: Path) -> None:
    """Headers of all files of the sample."""
    files = sorted(sample.rglob("*.dcm"))
    ours = timed(lambda: [scan(path) for path in files], 3)
    line("index a pair", ours, timed(lambda: [dcmread(path, stop_before_pixels=True) for path in files], 3), "pydicom")


def main() -> None:
    """Make a pair of 256 x 256, import it, and print the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_study(root / "pair", seed=1, size=256)
        with CoordinatorStudy.create(root / "trial") as study:
            import_folders(study, [root / "pair"])
            (case,) = study.assign("R1", 1)
        indexing(root / "pair")
        with ReaderStudy.open(root / "trial", "R1") as door:
            opening(door, case.case)
            grading(door, case.case, root)


if __name__ == "__main__":
    main()
