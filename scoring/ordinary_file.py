"""Ordinary file opened to be read: a pipe, a socket or a device is refused before it can be waited for."""

from __future__ import annotations

import os
import stat
from errno import EINVAL
from io import BufferedReader
from pathlib import Path
from typing import Final

# a pipe that nobody writes to would be waited for when it is opened
_FLAGS: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


def open_ordinary(path: Path) -> BufferedReader:
    """The file, open.

    Raises:
        OSError: it can't be read, or is no ordinary file.
    """
    handle = os.open(path, _FLAGS)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(EINVAL, "it is no ordinary file")
    return os.fdopen(handle, "rb")


def content_of(path: Path) -> bytes:
    """All of it; OSError as above."""
    with open_ordinary(path) as file:
        return file.read()
