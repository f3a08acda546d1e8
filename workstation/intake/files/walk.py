"""Walk through the folders given: regular files only, each once. Links are not followed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from workstation.errors import IntakeRefused
from workstation.intake.findings import SetAside, printable


def check_roots(paths: Sequence[Path]) -> tuple[Path, ...]:
    """The paths made absolute, with links resolved once, here.

    Raises:
        IntakeRefused: no path was given, or one of them doesn't exist.
    """
    if not paths:
        raise IntakeRefused("No folder to import was named: give at least one folder or file.")
    for path in paths:
        if not path.exists():
            raise IntakeRefused(f"{printable(str(path))}: no such file or folder. Nothing was imported.")
    return tuple(path.resolve() for path in paths)


def files_below(roots: Sequence[Path], *, outside: Path) -> Iterator[Path | SetAside]:
    """Every file below the roots once, in the order of names; what can't be opened as a file comes as set aside.

    Args:
        roots: absolute paths from `check_roots`.
        outside: the study folder being written, which is never walked into.
    """
    for root in _apart(roots):
        for entry in [root] if not root.is_dir() else _walk(root, outside.resolve()):
            yield entry if isinstance(entry, SetAside) else _regular(entry)


def count_below(roots: Sequence[Path], *, outside: Path) -> int:
    """How many that will be, without looking at them; arguments as above."""
    here = outside.resolve()
    return sum(1 if not root.is_dir() else sum(1 for _ in _walk(root, here)) for root in _apart(roots))


def _apart(roots: Sequence[Path]) -> list[Path]:
    """The roots without those that lie below another."""
    known = dict.fromkeys(roots)
    return [root for root in known if not any(parent in known for parent in root.parents)]


def _walk(root: Path, outside: Path) -> Iterator[Path | SetAside]:
    """The files of a folder by name, then those of the folders in it; no recursion, so that folders may be deep."""
    folders = [str(root)]
    while folders:
        folder = folders.pop()
        try:
            names, below = _listed(folder)
        except OSError:
            yield SetAside(Path(folder), "folder", "the folder can't be read")
            continue
        for name in names:
            yield Path(folder, name)
        folders += [path for path in reversed(below) if path != str(outside)]


def _listed(folder: str) -> tuple[list[str], list[str]]:
    """The names of what is no folder, links to folders among them, and the paths of the folders; sorted."""
    names, below = [], []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                below.append(entry.path)
            else:
                names.append(entry.name)
    return sorted(names), sorted(below)


def _regular(path: Path) -> Path | SetAside:
    try:
        mode = path.lstat().st_mode
    except OSError:
        return SetAside(path, "file", "the file can't be read")
    if stat.S_ISLNK(mode):
        return SetAside(path, "link", "links are not followed; what they point to is read where it lies")
    if not stat.S_ISREG(mode):
        return SetAside(path, "special file", "not a regular file")
    return path
