"""Memory and stopping of a large import. Run by python -m tests.benchmarks.scale [SUBJECTS] [FILES A SUBJECT].

- memory of this process after the import of a tenth of the subjects and of all of them, each in a process of its own
- how long it takes from the wish to stop until the import has returned: while headers are read, while compressed
  pixels are decoded, and while images are written; the middle and the worst of some wishes

Small images (32 x 32), since what is asked is whether memory grows with the number of files. 100 subjects of 400 files
take some minutes and 400 MB of disk. Nothing here is a test.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import imagecodecs
import numpy as np
from pydicom import dcmread
from pydicom.encaps import encapsulate
from pydicom.uid import JPEG2000Lossless

from storage.study.coordinator import CoordinatorStudy
from tests.builders.dicom_files import a_slice, written
from workstation.intake.importing.importer import import_folders
from workstation.intake.report import Progress

SIDE = 32
SERIES = 14
WISHES = 12


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


# imports argv[2] into a new study argv[1]; says how many files came in and the most memory that was ever held
IMPORTED = """
import resource, sys
from pathlib import Path
from storage.study.coordinator import CoordinatorStudy
from workstation.intake.importing.importer import import_folders
with CoordinatorStudy.create(Path(sys.argv[1])) as study:
    report = import_folders(study, [Path(part) for part in sys.argv[2:]])
print(report.accepted, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def memory(root: Path, folder: Path) -> None:
    """Print the most memory of an import of a tenth of the subjects, and of all."""
    subjects = sorted(str(path) for path in folder.iterdir())
    found = []
    for name, paths in (("tenth", subjects[: max(1, len(subjects) // 10)]), ("whole", subjects)):
        command = [sys.executable, "-c", IMPORTED, str(root / name), *paths]
        begun = time.monotonic()
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        found.append((int(said[0]), int(said[1]) / 1024))
        sys.stdout.write(f"{said[0]} files in {time.monotonic() - begun:.0f} s: at most {found[-1][1]:.0f} MB\n")
    (few, least), (many, most) = found
    grown = (most - least) * 1024 / max(many - few, 1)
    sys.stdout.write(f"{many / few:.1f} times the files: {most / least:.2f} times the memory, {grown:.2f} kB a file\n")


def stopping(root: Path, folder: Path, stage: str) -> None:
    """Print how long an import goes on after the wish to stop."""
    took = []
    for number in range(WISHES):
        wish, asked = threading.Event(), [0.0]

        def ask(wish: threading.Event = wish, asked: list[float] = asked) -> None:
            asked[0] = time.monotonic()
            wish.set()

        timer = threading.Timer(0.02 + 0.02 * number, ask)
        begun = threading.Event()

        def look(progress: Progress, timer: threading.Timer = timer, begun: threading.Event = begun) -> None:
            if progress.stage.startswith(stage) and not begun.is_set():
                begun.set()
                timer.start()

        with CoordinatorStudy.create(root / f"stopped-{folder.name}-{stage}-{number}") as study:
            import_folders(study, [folder], progress=look, cancelled=wish.is_set)
        if asked[0]:
            took.append(time.monotonic() - asked[0])
        timer.cancel()
    took.sort()
    if took:
        what = f"{folder.name}, {stage.lower()}"
        middle, worst = took[len(took) // 2] * 1e3, took[-1] * 1e3
        sys.stdout.write(f"stopped ({what}): {middle:.0f} ms in the middle, {worst:.0f} ms at worst of {len(took)}\n")


def compress(folder: Path, target: Path) -> None:
    """One subject's files as JPEG 2000, pixels of 512 x 512, so that a decoder is at work when the wish comes."""
    target.mkdir()
    picture = np.random.default_rng(1).integers(0, 4096, (512, 512), dtype=np.uint16)
    coded = encapsulate([bytes(imagecodecs.jpeg2k_encode(picture, level=0, reversible=True))])
    for file in sorted(folder.iterdir())[:60]:
        dataset = dcmread(file)
        dataset.Rows = dataset.Columns = 512
        dataset.PixelData = coded
        dataset["PixelData"].is_undefined_length = True
        dataset.file_meta.TransferSyntaxUID = JPEG2000Lossless
        dataset.save_as(target / file.name)


def main() -> None:
    """Make the files, import them, and print."""
    subjects = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    files = int(sys.argv[2]) if len(sys.argv) > 2 else 400
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        count = make(root / "in", subjects, files)
        sys.stdout.write(f"{subjects} subjects, {count} files\n")
        one = next((root / "in").iterdir())
        compress(one, root / "compressed")
        stopping(root, root / "in", "Reading")
        stopping(root, one, "Writing")
        stopping(root, root / "compressed", "Reading")
        stopping(root, root / "compressed", "Writing")
        memory(root, root / "in")


if __name__ == "__main__":
    main()
