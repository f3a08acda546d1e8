"""Command that moves a study's record to a server and back."""

from __future__ import annotations

import json
from pathlib import Path

import click
import msgspec

from workstation.app.servers import moving as app
from workstation.cli.shared import DIRECTORY, DONE, JSON_OPTION, say, study
from workstation.errors import UsageRefused


@study.command("move")
@DIRECTORY
@click.argument("address", metavar="[ADDRESS]", default="")
@click.option("--back", is_flag=True, help="Bring the record back into DIR as study.db.")
@JSON_OPTION
def move(directory: Path, address: str, *, back: bool, as_json: bool) -> int:
    """Move the record of the study to a PostgreSQL server, or back: several coordinators then work on it at once.

    ADDRESS is postgresql://HOST/DATABASE of an empty database, without a password: that is taken from ~/.pgpass or
    PGPASSWORD. DIR keeps vault.db, the images and a file study.url that says where the record lies; every command
    takes DIR as before. The record is the same on both, with the same head. Interrupted, the same command goes on.
    """
    if back == bool(address):
        raise UsageRefused(
            "say where to: `ramris study move DIR postgresql://HOST/DATABASE`, or `ramris study move DIR --back`"
        )
    done = app.move_back(directory) if back else app.move_to(directory, address)
    if as_json:
        click.echo(json.dumps(msgspec.to_builtins(done)))
    else:
        say(f"The record lies in {done.lies_in} now: {done.events} answers and {done.acts} acts, all verified.")
        say(f"Its head is {done.head}, as before")
    return DONE
