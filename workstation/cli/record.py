"""Signing and what follows it: signatures, reopened cases, queries, and how far everybody is."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click
from msgspec import to_builtins

from scoring.readings.park_reasons import park_reasons
from workstation.app import record as app
from workstation.cli.shared import (
    DIRECTORY,
    DONE,
    FINDINGS,
    JSON_OPTION,
    PATH,
    READER_OPTION,
    cli,
    say,
    study,
    warn_of_identity,
)
from workstation.errors import UsageRefused

_PASSPHRASE_FILE = click.option(
    "--passphrase-file",
    type=PATH,
    metavar="FILE",
    help="A file whose first line is the passphrase. Default: you are asked for it.",
)


@cli.command()
@DIRECTORY
@READER_OPTION
@click.option("--case", required=True, metavar="CODE", help="The code of the case.")
@click.option(
    "--answer", "answers", multiple=True, metavar="ID=TEXT", help="Your answer to a check. Can be given more than once."
)
@_PASSPHRASE_FILE
@click.option("--check", "only_check", is_flag=True, help="Only show what the checks find. Sign nothing.")
@JSON_OPTION
def sign(
    *,
    directory: Path,
    reader: str,
    case: str,
    answers: Sequence[str],
    passphrase_file: Path | None,
    only_check: bool,
    as_json: bool,
) -> int:
    """Sign a case that was read: it is closed from now on. What the checks find must be put right or answered.

    The reading room does the same with one page; this is for grades that came in by `ramris enter`.
    """
    if only_check:
        sheet = app.signing_sheet(directory, reader, case)
        found = [{"id": item.id, "level": item.level.value, "text": item.text} for item in sheet.findings]
        if as_json:
            click.echo(json.dumps({"case": case, "findings": found, "head": sheet.head}))
        else:
            for item in found:
                say(f"{item['id']} ({item['level']}): {item['text']}")
        return FINDINGS if found else DONE
    passphrase = passphrase_from(passphrase_file) if app.asks_passphrase(directory, reader) else None
    signature = app.sign(directory, reader, case, _answers(answers), passphrase)
    if as_json:
        click.echo(json.dumps(to_builtins(signature)))
    else:
        say(f"Case {case} is signed by {reader} at {signature.at_utc}. Head of the record: {signature.head}")
    return DONE


@cli.group("reader")
def reader_group() -> None:
    """For a reader: the passphrase that signing asks for, and when an open room is covered."""


@reader_group.command("cover")
@READER_OPTION
@click.option(
    "--minutes",
    required=True,
    type=click.IntRange(0, 1440),
    help="Minutes without key or mouse until the room is covered; 0: never.",
)
def cover_command(reader: str, minutes: int) -> int:
    """Choose when a room that is left open is covered, on this machine. Any key, or the passphrase, goes on.

    Where nothing was chosen, rooms on a reader's copy are covered after 10 minutes, those beside the vault never.
    """
    app.cover_after(reader, minutes)
    say(f"{reader}'s room is covered after {minutes} minutes alone" if minutes else f"{reader}'s room is never covered")
    return DONE


@reader_group.command("passphrase")
@DIRECTORY
@READER_OPTION
@_PASSPHRASE_FILE
@click.option("--old-passphrase-file", type=PATH, metavar="FILE", help="A file with the passphrase that is set now.")
@click.option("--remove", is_flag=True, help="Remove the passphrase.")
def passphrase_command(
    *, directory: Path, reader: str, passphrase_file: Path | None, old_passphrase_file: Path | None, remove: bool
) -> int:
    """Set, change or remove the passphrase that is asked for at signing."""
    old = None
    if app.asks_passphrase(directory, reader):
        old = passphrase_from(old_passphrase_file, "The passphrase that is set now", "--old-passphrase-file")
    new = None if remove else passphrase_from(passphrase_file, "New passphrase", twice=True)
    app.set_passphrase(directory, reader, new, old)
    say(f"{reader} signs without a passphrase from now on" if remove else f"{reader} signs with this passphrase now")
    return DONE


@study.command("reopen")
@DIRECTORY
@click.argument("case", metavar="CASE")
@click.option("--why", required=True, metavar="TEXT", help="The reason. It goes on the record.")
def reopen(directory: Path, case: str, why: str) -> int:
    """Let a signed case be changed again. What was signed stays on the record; exports mark the case as amended."""
    warn_of_identity(why)
    app.reopen(directory, case, why)
    say(f"Case {case} is open again. Its reader must sign it again")
    return DONE


@study.command("reset-passphrase")
@DIRECTORY
@READER_OPTION
@click.option("--why", required=True, metavar="TEXT", help="The reason. It goes on the record.")
def reset_passphrase(directory: Path, reader: str, why: str) -> int:
    """Remove a passphrase that its reader has forgotten; the reader sets another one before signing again."""
    warn_of_identity(why)
    app.reset_passphrase(directory, reader, why)
    say(f"{reader} has no passphrase now and sets a new one before signing: ramris reader passphrase")
    return DONE


@study.command("queries")
@DIRECTORY
@click.option("--resolve", "resolved", metavar="CASE", help="Give this case back to its reader.")
@click.option("--why", default="", metavar="TEXT", help="With --resolve: what was done about it.")
@JSON_OPTION
def queries(directory: Path, resolved: str | None, why: str, as_json: bool) -> int:
    """List the cases that readers have parked, and why; the exit status is 1 while there are any."""
    warn_of_identity(why)
    found = app.parked_cases(directory, resolved, why)
    words = {item.code: item.text for item in park_reasons()}
    if as_json:
        rows = [{**asdict(query), "text": words.get(query.reason, "")} for query in found]
        click.echo(json.dumps({"queries": rows}))
    else:
        for query in found:
            why = words.get(query.reason, query.reason)
            say(f"{query.case}  {query.reader}  {query.subject}  {query.since_utc}  {why}")
        if not found:
            say("No case is parked.")
    return FINDINGS if found else DONE


@study.command("board")
@DIRECTORY
@JSON_OPTION
def board(directory: Path, as_json: bool) -> int:
    """Show how far each reader is: cases read, signed, parked and due, and how many hours are left at this pace."""
    found, final = app.board(directory), app.final_on_board(directory)
    if as_json:
        told = {} if final is None else {"final": final.as_board_json()}
        click.echo(json.dumps({"readers": [asdict(line) for line in found], **told}))
        return DONE
    for line in found:
        pace = "no pace yet" if line.cases_per_hour is None else f"{line.cases_per_hour:.1f} cases an hour"
        left = "" if line.hours_left is None else f", {line.hours_left:.1f} hours left"
        purpose = ", ".join(filter(None, (line.purpose, line.scheme, line.program)))
        say(
            f"{line.reader} ({purpose}): {line.cases} cases, {line.read} read, {line.signed} signed, "
            f"{line.parked} parked, {line.open} open, {line.not_due} not due yet; {pace}{left}"
            + (f"; display {line.display}" if line.display else "")
            + (f"; drift check: {line.drift_read} of {line.drift} hidden repeats read" if line.drift else "")
        )
    if final is not None:
        say(final.line)
    if not found:
        say(f"Nobody has a worklist. Next: ramris study assign {directory} --reader ID")
    return DONE


def _answers(given: Sequence[str]) -> dict[str, str]:
    found = {}
    for item in given:
        name, equals, text = item.partition("=")
        if not equals:
            raise UsageRefused(f"--answer {item!a}: write ID=TEXT, such as erosion-falls='seen on both planes'")
        found[name.strip()] = text
    return found


def passphrase_from(
    file: Path | None,
    question: str = "Passphrase",
    option: str = "--passphrase-file",
    *,
    twice: bool = False,
) -> str:
    """A passphrase: the first line of a file, or as it is typed."""
    if file is None:
        if not sys.stdin.isatty():
            raise UsageRefused(f"no terminal to ask for the passphrase; give it in a file: {option} FILE")
        found: str = click.prompt(question, hide_input=True, confirmation_prompt=twice, err=True)
        return found
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        text = ""
    line = text.partition("\n")[0].rstrip("\r")
    if not line:
        raise UsageRefused(f"{file.name}: its first line must be the passphrase, in UTF-8")
    return line


@cli.command()
@DIRECTORY
@click.argument("out", metavar="OUT", type=PATH)
@click.option("--reader", default="", metavar="ID", help="Only what concerns this reader.")
@click.option("--case", default="", metavar="CODE", help="Only what concerns this case.")
@click.option(
    "--from", "since", default="", metavar="MOMENT", help="Only from this day or moment on: 2026-03-01T14:30."
)
@click.option("--until", default="", metavar="MOMENT", help="Only before this day or moment.")
@click.option("--zone", default="", metavar="NAME", help="The zone of local times. Default: that of this machine.")
@click.option("--with-identities", is_flag=True, help="Also export who is who. Needs the vault.")
@click.option("--why", default="", metavar="TEXT", help="The reason for --with-identities. It goes on the record.")
@JSON_OPTION
def trail(
    *,
    directory: Path,
    out: Path,
    reader: str,
    case: str,
    since: str,
    until: str,
    zone: str,
    with_identities: bool,
    why: str,
    as_json: bool,
) -> int:
    """Write every answer and every act to the folder OUT: who, when, what, before, after, why. Not for readers.

    It holds trail.csv, trail.html and trail.pdf, the record as it was sealed, and verify_trail.py, which verifies it
    with Python alone. OUT is new, empty, or holds an earlier export, which is replaced as a whole.
    """
    if why and not with_identities:
        raise UsageRefused("--why goes with --with-identities")
    warn_of_identity(why)
    found = app.write_trail(
        directory,
        out,
        reader=reader,
        case=case,
        since=since,
        until=until,
        zone=zone,
        identified_for=why if with_identities else None,
    )
    if as_json:
        click.echo(json.dumps(found.as_json()))
    else:
        for file in found.files:
            say(str(found.out / file.name))
        say(f"Head: {found.facts.head}")
    return DONE
