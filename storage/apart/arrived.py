"""Images that have come to a copy: whole files under their names in images/, checked before they get them.

Where the account has a key store they are encrypted, each under its name and that of the key (`at_rest`).
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterable
from pathlib import Path

from storage.apart import at_rest
from storage.apart.image_list import ApartFile, digest
from storage.files.atomic import write_whole


class FileUnlike(Exception):
    """What came isn't the file that the list says."""


def is_here(images: Path, item: ApartFile) -> bool:
    """Whether a file has come, by its kind and size; what it holds is looked at when it is shown."""
    # strings: a case has hundreds of files, and is asked for each time that it is opened
    folder = os.fspath(images)
    rest = at_rest.of(folder)
    if rest is not None and _is_whole(rest.path(folder, item.name), item):
        return True
    return _is_whole(f"{folder}{os.sep}{item.name}", item)


def _is_whole(path: Path | str, item: ApartFile) -> bool:
    try:
        found = os.lstat(path)
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size == item.size


def keep(images: Path, item: ApartFile, content: bytes) -> None:
    """Put a file on the disk, whole under its name or not at all.

    Raises:
        FileUnlike: it is another one.
        OSError: the disk doesn't take it.
    """
    if len(content) != item.size or digest(item.name, content) != item.sha256:
        raise FileUnlike
    path, rest = images / item.name, at_rest.of(images)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if rest is None:
            write_whole(path, content)
        else:
            write_whole(Path(rest.path(str(images), item.name)), rest.turned(item.name, content))
            path.unlink(missing_ok=True)
    except OSError:
        # another program of ours may have brought it meanwhile
        if not is_here(images, item):
            raise


def encrypt(images: Path, items: Iterable[ApartFile], stop: Callable[[], bool]) -> None:
    """Encrypt what came in the clear, file by file; another file than the list's goes, and comes again. OSError."""
    for item in items:
        if stop() or at_rest.of(images) is None:
            return
        path = images / item.name
        if _is_whole(path, item):
            try:
                keep(images, item, path.read_bytes())
            except FileUnlike:
                path.unlink(missing_ok=True)


def decrypt(images: Path, items: Iterable[ApartFile]) -> None:
    """The other way round: each file whole in the clear before the encrypted one goes. OSError."""
    rest = at_rest.of(images)
    for item in items if rest is not None else ():
        assert rest is not None  # noqa: S101 - for the type checker
        path = Path(rest.path(str(images), item.name))
        if _is_whole(path, item):
            content = rest.turned(item.name, path.read_bytes())
            if digest(item.name, content) == item.sha256:
                write_whole(images / item.name, content)
            path.unlink()


def drop(images: Path, items: Iterable[ApartFile]) -> None:
    """Take files away, with their folders: they come again when they are wanted. What stays doesn't matter."""
    for folder in {(images / item.name).parent for item in items}:
        shutil.rmtree(folder, ignore_errors=True)


def touch(images: Path, items: Iterable[ApartFile]) -> None:
    """Remember that a case was open just now, by the time of its folders."""
    for folder in {(images / item.name).parent for item in items}:
        try:
            os.utime(folder)
        except OSError:
            # the order in which cases leave is worth no refusal
            return


def last_open(images: Path, items: Iterable[ApartFile]) -> float:
    """When that was; 0 where nothing is here."""
    times = [0.0]
    for folder in {(images / item.name).parent for item in items}:
        try:
            times.append(folder.stat().st_mtime)
        except OSError:
            continue
    return max(times)
