"""Passphrases of those who act for the coordinator, asked for where the design says so. A rail, as a reader's is.

The record keeps argon2id's hash of the passphrase under HMAC with the vault's secret: whoever has the record or a trail
without the vault has nothing to try words on. Who has proven once is taken at their word until the process ends.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from storage.acting import FILE_VARIABLE, PASSPHRASE_VARIABLE, ask
from storage.database.engine import Store
from storage.errors import NotSaved, PassphraseRefused, PassphraseWrong
from storage.record import acts
from storage.signing.passphrases import SHORTEST, refuse_while_waiting, tried_wrong

_PURPOSE: Final = b"ramris passphrase of staff\n"
# (study, person, hash) of whoever gave the right one to this process
_PROVEN: Final[set[tuple[str, str, str]]] = set()


def stored(connection: Connection) -> Mapping[str, str]:
    """The hash of everybody who has one, by id."""
    return {act.said["person"]: act.said["argon2id"] for act in acts.of_kind(connection, acts.STAFF_PASSPHRASE)}


def put(connection: Connection, secret: bytes, person: str, new: str, why: str) -> None:
    """Set or change somebody's passphrase; why: of whoever does it for another."""
    from argon2 import PasswordHasher  # noqa: PLC0415 - as in `passphrases`

    if len(new) < SHORTEST:
        raise PassphraseRefused(f"{len(new)} characters: a passphrase has {SHORTEST} or more")
    said = {"person": person, "argon2id": PasswordHasher().hash(_keyed(secret, new)), "why": why.strip()}
    acts.append(connection, acts.Deed(acts.STAFF_PASSPHRASE, acts.COORDINATOR, said))


def prove(store: Store, secret: bytes, token: str, who: str, names: tuple[str, ...]) -> str:
    """Who acts, once their passphrase was right; who is asked too where that wasn't said.

    Raises:
        PassphraseRefused: nobody was named, there is none, or none was given, or too many wrong ones just before.
        PassphraseWrong: it is another one; the record holds that.
    """
    with store.reading() as connection:
        known = stored(connection)
    if (token, who, known.get(who, "")) in _PROVEN:
        return who
    who, word = _given(who, names)
    if who not in names or who not in known:
        able = ", ".join(name for name in names if name in known) or "nobody yet"
        raise PassphraseRefused(
            f"{who!a} has no passphrase in this study, which asks for one; who has: {able}. "
            "One of them sets it: `ramris study passphrase DIR --person ID --why TEXT`"
        )
    with store.reading() as connection:
        refuse_while_waiting(connection, who)
    _verify(store, known[who], _keyed(secret, word), who)
    with suppress(NotSaved), store.writing() as connection:
        if tried_wrong(connection, who):
            # ends the row of wrong ones
            acts.append(connection, acts.Deed(acts.ACTING, acts.COORDINATOR, {"by": who}))
    _PROVEN.add((token, who, known[who]))
    return who


def _given(who: str, names: tuple[str, ...]) -> tuple[str, str]:
    """Who it is and what they gave: from the environment, a file that it names, or whoever can be asked."""
    word = os.environ.get(PASSPHRASE_VARIABLE)
    if word is None and FILE_VARIABLE in os.environ:
        with suppress(OSError, ValueError):
            word = next(iter(Path(os.environ[FILE_VARIABLE]).read_text(encoding="utf-8").splitlines()), "")
    if who and word is not None:
        return who, word
    asking = ask.get()
    if asking is None:
        raise PassphraseRefused(
            "This study asks who acts for the coordinator, and for a passphrase: name yourself by ramris --as ID, and "
            f"give it in {PASSPHRASE_VARIABLE}, in a file that {FILE_VARIABLE} names, or at a terminal"
        )
    return asking(who, names)


def _verify(store: Store, told: str, given: str, who: str) -> None:
    from argon2 import PasswordHasher  # noqa: PLC0415 - as in `passphrases`
    from argon2.exceptions import VerificationError  # noqa: PLC0415

    try:
        PasswordHasher().verify(told, given)
    except VerificationError:
        pass
    else:
        return
    with suppress(NotSaved), store.writing() as connection:
        acts.append(connection, acts.Deed("mistyped", acts.READER, {}, reader=who))
    raise PassphraseWrong(
        f"That isn't the passphrase of {who}. Nothing was changed; try again. Another coordinator can set a forgotten "
        f"one anew: `ramris study passphrase DIR --person ID --why TEXT`"
    )


def _keyed(secret: bytes, word: str) -> str:
    return hmac.new(secret, _PURPOSE + word.encode(), "sha256").hexdigest()
