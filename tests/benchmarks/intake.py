"""Ratios of intake, in one run on one machine. Run by python -m tests.benchmarks.intake [SUBJECTS] [SIZE].

- indexing: the headers of all files, against pydicom's dcmread(stop_before_pixels) over the same files
- importing an unchanged tree again: finding that it is unchanged, against opening and reading 8 KB of every file
- importing (scan, decode, blind, write), against dicognito where it is installed (`pip install dicognito` in an
  environment of its own will do), and against pydicom reading and writing the same files, changing nothing; once as
  the phantom writes them, half of them compressed, and once all of them uncompressed. The others don't decode

Processor time with that of worker processes, best of some runs taken in turn, because other work on the machine
doesn't count in it. Only ratios carry over. Nothing here is a test: a timing must never turn a build red.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from importlib.util import find_spec
from pathlib import Path

import pydicom
from pydicom import dcmread

from storage.study.coordinator import CoordinatorStudy
from workstation.intake.headers.header import header_of
from workstation.intake.headers.pixel_layout import layout_of
from workstation.intake.headers.pixel_span import pixel_bytes
from workstation.intake.headers.scan import scan
from workstation.intake.headers.tags import quiet
from workstation.intake.importing.importer import import_folders
from workstation.intake.importing.unchanged_trees import tree_digest
from workstation.intake.pixels.decode import Decoder
from workstation.phantom.study import write_study

RAW_BYTES = 8192
REPEATS = 4
Work = Callable[[], object]


def spent(*works: Work, repeats: int = 5) -> list[float]:
    """The least processor time of each with its children, in seconds, of some runs taken in turn."""
    best = [float("inf")] * len(works)
    for _ in range(repeats):
        for number, work in enumerate(works):
            before = processor_s()
            work()
            best[number] = min(best[number], processor_s() - before)
    return best


def processor_s() -> float:
    """Seconds of processor time of this process and of its children that have ended."""
    children = os.times()
    return time.process_time() + children.children_user + children.children_system


def read_raw(files: list[Path]) -> None:
    """The limit: what the machine needs to open, read 8 KB and close. Ten times, since the clock ticks in 10 ms."""
    for path in files * 10:
        handle = os.open(path, os.O_RDONLY)
        os.read(handle, RAW_BYTES)
        os.close(handle)


def index(files: list[Path]) -> None:
    """What an import does with headers."""
    for path in files:
        scan(path)


def line(what: str, ours: float, other: float, against: str, files: int) -> None:
    """One ratio for the terminal."""
    each = f"{ours / files * 1e6:.0f} against {other / files * 1e6:.0f} us a file"
    sys.stdout.write(f"{what}: {other / ours:.2f} times as fast as {against} ({each})\n")
    sys.stdout.flush()


def copy(files: list[Path], target: Path) -> None:
    """The least that any importer by pydicom does."""
    for path in files:
        dcmread(path).save_as(target)


def dicognito(files: list[Path], target: Path) -> None:
    """What its command line does."""
    from dicognito.anonymizer import Anonymizer  # type: ignore[import-not-found] # noqa: PLC0415 - not everybody's

    anonymizer = Anonymizer()
    for path in files:
        dataset = dcmread(path)
        anonymizer.anonymize(dataset)
        dataset.save_as(target)


def imported(studies: Iterator[CoordinatorStudy], folder: Path) -> None:
    """The whole way: scan, decode, look for burned-in text, blind, write, index."""
    import_folders(next(studies), [folder])


def empty_studies(root: Path, count: int) -> Generator[CoordinatorStudy, None, None]:
    """New studies, made before anything is measured: nobody makes one for each pair."""
    made = [CoordinatorStudy.create(Path(tempfile.mkdtemp(dir=root)) / "trial") for _ in range(count)]
    for study in made:
        yield study
        study.close()


def uncompressed(files: list[Path], folder: Path) -> list[Path]:
    """The same images with native pixels."""
    folder.mkdir()
    with Decoder() as decoder:
        for number, path in enumerate(files):
            data = path.read_bytes()
            header = header_of(data)
            layout = layout_of(header.elements, header.transfer_syntax)
            values = decoder.stored_values(pixel_bytes(data, layout), layout)
            dataset = dcmread(path, stop_before_pixels=True)
            dataset.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
            dataset.add_new("PixelData", "OW", values.tobytes())
            dataset.save_as(folder / f"{number}.dcm", little_endian=True, implicit_vr=False)
    return sorted(folder.iterdir())


def imports(what: str, files: list[Path], folder: Path, root: Path) -> None:
    """The import of a folder against the others."""
    others: dict[str, Work] = {"pydicom reading and writing": lambda: copy(files, root / "copy")}
    if find_spec("dicognito"):
        others["dicognito"] = lambda: dicognito(files, root / "copy")
    else:
        sys.stdout.write("dicognito isn't installed: no ratio against it\n")
    studies = empty_studies(root, REPEATS)
    ours, *theirs = spent(lambda: imported(studies, folder), *others.values(), repeats=REPEATS)
    studies.close()
    for name, other in zip(others, theirs, strict=True):
        line(f"import {what}", ours, other, name, len(files))


def main() -> None:
    """Make pairs, import them, and print the ratios."""
    subjects = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    size = int(sys.argv[2]) if len(sys.argv) > 2 else 256
    with tempfile.TemporaryDirectory() as folder, quiet():
        root = Path(folder)
        pairs = root / "pairs"
        write_study(pairs, seed=1, size=size, subjects=subjects)
        files = sorted(pairs.rglob("*.dcm"))
        count = len(files)
        ours, loop = spent(lambda: index(files), lambda: [dcmread(path, stop_before_pixels=True) for path in files])
        line("index", ours, loop, "a pydicom header loop", count)
        found, raw = spent(
            lambda: [tree_digest([pairs], outside=root / "trial") for _ in range(10)], lambda: read_raw(files)
        )
        line("find a tree unchanged", found / 10, raw / 10, "reading 8 KB of every file", count)
        imports("as sent", files, pairs, root)
        imports("uncompressed", uncompressed(files, root / "plain"), root / "plain", root)
        with CoordinatorStudy.create(root / "twice") as study:
            import_folders(study, [pairs])
            (again,) = spent(lambda: [import_folders(study, [pairs]) for _ in range(5)])
        line("import again, all of it", again / 5, raw / 10, "reading 8 KB of every file", count)


if __name__ == "__main__":
    main()
