"""Commands about series, for the coordinator. Each choice is kept with who, when and why, and can be undone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workstation.app import studies as app
from workstation.cli.shared import DIRECTORY, DONE, FINDINGS, JSON_OPTION, progress_line, say, study

if TYPE_CHECKING:
    from workstation.intake.series_choices import Chooser, Outcome

KINDS = ("T1", "T2FS", "PD", "T1FSGD", "OTHER")
SERIES = click.argument("series", metavar="SERIES")
WHY_OPTION = click.option("--why", required=True, metavar="TEXT", help="The reason; it is kept with the choice.")
WHO_OPTION = click.option("--who", metavar="NAME", help="Who chooses. Left out, it is who chose last.")


@study.command("choose")
@DIRECTORY
@SERIES
@click.argument(
    "kind", metavar="KIND", type=click.Choice(["T1", "T2FS", "PD", "T1FSGD", "OTHER"], case_sensitive=False)
)
@WHY_OPTION
@WHO_OPTION
def choose(directory: Path, series: str, kind: str, why: str, who: str | None) -> int:
    """Say what kind SERIES is: T1, T2FS, PD, T1FSGD or OTHER. Importing again keeps it."""
    return _carry_out(directory, who, lambda chooser: chooser.choose_kind(series.upper(), kind.upper(), why))


@study.command("release")
@DIRECTORY
@SERIES
@WHY_OPTION
@WHO_OPTION
def release(directory: Path, series: str, why: str, who: str | None) -> int:
    """Let SERIES be read though it was held back: there is no text in it that says who it is."""
    return _carry_out(directory, who, lambda chooser: chooser.release(series.upper(), why))


@study.command("refuse")
@DIRECTORY
@SERIES
@WHY_OPTION
@WHO_OPTION
def refuse(directory: Path, series: str, why: str, who: str | None) -> int:
    """Keep SERIES, which was held back, outside the study for good."""
    return _carry_out(directory, who, lambda chooser: chooser.refuse(series.upper(), why))


@study.command("blank")
@DIRECTORY
@SERIES
@click.option(
    "--region",
    "regions",
    required=True,
    multiple=True,
    metavar="ROW,COLUMN,ROWS,COLUMNS",
    help="In pixels, the first row and column are 0. May be given more than once.",
)
@WHY_OPTION
@WHO_OPTION
def blank(directory: Path, series: str, regions: tuple[str, ...], why: str, who: str | None) -> int:
    """Make a place empty on every slice of SERIES, whether it was held back or is in the study already."""
    from workstation.intake.deidentify.blanking import parsed

    places = [parsed(region) for region in regions]
    return _carry_out(directory, who, lambda chooser: chooser.blank(series.upper(), places, why))


@study.command("undo")
@DIRECTORY
@SERIES
@WHY_OPTION
@WHO_OPTION
def undo(directory: Path, series: str, why: str, who: str | None) -> int:
    """Take back the last choice about SERIES, as long as its subject hasn't been read."""
    return _carry_out(directory, who, lambda chooser: chooser.undo(series.upper(), why))


@study.command("choices")
@DIRECTORY
@JSON_OPTION
def choices(directory: Path, as_json: bool) -> int:
    """List what was chosen about series, by whom, when and why. For the coordinator."""
    log = app.choices_of(directory)
    if as_json:
        rows = [
            {"series": item.series, "choice": item.deed.value, **item.value, "who": item.who, "why": item.why}
            | {"at_utc": item.at_utc}
            for item in log
        ]
        click.echo(json.dumps({"choices": rows}))
    else:
        for item in log:
            what = ", ".join(str(value) for value in item.value.values())
            say(f"{item.at_utc} {item.series} {item.deed.value} {what}: {item.why} ({item.who})".replace("  ", " "))
    return DONE


def _carry_out(directory: Path, who: str | None, wish: Callable[[Chooser], Outcome]) -> int:
    outcome = app.choose(directory, who, progress_line(), wish)
    say(outcome.said)
    return FINDINGS if outcome.open else DONE
