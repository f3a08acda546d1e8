"""Console and pipes as they are: a name that the code page has no sign for is written by number, and ends no command.

A pipe on Windows takes the ANSI code page (https://docs.python.org/3/library/sys.html#sys.stdout), which knows neither
most names of the world nor, in cp437, the signs that this program prints.
"""

from __future__ import annotations

import io
import re
import sys
from typing import Final, TextIO

LONGEST_QUOTED: Final = 300
_RUN: Final = re.compile(rf"\S{{{LONGEST_QUOTED},}}")


def take_any_text(*streams: TextIO, windows: bool = sys.platform == "win32") -> None:
    r"""Let each stream take any text: what its encoding lacks as `\u5c71`; a pipe on Windows becomes UTF-8.

    A stream that isn't a text layer over bytes (one that a test put in place) stays as it is.
    """
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            encoding = "utf-8" if windows and not stream.isatty() else None
            stream.reconfigure(encoding=encoding, errors="backslashreplace")


def plain_line(text: str) -> str:
    """One line that a terminal shows as it is: signs that it would obey by number, and what is endless cut short."""
    line = " ".join(text.split())
    line = "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii") for sign in line)
    return _RUN.sub(lambda run: f"{run[0][:160]}...{run[0][-60:]}", line)
