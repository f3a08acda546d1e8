"""The pixels of a series, read at known offsets straight into one array. Parses no DICOM."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from storage.apart import at_rest
from storage.apart.at_rest import Rest
from storage.index.pixel_digests import series_digest, slice_digest
from storage.records import SeriesRecord, SliceRecord
from workstation.imaging.errors import ImagesUnreachable

Volume = NDArray[Any]
"""(slice, row, column), stored values in the type of the series. Read only."""

_TYPES = frozenset({"uint8", "int8", "uint16", "int16", "uint32", "int32"})


class Checkpoint(Protocol):
    """Whatever can stop a load between two slices, by raising."""

    def checkpoint(self) -> None:
        """Raise when the work isn't wanted any more."""


Together = Callable[[Callable[[range], list[bytes]], Iterable[range]], Iterable[list[bytes]]]
"""Does one thing with each of some parts, and gives what came of them in their order: `map`, or that of threads."""

# by two threads a series is there in half the time; more than two have no core
_PARTS = 2


def load_volume(
    series: SeriesRecord, images: Path, token: Checkpoint | None = None, together: Together = map
) -> Volume:
    """Read every slice of a series.

    Args:
        series: says file, offset, shape and type of each slice.
        images: the folder that the files of the index are relative to.
        token: asked before each slice.
        together: reads both halves of the series.

    Returns:
        (slice, row, column), stored values, little endian, not writeable.

    Raises:
        ImagesUnreachable: a file is missing, unreadable or too short, holds other pixels than the record says, or the
            index asks for what can't be.
    """
    if series.dtype not in _TYPES:
        raise ImagesUnreachable(f"This series is stored as {series.dtype}; {', '.join(sorted(_TYPES))} can be shown.")
    count = len(series.slices)
    if count < 1 or series.rows < 1 or series.columns < 1:
        raise ImagesUnreachable("This series has no pixels in the index. Ask the coordinator to import it again.")
    volume = np.empty((count, series.rows, series.columns), np.dtype(series.dtype).newbyteorder("<"))
    folder = os.fspath(images)
    read = partial(_read_slices, volume, series, folder, at_rest.of(folder), token)
    parts = [range(count * part // _PARTS, count * (part + 1) // _PARTS) for part in range(_PARTS)]
    digests = [digest for part in together(read, parts) for digest in part]
    if series.pixels_sha256 and series_digest(series.code, digests) != series.pixels_sha256:
        raise ImagesUnreachable(
            "This series isn't shown: its image files aren't those that were imported. Tell the coordinator, who can "
            "check the study with `ramris audit`."
        )
    volume.flags.writeable = False
    return volume


def _read_slices(  # noqa: PLR0917 - all but the last are given once for a series
    volume: Volume, series: SeriesRecord, folder: str, rest: Rest | None, token: Checkpoint | None, which: range
) -> list[bytes]:
    """Fill these slices of the volume; their digests, where the record has the series'. Raises as `load_volume`."""
    digests: list[bytes] = []
    count = len(series.slices)
    for index in which:
        if token is not None:
            token.checkpoint()
        trouble = _read_into(volume[index], series.slices[index], folder, rest)
        # outside any `except`: an OSError in __context__ would carry the path
        if trouble:
            where = f"Slice {index + 1} of {count}"
            raise ImagesUnreachable(f"{where} can't be shown: {trouble}. Ask the coordinator to check the study.")
        if series.pixels_sha256:
            # while the processor still has it at hand: a tenth less than when all slices are there
            digests.append(slice_digest(volume[index].data.cast("B")))
    return digests


def _read_into(target: Volume, item: SliceRecord, images: str, rest: Rest | None) -> str:
    """Fill `target` (C-contiguous) from the file; what is wrong in words, or an empty string."""
    if not stays_inside(item.file):
        return "the index points outside the images folder"
    whole = left = memoryview(target.data).cast("B")
    try:
        file, rest = _opened(item.file, images, rest)
    except FileNotFoundError:
        return "its image file is missing"
    except OSError:
        return "its image file can't be read"
    try:
        where = item.pixel_offset
        # one read may bring less than asked for, for example from a network share
        while left:
            got = _read_at(file, left, where)
            if not got:
                return "its image file is too short"
            left, where = left[got:], where + got
    except OSError:
        return "its image file can't be read"
    finally:
        os.close(file)
    if rest is not None:
        rest.turn(item.file, item.pixel_offset, whole)
    return ""


def _opened(name: str, images: str, rest: Rest | None) -> tuple[int, Rest | None]:
    """A descriptor of an image, and the key if it lies encrypted; FileNotFoundError, OSError."""
    # a descriptor and a string: pathlib and a file object cost more than the bytes of a slice
    if rest is not None:
        with suppress(FileNotFoundError):
            return os.open(rest.path(images, name), _READING), rest
    return os.open(f"{images}{os.sep}{name}", _READING), None


# a pipe in the place of an image would be waited for when it is opened
_READING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)

if sys.platform != "win32":

    def _read_at(file: int, into: memoryview, where: int) -> int:
        """Read at `where` as much as comes at once; how many bytes, 0 at the end of the file."""
        return os.preadv(file, [into], where)

else:

    def _read_at(file: int, into: memoryview, where: int) -> int:
        """Read at `where` as much as comes at once; how many bytes, 0 at the end of the file."""
        os.lseek(file, where, os.SEEK_SET)
        found = os.read(file, len(into))
        into[: len(found)] = found
        return len(found)


def stays_inside(name: str) -> bool:
    """Whether a file name of the index can only mean a file below images/, on any system."""
    # a colon is a drive of Windows, or a stream beside a file
    if not name or name[0] in "/\\" or ":" in name or "\0" in name:
        return False
    return ".." not in name.replace("\\", "/").split("/")
