"""The command of enrolments: which visits of a person are read together."""

from __future__ import annotations

import json
from pathlib import Path

import click

from workstation.app import studies as app
from workstation.cli.shared import DIRECTORY, DONE, FINDINGS, PATH, say, study, warn_of_identity


@study.command("enrolments")
@DIRECTORY
@click.option(
    "--rule",
    metavar="RULE",
    help="first-two, consecutive, disjoint-pairs or each-with-first: for everybody who isn't in the list.",
)
@click.option(
    "--file",
    type=PATH,
    metavar="CSV",
    help="A list with the columns person, visits and, if wanted, enrolment and label.",
)
@click.option("--undo", is_flag=True, help="Take the last change back; again puts it back.")
@click.option("--why", default="", metavar="TEXT", help="The reason. Needed as soon as there is a grade.")
@click.option("--who", metavar="NAME", help="Your name. It is kept in the vault.")
@click.option(
    "--out", type=PATH, metavar="FILE", help="Write what stands as such a list, to be changed and given back."
)
@click.option("--json", "in_json", is_flag=True, help="Print one JSON object on stdout and nothing else.")
def enrolments(  # noqa: PLR0917 - click passes one argument for each option
    directory: Path,
    rule: str | None,
    file: Path | None,
    undo: bool,
    why: str,
    who: str | None,
    out: Path | None,
    in_json: bool,
) -> int:
    """Show which visits of a person are read together as one case, or change it.

    Without an option it shows them. A rule or a list takes the place of the one before: a list is for the people in
    it, the rule for all others. What readers were given stays with them. Labels, such as the group, stay in the vault.
    """
    if undo and (rule is not None or file is not None):
        raise click.UsageError("--undo goes without --rule and --file.")
    if (why or who) and not (undo or rule is not None or file is not None):
        raise click.UsageError("--why and --who go with --rule, --file or --undo.")
    from workstation.intake.protocol.enrolment_words import as_json, as_text

    warn_of_identity(why)
    found = app.enrolments(directory, app.EnrolmentWish(rule, file, undo, why, who, out))
    if in_json:
        click.echo(json.dumps(as_json(found)))
    else:
        for line in as_text(found):
            say(line)
    return FINDINGS if found.left else DONE
