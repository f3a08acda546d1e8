"""Commands that keep a study from being lost, for the coordinator."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import partial
from pathlib import Path

import click

from storage.errors import RecordDamaged
from workstation.app import safekeeping as app
from workstation.app.numbers import audit_pixels
from workstation.app.servers import meeting
from workstation.app.servers.passwords import DATABASE_VARIABLE
from workstation.cli.arguments import PathOrAddress
from workstation.cli.shared import (
    DIRECTORY,
    DONE,
    FINDINGS,
    JSON_OPTION,
    PATH,
    READER_OPTION,
    SEEN_OPTION,
    ask_password,
    complain,
    progress_line,
    say,
    study,
    tell_cases,
    warn_of_identity,
)
from workstation.errors import UsageRefused


@study.command("backup")
@DIRECTORY
def backup(directory: Path) -> int:
    """Copy study.db to DIR/backups and verify the copy; the room does so by itself.

    Identities are not in it: back vault.db up where only you can reach it.
    """
    made = app.back_up(directory)
    say(f"Backed up to backups/{made}" if made else "Nothing to do: the newest backup holds everything")
    return DONE


@study.command("keep-vault")
@DIRECTORY
@click.argument("folder", metavar="FOLDER", type=PATH)
@click.option("--newest", type=click.IntRange(1), default=10, show_default=True, help="How many copies to keep there.")
def keep_vault(directory: Path, folder: Path, newest: int) -> int:
    """Copy vault.db, with the identities, to a folder outside the study.

    To use the copy, put it into the study as vault.db.
    """
    made = app.keep_vault(directory, folder, newest)
    say(f"Kept {made}. If vault.db and all its copies are lost, nobody can say who the subjects are")
    return DONE


@study.command("restore-vault")
@DIRECTORY
@click.option("--list", "listing", is_flag=True, help="Only list the copies.")
@click.option("--from", "name", metavar="NAME", help="Which copy. Default: the newest.")
def restore_vault(directory: Path, listing: bool, name: str | None) -> int:
    """Replace vault.db by a copy that the program made. The file that is replaced is kept among the copies.

    Close other windows and commands of this study first. What was chosen or imported since isn't in it: add the
    scans again. A copy that was made under another passphrase opens with that one.
    """
    if listing:
        found = app.vault_copies(directory)
        for copy in found:
            say(str(copy))
        if not found:
            say(
                "There are no copies. The program makes one after each change; `ramris "
                "study keep-vault` makes one at any time"
            )
        return DONE
    done = app.restore_vault(directory, name)
    kept = f"The file before it is kept as {done.kept}" if done.kept else "There was none before"
    say(f"vault.db is now {done.copy}. {kept}. Add the scans again, then run ramris study check")
    return DONE


@study.command("restore")
@DIRECTORY
@click.option("--list", "listing", is_flag=True, help="Only list the backups.")
@click.option("--from", "name", metavar="NAME", help="Which backup. Default: the newest that is intact.")
@click.option("--why", default="", metavar="TEXT", help="The reason, if answers would be lost. It goes on the record.")
@JSON_OPTION
def restore(*, directory: Path, listing: bool, name: str | None, why: str, as_json: bool) -> int:
    """Put a backup of study.db in its place; the file that was there is kept in DIR/backups.

    Refused when the file in place holds answers that the backup doesn't, unless --why says why they may go. What was
    decided since (`study decide`) holds again; where the vault has a passphrase, if that is given.
    """
    if listing:
        return _list(directory, as_json)
    done, not_followed = app.restore(directory, name, why)
    if as_json:
        click.echo(json.dumps({"from": done.backup.file.name, "kept": done.kept, "lost": done.lost}))
    else:
        lost = f"{done.lost} rows of the record are in that file alone" if done.lost else "nothing was lost"
        say(f"Restored {done.backup.file.name}: {done.backup.events} answers. Before it: backups/{done.kept}; {lost}")
    if not_followed:
        complain(not_followed)
    try:
        audit_pixels(directory, progress_line())
    except RecordDamaged as damaged:
        complain(str(damaged))
        return FINDINGS
    return DONE


def _list(directory: Path, as_json: bool) -> int:
    found = app.backups(directory)
    if as_json:
        rows = [
            {"name": item.file.name, "at_utc": item.at.isoformat(), "answers": item.events, "head": item.head}
            for item in found
        ]
        click.echo(json.dumps({"backups": rows}))
        return DONE
    for item in found:
        say(f"{item.file.name}  {item.at:%Y-%m-%d %H:%M} UTC  {item.events} answers recorded")
    if not found:
        say("There are no backups yet; `ramris study backup DIR` makes one")
    return DONE


@study.command("salvage")
@DIRECTORY
@click.argument("out", metavar="OUT", type=PATH)
@JSON_OPTION
def salvage(directory: Path, out: Path, as_json: bool) -> int:
    """Make a new study in OUT of what a damaged study.db in DIR still shows, with the help of its backups.

    DIR is only read. Every row brought over proves itself by its hash. Identities stay in DIR: copy vault.db by hand.
    Exit status 1: something couldn't be brought over; answers that no chain reaches are in OUT/enter-again-ID.csv.
    """
    found = app.salvage(directory, out)
    if as_json:
        click.echo(json.dumps(asdict(found)))
    else:
        say(f"Brought over to {out}: {found.answers} answers and {found.acts} acts of the record, each proven.")
        if found.beyond:
            say(
                f"{found.beyond} answers behind a gap are proven and can't be joined to the record: look at "
                f"{', '.join(found.to_enter)} and enter them again (ramris enter OUT --reader ID < FILE)."
            )
        say(f"The audit of the new study says: {found.doubts}" if found.doubts else "The audit of it finds no fault.")
    return FINDINGS if found.beyond or found.doubts else DONE


@study.command("merge")
@DIRECTORY
@click.argument("others", nargs=-1, required=True, type=PathOrAddress(), metavar="COPY...")
@click.option("--other-images", is_flag=True, help="Take answers too that were given on other images than DIR has now.")
@click.option("--why", default="", metavar="TEXT", help="The reason for that. It goes on the record.")
@click.option("--ca", type=PATH, metavar="FILE", help="Certificate of the server's own authority (PEM).")
@JSON_OPTION
def merge(
    *, directory: Path, others: tuple[Path | str, ...], other_images: bool, why: str, ca: Path | None, as_json: bool
) -> int:
    """Merge what readers did in their copies of the study back into DIR. Merging again changes nothing.

    A COPY is a folder, or the URL of the server that copies are sent to: of that, what every copy has sent by now.

    A copy of another study, one that was changed behind the program, and a case that was read on in two places are
    refused, each by its row. So are answers to a case whose images were changed in DIR since the copy was made.
    """
    if other_images != bool(why.strip()):
        raise UsageRefused("give --other-images and --why TEXT together; the reason goes on the record")
    if why:
        warn_of_identity(why)
    folders = [other for other in others if isinstance(other, Path)]
    done = list(app.merge(directory, folders, why)) if folders else []
    refused: list[tuple[str, str]] = []
    for address in (other for other in others if isinstance(other, str)):
        home = meeting.merge(directory, address, ca, partial(ask_password, variable=DATABASE_VARIABLE), why)
        done += home.merged
        refused += home.refused
    if as_json:
        told = {"refused": [{"reader": reader, "why": said} for reader, said in refused]} if refused else {}
        click.echo(json.dumps({"merged": [asdict(item) for item in done], **told}))
        return FINDINGS if refused else DONE
    for item in done:
        new = f"{item.answers} answers, {item.acts} acts and {item.notes} notes"
        if item.other_images:
            say(f"{item.copy}: the record says that {', '.join(item.other_images)} had other images there")
        say(f"{item.copy}: {new} came over." if item.answers + item.acts + item.notes else f"{item.copy}: nothing new.")
    for _, said in refused:
        complain(said)
    if not done and not refused:
        say("Nothing new came to the server.")
    return FINDINGS if refused else DONE


@study.command("disagreements")
@DIRECTORY
@click.option("--readers", metavar="A,B", help="Which two readers. Needed if more than two have finished readings.")
@click.option(
    "--threshold", default="1", show_default=True, metavar="D", help="The smallest difference of grades to list."
)
@SEEN_OPTION
@JSON_OPTION
def disagreements(directory: Path, readers: str | None, threshold: str, why: str, as_json: bool) -> int:
    """List the sites at which two readers' finished first readings differ, for the coordinator.

    Exit status 1 when there are some.
    """
    warn_of_identity(why)
    found = app.disagreements(directory, _two(readers), threshold, why)
    if as_json:
        click.echo(json.dumps({"disagreements": [item.as_json() for item in found]}))
    else:
        for item in found:
            say(item.as_text())
        say(f"{len(found)} site{'' if len(found) == 1 else 's'} differ by {threshold} or more.")
    return FINDINGS if found else DONE


@study.command("adjudicate")
@DIRECTORY
@READER_OPTION
@click.option("--readers", metavar="A,B", help="Whose first readings. Needed if more than two readers have some.")
@click.option(
    "--threshold",
    default="",
    metavar="D",
    help="The smallest difference of grades to settle. Default: what the design says, or 1.",
)
@click.option("--only", metavar="S001,S003", help="Only these, whatever they differ by. Needs --readers.")
@click.option("--seed", type=int, help="Seed of the random order. Default: a new one, which is stored.")
@JSON_OPTION
def adjudicate(
    *,
    directory: Path,
    reader: str,
    readers: str | None,
    threshold: str,
    only: str | None,
    seed: int | None,
    as_json: bool,
) -> int:
    """Give a third reader the cases on which two readers differ, under new codes, blind to both or with both beside.

    The whole case is read. Blind, nothing tells which sites differ; `study design --set adjudicating=beside` shows both
    readings as A and B, without a name. `study disagreements` then shows the third answer beside the two. Which cases
    it is the design says (`study design --set adjudicate=RULE`), or --threshold. Called again, cases are added that
    have come to differ since, and cases that nobody can have seen yet follow the design.
    """
    chosen = () if only is None else tuple(name.strip() for name in only.split(","))
    cases = app.adjudicate(directory, reader, _two(readers), threshold, seed, only=chosen)
    what_now = f" to settle. Next: ramris study hand-over {directory} OUT --reader {reader}"
    return tell_cases(reader, cases, what_now, as_json=as_json)


@study.command("final")
@DIRECTORY
@SEEN_OPTION
@JSON_OPTION
def final(directory: Path, why: str, as_json: bool) -> int:
    """Show how many cases have their final values, which wait for a third reader, and each reader's rates.

    Adjudication rate: how often a reader's cases go to a third. Disagreement index: how often the third sides with the
    other reader. For the coordinator. Exit status 1 while cases wait or lack a reading.
    """
    warn_of_identity(why)
    found = app.third_readers_rates(directory, why)
    if as_json:
        click.echo(json.dumps(found.as_json()))
    else:
        for line in found.as_text():
            say(line)
    return FINDINGS if found.waits or found.lacking else DONE


def _two(readers: str | None) -> tuple[str, str] | None:
    if readers is None:
        return None
    first, comma, second = readers.partition(",")
    if not (first and comma and second) or "," in second:
        raise UsageRefused(f"--readers {readers!r:.60}: name two, with a comma between: --readers A,B")
    return first.strip(), second.strip()
