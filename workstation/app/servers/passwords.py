"""Passwords and tokens for a server: from the environment, the key store of this account, or whoever is asked.

RAMRIS_DICOMWEB_TOKEN, else RAMRIS_DICOMWEB_PASSWORD, else the key store, else a person; of the server where copies meet
RAMRIS_SERVER_PASSWORD, and so on. None of them is ever an argument of a command, where other accounts of the machine
could read it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from workstation.errors import EnvironmentLacks

if TYPE_CHECKING:
    from workstation.web.address import Credentials

TOKEN_VARIABLE: Final = "RAMRIS_DICOMWEB_TOKEN"  # noqa: S105 - the name of a variable
PASSWORD_VARIABLE: Final = "RAMRIS_DICOMWEB_PASSWORD"  # noqa: S105 - the name of a variable
DATABASE_VARIABLE: Final = "RAMRIS_SERVER_PASSWORD"
IMAGES_TOKEN_VARIABLE: Final = "RAMRIS_IMAGES_TOKEN"  # noqa: S105 - the name of a variable
IMAGES_VARIABLE: Final = "RAMRIS_IMAGES_PASSWORD"
_SERVICE, _DATABASE_SERVICE, _IMAGES_SERVICE = "ramris DICOMweb", "ramris PostgreSQL", "ramris images"


def credentials_for(address: str, user: str, ask: Callable[[str], str]) -> Credentials:
    """Who asks the server of that address; `ask` is given the user's name where nothing else says the password."""
    from workstation.web.address import Credentials

    token = os.environ.get(TOKEN_VARIABLE, "")
    if token or not user:
        return Credentials(token=token)
    password = os.environ.get(PASSWORD_VARIABLE)
    if password is None:
        password = _kept(_SERVICE, f"{user} at {address}")
    return Credentials(user, ask(user) if password is None else password)


def of_database(name: str, ask: Callable[[str], str], *, by_socket: bool = False) -> str:
    """The password for the server of that address, with its login; by a socket of this machine none may be needed."""
    found = os.environ.get(DATABASE_VARIABLE)
    if found is None:
        found = "" if by_socket else _kept(_DATABASE_SERVICE, name)
    return ask(name) if found is None else found


def known_of_database(name: str) -> str | None:
    """The same where nobody is to be asked; None where it isn't known."""
    found = os.environ.get(DATABASE_VARIABLE)
    return _kept(_DATABASE_SERVICE, name) if found is None else found


def keep_of_database(name: str, password: str) -> None:
    """Put it into the key store of this account; refuses as `keep` does."""
    put(_DATABASE_SERVICE, name, password, DATABASE_VARIABLE)


def of_images(address: str, user: str) -> tuple[str, str | None]:
    """The token for a server of images, and the password of a user there, as far as nobody must be asked."""
    token = os.environ.get(IMAGES_TOKEN_VARIABLE, "")
    if token or not user:
        return token, None
    password = os.environ.get(IMAGES_VARIABLE)
    return "", _kept(_IMAGES_SERVICE, f"{user} at {address}") if password is None else password


def keep_of_images(address: str, user: str, password: str) -> None:
    """Put it into the key store of this account; refuses as `keep` does."""
    put(_IMAGES_SERVICE, f"{user} at {address}", password, IMAGES_VARIABLE)


def can_keep() -> bool:
    """Whether this account has a key store."""
    from storage import key_store

    return key_store.is_there()


def keep(address: str, user: str, password: str) -> None:
    """Put a password into the key store of this account.

    Raises:
        EnvironmentLacks: it has none, or it is shut.
    """
    put(_SERVICE, f"{user} at {address}", password, PASSWORD_VARIABLE)


def put(service: str, whose: str, password: str, variable: str) -> None:
    """Keep a password of a service there; refuses as `keep` does, and names the variable that stands in for it."""
    from storage import key_store

    try:
        key_store.put(service, whose, password)
    except key_store.KeyStoreShut as error:
        raise EnvironmentLacks(
            "the key store of this account can't be opened, so the password isn't kept: type it each time, or give it "
            f"in {variable}"
        ) from error


def _kept(service: str, whose: str) -> str | None:
    from storage import key_store

    try:
        return key_store.kept(service, whose)
    except key_store.KeyStoreShut:
        # no store, or one that is shut: whoever sits there is asked
        return None
