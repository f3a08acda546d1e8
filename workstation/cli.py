"""The command line. Exit status: 0 done, 1 done with findings that need a person, 2 refused in one line on stderr."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from scoring.errors import RamrisError
from workstation import app
from workstation.errors import UsageRefused
from workstation.faults import fault_line

DONE, FINDINGS, REFUSED = 0, 1, 2
_DIR = click.Path(path_type=Path)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout and nothing else.")
_READER = click.option("--reader", required=True, metavar="ID", help="Who reads: letters, digits, dash, underscore.")
_PNG = click.option("--png", type=_DIR, metavar="FILE", help="Draw the room to a picture instead of opening a window.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ramris", message="ramris %(version)s")
def cli() -> None:
    """Read paired wrist MRI blinded, score it, and export the scores."""


@cli.command()
@_PNG
def demo(png: Path | None) -> int:
    """Import the synthetic sample pair and open the reading room on it."""
    return app.demo(png, _say, _progress_line())


@cli.command("open")
@click.argument("paths", nargs=-1, required=True, type=_DIR, metavar="PATH...")
@_PNG
def open_(paths: tuple[Path, ...], png: Path | None) -> int:
    """Bring any folder of DICOM into a study of your own and open the reading room on it."""
    return app.open_paths(paths, png, _say, _progress_line())


@cli.group()
def study() -> None:
    """For the coordinator: make a study, bring cases in, give them to readers."""


@study.command("create")
@click.argument("directory", metavar="DIR", type=_DIR)
@click.option("--scheme", default="ramris-wrist", show_default=True, metavar="ID", help="What is scored, and how.")
@click.option(
    "--order",
    type=click.Choice(["known", "hidden"]),
    default="known",
    show_default=True,
    help="Whether the reader knows which visit came first.",
)
def create(directory: Path, scheme: str, order: str) -> int:
    """Make an empty study in DIR."""
    app.create_study(directory, scheme, order)
    _say(f"Made a study in {directory}. Next: ramris study add {directory} FOLDER...")
    return DONE


@study.command("add")
@click.argument("directory", metavar="DIR", type=_DIR)
@click.argument("paths", nargs=-1, required=True, type=_DIR, metavar="PATH...")
@_JSON
def add(directory: Path, paths: tuple[Path, ...], as_json: bool) -> int:
    """Find DICOM below each PATH, recognise it, and copy it in without identities.

    Ctrl+C stops safely; the same command again goes on from there.
    """
    report = app.add_to_study(directory, paths, _progress_line())
    if as_json:
        click.echo(json.dumps(report.as_json()))
    else:
        for line in report.as_text():
            _say(line)
    return FINDINGS if report.has_findings else DONE


@study.command("check")
@click.argument("directory", metavar="DIR", type=_DIR)
@_JSON
def check(directory: Path, as_json: bool) -> int:
    """Say what each pair lacks or has changed, what that means for scoring, and what to do.

    What is asked of a pair stands in protocol.toml in DIR.
    """
    report = app.check_study(directory)
    if as_json:
        click.echo(json.dumps(report.as_json()))
    else:
        for line in report.as_text():
            _say(line)
    return FINDINGS if report.has_findings else DONE


@study.command("hand-over")
@click.argument("directory", metavar="DIR", type=_DIR)
@click.argument("out", metavar="OUT", type=_DIR)
def hand_over(directory: Path, out: Path) -> int:
    """Write the reader's copy of the study to the folder OUT: no vault, no names, no dates."""
    count = app.hand_over(directory, out)
    _say(f"Handed over to {out}: the study and {count} images. Who is who stays in {directory}")
    return DONE


