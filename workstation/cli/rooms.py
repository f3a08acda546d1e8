"""Commands that open the reading room beyond a worklist: demo, any folder, the atlas; and its keys."""

from __future__ import annotations

from pathlib import Path

import click

from workstation.app import atlas as atlas_app
from workstation.app import rooms as app
from workstation.app.keys import key_lines, write_key_card
from workstation.cli.shared import (
    DONE,
    FINDINGS,
    PATH,
    PNG_OPTION,
    READER_OPTION,
    cli,
    complain,
    progress_line,
    say,
)
from workstation.errors import UsageRefused


@cli.command()
@PNG_OPTION
def demo(png: Path | None) -> int:
    """Import the synthetic sample pair and open the reading room on it."""
    return app.demo(png, say, progress_line())


@cli.command("open")
@click.argument("paths", nargs=-1, required=True, type=PATH, metavar="PATH...")
@PNG_OPTION
def open_(paths: tuple[Path, ...], png: Path | None) -> int:
    """Bring any folder of DICOM into a study of your own and open the reading room on it."""
    return app.open_paths(paths, png, say, progress_line())


@cli.command()
@click.argument("folder", required=False, type=PATH)
@READER_OPTION
@click.option("--scheme", help="Check the names by this scheme: a shipped one, a folder of your own, or a study's.")
@click.option("--forget", is_flag=True, help="Forget the folder; the program's own pictures are shown again.")
def atlas(folder: Path | None, reader: str, scheme: str | None, forget: bool) -> int:
    """Set a folder of reference pictures for a reader on this machine; Ctrl+G shows them in place of the program's own.

    Pictures are named FEATURE-GRADE or FEATURE-SITE-GRADE (ERO-CAP-3.png), or listed in the folder's atlas.toml.
    Nothing is copied.
    """
    if (folder is None) is not forget:
        raise UsageRefused("Give the folder of pictures, or --forget; one of the two")
    found = atlas_app.point_at(reader, folder, scheme)
    for line in found.troubles:
        complain(line)
    if folder is not None:
        many = "" if len(found.pictures) == 1 else "s"
        where = "In the reading room Ctrl+G shows those of the site in focus."
        say(f"{len(found.pictures)} picture{many} for {reader}. {where}")
    return FINDINGS if found.troubles else DONE


@cli.command()
@click.option("--card", type=PATH, metavar="FILE", help="Write a card with all keys, for printing, as one HTML page.")
def keys(card: Path | None) -> int:
    """List the keys of the reading room, and where your own are looked for."""
    if card is None:
        for line in key_lines():
            say(line)
    else:
        write_key_card(card)
        say(f"Wrote the keys to {card}")
    return DONE
