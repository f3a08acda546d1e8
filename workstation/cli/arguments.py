"""Paths and texts of the command line: what no command could use is refused before anything is looked at."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from errno import EACCES, ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR
from pathlib import Path
from typing import Any

import click

_REFUSED = {
    ENAMETOOLONG: "the name is longer than the disk takes. Give a shorter one",
    ELOOP: "a link in it leads back to itself. Name the file or folder that is meant",
    ENOTDIR: "a file stands where a folder would have to be. Name a folder",
    EACCES: "this account may not look there. Name one that it may read",
}

_LONGEST = 120
# what stands there looks like files, and is none; but for memory that is used as a disk
_OF_THE_SYSTEM = ("/dev/", "/proc/", "/sys/")
# of records: other addresses are none of theirs
_RECORDS = ("postgresql://", "postgres://")
_A_DISK = "/dev/shm/"  # noqa: S108 - nothing is put there


class UsablePath(click.Path):
    """A path that is a file, a folder, or nothing yet; no device, pipe or socket, which may never end."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401 - click's
        """The path, or one line that says why it can be none."""
        text = os.fsdecode(value)
        if not text:
            self.fail("the path is empty. Name a file or folder; . is the one where you are", param, ctx)
        if "\0" in text:
            self.fail(f"{text!a:.80}: no path can hold that character", param, ctx)
        why = _why_not(text)
        if why:
            self.fail(f"{_shown(text)}: {why}", param, ctx)
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        # messages name a folder by its last part, and . and .. have none
        if not path.name.strip("."):
            with suppress(OSError):
                path = path.resolve()
        return path


class PathOrAddress(UsablePath):
    """A path, or the address of a server, which stays a text."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401 - click's
        """The path or the text; an address is looked at by whoever speaks to it."""
        text = os.fsdecode(value)
        return PlainText().convert(text, param, ctx) if "://" in text else super().convert(value, param, ctx)


class StudyFolder(UsablePath):
    """A path; for the address of a record on a server, the folder of this account that is joined to it."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401 - click's
        """The path, or one line that says how a folder is joined."""
        text = os.fsdecode(value)
        if not text.startswith(_RECORDS):
            return super().convert(value, param, ctx)
        # what knows servers is imported where one was named
        from workstation.app.servers.joining import folder_of

        return folder_of(PlainText().convert(text, param, ctx))


def _why_not(text: str) -> str:
    try:
        mode = os.stat(text).st_mode  # noqa: PTH116 - as it was typed: Path would take a slash away
    except OSError as error:
        return "" if error.errno == ENOENT else _REFUSED.get(error.errno or 0, "it can't be looked at")
    real = os.path.realpath(text)
    of_the_system = real.startswith(_OF_THE_SYSTEM) and not real.startswith(_A_DISK)
    if (stat.S_ISREG(mode) or stat.S_ISDIR(mode)) and not of_the_system:
        return ""
    return "that is a device, a pipe or a socket. Name an ordinary file or folder"


def _shown(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


class PlainText(click.types.StringParamType):
    """A text, and no bytes that are none: a terminal hands those on in a form that nothing can store."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401 - click's
        """The text as it was typed."""
        text = super().convert(value, param, ctx)
        try:
            str(text).encode()
        except UnicodeEncodeError:
            self.fail(
                f"{text!a:.80} holds bytes that are no text. Write it in letters that this system knows", param, ctx
            )
        return text
