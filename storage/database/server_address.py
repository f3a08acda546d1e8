"""Address of a record on a PostgreSQL server: what may stand in it, and how the server is proven. Pure.

A password is never part of it: libpq takes it from the account's own file (~/.pgpass) or from PGPASSWORD. TLS with a
server that is proven by name is asked for wherever the connection leaves this machine.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from msgspec import Struct

from storage.errors import StudyError

_PROVEN: Final = "verify-full"
_FILES: Final = ("sslrootcert", "sslcert", "sslkey", "passfile")
_WEAKER: Final = ("disable", "allow", "prefer", "require", "verify-ca", _PROVEN)
_SHAPE: Final = "postgresql://HOST/DATABASE, with USER@ before HOST and :PORT behind it where they are needed"


class ServerAddress(Struct, frozen=True):
    """Where a record lies. `host` is "" or begins with / for a socket of this machine; `port` 0 and `user` "" are
    libpq's own.
    """

    host: str
    port: int
    database: str
    user: str
    sslmode: str
    files: tuple[tuple[str, str], ...]

    @property
    def told(self) -> str:
        """As messages name it, without the user."""
        host = self.host or "this machine"
        return f"{self.database} on {host}{f':{self.port}' if self.port else ''}"


def parsed(text: str) -> ServerAddress:
    """The address that a text is.

    Raises:
        StudyError: it isn't one, holds a password, or asks for a connection that proves nothing.
    """
    try:
        parts = urlsplit(text)
        port = parts.port or 0
        asked = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    except ValueError:
        raise _refused("it can't be read as an address") from None
    if parts.scheme not in {"postgresql", "postgres"}:
        raise _refused("it must begin with postgresql://")
    if parts.password is not None or "password" in asked:
        raise StudyError(
            "An address never holds a password, since it is kept in the study's folder. Leave it out: it is taken from "
            "~/.pgpass, or from PGPASSWORD"
        )
    database = unquote(parts.path.removeprefix("/"))
    if not database or "/" in database or "\0" in unquote(text) or parts.fragment or not text.isprintable():
        raise _refused("it must name one database behind the host")
    host = unquote(asked.pop("host", "")) or unquote(parts.hostname or "")
    sslmode = asked.pop("sslmode", "")
    if set(asked) - set(_FILES):
        raise _refused(f"behind ? may stand sslmode, {', '.join(_FILES)} and host, and nothing else")
    here = is_this_machine(host)
    sslmode = sslmode or ("prefer" if here else _PROVEN)
    if sslmode not in _WEAKER:
        raise _refused(f"sslmode is {_PROVEN}")
    if sslmode != _PROVEN and not here:
        raise StudyError(
            f"This sslmode doesn't prove which server it is; on another machine it is {_PROVEN}, with "
            "sslrootcert=FILE where the certificate is of an authority of your own"
        )
    if sslmode == _PROVEN and not here:
        # the authorities that this system trusts: https://www.postgresql.org/docs/current/libpq-ssl.html
        asked.setdefault("sslrootcert", "system")
    return ServerAddress(host, port, database, unquote(parts.username or ""), sslmode, tuple(sorted(asked.items())))


def is_this_machine(host: str) -> bool:
    """Whether what is sent there stays on this machine."""
    if not host or host.startswith("/") or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _refused(why: str) -> StudyError:
    return StudyError(f"The address of the server isn't one: {why}. Write {_SHAPE}")
