"""Options of `ramris export DIR dicom`, and what it does: results of signed readings as DICOM objects."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import click

from workstation.app.results_out import sending
from workstation.app.results_out import writing as app
from workstation.app.servers import passwords
from workstation.cli.shared import DONE, FINDINGS, PATH, ask_password, progress_line, say
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
    address: str
    user: str
    ca: Path | None

    def refuse(self) -> None:
        """Where tables are written.

        Raises:
            UsageRefused: an option that goes with dicom alone.
        """
        for name, value in (
            ("--for", self.way),
            ("--reader", self.reader),
            ("--case", self.case),
            ("--to", self.address),
            ("--user", self.user),
            ("--ca", self.ca),
        ):
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
            click.option(
                "--to",
                "address",
                default="",
                metavar="ADDRESS",
                help="With dicom: also send it there: https://HOST/dicom-web.",
            ),
            click.option(
                "--user",
                default="",
                metavar="NAME",
                help="With --to: who sends. The password is asked for.",
            ),
            click.option("--ca", type=PATH, metavar="FILE", help="With --to: certificate of its own authority (PEM)."),
        )
    ):
        command = option(command)
    return command


def export_dicom(directory: Path, asked: AskedDicom, why: str, *, as_json: bool) -> int:
    """Write it, and say what there is and what was left out."""
    assert asked.folder is not None, "the caller looks"  # noqa: S101 - for the checker
    if not asked.address and (asked.user or asked.ca):
        raise UsageRefused("--user and --ca go with --to, the address that results are sent to")
    address = sending.checked(asked.address) if asked.address else ""
    # before anything is written, and before the record says that anybody is named
    credentials = passwords.credentials_for(address, asked.user, ask_password) if address else None
    if asked.way == ARCHIVE:
        if not why.strip():
            raise UsageRefused("--for archive names people: give the reason, for the record: --why TEXT")
        found = app.for_archive(directory, asked.folder, asked.reader, asked.case, progress_line(), why=why)
    else:
        if why:
            raise UsageRefused("--why goes with --for archive; with codes nobody is named")
        found = app.for_science(directory, asked.folder, asked.reader, asked.case, progress_line())
    sent = None
    if credentials is not None:
        sent = sending.send(found.dicom, address, credentials, asked.ca, progress_line())
    if as_json:
        told = [{"file": one.file.name, "fate": one.fate.name.lower(), "why": one.why} for one in sent or ()]
        click.echo(json.dumps({**found.as_json(), "sent": None if sent is None else told}))
    else:
        for line in (*app.lines_of(found), *(sending.lines_of(sent, len(found.dicom)) if sent is not None else ())):
            say(line)
    return FINDINGS if sent is not None and sending.unfinished(sent, len(found.dicom)) else DONE
