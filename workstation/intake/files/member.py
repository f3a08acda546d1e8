"""Member of an archive: its name and whether it can be read; and the caps for all archives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from workstation.intake.errors import FileUnusable

WHAT: Final = "file in an archive"
MOST_BYTES: Final = 2 << 30
LARGEST_MEMBER: Final = 1 << 30
MOST_MEMBERS: Final = 100_000
LARGEST_RATIO: Final = 100
# Below this even a picture of one colour may be packed tighter than the ratio, and no harm is done
SMALL: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Member:
    """why: the reason why it isn't read, "" when it can be."""

    name: str
    why: str = ""


class Archive(Protocol):
    """An archive that is open. members: by number; None is what holds nothing, as a folder does."""

    members: Sequence[Member | None]

    def read(self, number: int) -> bytes:
        """The bytes of a member without a `why`; raises FileUnusable when it is damaged."""

    def close(self) -> None:
        """Let go of its files."""


def damaged() -> FileUnusable:
    """Of an archive as a whole."""
    return FileUnusable("the archive is damaged", what="archive")


def too_many() -> FileUnusable:
    """Of an archive with more members than `MOST_MEMBERS`."""
    return FileUnusable(
        f"more than {MOST_MEMBERS} files in one archive; unpack it and import the folder", what="archive"
    )


def too_large() -> FileUnusable:
    """Of an archive with more than `MOST_BYTES`."""
    return FileUnusable("unpacks to more than 2 GiB; unpack it and import the folder", what="archive")


def swells() -> FileUnusable:
    """Of an archive packed tighter than `LARGEST_RATIO`."""
    return FileUnusable(f"unpacks to more than {LARGEST_RATIO} times its size, which no images do", what="archive")
