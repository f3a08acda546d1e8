"""UTF-8 for Qt, which takes a locale of no other encoding and complains of it on standard error."""

from __future__ import annotations

import locale
import os


def prefer_utf8() -> None:
    """Have this process and those that it starts speak UTF-8 where LC_ALL asks for less, such as C.

    To be called before Qt is there, which takes C.UTF-8 itself after four lines that no reader can do anything about.
    """
    if os.name == "posix" and locale.getencoding().upper() != "UTF-8":
        os.environ["LC_ALL"] = "C.UTF-8"
