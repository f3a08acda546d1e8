"""`ramris read DIR --reader ID` without click: a reader waits for images each day, and for nothing else.

Anything else that is given, and whatever of this isn't as it should be, is left to click: it alone refuses.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from storage.acting import VARIABLE
from workstation.cli.paths import why_not, with_a_name

# what click, too, looks for in the environment: who acts, and that a shell wants words completed
_TOLD_OTHERWISE: Final = (VARIABLE, "_RAMRIS_COMPLETE")


def read_plainly(arguments: Sequence[str]) -> int | None:
    """Show the reading room and return the exit status; None, with nothing done, where it is for click."""
    plain = plain_reading(arguments)
    if plain is None:
        return None
    from workstation.app import reading as app
    from workstation.app.servers.images import while_reading

    directory, reader = plain
    if app.is_sent(directory):
        return None
    return app.read(directory, reader, None, _say, _complain, apart=while_reading(directory))


def plain_reading(arguments: Sequence[str]) -> tuple[Path, str] | None:
    """(folder, reader) where a room is asked for in a folder that is there, and nothing else is; else None."""
    match arguments:
        case ["read", directory, "--reader", reader] | ["read", "--reader", reader, directory]:
            pass
        case _:
            return None
    if any(name in os.environ for name in _TOLD_OTHERWISE):
        return None
    return (with_a_name(Path(directory)), reader) if _is_a_folder(directory) and _is_a_word(reader) else None


def _is_a_folder(text: str) -> bool:
    """Whether a folder stands there that this account may read, by no path that could be an option or an address."""
    if not _is_a_word(text) or "://" in text or "\0" in text:
        return False
    return not why_not(text) and os.path.isdir(text) and os.access(text, os.R_OK)  # noqa: PTH112 - as it was typed


def _is_a_word(text: str) -> bool:
    """Whether it is text at all, and no option."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return bool(text) and not text.startswith("-")


def _say(line: str) -> None:
    from workstation.cli.shared import say

    say(line)


def _complain(line: str) -> None:
    from workstation.cli.shared import complain

    complain(line)
