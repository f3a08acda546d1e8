"""Command that fetches scans from a server."""

from __future__ import annotations

import json
from pathlib import Path

import click

from workstation.app.servers import passwords
from workstation.app.servers import pulling as app
from workstation.cli.shared import DIRECTORY, DONE, FINDINGS, JSON_OPTION, PATH, ask_password, progress_line, say, study


@study.command("pull")
@DIRECTORY
@click.option("--from", "address", default="", metavar="ADDRESS", help="Of the DICOMweb: https://HOST/dicom-web.")
@click.option("--patient", default="", metavar="PATTERN", help="Only of these patient IDs; * stands for any letters.")
@click.option("--description", default="", metavar="PATTERN", help="Only studies described so; * as there.")
@click.option("--since", default="", metavar="DATE", help="Only studies of this day or later: 2026-05-01.")
@click.option("--until", default="", metavar="DATE", help="Only studies of this day or earlier.")
@click.option("--user", default="", metavar="NAME", help="Who asks. The password is asked for, or in the environment.")
@click.option("--ca", type=PATH, metavar="FILE", help="Certificate of the server's own authority (PEM).")
@click.option("--keep-password", is_flag=True, help="Put the password into the key store of this account.")
@click.option("--list", "only_list", is_flag=True, help="Only show what is there and what of it is new.")
@click.option("--again", is_flag=True, help="Fetch also what is here, and say which files changed.")
@click.option("--as-it-comes", is_flag=True, help="Take series of which fewer images come than the server says.")
@JSON_OPTION
def pull(
    *,
    directory: Path,
    address: str,
    patient: str,
    description: str,
    since: str,
    until: str,
    user: str,
    ca: Path | None,
    keep_password: bool,
    only_list: bool,
    again: bool,
    as_it_comes: bool,
    as_json: bool,
) -> int:
    """Fetch scans from a server (DICOMweb, such as Orthanc) and add them to the study.

    Without options it asks what was asked the last time. Scans come to DIR/incoming as the server has them, one series
    whole after the other, and are added as `ramris study add` does. Ctrl+C stops safely; the same command goes on.
    DIR/incoming holds names: it is for the coordinator alone, as the vault is.
    """
    if again and only_list:
        raise click.UsageError("--again fetches, and --list only shows: give one of them")
    typed = app.Typed(address, user, str(ca.resolve()) if ca else "", patient, description, since, until)
    last = app.asked(directory, typed)
    credentials = passwords.credentials_for(last.address, last.user, ask_password)
    found = app.pull_by_command(
        directory, last, credentials, progress_line(), only_list=only_list, again=again, incomplete=as_it_comes
    )
    if keep_password:
        passwords.keep(last.address, last.user, credentials.password)
    if as_json:
        click.echo(json.dumps(app.as_json(found)))
    else:
        for line in (*(app.as_lines(found.lines) if only_list else ()), *app.summary(found)):
            say(line)
        for line in found.report.as_text() if found.report else ():
            say(line)
    return FINDINGS if app.unfinished(found) else DONE
