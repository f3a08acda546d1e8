"""Cost of the audit of pixels against reading and hashing them. Run by python -m tests.benchmarks.audits.pixels.

For studies of some sizes: `audit_pixels` against a loop of plain Python that opens each image file, reads the pixels
where the index says that they lie, and takes their SHA-256; in turns, from the system's cache. Time of the processor,
so that what else runs on the machine counts less. Only ratios carry over to other machines. Nothing here is a test.
"""

from __future__ import annotations

import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import numpy as np

from storage.audit.pixels import audit_pixels
from storage.study.coordinator import CoordinatorStudy
from tests.builders.dicom_files import PROTOCOL, a_slice, written
from workstation.intake.importing.importer import import_folders

# (subjects, slices of a series, rows and columns)
STUDIES = ((1, 20, 64), (2, 24, 128), (4, 24, 256), (4, 24, 512))
TURNS = 9


def make(folder: Path, subjects: int, slices: int, side: int) -> Path:
    """A study of pairs with the seven series of the protocol each."""
    dice = np.random.default_rng(1)
    for subject in range(subjects):
        for visit in (1, 2):
            for number, (_, _, words) in enumerate(PROTOCOL):
                series = f"1.2.7.{subject + 1}.{visit}.{number + 1}"
                for index in range(slices):
                    pixels = dice.integers(0, 4096, (side, side), dtype=np.uint16).tobytes()
                    one = a_slice(
                        f"{series}.{index + 1}", series, z_mm=float(index), StudyInstanceUID=f"1.2.7.{subject}.{visit}",
                        PatientID=f"P{subject}", StudyDate=f"20240{visit}05", Rows=side, Columns=side, PixelData=pixels,
                        **words,
                    )  # fmt: skip
                    written(one, folder / "in" / f"{series}.{index}")
    with CoordinatorStudy.create(folder / "study") as study:
        import_folders(study, [folder / "in"])
    return folder / "study"


def reading(study: Path) -> Callable[[], int]:
    """Reads and hashes all pixels; how many bytes they are."""
    query = (
        "SELECT file, pixel_offset, rows * columns * 2 FROM image JOIN series ON series.code = image.series "
        "ORDER BY image.series, image.position"
    )
    with closing(sqlite3.connect(study / "study.db")) as connection:
        spans = [(str(study / "images" / file), start, size) for file, start, size in connection.execute(query)]

    def read() -> int:
        done = 0
        for file, start, size in spans:
            with open(file, "rb") as source:  # noqa: PTH123 - the plain way, with nothing around it
                source.seek(start)
                done += len(pixels := source.read(size))
                sha256(pixels).digest()
        return done

    return read


def main() -> None:
    """Build, measure in turns, print."""
    for subjects, slices, side in STUDIES:
        with tempfile.TemporaryDirectory() as name:
            study = make(Path(name), subjects, slices, side)
            read, ratios, took = reading(study), [], []
            if audit_pixels(study).bytes != read():
                raise ValueError(study)
            for _ in range(TURNS):
                begun = time.process_time()
                audit_pixels(study)
                between = time.process_time()
                read()
                took.append(between - begun)
                ratios.append(took[-1] / (time.process_time() - between))
            files = sum(path.is_file() for path in (study / "images").rglob("*"))
            sys.stdout.write(
                f"{files} files of {side} x {side}: {statistics.median(took) * 1e3:.0f} ms, "
                f"{statistics.median(ratios):.2f} x reading and hashing them\n"
            )


if __name__ == "__main__":
    main()
