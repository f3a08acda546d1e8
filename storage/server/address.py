"""Address of a server's database, and how the way there is made safe. Knows no driver."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from storage.errors import AddressRefused

SCHEMES: Final = ("postgresql", "postgres")
PORT: Final = 5432
# authorities that this system trusts: https://www.postgresql.org/docs/current/libpq-ssl.html
SYSTEM: Final = "system"
_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}")
_HOST: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9a-fA-F:]{2,45}")
# where Debian, Red Hat and their kin have it; the driver's own library looks in /tmp
_SOCKETS: Final = Path("/var/run/postgresql")
_LIKE: Final = "postgresql://LOGIN@HOST/DATABASE"


@dataclass(frozen=True, slots=True)
class Address:
    """Of a database. host: "" is this machine's own socket, beside which nobody listens. ca: file of the authority."""

    host: str
    port: int
    database: str
    user: str = ""
    ca: str = SYSTEM

    @property
    def is_socket(self) -> bool:
        """Whether nothing of it goes over a network."""
        return not self.host or self.host.startswith("/")

    @property
    def name(self) -> str:
        """As people and key stores are told it; nothing in it is secret."""
        return self.of(self.user)

    def of(self, user: str) -> str:
        """The same for another login."""
        host = f"[{self.host}]" if ":" in self.host else "" if self.is_socket else self.host
        port = "" if self.port == PORT else f":{self.port}"
        return f"postgresql://{f'{user}@' if user else ''}{host}{port}/{self.database}"

    def parameters(self) -> dict[str, str]:
        """For the driver: a server that can't prove itself hears no password, and never gets the password itself."""
        found = {"port": str(self.port), "dbname": self.database}
        found |= {"user": self.user} if self.user else {}
        if self.is_socket:
            return found | ({"host": self.host or str(_SOCKETS)} if self.host or _SOCKETS.is_dir() else {})
        proof = {"sslmode": "verify-full", "sslrootcert": self.ca, "require_auth": "scram-sha-256"}
        return found | {"host": self.host, "gssencmode": "disable"} | proof


def is_address(text: str) -> bool:
    """Whether something that was given for a folder is the address of a server."""
    return "://" in text


def address_of(text: str, ca: Path | None = None) -> Address:
    """What an address says.

    Args:
        text: postgresql://LOGIN@HOST[:PORT]/DATABASE; without a host, this machine's own socket.
        ca: certificate of the authority that vouches for the server; None is one that this system trusts.

    Raises:
        AddressRefused: it is none, it holds a password, or it asks for less than a proven server.
    """
    try:
        parts = urlsplit(text)
        host, port = unquote(parts.hostname or ""), parts.port or PORT
        asked = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
        secret = parts.password is not None
    except ValueError:
        parts = None
    if parts is None or parts.scheme not in SCHEMES or parts.fragment:
        raise AddressRefused(f"{_shown(text)} isn't the address of a server; it looks like {_LIKE}")
    if secret:
        raise AddressRefused(
            "A password stands in the address, where everybody at this machine can read it: leave it out, it is asked "
            "for; and let who keeps the server give you a new one"
        )
    user, database = unquote(parts.username or ""), unquote(parts.path.removeprefix("/"))
    for what, name in (("login", user), ("database", database)):
        if name and not _NAME.fullmatch(name):
            raise AddressRefused(
                f"The {what} {_shown(name)} in the address: letters, digits, dot, dash and underscore are allowed, 63 "
                "at most"
            )
    if not database:
        raise AddressRefused(f"{_shown(text)} names no database; it looks like {_LIKE}")
    if host and not host.startswith("/") and not _HOST.fullmatch(host):
        raise AddressRefused(f"{_shown(host)} isn't the name of a machine; the address looks like {_LIKE}")
    return _proven(Address(host, port, database, user), asked, ca)


def _proven(address: Address, asked: dict[str, str], ca: Path | None) -> Address:
    """The same with the authority; an address that says less than a proven server is refused."""
    mode = asked.pop("sslmode", "verify-full")
    file = asked.pop("sslrootcert", "")
    if asked:
        raise AddressRefused(
            f"{_shown(next(iter(asked)))} in the address isn't known: leave it out; sslrootcert=FILE is, and names the "
            "certificate of the server's authority"
        )
    if mode != "verify-full":
        raise AddressRefused(
            f"sslmode={_shown(mode)} would speak to a server that doesn't prove who it is: leave it out, and name the "
            "certificate of its authority with --ca FILE"
        )
    given = str(ca) if ca is not None else file
    if not given or given == SYSTEM or address.is_socket:
        return address
    if not Path(given).is_file():
        raise AddressRefused(f"{Path(given).name}: no such certificate. Who keeps the server has it")
    return replace(address, ca=str(Path(given).resolve()))


def _shown(text: str) -> str:
    return f"{text.split('?', maxsplit=1)[0]!a:.80}" if "@" not in text else "What was given"
