"""Which files lie below the folders given: regular files only, each once. Links are not followed."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
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
    problems: list[SetAside] = []
    for folder, folders, names in os.walk(root, onerror=_collect(problems), followlinks=False):
        here = Path(folder)
        links = [name for name in folders if (here / name).is_symlink()]
        folders[:] = sorted(name for name in folders if name not in links and here / name != outside)
        yield from (here / name for name in sorted([*names, *links]))
    yield from problems


def _collect(problems: list[SetAside]) -> Callable[[OSError], None]:
    def failed(error: OSError) -> None:
        problems.append(SetAside(Path(error.filename), "folder", "the folder can't be read"))

    return failed


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
