"""List of a copy's images that lie apart: where the pieces of each file are, and what the file must be.

It holds the key of the pieces, so it is as secret as the images. Of a file it says what a copy with its images in it
shows too: the name in the index and the size. Its digest is of the name as well, so it is no other file's.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct, field

from storage.errors import RecordDamaged
from storage.files.atomic import write_whole

LIST_FILE: Final = "images.json"
FORMAT: Final = 1
KEY_BYTES: Final = 32
# what a list may ask for at most: of a piece that is 8 MB, a file has some
MOST_PIECE: Final = 8 << 20
_NEXT: Final = "Ask the coordinator for the copy again"
# as `storage.index.renaming` makes them, and as pieces are named
_FILE: Final = re.compile(r"[A-Z0-9a-z]{1,64}/[A-Z0-9a-z]{1,64}\.dcm")
_PIECE: Final = re.compile(r"[0-9a-f]{32}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


class ApartFile(Struct, frozen=True):
    """An image: its name below images/, its size, its digest (see `digest`), and its pieces in order."""

    name: str
    size: int
    sha256: str
    pieces: tuple[str, ...]


class ImageList(Struct, frozen=True, forbid_unknown_fields=True):
    """All images of a copy, by case. address: of the folder that has the pieces, a URL or a path.

    user: whom the server asks for; "" where it asks nobody. piece: bytes of a piece's content, of every one the same.
    space_gb: what images may take here, on this machine.
    """

    format: int
    address: str
    key: str
    piece: int
    cases: dict[str, tuple[ApartFile, ...]]
    user: str = ""
    ca: str = ""
    space_gb: float = field(default=20.0)

    @property
    def secret(self) -> bytes:
        """The key of the pieces."""
        return bytes.fromhex(self.key)

    @property
    def files(self) -> dict[str, ApartFile]:
        """All files by name."""
        return {item.name: item for items in self.cases.values() for item in items}


def digest(name: str, content: bytes) -> str:
    """SHA-256 of a file and its name: of two cases that hold the same bytes, each has another one."""
    return hashlib.sha256(name.encode() + b"\0" + content).hexdigest()


def lies_apart(copy: Path) -> bool:
    """Whether the images of a copy lie apart. Reads nothing."""
    return (copy / LIST_FILE).is_file()


def read_list(copy: Path) -> ImageList:
    """The list of a copy.

    Raises:
        RecordDamaged: it can't be read, or asks for what can't be.
    """
    try:
        found = msgspec.json.decode((copy / LIST_FILE).read_bytes(), type=ImageList)
        right = found.format == FORMAT and _is_right(found)
        newer = found.format > FORMAT
    except (OSError, ValueError, RecursionError):
        right = newer = False
    if newer:
        raise RecordDamaged(f"{LIST_FILE} was written by a newer program: get the program that your coordinator has")
    if not right:
        raise RecordDamaged(f"{LIST_FILE}, which says where the images are, can't be used. {_NEXT}")
    return found


def names_apart(copy: Path) -> frozenset[str]:
    """The names of all files that lie apart; none where the copy has its images, or its list can't be read."""
    if not lies_apart(copy):
        return frozenset()
    try:
        return frozenset(read_list(copy).files)
    except RecordDamaged:
        return frozenset()


def write_list(copy: Path, images: ImageList) -> None:
    """Put the list into a copy, open to this account alone; OSError."""
    write_whole(copy / LIST_FILE, msgspec.json.encode(images))


def _is_right(images: ImageList) -> bool:
    """Whether nothing in it leads out of the folder of images, or asks for more than there can be."""
    every = [item for items in images.cases.values() for item in items]
    return (
        0 < images.piece <= MOST_PIECE
        and len(bytes.fromhex(images.key)) == KEY_BYTES
        and len({item.name for item in every}) == len(every)
        and all(_file_is_right(item, images.piece) for item in every)
    )


def _file_is_right(item: ApartFile, piece: int) -> bool:
    return bool(
        _FILE.fullmatch(item.name)
        and _SHA256.fullmatch(item.sha256)
        and all(_PIECE.fullmatch(name) for name in item.pieces)
        and item.size > 0
        and len(item.pieces) == -(-item.size // piece)
    )
