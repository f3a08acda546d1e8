"""Paths as they are typed: what no command could use is told before anything is looked at. Knows nothing of click."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from errno import EACCES, ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR
from pathlib import Path
from typing import Final

_REFUSED: Final = {
    ENAMETOOLONG: "the name is longer than the disk takes. Give a shorter one",
    ELOOP: "a link in it leads back to itself. Name the file or folder that is meant",
    ENOTDIR: "a file stands where a folder would have to be. Name a folder",
    EACCES: "this account may not look there. Name one that it may read",
}
# what stands there looks like files, and is none; but for memory that is used as a disk
_OF_THE_SYSTEM: Final = ("/dev/", "/proc/", "/sys/")
_A_DISK: Final = "/dev/shm/"  # noqa: S108 - nothing is put there


def why_not(text: str) -> str:
    """Why no command can use what stands there; "" where one can, or where nothing stands yet."""
    try:
        mode = os.stat(text).st_mode  # noqa: PTH116 - as it was typed: Path would take a slash away
    except OSError as error:
        return "" if error.errno == ENOENT else _REFUSED.get(error.errno or 0, "it can't be looked at")
    real = os.path.realpath(text)
    of_the_system = real.startswith(_OF_THE_SYSTEM) and not real.startswith(_A_DISK)
    if (stat.S_ISREG(mode) or stat.S_ISDIR(mode)) and not of_the_system:
        return ""
    return "that is a device, a pipe or a socket. Name an ordinary file or folder"


def with_a_name(path: Path) -> Path:
    """The same place by a path that ends in a name: messages name a folder by its last part, and . and .. have none."""
    if not path.name.strip("."):
        with suppress(OSError):
            return path.resolve()
    return path
