"""A reader's passphrase, asked for at signing where one is set. Kept as argon2id's own hash.

Wrong ones are on the record, and make whoever types them wait. A rail: whoever has the file can try words on a copy, at
the price that argon2id sets on each.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from hashlib import sha256
from itertools import takewhile
from typing import Final

from sqlalchemy import Connection, select, update

from storage.clock import now
from storage.database import study_schema as tables
from storage.database.engine import Store
from storage.errors import NotSaved, PassphraseRefused, PassphraseWrong
from storage.record import acts
from storage.record.chain import canonical

SHORTEST: Final = 8
FREE_TRIES: Final = 3
LONGEST_WAIT_S: Final = 300
# more wrong ones than this make nobody wait longer
_ENOUGH: Final = 16


def is_set(connection: Connection, reader: str) -> bool:
    """Whether that reader has one."""
    return _stored(connection, reader) is not None


def check(connection: Connection, reader: str, given: str | None) -> None:
    """Refuse a passphrase that isn't the reader's; nothing where none is set.

    Raises:
        PassphraseWrong: it is another one; `mistakes_noted` puts that on the record.
        PassphraseRefused: none was given, or several wrong ones just before.
    """
    stored = _stored(connection, reader)
    if stored is None:
        return
    refuse_while_waiting(connection, reader)
    if given is None:
        raise PassphraseRefused("A passphrase is set for this reader: type it to sign")
    # imported here: a room that never signs needs no argon2
    from argon2 import PasswordHasher  # noqa: PLC0415 - see above
    from argon2.exceptions import VerificationError  # noqa: PLC0415

    try:
        PasswordHasher().verify(stored, given)
    except VerificationError:
        refusal = PassphraseWrong(
            "That isn't the reader's passphrase. Nothing was changed; try again. The coordinator can remove a "
            "forgotten one: ramris study reset-passphrase"
        )
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


def take_back(connection: Connection, reader: str, why: str) -> None:
    """Take a forgotten passphrase away, for the coordinator; the reader sets another one before signing again."""
    if not is_set(connection, reader):
        raise PassphraseRefused(f"No passphrase is set for reader {reader!a}, so there is nothing to reset")
    if not why.strip():
        raise PassphraseRefused("Give the reason, for the record: --why TEXT")
    connection.execute(update(tables.reader).where(tables.reader.c.id == reader).values(passphrase=None))
    detail = {"sha256": None, "why": why.strip()}
    acts.append(connection, acts.Deed("passphrase", acts.COORDINATOR, detail, reader=reader))


def refuse_without_a_new_one(connection: Connection, reader: str) -> None:
    """PassphraseRefused while the passphrase was taken back and no other one is set."""
    act = tables.act.c
    last = select(act.role).where(act.kind == "passphrase", act.reader == reader).order_by(act.seq.desc()).limit(1)
    if connection.execute(last).scalar_one_or_none() == acts.COORDINATOR and not is_set(connection, reader):
        raise PassphraseRefused(
            "Not signed: the coordinator has removed the forgotten passphrase. Set a new one first: "
            "ramris reader passphrase"
        )


@contextmanager
def mistakes_noted(store: Store, reader: str) -> Iterator[None]:
    """Put each wrong passphrase of the block on the record, though the block's own transaction is undone."""
    try:
        yield
    except PassphraseWrong:
        with suppress(NotSaved), store.writing() as connection:
            acts.append(connection, acts.Deed("mistyped", acts.READER, {}, reader=reader))
        raise


def wait_s(tries: int, since_s: float) -> int:
    """Seconds to wait after so many wrong passphrases in a row, the last of them so long ago.

    Three are free; then 4, 8, 16 ... up to 300 s. A clock that was set back makes nobody wait.
    """
    pause = 0 if tries < FREE_TRIES else min(LONGEST_WAIT_S, 2 ** (tries - FREE_TRIES + 2))
    return 0 if since_s < 0 else max(0, math.ceil(pause - since_s))


def tried_wrong(connection: Connection, who: str) -> list[str]:
    """When wrong ones were typed, the last first; what somebody can do past a passphrase ends the row."""
    act = tables.act.c
    own = act.kind.in_(("mistyped", "passphrase", "signed")) & (act.reader == who)
    named = (act.kind == acts.ACTING) & (act.detail == canonical({"by": who}))
    query = select(act.kind, act.at_utc).where(own | named)
    rows = connection.execute(query.order_by(act.seq.desc()).limit(_ENOUGH)).all()
    return [str(row.at_utc) for row in takewhile(lambda row: row.kind == "mistyped", rows)]


def refuse_while_waiting(connection: Connection, who: str) -> None:
    """PassphraseRefused after several wrong ones in a row."""
    wrong = tried_wrong(connection, who)
    if not wrong:
        return
    since = (now() - datetime.fromisoformat(wrong[0])).total_seconds()
    seconds = wait_s(len(wrong), since)
    if seconds:
        raise PassphraseRefused(f"{len(wrong)} wrong passphrases in a row: wait {seconds} s, then try again")


def mark(stored: str | None) -> str | None:
    """What the record holds of a stored hash: enough to see that it is the one, and nothing to try words on."""
    return None if stored is None else sha256(stored.encode()).hexdigest()


def _stored(connection: Connection, reader: str) -> str | None:
    query = select(tables.reader.c.passphrase).where(tables.reader.c.id == reader)
    found: str | None = connection.execute(query).scalar_one_or_none()
    return found
