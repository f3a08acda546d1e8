"""A reader's passphrase, asked for at signing where one is set. Kept as argon2id's own hash."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from sqlalchemy import Connection, select, update

from storage import acts
from storage import schema as tables
from storage.errors import PassphraseRefused

SHORTEST: Final = 8


def is_set(connection: Connection, reader: str) -> bool:
    """Whether that reader has one."""
    return _stored(connection, reader) is not None


def check(connection: Connection, reader: str, given: str | None) -> None:
    """Refuse a passphrase that isn't the reader's; nothing where none is set."""
    stored = _stored(connection, reader)
    if stored is None:
        return
    if given is None:
        raise PassphraseRefused("A passphrase is set for this reader: type it to sign")
    # imported here: a room that never signs needs no argon2
    from argon2 import PasswordHasher  # noqa: PLC0415 - see above
    from argon2.exceptions import VerificationError  # noqa: PLC0415

    try:
        PasswordHasher().verify(stored, given)
    except VerificationError:
        refusal = PassphraseRefused("That isn't the reader's passphrase. Nothing was changed; try again")
    else:
        return
    raise refusal


def put(connection: Connection, reader: str, new: str | None) -> None:
    """Set, change or (None) take away a reader's passphrase; the record says that it was done."""
    stored = None
    if new is not None:
        from argon2 import PasswordHasher  # noqa: PLC0415 - as in `check`

        if len(new) < SHORTEST:
            raise PassphraseRefused(f"{len(new)} characters: a passphrase has {SHORTEST} or more")
        stored = PasswordHasher().hash(new)
    connection.execute(update(tables.reader).where(tables.reader.c.id == reader).values(passphrase=stored))
    acts.append(connection, acts.Deed("passphrase", acts.READER, {"sha256": mark(stored)}, reader=reader))


def mark(stored: str | None) -> str | None:
    """What the record holds of a stored hash: enough to see that it is the one, and nothing to try words on."""
    return None if stored is None else sha256(stored.encode()).hexdigest()


def _stored(connection: Connection, reader: str) -> str | None:
    query = select(tables.reader.c.passphrase).where(tables.reader.c.id == reader)
    found: str | None = connection.execute(query).scalar_one_or_none()
    return found
