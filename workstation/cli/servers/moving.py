"""Commands that move a study's record to a server and back, join another folder to it there, and upgrade it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import msgspec

from storage.database.record_password import VARIABLE
from storage.database.server_address import address_of
from workstation.app.progress import Progress
from workstation.app.servers import joining, record_password
from workstation.app.servers import moving as app
from workstation.cli.arguments import PlainText
from workstation.cli.shared import DIRECTORY, DONE, JSON_OPTION, PATH, ask_password, complain, progress_line, say, study
from workstation.errors import UsageRefused
from workstation.runtime.interrupt import Interrupt

KEEP_OPTION = click.option(
    "--keep-password",
    is_flag=True,
    help="Ask for the server's password, and keep it in the key store of this account, or without one in ~/.pgpass.",
)


def _kept(address: str) -> None:
    """Ask for the password of an address, and say where it is from now on."""
    where = record_password.keep(address, ask_password(address_of(address, proven=False).name, VARIABLE))
    complain(f"the password is in {where}")


@contextmanager
def _watched() -> Iterator[tuple[Progress, Callable[[], bool]]]:
    """How far it is as a line on stderr, and Ctrl+C as a wish to stop."""
    draw, last = progress_line(), (0, "")

    def told(done: int, total: int, stage: str) -> None:
        nonlocal last
        # a question to the server has no length
        if total:
            last = total, stage.rstrip(",")
            draw(done, *last)

    with Interrupt() as interrupt:
        yield told, interrupt.asked
    if last[0]:
        # rows are told by hundreds, and the line ends with the last of them
        draw(last[0], *last)


@study.command("move")
@DIRECTORY
@click.argument("address", metavar="[ADDRESS]", default="")
@click.option("--back", is_flag=True, help="Bring the record back into DIR as study.db.")
@KEEP_OPTION
@JSON_OPTION
def move(directory: Path, address: str, *, back: bool, keep_password: bool, as_json: bool) -> int:
    """Move the record of the study to a PostgreSQL server, or back: several coordinators then work on it at once.

    ADDRESS is postgresql://HOST/DATABASE of an empty database, without a password: that is taken from PGPASSWORD, the
    key store of this account, or ~/.pgpass. DIR keeps vault.db, the images and a file study.url that says where the
    record lies; every command takes DIR as before. The record is the same on both, with the same head. Stopped with
    Ctrl+C, all is as it was; killed, the same command goes on.
    """
    if back == bool(address):
        raise UsageRefused(
            "say where to: `ramris study move DIR postgresql://HOST/DATABASE`, or `ramris study move DIR --back`"
        )
    if keep_password and address:
        _kept(address)
    with _watched() as watched:
        done = app.move_back(directory, *watched) if back else app.move_to(directory, address, *watched)
    if as_json:
        click.echo(json.dumps(msgspec.to_builtins(done)))
    else:
        say(f"The record lies in {done.lies_in} now: {done.events} answers and {done.acts} acts, all verified.")
        say(f"Its head is {done.head}, as before")
    return DONE


@study.command("join")
@click.argument("address", metavar="URL", type=PlainText())
@click.argument("directory", metavar="DIR", type=PATH)
@KEEP_OPTION
@JSON_OPTION
def join(address: str, directory: Path, *, keep_password: bool, as_json: bool) -> int:
    """Make DIR this machine's folder of a study whose record lies on a server: for another coordinator.

    DIR is new, empty, or holds a copy of vault.db and images. Every command then takes DIR, or URL in its place.
    Without vault.db and images it can be looked at, audited and exported; a folder that coordinators share has both.
    """
    if keep_password:
        _kept(address)
    with _watched() as watched:
        done = joining.join(address, directory, *watched)
    if as_json:
        click.echo(json.dumps(msgspec.to_builtins(done)))
        return DONE
    say(f"{directory} is joined to {done.lies_in}: {done.events} answers and {done.acts} acts. Its head is {done.head}")
    for line in joining.lacks_in_words(done):
        say(line)
    return DONE


@study.command("upgrade")
@DIRECTORY
@JSON_OPTION
def upgrade(directory: Path, *, as_json: bool) -> int:
    """Bring a record on a server to this version of ramris: once, for all coordinators, who need it too from then on.

    It is done whole and verified, with the same head, or not at all. A study.db is upgraded when it is opened.
    """
    with _watched() as watched:
        done = app.upgrade(directory, *watched)
    if as_json:
        click.echo(json.dumps(msgspec.to_builtins(done)))
    elif done.before == done.after:
        say(f"The record has schema {done.after}, which this ramris writes: nothing to do. Its head is {done.head}")
    else:
        say(f"The record has schema {done.after} now, before {done.before}. Its head is {done.head}, as before")
    return DONE