@study.command("assign")
@click.argument("directory", metavar="DIR", type=_DIR)
@_READER
@click.option("--seed", type=int, help="Of the random order. Left out, one is drawn and stored.")
@_JSON
def assign(directory: Path, reader: str, seed: int | None, as_json: bool) -> int:
    """Give every subject to a reader, under new case codes, in seeded random order."""
    cases = app.assign(directory, reader, seed)
    if as_json:
        rows = [{"case": entry.case, "subject": entry.subject, "round": entry.round} for entry in cases]
        click.echo(json.dumps({"reader": reader, "cases": rows}))
    else:
        count = f"{len(cases)} case{'' if len(cases) == 1 else 's'}"
        _say(f"{reader} has {count}. Next: ramris read {directory} --reader {reader}")
    return DONE


@cli.command()
@click.argument("directory", metavar="DIR", type=_DIR)
@_READER
@_PNG
def read(directory: Path, reader: str, png: Path | None) -> int:
    """Open the reading room on a reader's worklist."""
    return app.read(directory, reader, png, _say)


@cli.command()
@click.argument("directory", metavar="DIR", type=_DIR)
@_READER
@_JSON
def enter(directory: Path, reader: str, as_json: bool) -> int:
    """Take grades from stdin, a line each: case,visit,feature,site,grade (or NC, AR, SQ, SX; OT,words).

    Each is on disk before its `ok N` (N: its line) is printed. A refused line changes nothing and the rest go on;
    the exit status is then 2.
    """
    acknowledge: Callable[[int], None] = (lambda _: None) if as_json else _acknowledge
    complain: Callable[[str], None] = (lambda _: None) if as_json else _complain
    result = app.enter(directory, reader, sys.stdin.buffer, acknowledge, complain)
    if as_json:
        click.echo(json.dumps(result.as_json()))
    return REFUSED if result.refused else DONE


@cli.command()
@click.argument("directory", metavar="DIR", type=_DIR)
@_READER
@click.option("--n", type=int, required=True, metavar="N", help="How many of the cases that are read completely.")
@click.option("--seed", type=int, help="Of the draw. Left out, one is drawn and stored.")
@click.option(
    "--after-days",
    type=int,
    default=0,
    show_default=True,
    metavar="D",
    help="Each appears at midnight (UTC) when D days have passed since its last answer; 0: at once.",
)
@_JSON
def reread(*, directory: Path, reader: str, n: int, seed: int | None, after_days: int, as_json: bool) -> int:
    """Give a reader N random cases to read again, under new codes, mixed among those still unread.

    Their first readings are closed to the reader from now on. For the coordinator: the output says which they are.
    """
    cases = app.reread(directory, reader, n, seed, after_days)
    if as_json:
        rows = [
            {"case": entry.case, "subject": entry.subject, "round": entry.round, "due": entry.due_at_utc}
            for entry in cases
        ]
        click.echo(json.dumps({"reader": reader, "cases": rows}))
    else:
        count = f"{len(cases)} case{'' if len(cases) == 1 else 's'}"
        _say(f"{reader} has {count} to read again. When they are read: ramris agreement {directory} --reader {reader}")
    return DONE


@cli.command()
@click.argument("directory", metavar="DIR", type=_DIR)
@click.argument("out", metavar="OUT", type=_DIR)
def export(directory: Path, out: Path) -> int:
    """Write scores, totals, changes and a data dictionary as CSV to the folder OUT."""
    for path in app.export(directory, out):
        _say(str(path))
    return DONE


@cli.command()
@click.argument("directory", metavar="DIR", type=_DIR)
def audit(directory: Path) -> int:
    """Verify the append-only record; names the first row that doesn't fit."""
    count = app.audit(directory)
    _say(f"The record holds: {count} event{'' if count == 1 else 's'}, each fits the one before.")
    return DONE


@cli.command()
@click.argument("directory", metavar="[DIR]", type=_DIR, required=False)
@click.option("--reader", metavar="ID", help="Whose re-reads; needed where several readers have some.")
@click.option("--table", metavar="FILE.csv", type=_DIR, help="Instead of DIR: a row a scan, a column a reading.")
@click.option("--level", type=float, default=0.95, show_default=True, help="Of the confidence intervals.")
@click.option("--scale", metavar="MIN,MAX", help="With --table: ends of the scale; scores outside are refused.")
@_JSON
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


