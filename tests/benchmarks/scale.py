"""Memory and stopping of a large import. Run by python -m tests.benchmarks.scale [SUBJECTS] [FILES A SUBJECT].

- memory of this process when a tenth and when all of the images are written, above what it was before
- how long it takes from the wish to stop until the import has returned: while headers are read, and while images are
  written

Small images (32 x 32), since what is asked is whether memory grows with the number of files. 100 subjects of 400 files
take some minutes and 400 MB of disk. Nothing here is a test.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

from storage.coordinator import CoordinatorStudy
from tests.builders.dicom_files import a_slice, written
from workstation.intake.importer import import_folders
from workstation.intake.report import Progress

SIDE = 32
SERIES = 14


def make(folder: Path, subjects: int, files: int) -> int:
    """Pairs of visits with seven series each, as bytes of one file with other identifiers; returns how many files."""
    made = 0
    pixels = np.zeros((SIDE, SIDE), np.uint16)
    for subject in range(subjects):
        here = folder / f"{subject:03}"
        here.mkdir(parents=True)
        for series in range(SERIES):
            uid = f"1.2.8.{subject + 100}.{series + 100}"
            study = f"1.2.8.{subject + 100}.{series // 7 + 1}"
            plain = written(
                a_slice(
                    f"{uid}.10000", uid, StudyInstanceUID=study, PatientID=f"P{subject:03}", PatientName="N",
                    StudyDate=f"202{series // 7}0105", Rows=SIDE, Columns=SIDE, RepetitionTime=500 + series % 7,
                    ImagePositionPatient=["0", "0", "10000"], PixelData=pixels.tobytes(),
                ),
                folder / "one",
            ).read_bytes()  # fmt: skip
            for number in range(files // SERIES):
                data = plain.replace(f"{uid}.10000".encode(), f"{uid}.{10_000 + number}".encode())
                # at one place each would be a stack of its own
                if plain.count(b"0\\0\\10000") != 1:
                    raise ValueError(subject, series)
                data = data.replace(b"0\\0\\10000", f"0\\0\\{10_000 + number}".encode())
                (here / f"{series}-{number}").write_bytes(data[:-2] + number.to_bytes(2, "little"))
                made += 1
    (folder / "one").unlink()
    return made


def resident_mb() -> float:
    """Memory of this process now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


def memory(root: Path, folder: Path) -> None:
    """Print how memory grows from a tenth to the end."""
    seen: dict[int, float] = {}
    with CoordinatorStudy.create(root / "trial") as study:
        before = resident_mb()

        def look(progress: Progress) -> None:
            if progress.total and progress.stage.startswith("Writing"):
                seen.setdefault(10 * progress.done // progress.total, resident_mb())

        begun = time.monotonic()
        report = import_folders(study, [folder], progress=look)
        took = time.monotonic() - begun
    tenth, whole = seen.get(1, 0) - before, seen.get(10, 0) - before
    sys.stdout.write(
        f"{report.accepted} files in {took:.0f} s: {tenth:.0f} MB more at a tenth, {whole:.0f} MB more at the end, "
        f"{(whole - tenth) / max(report.accepted, 1) * 1e3 / 0.9:.1f} kB a file\n"
    )


def stopping(root: Path, folder: Path, stage: str) -> None:
    """Print how long an import goes on after the wish to stop, at worst of some wishes."""
    worst = 0.0
    for number in range(5):
        wish, asked = threading.Event(), [0.0]

        def ask(wish: threading.Event = wish, asked: list[float] = asked) -> None:
            asked[0] = time.monotonic()
            wish.set()

        timer = threading.Timer(0.05 + 0.07 * number, ask)
        begun = threading.Event()

        def look(progress: Progress, timer: threading.Timer = timer, begun: threading.Event = begun) -> None:
            if progress.stage.startswith(stage) and not begun.is_set():
                begun.set()
                timer.start()

        with CoordinatorStudy.create(root / f"stopped-{stage}-{number}") as study:
            import_folders(study, [folder], progress=look, cancelled=wish.is_set)
        if asked[0]:
            worst = max(worst, time.monotonic() - asked[0])
        timer.cancel()
    sys.stdout.write(f"stopped while {stage.lower()}: {worst * 1e3:.0f} ms from the wish to the end, at worst of 5\n")


def main() -> None:
    """Make the files, import them, and print."""
    subjects = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    files = int(sys.argv[2]) if len(sys.argv) > 2 else 400
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        count = make(root / "in", subjects, files)
        sys.stdout.write(f"{subjects} subjects, {count} files\n")
        for stage in ("Reading", "Writing"):
            stopping(root, root / "in", stage)
        memory(root, root / "in")


if __name__ == "__main__":
    main()
