"""Making a server's database ready for copies, and the logins of those who may use it. All of it may be done again."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from storage.errors import ServerRefused
from storage.server.connecting import Server

OWNER, READER, COORDINATOR = "ramris_owner", "ramris_reader", "ramris_coordinator"
# a reader's window, its sender, and each once more behind a lost connection
CONNECTIONS: Final = 4
_LETTERS: Final = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_PASSWORD_LETTERS: Final = 24  # of 56 each: 139 bits
_READER: Final = re.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
# IPv6 too, by which a name may be reached first
_NETWORK: Final = "all scram-sha-256"
# what only an administrator can see to
_KNOW: Final = (
    "Ready: {name} takes copies. `ramris server login` makes logins for readers and for a coordinator",
    (
        "Let them in by TLS and password alone, and to this database alone. The lines of pg_hba.conf, and no other for "
        f"a network: hostssl {{name}} +{READER} {_NETWORK} and hostssl {{name}} +{COORDINATOR} {_NETWORK}"
    ),
    (
        "Readers and coordinators need the certificate of the authority that signed the server's own (--ca FILE), "
        "unless their systems trust it"
    ),
    (
        "Whoever is superuser here can see and change all of it. The copies of readers hold the same rows, and a copy "
        "whose rows were changed here is refused when it is merged"
    ),
    "Give this server no other database: its logins see the names of all of them, and of each other",
)


@dataclass(frozen=True, slots=True)
class Login:
    """A new login. Its name says nothing of whose it is, since every role of a server sees the names of all."""

    name: str
    password: str


def initialise(server: Server) -> tuple[str, ...]:
    """Make roles, tables, functions and walls, in one transaction; what an administrator must know, in sentences.

    Raises:
        ServerRefused: whoever asks is no superuser, or the database sorts otherwise than by code points.
    """
    name = _database(server)
    if not server.rows("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")[0][0]:
        raise ServerRefused(
            f"{server.address.name}: only a superuser can close what PostgreSQL leaves open to every login; as an "
            "administrator of the server: sudo -u postgres ramris server init postgresql:///DATABASE"
        )
    encoding, order = server.rows(
        "SELECT pg_encoding_to_char(encoding), datcollate FROM pg_database WHERE datname = current_database()"
    )[0]
    if encoding != "UTF8" or order.lower().replace("-", "") not in {"c", "c.utf8", "posix"}:
        raise ServerRefused(
            f"{server.address.name} sorts texts as {order} in {encoding}; make the database anew: "
            f"createdb -T template0 -E UTF8 --locale=C.UTF-8 {name}"
        )
    with server.together():
        for role in (OWNER, READER, COORDINATOR):
            _make_role(server, role)
        server.rows(f"CREATE SCHEMA IF NOT EXISTS ramris AUTHORIZATION {OWNER}")
        server.rows(f"GRANT USAGE ON LANGUAGE plpgsql TO {OWNER}")
        server.rows(f"SET LOCAL ROLE {OWNER}")
        server.rows("SET LOCAL search_path = ramris, pg_temp")
        for script in ("tables.sql", "functions.sql"):
            server.run(_text(script))
        server.rows("RESET ROLE")
        server.run(_text("walls.sql"))
        # TEMP is everybody's by default, and is how a function of somebody else is led astray
        for statement in (f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC', *_closed_doors(server, name)):
            server.rows(statement)
    return _to_know(server, name)


def make_login(server: Server, reader: str | None) -> Login:
    """A login for a reader, by the reader's id, or for a coordinator (None); of a reader's there is one.

    Raises:
        ServerRefused: the reader has one already, or the database isn't ready.
    """
    name = _database(server)
    if reader is not None and not _READER.fullmatch(reader):
        raise ServerRefused(f"{reader!a:.80} is no reader's id: 1 to 32 letters, digits, dashes, underscores")
    if reader is not None and server.rows("SELECT login FROM ramris.person WHERE reader = %s", [reader]):
        raise ServerRefused(
            f"{reader} has a login already: `ramris server logins` shows it, and --new-password gives it another one"
        )
    login = Login(f"{'r' if reader else 'c'}{secrets.token_hex(4)}", new_secret())
    sealed = server.sealed(login.name, login.password)
    group = READER if reader else COORDINATOR
    with server.together():
        # names and the sealed word are made of letters that need no quoting: nothing of it was typed
        server.rows(
            f"CREATE ROLE {login.name} LOGIN INHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION "
            f"CONNECTION LIMIT {CONNECTIONS} PASSWORD '{sealed}' IN ROLE {group}"
        )
        server.rows(f'GRANT CONNECT ON DATABASE "{name}" TO {login.name}')
        for setting in ("idle_in_transaction_session_timeout = '30s'", "statement_timeout = '60s'"):
            server.rows(f"ALTER ROLE {login.name} SET {setting}")
        role = "reader" if reader else "coordinator"
        server.rows("INSERT INTO ramris.person (login, role, reader) VALUES (%s, %s, %s)", [login.name, role, reader])
    return login


def new_password(server: Server, reader: str) -> Login:
    """Another password for the login of a reader; the old one opens nothing any more."""
    found = server.rows("SELECT login FROM ramris.person WHERE reader = %s", [reader])
    if not found:
        raise ServerRefused(f"{reader} has no login here: `ramris server login` makes one")
    login = Login(str(found[0][0]), new_secret())
    server.rows(f"ALTER ROLE {login.name} PASSWORD '{server.sealed(login.name, login.password)}'")
    return login


def takes_copies(server: Server) -> bool:
    """Whether the database was made ready for copies."""
    return server.rows("SELECT to_regnamespace('ramris')")[0][0] is not None


def logins(server: Server) -> list[tuple[str, str, str | None]]:
    """(login, role, the reader's id or None) of each, oldest first, in a database that takes copies."""
    return [
        (str(login), str(role), None if reader is None else str(reader))
        for login, role, reader in server.rows("SELECT login, role, reader FROM ramris.person ORDER BY since, login")
    ]


def _database(server: Server) -> str:
    return str(server.rows("SELECT current_database()")[0][0])


def _make_role(server: Server, role: str) -> None:
    if not server.rows("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]):
        server.rows(f"CREATE ROLE {role} NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION")


def _text(script: str) -> str:
    return files(__package__).joinpath(script).read_text("utf-8")


def _closed_doors(server: Server, name: str) -> Sequence[str]:
    """From a database beside it a login would see who reads now."""
    there = server.rows(
        "SELECT datname FROM pg_database WHERE datname IN ('postgres', 'template1') AND datname <> %s", [name]
    )
    return [f'REVOKE CONNECT ON DATABASE "{other}" FROM PUBLIC' for (other,) in there]


def _to_know(server: Server, name: str) -> tuple[str, ...]:
    """What only an administrator can see to."""
    query = (
        "SELECT datname FROM pg_database WHERE datallowconn AND datname <> %s AND (datacl IS NULL OR "
        "has_database_privilege('ramris_reader', oid, 'CONNECT')) ORDER BY datname"
    )
    others = [str(other) for (other,) in server.rows(query, [name])]
    shown = {setting: server.rows(f"SHOW {setting}")[0][0] for setting in ("ssl", "password_encryption", "fsync")}
    told = [text.format(name=name) for text in _KNOW]
    if shown["ssl"] != "on":
        told.append("TLS is off here (ssl = off): no reader can come before it is on")
    if shown["password_encryption"] != "scram-sha-256":  # noqa: S105 - the name of a method
        told.append("password_encryption isn't scram-sha-256: set it, and make no login before")
    if shown["fsync"] != "on":
        told.append("fsync is off: a power cut loses what readers were told is kept. It is for tests alone")
    if others:
        told.append(
            f"Databases that a reader's login can open too: {', '.join(others)}. REVOKE CONNECT ... FROM PUBLIC"
        )
    return tuple(told)


def new_secret() -> str:
    """A password that nobody can guess."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_PASSWORD_LETTERS))
