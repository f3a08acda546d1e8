"""Key store of this account, where its system has one (Windows, macOS, GNOME, KDE): secrets by service and by whose.

keyring is imported when something is asked of it: few studies need it.
"""

from __future__ import annotations


class KeyStoreShut(Exception):
    """The account has no key store, or one that can't be used now."""


def is_there() -> bool:
    """Whether this account has a key store; it may be shut."""
    import keyring  # noqa: PLC0415 - see above

    try:
        # keyring.readthedocs.io: a backend that can't be used has a priority below 1
        return float(keyring.get_keyring().priority) >= 1
    except Exception:  # noqa: BLE001 - each system's store has errors of its own: D-Bus, a module that lacks
        return False


def kept(service: str, whose: str) -> str | None:
    """A secret; None where the store has none of that name.

    Raises:
        KeyStoreShut: it can't be asked.
    """
    import keyring  # noqa: PLC0415 - see above

    try:
        return keyring.get_password(service, whose)
    except Exception as error:
        raise KeyStoreShut from error


def put(service: str, whose: str, secret: str) -> None:
    """Keep a secret, in place of an older one.

    Raises:
        KeyStoreShut: it isn't kept.
    """
    import keyring  # noqa: PLC0415 - see above

    try:
        keyring.set_password(service, whose, secret)
    except Exception as error:
        raise KeyStoreShut from error
