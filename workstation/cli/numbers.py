"""What comes out of a study: files, agreement, and the proof that the record holds."""

from __future__ import annotations

import json
from pathlib import Path

import click

from workstation.app import numbers as app
from workstation.cli.shared import DIRECTORY, DONE, JSON_OPTION, PATH, cli, say
from workstation.errors import UsageRefused


@cli.command()
@DIRECTORY
@click.argument("out", metavar="OUT", type=PATH)
def export(directory: Path, out: Path) -> int:
    """Write scores, totals, changes and a data dictionary as CSV to the folder OUT."""
    for path in app.export(directory, out):
        say(str(path))
    return DONE


@cli.command()
@DIRECTORY
def audit(directory: Path) -> int:
    """Verify the append-only record; names the first row that doesn't fit."""
    count = app.audit(directory)
    say(f"The record holds: {count} event{'' if count == 1 else 's'}, each fits the one before.")
    return DONE


@cli.command()
@click.argument("directory", metavar="[DIR]", type=PATH, required=False)
@click.option("--reader", metavar="ID", help="Whose re-reads; needed where several readers have some.")
@click.option("--table", metavar="FILE.csv", type=PATH, help="Instead of DIR: a row a scan, a column a reading.")
@click.option("--level", type=float, default=0.95, show_default=True, help="Of the confidence intervals.")
@click.option("--scale", metavar="MIN,MAX", help="With --table: ends of the scale; scores outside are refused.")
@JSON_OPTION
def agreement(
    *, directory: Path | None, reader: str | None, table: Path | None, level: float, scale: str | None, as_json: bool
) -> int:
    """Compute the agreement of a reader's re-reads in the study DIR, or of any table of scores.

    ICC, SEM, SDD or SDC, Bland-Altman, kappa; for a study by total and feature, at each visit and of change.
    """
    match directory, table:
        case Path(), None:
            if scale is not None:
                raise UsageRefused("--scale goes with --table alone; a study knows its scales")
            found, text = app.agreement_of_study(directory, reader, level)
        case None, Path():
            if reader is not None:
                raise UsageRefused("--reader goes with a study folder DIR; a table says in its first row who read")
            found, text = app.agreement_of_table(table, level, scale)
        case _:
            raise UsageRefused("agreement is of one thing: give a study folder DIR or --table FILE.csv")
    click.echo(json.dumps(found, allow_nan=False) if as_json else text, nl=as_json)
    return DONE
