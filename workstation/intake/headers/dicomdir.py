"""DICOMDIR: the files that it lists below its own folder, no others. Its offsets aren't followed: cycles are safe."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pydicom

from workstation.intake.headers import tags
from workstation.intake.headers.nesting import too_deep

# PS3.10 8.2: eight components of eight signs; real discs have longer ones, none has a separator or a dot alone
COMPONENT = re.compile(r"(?!\.+$)[A-Za-z0-9_.\- ]{1,64}")
MOST_COMPONENTS = 8
MOST_BYTES = 256 << 20


@dataclass(frozen=True, slots=True)
class Listed:
    """The files that are there, how many are not, and how many lead elsewhere and aren't looked for."""

    files: tuple[Path, ...]
    missing: int
    elsewhere: int


def listed(path: Path) -> Listed:
    """What a DICOMDIR lists; nothing when it can't be read.

    Args:
        path: of the DICOMDIR, absolute and without links.
    """
    files: dict[Path, None] = {}
    missing = elsewhere = 0
    for parts in _references(path):
        if not _is_inside(parts):
            elsewhere += 1
            continue
        file = _found(path.parent, parts)
        if file is None:
            missing += 1
        elif file.is_symlink() or not file.resolve().is_relative_to(path.parent):
            elsewhere += 1
        else:
            files[file] = None
    return Listed(tuple(files), missing, elsewhere)


def _references(path: Path) -> list[tuple[str, ...]]:
    try:
        if path.stat().st_size > MOST_BYTES:
            return []
        data = path.read_bytes()
        if too_deep(data):
            return []
        dataset = pydicom.dcmread(BytesIO(data), force=True)
        records = tags.items(dataset, "DirectoryRecordSequence")
    except Exception:  # noqa: BLE001 - damaged ones make pydicom raise anything; the files are found by walking
        return []
    return [parts for record in records if (parts := tags.texts(record, "ReferencedFileID"))]


def _is_inside(parts: tuple[str, ...]) -> bool:
    return len(parts) <= MOST_COMPONENTS and all(COMPONENT.fullmatch(part) for part in parts)


def _found(folder: Path, parts: tuple[str, ...]) -> Path | None:
    """The file by its name, by other case as copying from a disc leaves it, or None."""
    here = folder
    for part in parts:
        spellings = (part, part.lower(), part.upper())
        following = next((here / name for name in spellings if (here / name).exists()), None)
        if following is None:
            return None
        here = following
    return here if here.is_file() else None
