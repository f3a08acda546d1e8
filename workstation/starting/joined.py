"""The file of the folders that are joined to records on servers, beside that of the studies that were opened.

A line says that the record at an address is worked on in a folder of this account. What the folder itself says counts:
a folder that is gone, or whose study.url names another place by now, is passed over.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

from storage.database.server_address import Address, address_of
from storage.errors import StudyError
from storage.files.atomic import write_whole
from storage.files.record_url import written_address

FILE: Final = "joined-studies.json"
_MOST: Final = 200


def load(file: Path) -> tuple[Path, ...]:
    """The folders, the latest first; what makes no sense is left out."""
    try:
        found = msgspec.json.decode(file.read_bytes(), type=list[str])
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ()
    # one that isn't absolute would mean another folder wherever the program stands
    return tuple(path for path in map(Path, found) if path.is_absolute())


def remember(file: Path, folder: Path) -> bool:
    """Put a folder first; False where that can't be kept."""
    kept = [str(folder), *(str(other) for other in load(file) if other != folder)][:_MOST]
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, msgspec.json.format(msgspec.json.encode(kept), indent=2))
        return True
    return False


def folder_of(address: Address, folders: Iterable[Path]) -> Path | None:
    """The first of the folders whose record lies at that address, by whichever login."""
    return next((folder for folder in folders if _target(folder) == address.target), None)


def _target(folder: Path) -> tuple[str, int, str] | None:
    """Where the record of a folder lies; None where it is study.db, or the folder says nothing that makes sense."""
    with contextlib.suppress(StudyError, OSError):
        said = written_address(folder)
        return None if said is None else address_of(said, proven=False).target
    return None
