"""Passphrase of a vault: from the environment, a file, or whoever sits at the terminal.

RAMRIS_VAULT_PASSPHRASE, else the first line of the file that RAMRIS_VAULT_PASSPHRASE_FILE names, else `ask`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Final

from storage.errors import VaultLocked

VARIABLE: Final = "RAMRIS_VAULT_PASSPHRASE"
FILE_VARIABLE: Final = "RAMRIS_VAULT_PASSPHRASE_FILE"
# who asks a person; None where nobody can be asked
ask: ContextVar[Callable[[], str] | None] = ContextVar("ask for the vault's passphrase", default=None)


def given() -> str:
    """The passphrase.

    Raises:
        VaultLocked: none was given, and nobody can be asked.
    """
    found = from_environment()
    if found is not None:
        return found
    asking = ask.get()
    if asking is None:
        raise VaultLocked(
            f"vault.db has a passphrase: give it in {VARIABLE}, in a file that {FILE_VARIABLE} names, or at a terminal"
        )
    return asking()


@contextmanager
def answered(passphrase: str) -> Iterator[None]:
    """Meanwhile this answers for whoever would be asked: it was typed a moment ago."""
    token = ask.set(lambda: passphrase)
    try:
        yield
    finally:
        ask.reset(token)


def from_environment() -> str | None:
    """What the environment says, None when it says nothing.

    Raises:
        VaultLocked: the file that it names can't be read.
    """
    if VARIABLE in os.environ:
        return os.environ[VARIABLE]
    if FILE_VARIABLE not in os.environ:
        return None
    try:
        lines = Path(os.environ[FILE_VARIABLE]).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        lines = None
    if lines is None:
        raise VaultLocked(f"the file that {FILE_VARIABLE} names can't be read as text")
    return lines[0] if lines else ""
