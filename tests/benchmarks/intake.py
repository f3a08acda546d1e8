"""Ratios of intake, in one run on one machine. Run by python -m tests.benchmarks.intake [SUBJECTS].

- indexing: the headers of all files, against pydicom's dcmread(stop_before_pixels) over the same files
- importing an unchanged tree again: finding that it is unchanged, against opening and reading 8 KB of every file
- importing a pair: the whole way, against reading and writing the same files by pydicom, changing nothing

Processor time, best of some runs, because other work on the machine doesn't count in it. Only ratios carry over.
Nothing here is a test: a timing must never turn a build red.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from pydicom import dcmread

from storage.coordinator import CoordinatorStudy
from workstation.intake.importer import import_folders
from workstation.intake.quick_scan import QuickScan
from workstation.intake.remembered import tree_digest
from workstation.intake.tags import quiet
from workstation.phantom.study import write_study

RAW_BYTES = 8192


def spent(work: Callable[[], object], repeats: int = 5) -> float:
    """The least processor time of some runs, in seconds."""
    best = float("inf")
    for _ in range(repeats):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def read_raw(files: list[Path]) -> None:
    """The limit: what the machine needs to open, read 8 KB and close."""
    for path in files:
        handle = os.open(path, os.O_RDONLY)
        os.read(handle, RAW_BYTES)
        os.close(handle)


def index(files: list[Path]) -> None:
    """What an import does with headers."""
    scan = QuickScan()
    for path in files:
        scan(path)


def line(what: str, ours: float, other: float, against: str, files: int) -> None:
    """One ratio for the terminal."""
    each = f"{ours / files * 1e6:.0f} against {other / files * 1e6:.0f} us a file"
    sys.stdout.write(f"{what}: {other / ours:.2f} times as fast as {against} ({each})\n")


def copy(files: list[Path], target: Path) -> None:
    """The least that any importer by pydicom does."""
    for path in files:
        dcmread(path).save_as(target)


def main() -> None:
    """Make pairs of 128 x 128, import them, and print the ratios."""
    subjects = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    with tempfile.TemporaryDirectory() as folder, quiet():
        root = Path(folder)
        write_study(root / "pairs", seed=1, size=128, subjects=subjects)
        files = sorted((root / "pairs").rglob("*.dcm"))
        count = len(files)
        loop = spent(lambda: [dcmread(path, stop_before_pixels=True) for path in files], 3)
        line("index", spent(lambda: index(files)), loop, "a pydicom header loop", count)
        raw = spent(lambda: read_raw(files), 9)
        found = spent(lambda: tree_digest([root / "pairs"], outside=root / "trial"), 9)
        line("find a tree unchanged", found, raw, "reading 8 KB of every file", count)
        with CoordinatorStudy.create(root / "trial") as study:
            first = spent(lambda: import_folders(study, [root / "pairs"]), 1)
            again = spent(lambda: import_folders(study, [root / "pairs"]))
        copied = spent(lambda: copy(files, root / "copy"), 1)
        line("import again, all of it", again, raw, "reading 8 KB of every file", count)
        line("import", first, copied, "pydicom reading and writing", count)


if __name__ == "__main__":
    main()
