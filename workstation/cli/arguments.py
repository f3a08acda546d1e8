"""Paths and texts of the command line: what no command could use is refused before anything is looked at."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from workstation.cli.paths import why_not, with_a_name

_LONGEST = 120
# of records: other addresses are none of theirs
_RECORDS = ("postgresql://", "postgres://")


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
        why = why_not(text)
        if why:
            self.fail(f"{_shown(text)}: {why}", param, ctx)
        return with_a_name(Path(os.fsdecode(super().convert(value, param, ctx))))


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
