"""The pixels of a series, read at known offsets straight into one array. Parses no DICOM."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from storage.records import SeriesRecord, SliceRecord
from workstation.imaging.errors import ImagesUnreachable

Volume = NDArray[Any]
"""(slice, row, column), stored values in the type of the series. Read only."""

_TYPES = frozenset({"uint8", "int8", "uint16", "int16", "uint32", "int32"})


class Checkpoint(Protocol):
    """Whatever can stop a load between two slices, by raising."""

    def checkpoint(self) -> None:
        """Raise when the work isn't wanted any more."""


def load_volume(series: SeriesRecord, images: Path, token: Checkpoint | None = None) -> Volume:
    """Read every slice of a series.

    Args:
        series: says file, offset, shape and type of each slice.
        images: the folder that the files of the index are relative to.
        token: asked before each slice.

    Returns:
        (slice, row, column), stored values, little endian, not writeable.

    Raises:
        ImagesUnreachable: a file is missing, unreadable or too short, or the index asks for what can't be.
    """
    if series.dtype not in _TYPES:
        raise ImagesUnreachable(f"This series is stored as {series.dtype}; {', '.join(sorted(_TYPES))} can be shown.")
    count = len(series.slices)
    if count < 1 or series.rows < 1 or series.columns < 1:
        raise ImagesUnreachable("This series has no pixels in the index. Ask the coordinator to import it again.")
    volume = np.empty((count, series.rows, series.columns), np.dtype(series.dtype).newbyteorder("<"))
    for index, item in enumerate(series.slices):
        if token is not None:
            token.checkpoint()
        trouble = _read_into(volume[index], item, images)
        # outside any `except`: an OSError in __context__ would carry the path
        if trouble:
            place = f"Slice {index + 1} of {count}"
            raise ImagesUnreachable(f"{place} can't be shown: {trouble}. Ask the coordinator to check the study.")
    volume.flags.writeable = False
    return volume


def _read_into(target: Volume, item: SliceRecord, images: Path) -> str:
    """Fill `target` (C-contiguous) from the file; what is wrong in words, or an empty string."""
    if not _stays_inside(item.file):
        return "the index points outside the images folder"
    try:
        with (images / item.file).open("rb", buffering=0) as file:
            if os.fstat(file.fileno()).st_size < item.pixel_offset + target.nbytes:
                return "its image file is too short"
            file.seek(item.pixel_offset)
            left = memoryview(target.data).cast("B")
            # one read may bring less than asked for, for example from a network share
            while left:
                got = file.readinto(left)
                if not got:
                    return "its image file is too short"
                left = left[got:]
    except FileNotFoundError:
        return "its image file is missing"
    except OSError:
        return "its image file can't be read"
    return ""


def _stays_inside(name: str) -> bool:
    """Whether a file name of the index can only mean a file below images/, on any system."""
    posix, windows = PurePosixPath(name), PureWindowsPath(name)
    return bool(name) and not posix.is_absolute() and not windows.anchor and ".." not in windows.parts
