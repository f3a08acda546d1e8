"""Gzip file: one file inside, or a tar, which is inflated into a file without a name: RFC 1952.

What it unpacks to isn't known before it is unpacked, so it is inflated a piece at a time, up to the caps.
"""

from __future__ import annotations

import gzip
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from workstation.intake.errors import FileUnusable
from workstation.intake.files import member as caps
from workstation.intake.files.member import WHAT, Member, damaged, swells, too_large

SIGNATURE: Final = b"\x1f\x8b"
AT_ONCE: Final = 1 << 20
START: Final = 1 << 10
ENDING: Final = ".gz"


def is_gzip(start: bytes) -> bool:
    """By the first bytes."""
    return start.startswith(SIGNATURE)


def inflated_start(path: Path) -> bytes:
    """The first bytes of what is inside, b"" where it is damaged."""
    try:
        with gzip.open(path) as file:
            return file.read(START)
    except (OSError, EOFError, zlib.error):
        return b""


def tar_in(path: Path) -> BinaryIO:
    """All that is inside, in a file without a name that is gone once it is closed.

    Raises:
        FileUnusable: damaged, or more than any archive of images is.
        OSError: there is no room for it.
    """
    file = tempfile.TemporaryFile(prefix="ramris-")  # noqa: SIM115 - closed with the archive
    try:
        for part in _parts(path, caps.MOST_BYTES):
            file.write(part)
    except BaseException:
        file.close()
        raise
    return file


class Gzipped:
    """A gzip file with one file inside."""

    def __init__(self, path: Path) -> None:
        self._path = path
        name = path.name[: -len(ENDING)] if path.name.lower().endswith(ENDING) else path.name
        self.members: Sequence[Member | None] = (Member(name),)

    def read(self, number: int) -> bytes:  # noqa: ARG002 - there is one
        """The bytes inside."""
        try:
            return b"".join(_parts(self._path, caps.LARGEST_MEMBER))
        except FileUnusable as refusal:
            if refusal.why == damaged().why:
                raise FileUnusable("damaged in its archive", what=WHAT) from refusal
            raise

    def close(self) -> None:
        """Nothing is open."""


def _parts(path: Path, most: int) -> Iterator[bytes]:
    size, packed = 0, path.stat().st_size
    broken: Exception | None = None
    with gzip.open(path) as file:
        while True:
            try:
                part = file.read(AT_ONCE)
            except (gzip.BadGzipFile, EOFError, zlib.error) as error:
                broken = error
                break
            if not part:
                return
            size += len(part)
            if size > most:
                raise too_large()
            if size > caps.SMALL and size > caps.LARGEST_RATIO * packed:
                raise swells()
            yield part
    raise damaged() from broken
