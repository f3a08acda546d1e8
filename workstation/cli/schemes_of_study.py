"""Commands about the schemes of one study, for the coordinator: a further one beside its own."""

from __future__ import annotations

from pathlib import Path

import click

from workstation.app import schemes_of_study as app
from workstation.cli.shared import DIRECTORY, DONE, say, study, warn_of_identity


@study.group("scheme")
def scheme() -> None:
    """Further schemes of a study, each with its own readers: MRI by one, radiographs by another."""


@scheme.command("add")
@DIRECTORY
@click.argument("given", metavar="NAME|FOLDER")
@click.option("--why", required=True, metavar="TEXT", help="The reason. It goes on the record.")
@click.option("--without-images", is_flag=True, help="Its readers look at the images in another viewer.")
def add(directory: Path, given: str, why: str, without_images: bool) -> int:
    """Let the study be read by one more scheme: a shipped one (ramris scheme list), or a folder of your own.

    Its readers are others: whoever reads by two schemes has two ids, such as AD and AD-XR. Case codes are drawn anew,
    so nothing tells a reader which case of the other scheme is of the same person. Exports join them by person and
    visit.
    """
    warn_of_identity(why)
    for line in app.add(directory, given, why, without_images=without_images):
        say(line)
    return DONE


@scheme.command("remove")
@DIRECTORY
@click.argument("name", metavar="NAME")
@click.option("--why", required=True, metavar="TEXT", help="The reason. It goes on the record.")
def remove(directory: Path, name: str, why: str) -> int:
    """Take a further scheme out again, while nobody was given a case of it."""
    warn_of_identity(why)
    say(app.remove(directory, name, why))
    return DONE


@scheme.command("list")
@DIRECTORY
def list_schemes(directory: Path) -> int:
    """The schemes of the study, and who reads by which."""
    for line in app.lines_of(directory):
        say(line)
    return DONE
