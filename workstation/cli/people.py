"""People of a study: the list of who has which role, made and changed with a reason."""

from __future__ import annotations

import json
from pathlib import Path

import click
from msgspec import to_builtins

from storage.study.staffing import ROLES, Change
from workstation.app import record as app
from workstation.cli.record import passphrase_from
from workstation.cli.shared import DIRECTORY, DONE, JSON_OPTION, PATH, say, study, warn_of_identity
from workstation.errors import UsageRefused


@study.command("people")
@DIRECTORY
@click.option("--set", "person", default="", metavar="ID", help="Put this person on the list, or change what it says.")
@click.option("--name", metavar="NAME", help="The printed name, as signatures show it.")
@click.option("--role", metavar="ROLE", help=f"One of {', '.join(ROLES)}.")
@click.option("--trained", metavar="DAY", help="The day on which a training was passed, such as 2026-03-01.")
@click.option("--from", "since", metavar="DAY", help="The first day in this role.")
@click.option("--until", metavar="DAY", help="The last day in this role.")
@click.option("--why", default="", metavar="TEXT", help="The reason. It goes on the record.")
@JSON_OPTION
def people(
    *,
    directory: Path,
    person: str,
    name: str | None,
    role: str | None,
    trained: str | None,
    since: str | None,
    until: str | None,
    why: str,
    as_json: bool,
) -> int:
    """Show who works on the study, or put somebody on the list with --set. An empty value takes back what was said.

    A reader's copy holds that reader's own line alone.
    """
    change = Change(name, role, trained, since, until)
    if not person and (change != Change() or why):
        raise UsageRefused("--name, --role, --trained, --from, --until and --why go with --set ID")
    warn_of_identity(why)
    listed = app.people(directory, person, change, why)
    if as_json:
        click.echo(json.dumps({"people": to_builtins(listed)}))
        return DONE
    for item in listed:
        say(item.as_text())
    if not listed:
        how = "ramris study people DIR --set ID --name NAME --role ROLE --why TEXT"
        say(f"Nobody is on the list of people yet; put somebody there: {how}")
    return DONE


@study.command("passphrase")
@DIRECTORY
@click.option("--person", default="", metavar="ID", help="Another coordinator, who has forgotten theirs.")
@click.option("--passphrase-file", type=PATH, metavar="FILE", help="A file whose first line is the new passphrase.")
@click.option("--why", default="", metavar="TEXT", help="The reason, needed with --person. It goes on the record.")
def passphrase(*, directory: Path, person: str, passphrase_file: Path | None, why: str) -> int:
    """Set the passphrase of whoever acts for the coordinator (ramris --as ID), or with --person that of another one.

    It is asked for where `ramris study design DIR --set acting=passphrase` says so.
    """
    warn_of_identity(why)
    whose = app.set_staff_passphrase(
        directory, person, lambda: passphrase_from(passphrase_file, "New passphrase", twice=True), why
    )
    say(f"{whose} acts for the coordinator with this passphrase from now on, where the design asks for one")
    return DONE
