"""Digest of a series' stored pixels: by it the record says which image files belong to it.

SHA-256 over the code of the series and the SHA-256 of each slice's pixels in order. With the code in it, the digests of
two cases that show the same images differ: a reader's copy tells no repeat by them.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Final

from storage.apart import at_rest
from storage.records import SeriesRecord, SliceRecord

_CHUNK: Final = 1 << 20
BYTES: Final = {"uint8": 1, "int8": 1, "uint16": 2, "int16": 2, "uint32": 4, "int32": 4}


class PixelsUnlike(Exception):
    """Stored pixels that aren't those of the record; the words say in what, without a path or code."""


def slice_digest(pixels: bytes | memoryview) -> bytes:
    """The digest of one slice's pixels as they are stored: (row, column), little endian."""
    return sha256(pixels).digest()


def series_digest(code: str, slices: Iterable[bytes]) -> str:
    """The digest of a series from those of its slices, in the order of the index."""
    whole = sha256(code.encode() + b"\0")
    for one in slices:
        whole.update(one)
    return whole.hexdigest()


def check(images: Path, series: SeriesRecord) -> int:
    """Read the pixels of a series and hold them against the record; how many bytes were read.

    Raises:
        PixelsUnlike: an image is missing, a link, cut short or unreadable, or the pixels are others.
    """
    size = series.rows * series.columns * BYTES[series.dtype]
    count = len(series.slices)
    folder = str(images)
    # one buffer for all slices: a new one for each costs as much as hashing a small picture
    room = memoryview(bytearray(min(size, _CHUNK)))
    found = [
        _read(folder, item, size, room, f"image {number} of {count}")
        for number, item in enumerate(series.slices, start=1)
    ]
    if series_digest(series.code, found) != series.pixels_sha256:
        raise PixelsUnlike("its pixels aren't those that were imported")
    return count * size


def _read(images: str, item: SliceRecord, size: int, room: memoryview, which: str) -> bytes:
    """The digest of one slice's pixels, which go through `room` part by part."""
    digest, left = sha256(), size
    name, start = item.file, item.pixel_offset
    try:
        file, rest = _lying(images, name, which)
        # unbuffered, into the room: neither a buffer of its own nor a copy of each picture
        with open(file, "rb", buffering=0) as source:  # noqa: PTH123 - for each slice; a Path takes as long as a small one
            source.seek(start)
            while left and (count := source.readinto(room[:left])):
                if rest is not None:
                    rest.turn(name, start + size - left, room[:count])
                digest.update(room[:count])
                left -= count
    except FileNotFoundError:
        raise PixelsUnlike(f"{which} is missing") from None
    except (OSError, ValueError):
        # a ValueError is of a name that no disk takes
        raise PixelsUnlike(f"{which} can't be read") from None
    if left:
        raise PixelsUnlike(f"{which} is cut short")
    return digest.digest()


def _lying(images: str, name: str, which: str) -> tuple[str, at_rest.Rest | None]:
    """Where an image lies, and the key where it lies encrypted.

    Raises:
        PixelsUnlike: what lies there is no file.
        OSError: nothing does.
    """
    file, rest = images + os.sep + name, None
    try:
        mode = os.lstat(file).st_mode
    except FileNotFoundError:
        rest = at_rest.of(images)
        if rest is None:
            raise
        file = rest.path(images, name)
        mode = os.lstat(file).st_mode
    if not stat.S_ISREG(mode):
        raise PixelsUnlike(f"{which} is a link or no file")
    return file, rest
