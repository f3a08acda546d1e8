"""The coordinator's window."""

from __future__ import annotations

from pathlib import Path

import click

from workstation.app.window_tasks import managing as app
from workstation.cli.shared import DIRECTORY, PATH, cli, say


@cli.command()
@DIRECTORY
@click.option("--png", type=PATH, metavar="FILE", help="Draw the window to a picture instead of opening it.")
@click.option("--size", type=(int, int), default=(1920, 1080), show_default=True, help="Size of the picture in pixels.")
def manage(directory: Path, png: Path | None, size: tuple[int, int]) -> int:
    """Open the coordinator's window on the study in DIR: add scans, look, choose, assign, hand over.

    A study is made, after asking, where DIR holds none.
    """
    return app.manage(directory, png, size, say)
