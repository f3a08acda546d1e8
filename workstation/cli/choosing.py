"""Commands that answer what the import asked, for the coordinator. Each answer is kept with who, when and why."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workstation.app import studies as app
from workstation.cli.shared import (
    DIRECTORY,
    DONE,
    FINDINGS,
    JSON_OPTION,
    PATH,
    progress_line,
    say,
    study,
    warn_of_identity,
)

if TYPE_CHECKING:
    from storage.vault.choices import Choice
    from workstation.intake.importing.answer_log import Outcome
    from workstation.intake.importing.answering import Chooser

SERIES = click.argument("series", metavar="SERIES")
WHY_OPTION = click.option("--why", required=True, metavar="TEXT", help="The reason. It is kept with the choice.")
CHANGE_READ_OPTION = click.option(
    "--change-read", is_flag=True, help="Also if readers have it already. The reason goes on the record."
)
WHO_OPTION = click.option("--who", metavar="NAME", help="Who chooses. Default: who chose last.")


@study.command("decide")
@DIRECTORY
@click.argument("what", metavar="WHAT")
@click.argument("answer", metavar="[ANSWER]", required=False)
@WHY_OPTION
@WHO_OPTION
@click.option("--undo", "taken_back", is_flag=True, help="Undo the last answer to WHAT.")
@click.option(
    "--alike",
    is_flag=True,
    help="Also all that ask the same for the same reason; with --undo, all that were answered at once with WHAT.",
)
@CHANGE_READ_OPTION
def decide(
    *,
    directory: Path,
    what: str,
    answer: str | None,
    why: str,
    who: str | None,
    taken_back: bool,
    alike: bool,
    change_read: bool,
) -> int:
    """Answer a question of the import, or overrule what it decided. Importing again keeps it.

    WHAT is the id of the question, such as kind:ABCD2345, or several with commas; `ramris study check DIR` lists the
    open questions with their answers and the proposed one.
    """
    if taken_back == (answer is not None):
        raise click.UsageError("give an ANSWER, or --undo for the last one")
    if answer is not None and not answer.strip():
        raise click.UsageError("the ANSWER is empty; give one, or --undo for the last one")
    if change_read:
        warn_of_identity(why)

    def wish(chooser: Chooser) -> Outcome:
        from storage.vault.choices import UNDO
        from workstation.intake.importing.answering import answer_all, ids_in, with_alike

        whats, given = ids_in(what), UNDO if answer is None else answer
        return answer_all(chooser, with_alike(chooser, whats, given) if alike else whats, given, why)

    return _carry_out(directory, who, wish, change_read=change_read)


@study.command("choose")
@DIRECTORY
@SERIES
@click.argument(
    "kind", metavar="KIND", type=click.Choice(["T1", "T2FS", "PD", "T1FSGD", "OTHER"], case_sensitive=False)
)
@WHY_OPTION
@WHO_OPTION
def choose(directory: Path, series: str, kind: str, why: str, who: str | None) -> int:
    """Choose the kind of SERIES: T1, T2FS, PD, T1FSGD or OTHER. Importing again keeps the choice."""
    return _carry_out(directory, who, lambda chooser: chooser.choose_kind(series.upper(), kind.upper(), why))


@study.command("remove")
@DIRECTORY
@click.argument("whose", metavar="SUBJECT|SUBJECT/VISIT|SERIES")
@WHY_OPTION
@WHO_OPTION
@click.option(
    "--undo",
    "taken_back",
    is_flag=True,
    help="Bring it back from the scans; what was excluded counts again.",
)
def remove(*, directory: Path, whose: str, why: str, who: str | None, taken_back: bool) -> int:
    """Take a subject, a visit or a series out of the study, or exclude it if readers were given it.

    What goes leaves the disk. What is excluded stays on the record: it isn't given to readers any more, exports say
    EXCLUDED with the reason, and no figure counts it. Importing again keeps both out.
    """
    if not taken_back:
        warn_of_identity(why)
    return _carry_out(directory, who, lambda chooser: chooser.remove(whose.upper(), why, undo=taken_back))


@study.command("release")
@DIRECTORY
@click.argument("series", metavar="[SERIES]...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All that wait.")
@click.option("--look", type=PATH, metavar="FOLDER", help="Release nothing: write a picture of each there.")
@click.option("--why", metavar="TEXT", help="The reason. It is kept with the choice.")
@WHO_OPTION
def release(
    *, directory: Path, series: tuple[str, ...], every: bool, look: Path | None, why: str | None, who: str | None
) -> int:
    """Release one or more SERIES that were held back: you looked, and no text in them says who it is.

    --look FOLDER writes a picture of each first, and releases nothing: all of it, and from four sides the part that
    was suspected. The pictures may show a name, and only this account can read them: delete the folder afterwards.
    """
    if every == bool(series):
        raise click.UsageError("give one or more SERIES, or --all")
    if (look is None) == (why is None):
        raise click.UsageError("give --why TEXT to release them, or --look FOLDER to see them first")
    codes = tuple(code.upper() for code in series)
    if look is not None:
        drawn, absent = app.draw_held(directory, codes, look)
        say(f"{drawn} pictures are in {look}. Look at each, then release what shows no name, and delete the folder")
        if absent:
            say(f"the scans of {', '.join(absent)} aren't where they were: no picture")
        return FINDINGS if absent else DONE

    def wish(chooser: Chooser) -> Outcome:
        if len(codes) == 1:
            return chooser.release(codes[0], why or "")
        waiting = codes or tuple(item.series for item in chooser.study.vault.choices.held())
        return chooser.settle_many(waiting, "release", why or "")

    return _carry_out(directory, who, wish)


@study.command("refuse")
@DIRECTORY
@SERIES
@WHY_OPTION
@WHO_OPTION
def refuse(directory: Path, series: str, why: str, who: str | None) -> int:
    """Refuse SERIES, which was held back: it stays out of the study."""
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
    help="In pixels; the first row and column are 0. Can be given more than once.",
)
@WHY_OPTION
@WHO_OPTION
@CHANGE_READ_OPTION
def blank(
    *, directory: Path, series: str, regions: tuple[str, ...], why: str, who: str | None, change_read: bool
) -> int:
    """Black out an area on every slice of SERIES, whether it was held back or is in the study already.

    What was read or handed over takes --change-read; the copies that still show the area are named.
    """
    from workstation.intake.deidentify.blanking import parsed

    areas = [parsed(region) for region in regions]
    if change_read:
        warn_of_identity(why)
    return _carry_out(
        directory, who, lambda chooser: chooser.blank(series.upper(), areas, why), change_read=change_read
    )


@study.command("undo")
@DIRECTORY
@SERIES
@WHY_OPTION
@WHO_OPTION
@CHANGE_READ_OPTION
def undo(*, directory: Path, series: str, why: str, who: str | None, change_read: bool) -> int:
    """Undo the last choice about SERIES. What was read or handed over takes --change-read."""
    if change_read:
        warn_of_identity(why)
    return _carry_out(directory, who, lambda chooser: chooser.undo(series.upper(), why), change_read=change_read)


@study.command("choices")
@DIRECTORY
@JSON_OPTION
def choices(directory: Path, as_json: bool) -> int:
    """List everything that was decided: who, what, when and why. For the coordinator."""
    log = app.choices_of(directory)
    if as_json:
        click.echo(json.dumps({"choices": [_row(item) for item in log]}))
    else:
        for item in log:
            regions = f" {item.value['regions']}" if "regions" in item.value else ""
            say(f"{item.at_utc} {item.what} {item.answer}{regions}: {item.why} ({item.who})")
    return DONE


@study.command("log")
@DIRECTORY
@click.option("--csv", type=PATH, metavar="FILE", help="Write the log as a CSV file.")
@click.option("--html", type=PATH, metavar="FILE", help="Write the log as a page to print.")
@click.option("--folders", is_flag=True, help="Also the folders that deliveries came from. They may name people.")
@JSON_OPTION
def log(*, directory: Path, csv: Path | None, html: Path | None, folders: bool, as_json: bool) -> int:
    """Show what happened: what came when, what was set aside and why, who decided what. For the trial master file.

    Codes alone: no folder unless you ask for it, no name, no date of a scan. Reasons that name somebody stay in the
    vault.
    """
    from workstation.app.record import study_log, write_log

    lines = study_log(directory, folders=folders)
    write_log(directory, lines, csv, html)
    if as_json:
        click.echo(json.dumps({"log": [asdict(line) for line in lines]}))
    elif csv is None and html is None:
        for line in lines:
            say("  ".join(cell for cell in line.cells if cell))
    else:
        written = " and ".join(str(path) for path in (csv, html) if path is not None)
        say(f"The log of {len(lines)} lines is in {written}")
    return DONE


def _row(item: Choice) -> dict[str, object]:
    """An answer for scripts; `choice` names what was done to a series, as it did before there were other questions."""
    of_kind = item.about == "kind" and item.answer != "undo"
    return {
        "what": item.what,
        "answer": item.answer,
        "series": item.series or None,
        "choice": "kind" if of_kind else item.answer,
        **({"kind": item.answer} if of_kind else {}),
        **item.value,
        "who": item.who,
        "why": item.why,
        "at_utc": item.at_utc,
    }


def _carry_out(
    directory: Path, who: str | None, wish: Callable[[Chooser], Outcome], *, change_read: bool = False
) -> int:
    outcome = app.choose(directory, who, progress_line(), wish, change_read=change_read)
    say(outcome.said)
    return FINDINGS if outcome.open else DONE
