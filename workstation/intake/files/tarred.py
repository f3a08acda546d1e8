"""Tar archive, read by its headers alone: POSIX.1-2017, pax interchange format, ustar and what GNU tar adds.

Python's tarfile reads long names and pax headers into memory as large as they claim to be; names are only shown here,
so they are passed over.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import BinaryIO, Final

from workstation.intake.errors import FileUnusable
from workstation.intake.files import member as caps
from workstation.intake.files.member import WHAT, Member, damaged, too_large, too_many

BLOCK: Final = 512
REGULAR: Final = frozenset({b"0", b"\0", b"7"})
FOLDER: Final = b"5"
LINKS: Final = frozenset({b"1", b"2"})
# names and times of what follows
ABOUT_OTHERS: Final = frozenset({b"x", b"g", b"L", b"K", b"X", b"V"})
DEVICES: Final = frozenset({b"3", b"4", b"6"})
CHECKSUM: Final = slice(148, 156)
BASE_256: Final = 0x80


def is_tar(start: bytes) -> bool:
    """Whether bytes begin with a header whose checksum is right; the oldest tars say nothing else."""
    return len(start) >= BLOCK and any(start[:BLOCK]) and _number(start[CHECKSUM]) == _checksum(start[:BLOCK])


class Tarred:
    """An open tar archive; the file is its own from now on.

    Raises:
        FileUnusable: damaged, or more than any archive of images is.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._spans: list[tuple[int, int]] = []
        members: list[Member | None] = []
        try:
            for name, kind, start, size in self._headers():
                self._spans.append((start, size))
                members.append(None if kind == FOLDER else Member(name, _unread(kind, size)))
        except BaseException:
            self.close()
            raise
        self.members: Sequence[Member | None] = tuple(members)

    def _headers(self) -> Iterator[tuple[str, bytes, int, int]]:
        """Name, kind, start and size of each member that isn't about another one."""
        pos, end, count = 0, self._file.seek(0, os.SEEK_END), 0
        if end > caps.MOST_BYTES:
            raise too_large()
        while pos + BLOCK <= end:
            self._file.seek(pos)
            header = self._file.read(BLOCK)
            if not any(header):
                return
            size = _number(header[124:136])
            if not is_tar(header) or size is None:
                raise damaged()
            start = pos + BLOCK
            kind = header[156:157]
            # of a folder, a link or a device nothing follows, whatever its size says
            held = 0 if kind == FOLDER or kind in LINKS | DEVICES else size
            if start + held > end:
                raise damaged()
            count += kind not in ABOUT_OTHERS
            if count > caps.MOST_MEMBERS:
                raise too_many()
            if kind not in ABOUT_OTHERS:
                yield header[:100].partition(b"\0")[0].decode("utf-8", "replace"), kind, start, held
            pos = start + -(-held // BLOCK) * BLOCK

    def read(self, number: int) -> bytes:
        """The bytes of a member."""
        start, size = self._spans[number]
        self._file.seek(start)
        data = self._file.read(size)
        if len(data) != size:
            raise FileUnusable("damaged in its archive", what=WHAT)
        return data

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def _number(field: bytes) -> int | None:
    """Octal digits, or what GNU tar writes where those don't suffice."""
    if field[:1] and field[0] & BASE_256:
        return int.from_bytes(bytes([field[0] & 0x7F]) + field[1:], "big")
    digits = field.strip(b" \0")
    return int(digits or b"0", 8) if all(digit in b"01234567" for digit in digits) else None


def _checksum(header: bytes) -> int:
    """The sum of all bytes, those of the checksum itself as blanks."""
    return sum(header) - sum(header[CHECKSUM]) + 8 * ord(" ")


def _unread(kind: bytes, size: int) -> str:
    if kind in LINKS:
        return "a link; links are not followed"
    if kind in DEVICES:
        return "not a regular file"
    if kind not in REGULAR:
        return "packed in a way that is not supported; unpack it first"
    return "larger than 1 GiB" if size > caps.LARGEST_MEMBER else ""
