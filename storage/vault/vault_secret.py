"""Secret of a vault: 32 bytes of the system's random source, made once. Whatever a reader may see is drawn with it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Final

from storage.errors import RecordDamaged
from storage.files.layout import VAULT_FILE

BYTES: Final = 32


def new() -> bytes:
    """Another one each time."""
    return secrets.token_bytes(BYTES)


def sole(found: Sequence[object], mending: str) -> bytes:
    """The secret, of the values that stand in a vault: as SQLite gives them, since any type may stand there.

    Raises:
        RecordDamaged: there is none, there are several, or it isn't 32 bytes; ends with `mending`, what to do.
    """
    match found:
        case [bytes() as secret] if len(secret) == BYTES:
            return secret
        case []:
            what = "its secret is gone"
        case [_]:
            what = f"its secret isn't {BYTES} bytes"
        case _:
            what = "it holds more than one secret"
    raise RecordDamaged(f"{VAULT_FILE} was changed past the program: {what}; {mending}")
