"""The file of the studies that were opened, in the folder of the user's own settings: paths, and nothing from a study.

It is a convenience: where it can't be read it is empty, and where it can't be written nothing else fails.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from storage.files.atomic import write_whole
from workstation.starting import recent
from workstation.starting.recent import Opened, Role

FILE: Final = "recent-studies.json"


class _Entry(msgspec.Struct, frozen=True):
    folder: str
    role: Role
    reader: str = ""


def load(file: Path) -> tuple[Opened, ...]:
    """The studies, the latest first; an entry that makes no sense is left out, the others stay."""
    try:
        entries = msgspec.json.decode(file.read_bytes(), type=list[msgspec.Raw])
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ()
    found = (_opened(entry) for entry in entries)
    return tuple(dict.fromkeys(opened for opened in found if opened is not None))[: recent.MOST]


def remember(file: Path, opened: Opened) -> bool:
    """Put a study first; False where that can't be kept."""
    return _changed(file, lambda kept: recent.with_opened(kept, opened))


def forget(file: Path, opened: Opened) -> bool:
    """Take a study off the list; False where that can't be kept. The study itself stays as it is."""
    return _changed(file, lambda kept: recent.without(kept, opened))


def _changed(file: Path, change: Callable[[tuple[Opened, ...]], tuple[Opened, ...]]) -> bool:
    entries = [_Entry(str(opened.folder), opened.role, opened.reader) for opened in change(load(file))]
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, msgspec.json.format(msgspec.json.encode(entries), indent=2))
        return True
    return False


def _opened(entry: msgspec.Raw) -> Opened | None:
    try:
        read = msgspec.json.decode(entry, type=_Entry)
        folder = Path(read.folder)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError):
        return None
    # one that isn't absolute would mean another folder wherever the program stands
    return Opened(folder, read.role, read.reader) if folder.is_absolute() else None
