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
from threading import Event
from types import TracebackType
from typing import Self

import numpy as np

from storage.files.atomic import sync_folder
from storage.records import SeriesRecord, SliceRecord
from workstation.intake.pixels.decode import Stored

INCOMING = ".incoming-"
# Files that are waited for together, and how many such lots may be under way
SYNCED_AT_ONCE = 32
MOST_UNDER_WAY = 2
FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
SERIES_FOLDER = re.compile(r"[A-Z2-7]{8}")
# One moment for all files: their times would tell the visits apart. 1980-01-01 is the earliest that FAT can hold.
MOMENT = 315_532_800


def clean(images: Path, known: Iterable[SeriesRecord]) -> int:
    """Remove what an import that was stopped left behind; returns how many folders and files went.

    Only what this module could have made: staging folders, and files in series folders that no index names.
    """
    codes = set()
    removed = 0
    for series in known:
        codes.add(series.code)
        removed += _clean_series(images / series.code, {item.file for item in series.slices})
    for entry in sorted(images.iterdir()):
        if entry.is_symlink() or not entry.is_dir():
            continue
        if entry.name.startswith(INCOMING):
            shutil.rmtree(entry)
            removed += 1
        elif SERIES_FOLDER.fullmatch(entry.name) and entry.name not in codes:
            removed += _clean_series(entry, set())
    return removed


def _clean_series(folder: Path, named: set[str]) -> int:
    if folder.is_symlink() or not folder.is_dir():
        return 0
    with os.scandir(folder) as entries:
        names = [entry.name for entry in entries]
    orphans = [name for name in names if name.endswith(".dcm") and f"{folder.name}/{name}" not in named]
    for name in orphans:
        (folder / name).unlink()
    if len(orphans) == len(names):
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
    """The files of one series: written at once, on the disk when the block ends.

    A file is handed to the disk as soon as it is written and waited for later, some files at a time in a thread, so
    that the work goes on and one turn of the file system's journal serves many files.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "sync")
        self._under_way: deque[Future[None]] = deque()
        self._open: list[int] = []
        self._abandoned = Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            # the files go at once: nobody needs to wait for the disk to have them
            self._abandoned.set()
        self._hand_over()
        try:
            while self._under_way and kind is None:
                self._under_way.popleft().result()
        finally:
            self._thread.shutdown()

    def write(self, file: str, parts: Sequence[bytes | memoryview]) -> None:
        """Write one file and see it to the disk by the end of the block.

        Raises:
            OSError: this file or one before couldn't be written.
        """
        self._open.append(fill(file, parts))
        if len(self._open) >= SYNCED_AT_ONCE:
            self._hand_over()

    def _hand_over(self) -> None:
        handles, self._open = self._open, []
        if handles:
            self._under_way.append(self._thread.submit(_synced_and_closed, handles, self._abandoned))
        while len(self._under_way) > MOST_UNDER_WAY and not self._abandoned.is_set():
            self._under_way.popleft().result()


def _synced_and_closed(handles: Sequence[int], abandoned: Event) -> None:
    failed: OSError | None = None
    for handle in handles:
        try:
            if not abandoned.is_set():
                os.fsync(handle)
        except OSError as error:
            failed = failed or error
        finally:
            os.close(handle)
    if failed is not None:
        raise failed


def fill(file: str, parts: Sequence[bytes | memoryview]) -> int:
    """Write one new file; its handle, which must be synced and closed."""
    handle = os.open(file, FLAGS, 0o600)
    try:
        for part in parts:
            left = memoryview(part)
            while left:
                # a write may take less than it is given
                left = left[os.write(handle, left) :]
        if hasattr(os, "posix_fadvise"):
            # Linux begins to write back what it is told that nobody will read; nothing waits for it here
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        os.utime(handle if os.utime in os.supports_fd else file, (MOMENT, MOMENT))
    except BaseException:
        os.close(handle)
        raise
    return handle


def write(file: Path, parts: Sequence[bytes | memoryview]) -> None:
    """Write one new file and see it to the disk."""
    _synced_and_closed([fill(str(file), parts)], Event())


def publish(staging: Path, images: Path, code: str) -> None:
    """Move everything in the staging folder into the folder of a series, and see the names to the disk."""
    folder = images / code
    if folder.is_dir():
        for file in sorted(staging.iterdir()):
            file.replace(folder / file.name)
    else:
        sync_folder(staging)
        staging.rename(folder)
    for changed in (folder, images):
        sync_folder(changed)
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
