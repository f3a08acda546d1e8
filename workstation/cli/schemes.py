"""Commands about scoring schemes: which there are, what one says, whether one is right. No study is opened."""

from __future__ import annotations

from pathlib import Path

import click

from workstation.app.schemes import commands as app
from workstation.cli.shared import DONE, FINDINGS, PATH, cli, say

_GIVEN = click.argument("given", metavar="NAME|FOLDER")


@cli.group()
def scheme() -> None:
    """Scoring schemes: what may be scored. A scheme of your own is a folder of TOML files (docs/schemes.md)."""


@scheme.command("list")
def list_schemes() -> int:
    """The schemes that come with the program."""
    for line in app.shipped_lines():
        say(line)
    return DONE


@scheme.command("show")
@_GIVEN
@click.option("--html", type=PATH, metavar="FILE", help="Write the card as a page to print, instead of showing it.")
def show(given: str, html: Path | None) -> int:
    """The card of a scheme: sites, scales, definitions, sources, and what no source confirms.

    FOLDER may also be that of a study: its scheme is shown as it was when the study was made.
    """
    if html is None:
        for line in app.card_lines(given):
            say(line)
    else:
        app.write_html(given, html)
        say(f"The card was written to {html}")
    return DONE


@scheme.command("check")
@_GIVEN
def check(given: str) -> int:
    """Hold the files of a scheme against each other: each mistake with file and place, and what isn't there."""
    checked, lines = app.check_lines(given)
    for line in lines:
        say(line)
    return FINDINGS if checked.mistakes else DONE


@scheme.command("new")
@click.argument("folder", metavar="FOLDER", type=PATH)
@click.option("--from", "source", default="", metavar="NAME|FOLDER", help="Start with the files of this scheme.")
def new(folder: Path, source: str) -> int:
    """Make a folder with a small scheme to start from; its name becomes the scheme's id."""
    app.begin(folder, source)
    say(f"Made {folder}. Change its files in any editor, then: ramris scheme check {folder}")
    return DONE
