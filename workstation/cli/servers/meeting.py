"""Commands around the server where copies of readers at other sites meet."""

from __future__ import annotations

import json
from pathlib import Path

import click

from workstation.app.servers import meeting as app
from workstation.app.servers.passwords import DATABASE_VARIABLE
from workstation.cli.arguments import PlainText
from workstation.cli.shared import DIRECTORY, DONE, JSON_OPTION, PATH, ask_password, cli, say

ADDRESS = click.argument("address", metavar="URL", type=PlainText())
CA_OPTION = click.option("--ca", type=PATH, metavar="FILE", help="Certificate of the server's own authority (PEM).")


def ask(name: str) -> str:
    """The password for an address, typed unseen."""
    return ask_password(name, DATABASE_VARIABLE)


@cli.group()
def server() -> None:
    """For the administrator and the coordinator: the server where copies of readers at other sites meet."""


@server.command("init")
@ADDRESS
@CA_OPTION
@JSON_OPTION
def init(address: str, ca: Path | None, *, as_json: bool) -> int:
    """Make a PostgreSQL database ready for copies: roles, tables, functions, and what nobody may do. Can be run again.

    On the server itself, as its administrator: sudo -u postgres ramris server init postgresql:///DATABASE
    """
    told = app.initialise(address, ca, ask)
    if as_json:
        click.echo(json.dumps({"to_know": list(told)}))
        return DONE
    for line in told:
        say(line)
    return DONE


@server.command("login")
@ADDRESS
@CA_OPTION
@click.option("--reader", metavar="ID", type=PlainText(), help="Whose: the reader's id in the study.")
@click.option("--coordinator", is_flag=True, help="A coordinator's, who hands copies over and merges them.")
@click.option(
    "--record",
    "role",
    type=click.Choice(["auditor", "statistician"]),
    help="On a study's record: an auditor reads all of it, a statistician what exports read, from the lock on.",
)
@click.option("--new-password", is_flag=True, help="The reader has a login: another password for it.")
@JSON_OPTION
def login(
    *,
    address: str,
    ca: Path | None,
    reader: str | None,
    coordinator: bool,
    role: str | None,
    new_password: bool,
    as_json: bool,
) -> int:
    """Make a login, as the administrator. Its name tells nobody whose it is; its password is shown once, here alone."""
    if [reader is not None, coordinator, role is not None].count(True) != 1:
        raise click.UsageError("whose login: give --reader ID or --coordinator, or --record ROLE on a study's record.")
    if new_password and reader is None:
        raise click.UsageError("--new-password goes with --reader; others get a new login.")
    if role is None:
        made, where = app.login(address, ca, ask, reader=reader, anew=new_password)
    else:
        made, where = app.record_login(address, ca, ask, role)
    if as_json:
        click.echo(json.dumps({"login": made.name, "password": made.password, "address": where}))
        return DONE
    say(f"{where}")
    if "@:" in where or "@/" in where:
        say("Put the name by which others reach this server behind the @: the address was made by its own socket.")
    say(f"Password: {made.password}")
    say("It is shown this once. Give address and password to that person by two ways.")
    return DONE


@server.command("logins")
@ADDRESS
@CA_OPTION
@JSON_OPTION
def logins(address: str, ca: Path | None, *, as_json: bool) -> int:
    """List who has which login: readers and coordinators where copies meet; who may see or write a study's record.

    As the administrator or a coordinator. The owner of a record's tables isn't listed.
    """
    found = app.logins(address, ca, ask)
    if as_json:
        rows = [{"login": name, "role": role, "reader": reader} for name, role, reader in found]
        click.echo(json.dumps({"logins": rows}))
        return DONE
    for name, role, reader in found:
        say(f"{name}  {reader or role}")
    if not found:
        say("Nobody has a login yet.")
    return DONE


@server.command("put")
@ADDRESS
@DIRECTORY
@click.argument("copies", nargs=-1, required=True, type=PATH, metavar="COPY...")
@CA_OPTION
def put(address: str, directory: Path, copies: tuple[Path, ...], ca: Path | None) -> int:
    """Put copies that were handed over from DIR on the server, as `ramris study hand-over --to URL` does at once."""
    app.put(directory, copies, address, ca, ask)
    say(f"{len(copies)} cop{'y is' if len(copies) == 1 else 'ies are'} on the server.")
    return DONE


@server.command("board")
@ADDRESS
@CA_OPTION
@JSON_OPTION
def board(address: str, ca: Path | None, *, as_json: bool) -> int:
    """Show how far the copy of each reader is, as far as it was sent: how much was read, and nothing of grades."""
    lines = app.board(address, ca, ask)
    if as_json:
        click.echo(json.dumps({"copies": [line.as_json() for line in lines]}))
        return DONE
    for line in lines:
        came = f"last came {line.received}" if line.received else "nothing came yet"
        heard = f", last heard of {line.heard}" if line.heard and line.heard != line.received else ""
        say(
            f"{line.reader}, handed over {line.handed}: {line.signed} of {line.cases} cases signed, answers: "
            f"{line.answers}; {came}{heard}"
        )
    if not lines:
        say("No copy is there yet: `ramris study hand-over DIR OUT --to URL` puts one there.")
    return DONE


@cli.command("send")
@DIRECTORY
@ADDRESS
@CA_OPTION
@JSON_OPTION
def send(directory: Path, address: str, ca: Path | None, *, as_json: bool) -> int:
    """Send what is new in a reader's copy DIR to the server. Sent again, nothing is doubled.

    The record stays in DIR whatever happens; the coordinator gets it with `ramris study merge DIR URL`.
    """
    sent, left = app.send(directory, address, ca, ask)
    if as_json:
        click.echo(json.dumps({"sent": sent, "left": left}))
    else:
        say(f"Sent: {sent} answers and acts; left: {left}." if sent or left else "All was sent before.")
    return DONE
