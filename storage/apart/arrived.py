"""Images that have come to a copy: whole files under their names in images/, checked before they get them."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterable
from pathlib import Path

from storage.apart.image_list import ApartFile, digest
from storage.files.atomic import write_whole


class FileUnlike(Exception):
    """What came isn't the file that the list says."""


def is_here(images: Path, item: ApartFile) -> bool:
    """Whether a file has come, by its kind and size; what it holds is looked at when it is shown."""
    try:
        found = (images / item.name).lstat()
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
    path = images / item.name
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(path, content)
    except OSError:
        # another program of ours may have brought it meanwhile
        if not is_here(images, item):
            raise


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
