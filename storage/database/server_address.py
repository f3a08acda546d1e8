"""Address of a PostgreSQL server's database, and how the way there is made safe. Pure; knows no driver.

A password is never part of it. Where the connection leaves this machine, TLS with a server that is proven by name is
asked for; for the copies of readers (`proven`) wherever it isn't a socket.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from storage.errors import AddressRefused

SCHEMES: Final = ("postgresql", "postgres")
PORT: Final = 5432
# authorities that this system trusts: https://www.postgresql.org/docs/current/libpq-ssl.html
SYSTEM: Final = "system"
_PROVEN: Final = "verify-full"
_WEAKER: Final = ("disable", "allow", "prefer", "require", "verify-ca")
# of the client, beside the authority's certificate
_FILES: Final = ("sslcert", "sslkey", "passfile")
_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}")
_HOST: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9a-fA-F:]{2,45}|/[!-~]{1,100}")
# where Debian, Red Hat and their kin have it; the driver's own library looks in /tmp
_SOCKETS: Final = Path("/var/run/postgresql")
_LIKE: Final = "postgresql://LOGIN@HOST/DATABASE"


@dataclass(frozen=True, slots=True)
class Address:
    """Of a database. host: "" or a path is this machine's own socket, beside which nobody listens. user: "" is that of
    the account. ca: file of the authority. sslmode: as libpq has it. files: (name, path) of the client's own.
    """

    host: str
    port: int
    database: str
    user: str = ""
    ca: str = SYSTEM
    sslmode: str = _PROVEN
    files: tuple[tuple[str, str], ...] = ()
    # whether a password by SCRAM alone opens it
    proven: bool = True

    @property
    def is_socket(self) -> bool:
        """Whether nothing of it goes over a network."""
        return not self.host or self.host.startswith("/")

    @property
    def name(self) -> str:
        """As people and key stores are told it; nothing in it is secret."""
        return self.of(self.user)

    @property
    def told(self) -> str:
        """As messages name it, without the user."""
        return f"{self.database} on {self.host or 'this machine'}{f':{self.port}' if self.port != PORT else ''}"

    @property
    def target(self) -> tuple[str, int, str]:
        """Which database it is, whoever asks for it and however the server is proven."""
        return self.host.lower(), self.port, self.database

    def of(self, user: str) -> str:
        """The same for another login."""
        host = f"[{self.host}]" if ":" in self.host else "" if self.is_socket else self.host
        port = "" if self.port == PORT else f":{self.port}"
        return f"postgresql://{f'{user}@' if user else ''}{host}{port}/{self.database}"

    def parameters(self) -> dict[str, str]:
        """For the driver: a server that can't prove itself hears no password, and never gets the password itself."""
        found = {"port": str(self.port), "dbname": self.database, **dict(self.files)}
        found |= {"user": self.user} if self.user else {}
        if self.is_socket:
            return found | ({"host": self.host or str(_SOCKETS)} if self.host or _SOCKETS.is_dir() else {})
        found |= {"host": self.host, "sslmode": self.sslmode}
        if self.sslmode == _PROVEN or self.ca != SYSTEM:
            found["sslrootcert"] = self.ca
        return found | ({"require_auth": "scram-sha-256", "gssencmode": "disable"} if self.proven else {})


def is_address(text: str) -> bool:
    """Whether something that was given for a folder is the address of a server."""
    return "://" in text


def address_of(text: str, ca: Path | None = None, *, proven: bool = True) -> Address:
    """What an address says.

    Args:
        text: postgresql://LOGIN@HOST[:PORT]/DATABASE; without a host, this machine's own socket.
        ca: certificate of the authority that vouches for the server; None is one that this system trusts.
        proven: a server on this machine too must prove itself, but by its socket, and hears a password by SCRAM alone.

    Raises:
        AddressRefused: it is none, it holds a password, or it asks for less than a proven server.
    """
    try:
        parts = urlsplit(text)
        host, port = unquote(parts.hostname or ""), parts.port or PORT
        asked = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
        secret = parts.password is not None or "password" in asked
    except ValueError:
        parts, host, port, asked, secret = None, "", PORT, {}, False
    if secret:
        raise AddressRefused(
            "An address never holds a password: everybody at this machine could read it, and it is kept in files. "
            "Leave it out, and let who keeps the server give you a new one"
        )
    if parts is None or parts.scheme not in SCHEMES or parts.fragment:
        raise AddressRefused(f"{_shown(text)} isn't the address of a server; it looks like {_LIKE}")
    if asked.get("host", "").startswith("/"):
        # the folder of a socket, as libpq has it
        host = unquote(asked.pop("host"))
    user, database = unquote(parts.username or ""), unquote(parts.path.removeprefix("/"))
    for what, name in (("login", user), ("database", database)):
        if name and not _NAME.fullmatch(name):
            raise AddressRefused(
                f"The {what} {_shown(name)} in the address: letters, digits, dot, dash and underscore are allowed, 63 "
                "at most"
            )
    if not database:
        raise AddressRefused(f"{_shown(text)} names no database; it looks like {_LIKE}")
    if host and not _HOST.fullmatch(host):
        raise AddressRefused(f"{_shown(host)} isn't the name of a machine; the address looks like {_LIKE}")
    return _with_proof(Address(host, port, database, user, proven=proven), asked, ca)


def is_this_machine(host: str) -> bool:
    """Whether what is sent there stays on this machine."""
    if not host or host.startswith("/") or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _with_proof(address: Address, asked: dict[str, str], ca: Path | None) -> Address:
    """The same with how the server proves itself; an address that says less is refused."""
    free = not address.proven and is_this_machine(address.host)
    mode = asked.pop("sslmode", "prefer" if free else _PROVEN)
    file = str(ca) if ca is not None else asked.pop("sslrootcert", "")
    asked.pop("sslrootcert", None)
    files = tuple(sorted((name, asked.pop(name)) for name in _FILES if name in asked))
    if asked:
        raise AddressRefused(
            f"{_shown(next(iter(asked)))} in the address isn't known: leave it out. Behind ? may stand "
            f"sslrootcert=FILE, which names the certificate of the server's authority, sslmode, {', '.join(_FILES)} "
            "and, of a socket, host"
        )
    if mode != _PROVEN and not (free and mode in _WEAKER):
        raise AddressRefused(
            f"sslmode={_shown(mode)} would speak to a server that doesn't prove who it is: leave it out, and name the "
            "certificate of its authority with sslrootcert=FILE behind the ?, or --ca FILE"
        )
    found = replace(address, sslmode=mode, files=files)
    if not file or file == SYSTEM or found.is_socket:
        return found
    if not Path(file).is_file():
        raise AddressRefused(f"{Path(file).name}: no such certificate. Who keeps the server has it")
    return replace(found, ca=str(Path(file).resolve()))


def _shown(text: str) -> str:
    return f"{text.split('?', maxsplit=1)[0]!a:.80}" if "@" not in text else "What was given"
