"""The coordinator's window."""

from __future__ import annotations

from pathlib import Path

import click

from workstation.app import figures_window
from workstation.app.window_tasks import managing as app
from workstation.cli.shared import DIRECTORY, DONE, PATH, SEEN_OPTION, cli, say, warn_of_identity
from workstation.errors import UsageRefused

KINDS = (
    "differences",
    "scatter",
    "cumulative",
    "sites",
    "wrist",
    "drift",
    "case_time",
    "feature_time",
    "grades",
    "agreement",
)
ROUNDS = {"first": 1, "reread": 2, "drift": 3, "adjudication": 4}
VISITS = {"baseline": "1", "follow-up": "2", "change": "change", "scan": "scan"}


@cli.command()
@DIRECTORY
@click.option("--png", type=PATH, metavar="FILE", help="Draw the window to a picture instead of opening it.")
@click.option("--size", type=(int, int), default=(1920, 1080), show_default=True, help="Size of the picture in pixels.")
def manage(directory: Path, png: Path | None, size: tuple[int, int]) -> int:
    """Open the coordinator's window on the study in DIR: add scans, look, choose, assign, hand over.

    A study is made, after asking, where DIR holds none.
    """
    return app.manage(directory, png, size, say)


@cli.command()
@DIRECTORY
@click.option("--figure", type=click.Choice(KINDS), help="Write this figure to --out; no window is opened.")
@click.option("--out", type=PATH, metavar="FILE", help="FILE.svg, FILE.png, or FILE.csv with the points.")
@click.option("--reader", default="", metavar="ID", help="Whose readings. Default: the first reader.")
@click.option("--against", default="", metavar="ID", help="Against whose first readings. Default: the other reader.")
@click.option(
    "--round", "round_", type=click.Choice(list(ROUNDS)), default="first", help="Which readings. Default: first."
)
@click.option("--feature", default="", metavar="TOTAL", help="Which total, such as OSTTOT. Default: the first.")
@click.option("--visit", type=click.Choice(list(VISITS)), default="baseline", help="Default: baseline.")
@SEEN_OPTION
@click.option("--window", type=(int, int), metavar="WIDTH HEIGHT", help="Draw the whole window, so large, to FILE.png.")
def numbers(
    *,
    directory: Path,
    figure: str | None,
    out: Path | None,
    reader: str,
    against: str,
    round_: str,
    feature: str,
    visit: str,
    why: str,
    window: tuple[int, int] | None,
) -> int:
    """Open the window of numbers on the study in DIR: agreement, change, drift, time and grades, as figures.

    A point shows its case and values, a click the grades. While cases are still being read it asks for a reason.
    """
    if (figure is None) is not (out is None):
        raise UsageRefused("give --figure NAME and --out FILE, both or neither")
    if figure is None or out is None:
        return figures_window.show(directory)
    warn_of_identity(why)
    figures_window.write(
        directory,
        figures_window.choice_of(figure, (reader, against), ROUNDS[round_], feature, VISITS[visit]),
        out,
        say,
        why=why,
        window=window,
    )
    return DONE
