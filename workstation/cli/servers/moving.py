"""Commands that move a study's record to a server and back, join another folder to it there, and upgrade it."""

from __future__ import annotations

import json
from pathlib import Path

import click
import msgspec

from workstation.app.servers import joining
from workstation.app.servers import moving as app
from workstation.cli.arguments import PlainText
from workstation.cli.shared import DIRECTORY, DONE, JSON_OPTION, PATH, say, study
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


# what a folder lacks, and what can't be done in it before it is there
LACKING = {
    "vault.db": "who is who, and all that changes the study (scans, worklists, hand-over, merging, decisions, locking)",
    "images": "hand-over, pictures in the windows, and reading here",
}


@study.command("join")
@click.argument("address", metavar="URL", type=PlainText())
@click.argument("directory", metavar="DIR", type=PATH)
@JSON_OPTION
def join(address: str, directory: Path, *, as_json: bool) -> int:
    """Make DIR this machine's folder of a study whose record lies on a server: for another coordinator.

    DIR is new, empty, or holds a copy of vault.db and images. Every command then takes DIR, or URL in its place.
    Without vault.db and images it can be looked at, audited and exported; a folder that coordinators share has both.
    """
    done = joining.join(address, directory)
    if as_json:
        click.echo(json.dumps(msgspec.to_builtins(done)))
        return DONE
    say(f"{directory} is joined to {done.lies_in}: {done.events} answers and {done.acts} acts. Its head is {done.head}")
    for name in done.lacks:
        say(
            f"{name} isn't in it, and is needed for: {LACKING[name]}. Copy it there from the first coordinator's folder"
        )
    return DONE


@study.command("upgrade")
@DIRECTORY
@JSON_OPTION
def upgrade(directory: Path, *, as_json: bool) -> int:
    """Bring a record on a server to this version of ramris: once, for all coordinators, who need it too from then on.

    It is done whole and verified, with the same head, or not at all. A study.db is upgraded when it is opened.
    """
    done = app.upgrade(directory)
    if as_json:
        click.echo(json.dumps(msgspec.to_builtins(done)))
    elif done.before == done.after:
        say(f"The record has schema {done.after}, which this ramris writes: nothing to do. Its head is {done.head}")
    else:
        say(f"The record has schema {done.after} now, before {done.before}. Its head is {done.head}, as before")
    return DONE
