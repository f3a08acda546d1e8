"""Name of whoever acts for the coordinator in this process. It imports nothing: a window opens before storage."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Final

PASSPHRASE_VARIABLE: Final = "RAMRIS_AS_PASSPHRASE"  # noqa: S105 - the name of a variable
FILE_VARIABLE: Final = "RAMRIS_AS_PASSPHRASE_FILE"
VARIABLE: Final = "RAMRIS_AS"
# the id of a person of the study's list; "" where nobody was named
acting_as: ContextVar[str] = ContextVar("acting as", default="")
# who asks a person for id and passphrase, given the id if it was named and those that may act; None: nobody is there
Asking = Callable[[str, tuple[str, ...]], tuple[str, str]]
ask: ContextVar[Asking | None] = ContextVar("ask who acts for the coordinator", default=None)
