"""Console and pipes as they are: a name that the code page has no sign for is written by number, and ends no command.

A pipe on Windows takes the ANSI code page (https://docs.python.org/3/library/sys.html#sys.stdout), which knows neither
most names of the world nor, in cp437, the signs that this program prints.
"""

from __future__ import annotations

import io
import sys
from typing import TextIO


def take_any_text(*streams: TextIO, windows: bool = sys.platform == "win32") -> None:
    r"""Let each stream take any text: what its encoding lacks as `\u5c71`; a pipe on Windows becomes UTF-8.

    A stream that isn't a text layer over bytes (one that a test put in place) stays as it is.
    """
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            encoding = "utf-8" if windows and not stream.isatty() else None
            stream.reconfigure(encoding=encoding, errors="backslashreplace")
