"""Error and speed of registration on known movements. Run by python -m tests.benchmarks.registration.

The sample pair's follow-up is laid elsewhere by 15 mm and 10 degrees in ten drawn directions; errors are the mean over
the corners of a cube of 60 mm about the wrist. CPU is that of one plane. Nothing here is a test.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.registering.test_recovering_the_movement import SAMPLE, a_displacement, after, displaced, pixels, truth
from workstation.intake.importing.importer import import_folders
from workstation.registering.align import align, by_mass, middle_of_mass
from workstation.registering.grid import reduced
from workstation.registering.register import wanted_series

STARTS, MM, DEGREES = 10, 15.0, 10.0


def main() -> None:
    """Import the sample pair and print a line a start and plane."""
    worst_mm = worst_degrees = 0.0
    with tempfile.TemporaryDirectory() as folder:
        with CoordinatorStudy.create(Path(folder) / "trial") as study:
            import_folders(study, [SAMPLE])
            (given,) = study.assign("R1", 1)
        with ReaderStudy.open(Path(folder) / "trial", "R1") as door:
            case = door.case(given.case)
        for plane, pair in wanted_series(case).items():
            fixed, moving = (reduced(series, pixels(case)(series.code)) for series in pair)
            for seed in range(STARTS):
                moved = a_displacement(seed, middle_of_mass(moving), MM, DEGREES)
                elsewhere = displaced(moving, moved)
                begun = time.process_time()
                found = align(fixed, elsewhere, [by_mass(fixed, elsewhere)])
                taken = time.process_time() - begun
                wanted = after(moved, truth())
                apart = wanted.apart_mm(found.movement, middle_of_mass(fixed), 30.0)
                turned = after(wanted.inverse, found.movement).degrees
                worst_mm, worst_degrees = max(worst_mm, apart), max(worst_degrees, turned)
                sys.stdout.write(f"{plane} start {seed}: {apart:.3f} mm, {turned:.3f} degrees, {taken:.2f} s of CPU\n")
    sys.stdout.write(f"worst of all: {worst_mm:.3f} mm, {worst_degrees:.3f} degrees\n")


if __name__ == "__main__":
    main()
