"""Command that fetches the images of a reader's copy."""

from __future__ import annotations

import json
from pathlib import Path

import click
from msgspec import to_builtins

from workstation.app.servers import images as app
from workstation.app.servers import passwords
from workstation.cli.arguments import PathOrAddress
from workstation.cli.shared import (
    DONE,
    FINDINGS,
    JSON_OPTION,
    PATH,
    ask_password,
    cli,
    complain,
    progress_line,
    say,
)


@cli.command("fetch")
@click.argument("directory", metavar="DIR", type=PathOrAddress())
@click.option("--from", "address", default="", metavar="ADDRESS", help="Where the images are, as this machine sees it.")
@click.option("--user", default="", metavar="NAME", help="Who asks. The password is asked for, or in the environment.")
@click.option("--ca", type=PATH, metavar="FILE", help="Certificate of the server's own authority (PEM).")
@click.option("--keep-password", is_flag=True, help="Put the password into the key store of this account.")
@click.option(
    "--space",
    type=click.FloatRange(min=0.001),
    metavar="GB",
    help="What the images of this copy may take on this machine. At first 20.",
)
@click.option(
    "--encrypt/--no-encrypt",
    default=None,
    help="Encrypt the images on this disk, where this account has a key store, as at first; or don't.",
)
@JSON_OPTION
def fetch(
    *,
    directory: Path | str,
    address: str,
    user: str,
    ca: Path | None,
    keep_password: bool,
    space: float | None,
    encrypt: bool | None,
    as_json: bool,
) -> int:
    """Fetch all images of a reader's copy whose images lie apart, such as before a journey.

    DIR is the copy's folder, or the URL of the server that it came from by `ramris read URL`. While somebody reads,
    images come by themselves. The options are kept for this copy on this machine. Ctrl+C stops safely; the same command
    goes on. Exit status 1: images of some cases aren't here.
    """
    if isinstance(directory, str):
        from workstation.app.servers.copies_here import on_this_machine

        directory = on_this_machine(directory)
    images = app.list_of(directory, app.Changed(address, user, ca, space))
    credentials = app.credentials_for(images, lambda name: ask_password(name, passwords.IMAGES_VARIABLE))
    found = app.fetch_all(directory, images, credentials, progress_line(), encrypt=encrypt)
    if keep_password:
        passwords.keep_of_images(images.address, images.user, credentials.password)
    if as_json:
        click.echo(json.dumps(to_builtins(found)))
    else:
        say(f"Fetched {found.came} images; {found.here} of {found.images} are here. {found.kept}")
        if found.stopped:
            say("Stopped. What came stays: fetch again to go on.")
        for case, why in found.lacking:
            complain(f"{case}: {why}")
    return DONE if found.here == found.images else FINDINGS
