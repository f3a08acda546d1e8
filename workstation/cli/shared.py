"""The root of the command line, and what its commands share: options, exit statuses, how they speak."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from types import MappingProxyType
from typing import Final

import click

from storage.acting import FILE_VARIABLE, PASSPHRASE_VARIABLE, VARIABLE, acting_as
from storage.records import Assignment
from storage.vault import vault_passphrase
from storage.vault.identity_words import looks_like
from storage.version import VERSION
from workstation.cli.arguments import PlainText, StudyFolder, UsablePath
from workstation.errors import UsageRefused
from workstation.runtime.console import plain_line

DONE, FINDINGS, REFUSED = 0, 1, 2
NEW_PASSPHRASE = "RAMRIS_NEW_VAULT_PASSPHRASE"  # noqa: S105 - the name of a variable
# which module has which command, so that one command imports no other's; a group that lies in one module is named alone
OF_ROOT: Final[Mapping[str, tuple[str, ...]]] = {
    "reading": ("read", "enter"),
    "rooms": ("atlas", "demo", "keys", "open"),
    "studies": ("reread",),
    "schemes": ("scheme",),
    "managing": ("manage", "numbers"),
    "figures.numbers": ("agreement", "analyse", "audit", "export"),
    "figures.sizes": ("sizes",),
    "making": ("doctor", "phantom", "qualify"),
    "record": ("reader", "sign", "trail"),
    "pages": ("charter", "outlines", "sheets"),
    "servers.images": ("fetch",),
    "figures.calibrating": ("calibrate",),
    "servers.meeting": ("send", "server"),
}
OF_STUDY: Final[Mapping[str, tuple[str, ...]]] = {
    "studies": (
        "add",
        "adopt-vault",
        "check",
        "create",
        "design",
        "hand-over",
        "lock",
        "lock-vault",
        "reveal",
        "unlock",
        "unlock-vault",
    ),
    "worklists": ("assign", "rename-reader", "retire", "take-back"),
    "schemes_of_study": ("scheme",),
    "enrolling": ("enrolments",),
    "choosing": ("blank", "choices", "choose", "decide", "log", "refuse", "release", "remove", "undo"),
    "safekeeping": (
        "adjudicate",
        "backup",
        "disagreements",
        "final",
        "keep-vault",
        "merge",
        "restore",
        "restore-vault",
        "salvage",
    ),
    "record": ("board", "queries", "reopen", "reset-passphrase"),
    "people": ("passphrase", "people"),
    "servers.moving": ("join", "move", "upgrade"),
    "servers.pulling": ("pull",),
}
PATH = UsablePath()
PNG_OPTION = click.option(
    "--png", type=PATH, metavar="FILE", help="Draw the room to a picture instead of opening a window."
)
JSON_OPTION = click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout and nothing else.")
READER_OPTION = click.option(
    "--reader",
    required=True,
    metavar="ID",
    type=PlainText(),
    help="The reader's id: letters, digits, dash, underscore.",
)
# of commands that show figures of grades
SEEN_OPTION = click.option(
    "--why",
    default="",
    metavar="TEXT",
    help="The reason to see figures while cases are still being read. It goes on the record.",
)
# a record on a server is named by its address too, where a folder here is joined to it
DIRECTORY = click.argument("directory", metavar="DIR", type=StudyFolder())


class OnDemand(click.Group):
    """Imports the module of a command when it is asked for that command, and of all for a list of them.

    homes: which module has which command; `study` is in this one.
    """

    homes: Mapping[str, tuple[str, ...]]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name; None, with all imported so that a near one can be named, where there is none."""
        home = _module_of(self.homes, cmd_name)
        if home is not None:
            _import(home)
        elif cmd_name not in self.commands:
            self.list_commands(ctx)
        return super().get_command(ctx, cmd_name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all."""
        for home in self.homes:
            _import(home)
        return super().list_commands(ctx)


def _module_of(homes: Mapping[str, tuple[str, ...]], command: str) -> str | None:
    """The module that has the command; None where nobody has one of that name."""
    return next((module for module, names in homes.items() if command in names), None)


def _import(module: str) -> None:
    # importing a module of commands adds them to their groups
    import_module(f"{__package__}.{module}")


class _Root(OnDemand):
    homes = OF_ROOT


class _OfStudy(OnDemand):
    homes = OF_STUDY


@click.group(
    cls=_Root,
    invoke_without_command=True,
    # by itself click would write [COMMAND], which reads as if one could be left out of a script
    subcommand_metavar="COMMAND [ARGS]...",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(VERSION, message="ramris %(version)s")
@click.option("--as", "who", default="", envvar=VARIABLE, metavar="ID", help="Who acts for the coordinator.")
@click.pass_context
def cli(context: click.Context, who: str) -> int:
    """Read paired wrist MRI blinded, score it, and export the scores."""
    acting_as.set(who)
    if context.invoked_subcommand is not None:
        return DONE
    from workstation.app import starting

    return starting.start()


@cli.group(cls=_OfStudy)
def study() -> None:
    """For the coordinator: make a study, bring cases in, give them to readers."""


def ask_passphrase() -> str:
    """Ask at the terminal, nothing of it shown; on stderr, so that it doesn't get into what is piped on."""
    if not sys.stdin.isatty():
        raise UsageRefused(
            f"vault.db has a passphrase: give it in {vault_passphrase.VARIABLE}, in a file that "
            f"{vault_passphrase.FILE_VARIABLE} names, or at a terminal"
        )
    found: str = click.prompt("Passphrase of the vault", hide_input=True, err=True)
    return found


def ask_who_acts(who: str, names: tuple[str, ...]) -> tuple[str, str]:
    """The passphrase of whoever was named to act for the coordinator; the id is named before the command."""
    if not who:
        there = ", ".join(names) or "nobody"
        raise UsageRefused(f"this study asks who acts for the coordinator: ramris --as ID COMMAND; who may: {there}")
    if not sys.stdin.isatty():
        raise UsageRefused(
            f"this study asks for the passphrase of {who}: give it in {PASSPHRASE_VARIABLE}, in a file that "
            f"{FILE_VARIABLE} names, or at a terminal"
        )
    found: str = click.prompt(f"Passphrase of {who}", hide_input=True, err=True)
    return who, found


def new_passphrase() -> str:
    """A passphrase to be set, typed twice alike."""
    found = os.environ.get(NEW_PASSPHRASE)
    if found is not None:
        return found
    if not sys.stdin.isatty():
        raise UsageRefused(f"no terminal to ask for the new passphrase; give it in {NEW_PASSPHRASE}")
    typed: str = click.prompt("New passphrase of the vault", hide_input=True, confirmation_prompt=True, err=True)
    return typed


def say(line: str) -> None:
    """A line for people, on stdout."""
    click.echo(line)


def tell_cases(
    reader: str,
    cases: Sequence[Assignment],
    what_now: str,
    *,
    as_json: bool,
    with_due: bool = False,
    unit: str = "case",
    more: Mapping[str, object] = MappingProxyType({}),
) -> int:
    """Which cases a reader was given: as one object, or how many there are and what comes next."""
    if as_json:
        rows = [{"case": entry.case, "subject": entry.subject, "round": entry.round} for entry in cases]
        if any(entry.enrolment != 1 for entry in cases):
            # where somebody is enrolled more than once, it is said of everybody
            which = [{"enrolment": entry.enrolment} for entry in cases]
            rows = [row | number for row, number in zip(rows, which, strict=True)]
        due = [{"due": entry.due_at_utc, "visits": list(entry.visits)} if with_due else {} for entry in cases]
        told = [row | moment for row, moment in zip(rows, due, strict=True)]
        click.echo(json.dumps({"reader": reader, "cases": told, **more}))
    else:
        say(f"{reader} has {len(cases)} {unit}{'' if len(cases) == 1 else 's'}{what_now}")
    return DONE


def complain(line: str) -> None:
    """What was refused, on stderr."""
    click.echo(f"ramris: {plain_line(line)}", err=True)


def warn_of_identity(words: str) -> None:
    """Say on stderr what in words for the record may identify somebody; whom the vault knows is refused elsewhere."""
    for found in looks_like(words):
        complain(f"the reason contains {found}, and readers get the record. Say it without")


def progress_line() -> Callable[[int, int, str], None]:
    """A line on stderr that is overwritten; silent where stderr isn't a terminal, so that logs stay clean.

    The start window asks for a line each time, and shows the last one.
    """
    from workstation.starting import spoken

    if os.environ.get(spoken.VARIABLE) == spoken.IN_LINES:
        return lambda done, total, stage: click.echo(spoken.step_line(spoken.Step(done, total, stage)), err=True)
    if not sys.stderr.isatty():
        return lambda _done, _total, _stage: None

    def draw(done: int, total: int, stage: str) -> None:
        end = "\n" if done >= total else ""
        sys.stderr.write(f"\r\x1b[K{stage}: {done} of {total}{end}")
        sys.stderr.flush()

    return draw


def ask_password(user: str, variable: str = "") -> str:
    """The password of a server's user, typed unseen; `variable` is where else it may be given.

    Raises:
        UsageRefused: nobody sits at a terminal.
    """
    from workstation.app.servers.passwords import PASSWORD_VARIABLE

    if not sys.stdin.isatty():
        raise UsageRefused(f"no terminal to ask for the password of {user}; give it in {variable or PASSWORD_VARIABLE}")
    found: str = click.prompt(f"Password of {user}", hide_input=True, err=True)
    return found
