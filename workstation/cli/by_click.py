"""Commands by click, and what ended one in a line for a person."""

from __future__ import annotations

from collections.abc import Sequence
from errno import ELOOP, ENAMETOOLONG, ENOSPC
from functools import cache
from pathlib import Path

import click

from scoring.errors import RamrisError
from storage.acting import acting_as, ask
from storage.vault import vault_passphrase
from workstation.app import coordinating
from workstation.cli.shared import DONE, FINDINGS, REFUSED, ask_passphrase, ask_who_acts, cli, complain
from workstation.runtime.faults import fault_line


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status."""
    telling = coordinating.complain.set(complain)
    acting = acting_as.set("")
    asking = vault_passphrase.ask.set(cache(ask_passphrase))
    naming = ask.set(ask_who_acts)
    try:
        status = cli.main(list(arguments), "ramris", standalone_mode=False)
    finally:
        vault_passphrase.ask.reset(asking)
        coordinating.complain.reset(telling)
        acting_as.reset(acting)
        ask.reset(naming)
    return status if isinstance(status, int) else DONE


def told(error: BaseException, arguments: Sequence[str]) -> tuple[str, int]:
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
            return "stopped. What was finished is kept. Run the same command again to go on", FINDINGS
    return _of_what_was_given(error, arguments) or _fault(error), REFUSED


def _stands_somewhere() -> bool:
    try:
        Path.cwd()
    except FileNotFoundError:
        return False
    return True


def _is_text(given: str) -> bool:
    try:
        given.encode()
    except UnicodeEncodeError:
        return False
    return True


def _fault(error: BaseException) -> str:
    # a traceback could quote a path or a name; the place in our own code is enough to mend it
    code, location = fault_line(type(error), error.__traceback__)
    return f"fault {code} of the program itself, {location}. RAMRIS_DEBUG=1 shows the details"


def _of_what_was_given(error: BaseException, arguments: Sequence[str]) -> str | None:
    """A line where the fault came of a path that no disk takes, or of files that the program didn't write so."""
    if isinstance(error, OSError) and error.errno in {ENAMETOOLONG, ELOOP}:
        return "a name in a path is longer than the disk takes. Give a shorter one"
    if isinstance(error, OSError) and error.errno == ENOSPC:
        return "there is no space left for what was to be written or printed. What was finished is kept"
    if isinstance(error, FileNotFoundError) and not _stands_somewhere():
        return "the folder where you are isn't there any more. Go to another one, then do it again"
    odd = next((given for given in arguments if not _is_text(given)), None)
    if isinstance(error, UnicodeError) and odd is not None:
        return f"{odd!a:.80} holds bytes that are no text; write it in letters of this system"
    # on a fault alone: no command needs it
    from workstation.managing.damage import of_files

    try:
        return of_files(Path(given) for given in arguments if not given.startswith("-") and Path(given).exists())
    except (OSError, ValueError):
        return None
