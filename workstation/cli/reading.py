"""Commands of a reader: the reading room, and grades that are entered as text."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from workstation.app import reading as app
from workstation.cli.arguments import PathOrAddress, PlainText
from workstation.cli.shared import (
    DIRECTORY,
    DONE,
    JSON_OPTION,
    PATH,
    PNG_OPTION,
    READER_OPTION,
    REFUSED,
    ask_password,
    cli,
    complain,
    say,
)
from workstation.errors import UsageRefused


@cli.command()
@click.argument("directory", metavar="DIR", type=PathOrAddress())
@click.option("--reader", metavar="ID", type=PlainText(), help="The reader's id. Needed, but in a copy from a server.")
@PNG_OPTION
@click.option("--to", "address", metavar="URL", type=PlainText(), help="Send what is read in this copy to the server.")
@click.option("--ca", type=PATH, metavar="FILE", help="Certificate of the server's own authority (PEM).")
@click.option("--images", type=PATH, metavar="FOLDER", help="With a URL: the copy's images, as you were sent them.")
@click.option("--keep-password", is_flag=True, help="Put the password into the key store of this account.")
def read(
    *,
    directory: Path | str,
    reader: str | None,
    png: Path | None,
    address: str | None,
    ca: Path | None,
    images: Path | None,
    keep_password: bool,
) -> int:
    """Open the reading room on a reader's worklist.

    DIR is a folder, or the URL of a server: your copy is then fetched to this machine, and what you read is sent there.
    Images that lie apart come while it is open: see ramris fetch. A URL of a study's record, to which a folder here is
    joined, is that folder.
    """
    from workstation.app.servers.images import while_reading

    if isinstance(directory, str) and address is None:
        from workstation.app.servers.joining import joined_folder

        directory = joined_folder(directory) or directory
    if isinstance(directory, Path) and reader is None:
        raise click.MissingParameter(param_hint="'--reader'", param_type="option")
    if isinstance(directory, Path) and address is None and not app.is_sent(directory):
        return app.read(directory, reader or "", png, say, complain, apart=while_reading(directory))
    # where a server was named, and there alone
    from workstation.app.servers import passwords, reading_apart

    server = reading_apart.Typed(address or "", ca, images, keep_password)
    ask = partial(ask_password, variable=passwords.DATABASE_VARIABLE)
    return reading_apart.read(directory, reader, png, server, (say, complain, ask))


@cli.command()
@DIRECTORY
@READER_OPTION
@click.option(
    "--kind",
    type=click.Choice(["person", "algorithm"]),
    default="person",
    show_default=True,
    help="Whose grades: a person's, or another program's.",
)
@click.option("--program", default="", metavar="NAME", help="With --kind algorithm: name of the program.")
@click.option("--version", default="", metavar="V", help="With --kind algorithm: its version.")
@click.option("--hash", "sha256", default="", metavar="SHA256", help="With --kind algorithm: SHA-256 of what was run.")
@click.option(
    "--report",
    "reports",
    type=PATH,
    multiple=True,
    metavar="FILE",
    help="With --kind algorithm: a DICOM structured report of the program, in place of lines; may be given again.",
)
@click.option(
    "--mapping", type=PATH, metavar="FILE", help="With --report: which codes of the program mean what, as TOML."
)
@JSON_OPTION
def enter(
    *,
    directory: Path,
    reader: str,
    kind: str,
    program: str,
    version: str,
    sha256: str,
    reports: tuple[Path, ...],
    mapping: Path | None,
    as_json: bool,
) -> int:
    """Take grades from stdin, a line each: case,visit,feature,site,grade (or NC, AR, SQ, SX; OT,words).

    Between them may be commas, semicolons, tabs or bars, as a spreadsheet saves them. Each is on disk before its
    `ok N` (N: its line) is printed. A refused line changes nothing and the rest go on; the exit status is then 2.

    With --kind algorithm the grades are those of another program: a reader of its own, named with version and hash in
    boards, exports and reports, and shown to no reader. They may come as DICOM structured reports (TID 1500): then all
    are taken or none, and each report that can't be is named in one line.
    """
    acknowledge: Callable[[int], None] = (lambda _: None) if as_json else _acknowledge
    refuse: Callable[[str], None] = (lambda _: None) if as_json else complain
    by = (program, version, sha256)
    if kind == "person" and any(by):
        raise UsageRefused("--program, --version and --hash go with --kind algorithm")
    if kind == "person" and (reports or mapping):
        raise UsageRefused("--report and --mapping go with --kind algorithm")
    if mapping is not None and not reports:
        raise UsageRefused("--mapping goes with --report")
    given = by if kind == "algorithm" else None
    if reports:
        result = app.enter_reports(
            directory, reader, (reports, mapping), acknowledge, refuse, warn=complain, program=by
        )
    else:
        result = app.enter(directory, reader, sys.stdin.buffer, acknowledge, refuse, warn=complain, program=given)
    if as_json:
        import json

        click.echo(json.dumps(result.as_json()))
    return REFUSED if result.refused else DONE


def _acknowledge(number: int) -> None:
    sys.stdout.write(f"ok {number}\n")
    sys.stdout.flush()
