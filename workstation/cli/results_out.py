"""Options of `ramris export DIR dicom`, and what it does: results of signed readings as DICOM objects."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import click

from workstation.app.results_out import writing as app
from workstation.cli.shared import DONE, PATH, progress_line, say
from workstation.errors import UsageRefused

Command = TypeVar("Command", bound=Callable[..., int])
SCIENCE, ARCHIVE = "science", "archive"


@dataclass(frozen=True, slots=True)
class AskedDicom:
    """What was asked for with dicom; `folder` None where nothing was."""

    folder: Path | None
    way: str | None
    reader: str
    case: str

    def refuse(self) -> None:
        """Where tables are written.

        Raises:
            UsageRefused: an option that goes with dicom alone.
        """
        for name, value in (("--for", self.way), ("--reader", self.reader), ("--case", self.case)):
            if value:
                raise UsageRefused(f"{name} goes with dicom: ramris export DIR dicom --out FOLDER")


def DICOM_OPTIONS(command: Command) -> Command:  # noqa: N802 - stands as a decorator beside others that are values
    """The options that go with dicom alone."""
    for option in reversed(
        (
            click.option("--out", "folder", type=PATH, metavar="FOLDER", help="With dicom: where it is written to."),
            click.option(
                "--for",
                "way",
                type=click.Choice([SCIENCE, ARCHIVE]),
                help="With dicom: science, codes alone (default); archive, identified, needs the vault and --why.",
            ),
            click.option(
                "--reader", "reader", default="", metavar="ID", help="With dicom: only what this reader signed."
            ),
            click.option("--case", "case", default="", metavar="CODE", help="With dicom: only this case."),
        )
    ):
        command = option(command)
    return command


def export_dicom(directory: Path, asked: AskedDicom, why: str, *, as_json: bool) -> int:
    """Write it, and say what there is and what was left out."""
    assert asked.folder is not None, "the caller looks"  # noqa: S101 - for the checker
    if asked.way == ARCHIVE:
        if not why.strip():
            raise UsageRefused("--for archive names people: give the reason, for the record: --why TEXT")
        found = app.for_archive(directory, asked.folder, asked.reader, asked.case, progress_line(), why=why)
    else:
        if why:
            raise UsageRefused("--why goes with --for archive; with codes nobody is named")
        found = app.for_science(directory, asked.folder, asked.reader, asked.case, progress_line())
    if as_json:
        click.echo(json.dumps(found.as_json()))
    else:
        for line in app.lines_of(found):
            say(line)
    return DONE
