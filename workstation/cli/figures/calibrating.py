"""Command of a calibration: cases to learn on, and where a reader stands."""

from __future__ import annotations

import json
from pathlib import Path

import click

from workstation.app.calibrating import making, telling
from workstation.cli.arguments import PlainText
from workstation.cli.shared import DIRECTORY, DONE, FINDINGS, JSON_OPTION, PATH, cli, complain, progress_line, say
from workstation.errors import UsageRefused


@cli.command()
@DIRECTORY
@click.option("--reader", default="", metavar="ID", type=PlainText(), help="Who learns: where this reader stands.")
@click.option("--case", default="", metavar="CODE", help="Show this finished case. Default: the one signed last.")
@click.option("--page", type=PATH, metavar="FILE", help="Also write all of it as a page, FILE.html or FILE.pdf.")
@click.option("--make", type=int, metavar="N", help="Make DIR, with N synthetic cases whose answers are known.")
@click.option("--seed", type=int, metavar="SEED", help="With --make: which cases. Default: 1.")
@click.option(
    "--difficulty",
    type=click.Choice(["easy", "typical", "hard"]),
    help="With --make: how hard the pictures are to read. Default: easy. Else the reference is what can be seen.",
)
@JSON_OPTION
def calibrate(
    *,
    directory: Path,
    reader: str,
    case: str,
    page: Path | None,
    make: int | None,
    seed: int | None,
    difficulty: str | None,
    as_json: bool,
) -> int:
    """Show where a reader stands in the calibration DIR: the last case beside the reference, ICC, bias, gates.

    The reader reads with `ramris read` as in a trial; what was signed is held against the reference, and that it was
    shown goes on the record. Exit status 0: passed; 1: not yet.
    """
    if make is not None:
        if reader or case or page is not None or as_json:
            raise UsageRefused("--make makes the cases and nothing else; give it with --seed and --difficulty alone")
        return _make(directory, make, 1 if seed is None else seed, difficulty or making.EASY)
    if seed is not None or difficulty is not None:
        raise UsageRefused(f"{'--seed' if difficulty is None else '--difficulty'} goes with --make")
    if not reader:
        raise UsageRefused("give --reader ID, or --make N for cases to learn on")
    if page is not None:
        telling.check_page(directory, page)
    stand = telling.standing(directory, reader, case)
    if page is not None:
        telling.write_page(stand, directory, page)
    if as_json:
        click.echo(json.dumps(telling.as_json(stand), allow_nan=False))
    else:
        for line in telling.as_text(stand, directory):
            say(line)
        if page is not None:
            say(f"The page is in {page}")
    return DONE if stand.found.passed else FINDINGS


def _make(directory: Path, cases: int, seed: int, difficulty: str) -> int:
    try:
        say(making.make(directory, cases, seed, progress_line(), difficulty))
    except KeyboardInterrupt:
        complain(f"stopped; nothing was written to {directory}")
        return FINDINGS
    return DONE
