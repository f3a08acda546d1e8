"""Folder of a scheme on disk, as a person made it: each file is small, plain text, and no link."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from types import MappingProxyType
from typing import Final

from scoring.errors import TomlRefused
from scoring.schemes.folder import PARTS, SCHEME_FILE, SchemeFolder

MOST_BYTES: Final = 1_000_000
_MOST_NAMED: Final = 3
# a pipe would wait for ever, a link could lead anywhere
_OPENED: Final = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def read_folder(path: Path) -> SchemeFolder:
    """The scheme in a folder; what isn't named as a part of one is left alone, unless it is another TOML file.

    Raises:
        TomlRefused: no folder, no scheme.toml in it, a TOML file that is no part of a scheme, or a file that is a
            link, too large or no UTF-8.
    """
    names, trouble = _names(path)
    if trouble:
        raise TomlRefused(trouble)
    for part in (SCHEME_FILE, *PARTS):
        if part not in names and f"{part}.txt" in names:
            # an editor on Windows puts it there, and doesn't show it
            raise TomlRefused(f"{_shown(path)}: '{part}.txt' isn't read: call it {part}")
    if SCHEME_FILE not in names:
        raise TomlRefused(
            f"{_shown(path)}: has no {SCHEME_FILE}. `ramris scheme new FOLDER` makes a folder to start from"
        )
    unknown = sorted(name for name in names if name.lower().endswith(".toml") and name not in (SCHEME_FILE, *PARTS))
    if unknown:
        named = ", ".join(ascii(name) for name in unknown[:_MOST_NAMED]) + (" ..." if unknown[_MOST_NAMED:] else "")
        raise TomlRefused(
            f"{_shown(path)}: {named}: no part of a scheme is called so (there are: {SCHEME_FILE}, {', '.join(PARTS)})"
        )
    present = [name for name in (SCHEME_FILE, *PARTS) if name in names]
    return SchemeFolder(_shown(path), MappingProxyType({name: _text(path / name) for name in present}))


def _names(path: Path) -> tuple[frozenset[str], str]:
    try:
        return frozenset(os.listdir(path)), ""  # noqa: PTH208 - bytes of a name that isn't UTF-8 must not raise
    except NotADirectoryError:
        return frozenset(), f"{_shown(path)}: is no folder. Give the folder that holds {SCHEME_FILE}"
    except FileNotFoundError:
        return frozenset(), f"{_shown(path)}: no such folder. `ramris scheme list` names the schemes that are shipped"
    except OSError as error:
        return frozenset(), f"{_shown(path)}: can't be read ({error.strerror})"


def _text(file: Path) -> str:
    content, trouble = _content(file)
    if trouble:
        raise TomlRefused(f"{file.name}: {trouble}")
    return content


def _content(file: Path) -> tuple[str, str]:
    """The text of a file, or what is wrong with it."""
    if file.is_symlink():
        return "", "is a link. Put the file itself into the folder"
    try:
        handle = os.open(file, _OPENED)
    except OSError as error:
        return "", f"can't be read ({error.strerror})"
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        return "", "is no file"
    with os.fdopen(handle, "rb") as opened:
        content = opened.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        return "", f"is larger than {MOST_BYTES:,} bytes. A scheme's file is a few pages of text"
    try:
        # editors on Windows put a mark before the text
        return content.decode("utf-8-sig"), ""
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return "", f"line {line}: isn't UTF-8. Save the file as UTF-8"


def _shown(path: Path) -> str:
    text = str(path)
    return text if text.isprintable() else ascii(text)