@cli.command()
@click.argument("out", metavar="OUT", type=_DIR)
@click.option("--size", type=int, default=512, show_default=True, help="Rows and columns of each image.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same bytes.")
@click.option("--subjects", type=int, default=1, show_default=True, help="How many pairs.")
@click.option("--labels", is_flag=True, help="Also a label map (NRRD) of each plane.")
@click.option("--enhanced", is_flag=True, help="One Enhanced MR multi-frame file for a series.")
@click.option("--fault", metavar="NAME", help="Plant a fault in the first pair; an unknown name lists them.")
def phantom(  # noqa: PLR0917 - click passes one argument for each option
    out: Path, size: int, seed: int, subjects: int, labels: bool, enhanced: bool, fault: str | None
) -> int:
    """Write synthetic wrist pairs with their true grades (truth.csv) to the folder OUT."""
    app.phantom(
        out,
        size=size,
        seed=seed,
        subjects=subjects,
        progress=_progress_line(),
        labels=labels,
        enhanced=enhanced,
        fault=fault,
    )
    _say(f"Wrote {subjects} synthetic pair{'' if subjects == 1 else 's'} to {out}")
    return DONE


@cli.command()
def doctor() -> int:
    """Say what this machine lacks, and the one line that brings it."""
    lines = app.doctor_lines()
    for line in lines:
        _say(line)
    return FINDINGS if lines else DONE


def _say(line: str) -> None:
    click.echo(line)


def _complain(line: str) -> None:
    click.echo(f"ramris: {line}", err=True)


def _acknowledge(number: int) -> None:
    sys.stdout.write(f"ok {number}\n")
    sys.stdout.flush()


def _progress_line() -> Callable[[int, int, str], None]:
    """A line on stderr that is overwritten; silent where stderr isn't a terminal, so that logs stay clean."""
    if not sys.stderr.isatty():
        return lambda _done, _total, _stage: None

    def draw(done: int, total: int, stage: str) -> None:
        end = "\n" if done >= total else ""
        sys.stderr.write(f"\r\x1b[K{stage}: {done} of {total}{end}")
        sys.stderr.flush()

    return draw


def _one_line(text: str) -> str:
    return " ".join(text.split())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; refusals are one line on stderr, never a traceback."""
    try:
        status = cli.main(list(sys.argv[1:] if arguments is None else arguments), "ramris", standalone_mode=False)
    except BrokenPipeError:
        # whoever read our output has gone; what was acknowledged is on disk
        sys.stderr.close()
        return REFUSED
    except (Exception, KeyboardInterrupt) as error:
        if os.environ.get("RAMRIS_DEBUG"):
            raise
        line, status = _told(error)
        _complain(_one_line(line))
    return status if isinstance(status, int) else DONE


def _told(error: BaseException) -> tuple[str, int]:
    """(line for a person, exit status) of what ended a command."""
    match error:
        case RamrisError():
            return str(error), REFUSED
        case click.exceptions.NoArgsIsHelpError():
            return f"say what to do. See: {error.ctx.command_path} --help", REFUSED
        case click.UsageError():
            return f"{error.format_message()} See: {error.ctx.command_path if error.ctx else 'ramris'} --help", REFUSED
        case click.ClickException():
            return error.format_message(), REFUSED
        case click.Abort() | KeyboardInterrupt():
            return "stopped. What was finished is kept; run the same command again to go on", FINDINGS
    # a traceback could quote a path or a name; the place in our own code is enough to mend it
    code, place = fault_line(type(error), error.__traceback__)
    return f"fault {code} of the program itself, {place}. RAMRIS_DEBUG=1 shows the details", REFUSED
