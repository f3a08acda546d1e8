"""Address of a server that is asked by HTTPS, and who asks it. It is refused in the words of what is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from scoring.errors import RamrisError

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who asks: a user with a password, or a token; neither for a server that asks nobody."""

    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Words:
    """How an address is refused: as what, with which example, and what would cross the network unencrypted."""

    refused: type[RamrisError]
    what: str
    example: str
    up_to: str
    who: str
    in_the_clear: str


def address_of(typed: str, words: Words) -> str:
    """The address as it is kept: no slash at the end, no user, no query.

    Raises:
        words.refused: no address, one that isn't encrypted on the way to another machine, or one that holds a password.
    """
    text = typed.strip().rstrip("/")
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme not in {"https", "http"} or not host or not text.isascii() or not text.isprintable() or " " in text:
        raise words.refused(f"{typed!a:.80} is no address of {words.what}. Such as {words.example}")
    if parts.username is not None or parts.password is not None:
        raise words.refused(f"an address must hold no user and no password. {words.who}")
    if parts.query or parts.fragment:
        raise words.refused(f"{host}: give the address up to {words.up_to}")
    if parts.scheme == "http" and host not in LOOPBACK:
        raise words.refused(
            f"{host}: {words.in_the_clear} would cross the network in the clear. Give an address that begins with "
            "https://"
        )
    return text
