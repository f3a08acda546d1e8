"""A connection to the server that answers within a deadline or is given up, and what it refuses, told in words.

The driver is imported here and in `storage.database.impatient`, and only where an address was given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, Self, TypeVar

import psycopg

from storage.database.impatient import DEADLINE_S, Impatient
from storage.database.server_address import Address
from storage.errors import ServerAway, ServerRefused

# a hung server's kernel still answers: none of these help there, and the deadline does
_PATIENCE: Final = {
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "3",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
    "application_name": "ramris",
}
# PostgreSQL's classes: https://www.postgresql.org/docs/current/errcodes-appendix.html
_AWAY: Final = ("08", "57P", "53", "55P", "40", "25006")
NOT_MINE, OTHER_WORDS, GAP, OTHER_HASH, NO_ROW, OTHER_STUDY, KNOWN = (f"RM00{number}" for number in range(1, 8))
NO_LOGIN, NO_ENTRY, UNPROVEN = "28P01", "28000", "RMTLS"
# how the server itself says it, in every language: no line of that file is for this login, database and machine
_CLOSED: Final = "pg_hba.conf"
# of a login that its server shut (NOLOGIN): there is no SQLSTATE before one is in
_SHUT: Final = "not permitted to log in"
# libpq's own words, which have no SQLSTATE. A connection that is lost later speaks of SSL too, and is only lost
_UNPROVEN: Final = ("certificate", "does not support SSL", "authentication method")
_T = TypeVar("_T")


class Server:
    """An open connection. Each call is a transaction of its own, but inside `together`."""

    def __init__(self, connection: Impatient, address: Address) -> None:
        self._connection, self.address = connection, address

    @classmethod
    def connect(cls, address: Address, password: str, deadline_s: float = DEADLINE_S) -> Self:
        """Speak to the server, which has to prove who it is.

        Raises:
            ServerAway: nothing answers there now.
            ServerRefused: it can't prove itself, or it doesn't take the login.
        """
        given: Any = {**address.parameters(), **_PATIENCE} | ({"password": password} if password else {})
        connection = _told(lambda: Impatient.connect("", autocommit=True, **given), address)
        connection.deadline_s = deadline_s
        return cls(connection, address)

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """What a statement gives.

        Raises:
            ServerAway: no answer, or none in time. What it was to do has been done or hasn't.
            ServerRefused: the server said no; nothing was done.
        """
        return _told(lambda: self._asked(statement, values), self.address)

    def run(self, script: str) -> None:
        """Statements one after the other, which give nothing back; refuses as `rows` does."""
        _told(lambda: self._connection.execute(script.encode()), self.address)

    def _asked(self, statement: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        # binary, so that a piece of a copy isn't sent as twice as many letters
        with self._connection.cursor(binary=True) as cursor:
            cursor.execute(statement.encode(), values)
            return cursor.fetchall() if cursor.description else []

    @contextmanager
    def together(self) -> Iterator[None]:
        """All calls of the block happen, or none."""
        self.rows("BEGIN")
        try:
            yield
        except BaseException:
            # a connection that is closed leaves nothing behind
            self.close()
            raise
        self.rows("COMMIT")

    def sealed(self, login: str, password: str) -> str:
        """What the server keeps in place of a password, so that it never hears it."""
        return self._connection.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256").decode()

    def close(self) -> None:
        """Hang up; again does nothing."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _told(ask: Callable[[], _T], address: Address) -> _T:
    """What comes of it; what the driver raises is told in words, without what was sent."""
    try:
        return ask()
    except psycopg.Error as error:
        refusal = _refusal(error, address)
    # raised here: the driver's own would carry what was sent
    raise refusal


def _refusal(error: psycopg.Error, address: Address) -> ServerAway | ServerRefused:
    state, text, name = error.sqlstate or "", str(error), address.name
    said = error.diag.message_primary or ""
    if state.startswith("28") or "password authentication" in text or "no password supplied" in text:
        state = NO_LOGIN
        said = "doesn't take this login with this password; who keeps the server can give a new one"
    elif not state and _CLOSED in text:
        state = NO_ENTRY
        said = (
            "lets nobody in from here by this login. Look at the name of the database in the address; if it is right, "
            "who keeps the server lets this login's group in (pg_hba.conf)"
        )
    elif not state and _SHUT in text:
        state = NO_ENTRY
        said = "lets this login in no more; who keeps the server has shut it, and can open it again"
    elif not state and any(word in text for word in _UNPROVEN):
        state = UNPROVEN
        said = (
            "couldn't prove that it is the right server, so nothing was said to it. Name the certificate of its "
            "authority with --ca FILE; if it was right before, tell who keeps the server"
        )
    elif not state or state.startswith(_AWAY):
        return ServerAway(f"{name} doesn't answer now")
    elif state.startswith(("3D", "3F", "42883", "42P01")):
        said = "holds no copies of ramris: `ramris server init` makes it ready"
    elif state.startswith("42501"):
        said = f"doesn't let this login do that ({said})"
    else:
        said = f"refused: {said} ({state})"
    return ServerRefused(f"{name} {said}", state)
