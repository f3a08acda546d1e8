"""Commands about worklists, for the coordinator: who reads what."""

from __future__ import annotations

import json
from pathlib import Path

import click
import msgspec

from scoring.design.reader_roles import PURPOSES
from storage.worklists.purposes import Role
from workstation.app import studies as app
from workstation.app.assigning import words
from workstation.app.assigning.wishes import Which
from workstation.cli.shared import (
    DIRECTORY,
    DONE,
    FINDINGS,
    JSON_OPTION,
    PATH,
    READER_OPTION,
    say,
    study,
    tell_cases,
    warn_of_identity,
)
from workstation.cli.studies import ANYWAY_OPTION, WHO_OPTION, tell_left_out


@study.command("assign")
@DIRECTORY
@READER_OPTION
@click.option("--subjects", default="", metavar="S001,S002", help="Only these: codes or patient IDs.")
@click.option(
    "--file", type=PATH, metavar="FILE", help="Only those in FILE: one on each line, or a CSV with a column subject."
)
@click.option(
    "--site",
    default="",
    metavar="SITE",
    help="Only those of a site of the trial: their patient ID begins with it, or FILE says so in a column site.",
)
@click.option("--share", default="", metavar="1/2", help="Only this part, drawn. The reader with 2/2 gets the rest.")
@click.option(
    "--overlap",
    default="",
    metavar="N|N%",
    help="Until the reader has so many in common with other readers, drawn, for agreement between readers.",
)
@click.option(
    "--purpose",
    type=click.Choice(PURPOSES, case_sensitive=False),
    help="What the reader's first readings are for. Default: PRIMARY with --share; else as the study's design says.",
)
@click.option(
    "--scheme",
    metavar="NAME",
    help="By which scheme the reader reads, where the study has several: ramris study scheme list. Said once.",
)
@click.option("--show", is_flag=True, help="Give nothing. Show what this would give; the same --seed then gives it.")
@click.option("--seed", type=int, help="Seed of all that is drawn. Default: a new one, which is stored.")
@ANYWAY_OPTION
@click.option(
    "--why",
    default="",
    metavar="TEXT",
    help="The reason for --anyway, or for --purpose where it concerns what was begun.",
)
@WHO_OPTION
@JSON_OPTION
def assign(
    *,
    directory: Path,
    reader: str,
    subjects: str,
    file: Path | None,
    site: str,
    share: str,
    overlap: str,
    purpose: str | None,
    scheme: str | None,
    show: bool,
    seed: int | None,
    anyway: bool,
    why: str,
    who: str | None,
    as_json: bool,
) -> int:
    """Give subjects to a reader, under new case codes, in seeded random order: every subject, or those that you name.

    Subjects with an error, or an open question of who, when or which wrist, are left out until that is settled:
    answered, or accepted with a reason. What a reader has already stays. The same command again gives what came since.
    """
    if anyway and not why.strip():
        raise click.UsageError("--anyway goes with --why TEXT.")
    if why.strip() and not (anyway or purpose or share):
        raise click.UsageError("--why goes with --anyway, --purpose or --share.")
    warn_of_identity(why)
    which = Which(subjects, file, share, overlap, site)
    taken = (who, why) if anyway else None
    made = app.assign(directory, reader, seed, taken, which, role=Role(purpose, why), scheme=scheme, show=show)
    if as_json:
        tell_cases(reader, made.cases, "", as_json=True, more=made.as_json())
        return FINDINGS if made.left_out else DONE
    for line in words.told(made.given, str(directory)):
        say(line)
    if made.excluded:
        say(f"Excluded, so given to nobody: {', '.join(made.excluded)}")
    return tell_left_out(tuple(made.left_out))


@study.command("take-back")
@DIRECTORY
@READER_OPTION
@click.option("--subjects", default="", metavar="S001,S002", help="Only cases of these: codes or patient IDs.")
@click.option("--file", type=PATH, metavar="FILE", help="Only cases of those in FILE, as for assign.")
@click.option("--site", default="", metavar="SITE", help="Only cases of a site of the trial, as for assign.")
@click.option("--cases", default="", metavar="CASE,CASE", help="Only these cases, by their codes.")
@click.option("--why", required=True, metavar="TEXT", help="The reason. It goes on the record.")
@click.option("--undo", is_flag=True, help="Give back what was taken: what you name, or all that was taken last.")
@JSON_OPTION
def take_back(
    *,
    directory: Path,
    reader: str,
    subjects: str,
    file: Path | None,
    site: str,
    cases: str,
    why: str,
    undo: bool,
    as_json: bool,
) -> int:
    """Take unread cases off a reader's worklist: all of them, or those that you name. What was begun stays.

    They can go to another reader then: ramris study assign. A copy that the reader has still shows them; what is read
    of them there is refused by merge until you give the case back.
    """
    warn_of_identity(why)
    done = app.take_back(directory, reader, Which(subjects, file, site=site), cases, why, undo=undo)
    if as_json:
        click.echo(json.dumps(msgspec.to_builtins(done) | {"undone": undo}))
        return DONE
    for line in words.told_of_return(done) if undo else words.told_of_taking(done, str(directory)):
        say(line)
    return DONE


@study.command("retire")
@DIRECTORY
@READER_OPTION
@click.option("--why", required=True, metavar="TEXT", help="The reason. It goes on the record.")
@click.option("--undo", is_flag=True, help="Let the reader get cases again.")
def retire(*, directory: Path, reader: str, why: str, undo: bool) -> int:
    """Retire a reader: no more cases, unread ones are taken back, and what was read stays and counts.

    What was begun can still be finished. The unread cases can go to another reader: ramris study assign.
    """
    warn_of_identity(why)
    done = app.retire(directory, reader, why, undo=undo)
    if done is None:
        say(f"{reader} can get cases again. What was taken back comes back with: ramris study take-back --undo")
        return DONE
    for line in words.told_of_retiring(done, str(directory)):
        say(line)
    return DONE


@study.command("rename-reader")
@DIRECTORY
@READER_OPTION
@click.option("--name", default="", metavar="ID", help="What the reader is to be called.")
@click.option("--why", required=True, metavar="TEXT", help="The reason. It goes on the record.")
@click.option("--undo", is_flag=True, help="Let the reader be called by the first id again.")
def rename_reader(*, directory: Path, reader: str, name: str, why: str, undo: bool) -> int:
    """Call a reader by another id, such as R1 for an R11 that was a typing error, before or after the first grade.

    Windows, worklists, board, copies and exports show the new one, and either can be typed. The record keeps the first
    one in its hashes, and exports name it in reader_id_on_record. Copies that are with the reader merge as before.
    """
    if undo == bool(name):
        raise click.UsageError("Give --name ID, or --undo for the first id.")
    warn_of_identity(why)
    said = app.rename_reader(directory, reader, name, why)
    say(said)
    return DONE
