"""Parts of a multipart/related answer (WADO-RS, DICOM PS3.18, 10.4; RFC 2387), each written to a file as it comes.

Nothing is decoded: the bytes of a file are those that the server has, so that their SHA-256 says whether it is the same
file the next time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from email.message import Message
from pathlib import Path
from typing import BinaryIO, Final

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser

from workstation.intake.pulling.server import PullRefused

# one file; a multi-frame image of 4,000 frames of 512 pixels has 2 GB, and no wrist has
MOST_BYTES: Final = 2 << 30
MOST_PARTS: Final = 20_000


class Parts:
    """Writes each part to `folder` as 00001.dcm and so on; `digests` are their SHA-256, in the order they came."""

    def __init__(self, folder: Path, boundary: str) -> None:
        self.digests: list[str] = []
        self._folder = folder
        self._file: BinaryIO | None = None
        self._hash = hashlib.sha256()
        self._ended = False
        self._size = 0
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin,
                    "on_part_data": self._data,
                    "on_part_end": self._end,
                    "on_end": self._all,
                },
            )
        except (MultipartParseError, ValueError) as error:
            raise PullRefused(_NO_PARTS) from error

    def take(self, chunks: Iterable[bytes], waiting: Callable[[int], None]) -> None:
        """Write what comes; `waiting` hears how many parts are whole, and stops it by raising.

        Raises:
            PullRefused: it isn't what it says to be, it ends too early, or it is larger than any scan.
            OSError: it can't be written.
        """
        try:
            for chunk in chunks:
                waiting(len(self.digests))
                self._parser.write(chunk)
        except MultipartParseError as error:
            raise PullRefused(_NO_PARTS) from error
        finally:
            if self._file is not None:
                self._file.close()
        if not self._ended:
            raise PullRefused("the answer ended before its last image. Try again; what was fetched is kept")

    def _begin(self) -> None:
        if len(self.digests) >= MOST_PARTS:
            raise PullRefused(f"a series of more than {MOST_PARTS:,} files isn't taken. Fetch it another way")
        self._file = (self._folder / f"{len(self.digests) + 1:05}.dcm").open("xb")
        self._hash, self._size = hashlib.sha256(), 0

    def _data(self, data: bytes, start: int, end: int) -> None:
        self._size += end - start
        if self._size > MOST_BYTES:
            raise PullRefused(f"a file of more than {MOST_BYTES >> 30} GB isn't taken. Fetch it another way")
        if self._file is not None:
            self._file.write(memoryview(data)[start:end])
            self._hash.update(memoryview(data)[start:end])

    def _end(self) -> None:
        if self._file is not None:
            self._file.close()
        self._file = None
        self.digests.append(self._hash.hexdigest())

    def _all(self) -> None:
        self._ended = True


def boundary_of(content_type: str) -> str:
    """The boundary that a Content-Type names.

    Raises:
        PullRefused: it names none, or isn't multipart/related.
    """
    message = Message()
    message["Content-Type"] = content_type
    boundary = message.get_boundary("")
    if message.get_content_type() != "multipart/related" or not boundary:
        raise PullRefused(_NO_PARTS)
    return boundary


_NO_PARTS: Final = "the answer isn't the files of a series (multipart/related). Ask whoever runs the server"
