"""ZIP archive, read a member at a time into memory: APPNOTE.TXT 6.3."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from workstation.intake.errors import FileUnusable
from workstation.intake.files import member as caps
from workstation.intake.files.member import WHAT, Member, damaged, swells, too_large, too_many

SIGNATURES: Final = (b"PK\x03\x04", b"PK\x05\x06")
METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
ENCRYPTED: Final = 0x1


def is_zip(start: bytes) -> bool:
    """By the first bytes."""
    return start.startswith(SIGNATURES)


class Zipped:
    """An open ZIP archive.

    Raises:
        FileUnusable: damaged, or it claims to be more than any archive of images is.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise damaged() from error
        self._infos = self._archive.infolist()
        self.members: Sequence[Member | None] = tuple(
            None if info.is_dir() else Member(info.filename, _unread(info)) for info in self._infos
        )
        refusal = self._refusal()
        if refusal is not None:
            self.close()
            raise refusal

    def _refusal(self) -> FileUnusable | None:
        if len(self._infos) > caps.MOST_MEMBERS:
            return too_many()
        if sum(info.file_size for info in self._infos) > caps.MOST_BYTES:
            return too_large()
        return swells() if any(_swells(info) for info in self._infos) else None

    def read(self, number: int) -> bytes:
        """The bytes of a member; zipfile gives no more than the size that is checked, and compares the checksum."""
        try:
            return self._archive.read(self._infos[number])
        except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, RuntimeError, EOFError) as error:
            raise FileUnusable("damaged in its archive", what=WHAT) from error

    def close(self) -> None:
        """Let go of the file."""
        self._archive.close()


def _swells(info: zipfile.ZipInfo) -> bool:
    return info.file_size > caps.SMALL and info.file_size > caps.LARGEST_RATIO * max(info.compress_size, 1)


def _unread(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & ENCRYPTED:
        return "encrypted; unpack it with its password and import the folder"
    if info.file_size > caps.LARGEST_MEMBER:
        return "larger than 1 GiB"
    return "" if info.compress_type in METHODS else "packed in a way that is not supported; unpack it first"
