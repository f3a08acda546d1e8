"""The images/ folder of a study: new files stand aside until a series is whole; leftovers go at the next import."""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from storage.records import SeriesRecord, SliceRecord
from workstation.intake.decode import Stored

INCOMING = ".incoming-"
# fsync waits for the disk, not for the processor: other slices are decoded meanwhile
WRITERS = 2
MOST_UNDER_WAY = 8
SERIES_FOLDER = re.compile(r"[A-Z2-7]{8}")
# One moment for all files: their times would tell the visits apart. 1980-01-01 is the earliest that FAT can hold.
MOMENT = 315_532_800


def clean(images: Path, known: Iterable[SeriesRecord]) -> int:
    """Remove what an import that was stopped left behind; returns how many folders and files went.

    Only what this module could have made: staging folders, and files in series folders that no index names.
    """
    named = {item.file for series in known for item in series.slices}
    removed = 0
    for entry in sorted(images.iterdir()):
        if entry.is_symlink() or not entry.is_dir():
            continue
        if entry.name.startswith(INCOMING):
            shutil.rmtree(entry)
            removed += 1
        elif SERIES_FOLDER.fullmatch(entry.name):
            removed += _clean_series(entry, named)
    return removed


def _clean_series(folder: Path, named: set[str]) -> int:
    orphans = [file for file in folder.iterdir() if f"{folder.name}/{file.name}" not in named and file.suffix == ".dcm"]
    for file in orphans:
        file.unlink()
    if not any(folder.iterdir()):
        folder.rmdir()
    return len(orphans)


@contextmanager
def incoming(images: Path) -> Iterator[Path]:
    """A staging folder that is gone afterwards, whatever happened."""
    staging = images / f"{INCOMING}{secrets.token_hex(8)}"
    staging.mkdir(mode=0o700)
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


class Writing:
    """Files being written beside the work: a few at a time, all of them on the disk when the block ends."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(WRITERS, "write")
        self._under_way: deque[Future[None]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            while self._under_way and kind is None:
                self._under_way.popleft().result()
        finally:
            self._thread.shutdown(cancel_futures=True)

    def write(self, file: Path, parts: Sequence[bytes | memoryview]) -> None:
        """Write one file and see it to the disk, now or soon.

        Raises:
            OSError: this file or one before couldn't be written.
        """
        if len(self._under_way) >= MOST_UNDER_WAY:
            self._under_way.popleft().result()
        self._under_way.append(self._thread.submit(write, file, parts))


def write(file: Path, parts: Sequence[bytes | memoryview]) -> None:
    """Write one file and see it to the disk."""
    with file.open("xb", buffering=0) as stream:
        for part in parts:
            left = memoryview(part)
            while left:
                # an unbuffered write may take less than it is given
                left = left[stream.write(left) :]
        os.fsync(stream.fileno())
    os.utime(file, (MOMENT, MOMENT))


def publish(staging: Path, images: Path, code: str) -> None:
    """Move everything in the staging folder into the folder of a series, and see the names to the disk."""
    folder = images / code
    folder.mkdir(mode=0o700, exist_ok=True)
    for file in sorted(staging.iterdir()):
        file.replace(folder / file.name)
    for changed in (folder, images):
        _sync(changed)
    os.utime(folder, (MOMENT, MOMENT))


def stored(images: Path, series: SeriesRecord, item: SliceRecord) -> Stored:
    """The stored values of a slice of the study, (row, column).

    Raises:
        OSError: the file isn't there.
        ValueError: it is shorter than the index says.
    """
    count = series.rows * series.columns
    dtype = np.dtype(series.dtype).newbyteorder("<")
    values = np.fromfile(images / item.file, dtype=dtype, count=count, offset=item.pixel_offset)
    return values.reshape(series.rows, series.columns)


def _sync(folder: Path) -> None:
    if os.name == "nt":  # folders can't be opened there; NTFS journals its names
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
