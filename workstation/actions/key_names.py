"""Names of keys for people: a full stop among commas and brackets can't be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

# what is hardly seen on screen and paper, by the names that keyboards' manuals give
_NAMES: Mapping[str, str] = MappingProxyType({".": "Full stop", ",": "Comma", "-": "Minus", "+": "Plus", "=": "Equals"})


def named(key: str) -> str:
    """The key's name, with its modifiers: `Ctrl+.` is "Ctrl+Full stop". Spelled as in Qt's portable or native text."""
    held, sign = key[:-1], key[-1:]
    # "Ctrl++" holds Ctrl and is the plus sign
    return held + _NAMES[sign] if sign in _NAMES and (not held or held.endswith("+")) else key


def all_named(keys: Iterable[str]) -> str:
    """Several keys of which each will do."""
    return ", ".join(named(key) for key in dict.fromkeys(keys))
