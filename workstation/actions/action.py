"""Action of a reader, as it is declared in keys.toml."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct


class When(Enum):
    """When an action can be used: always, or only while a case is open and nothing is being typed."""

    ALWAYS = "always"
    CASE = "case"


class Action(Struct, frozen=True):
    """An action and its keys, spelled as in Qt's portable text ("Ctrl+Shift+Z").

    group: the menu it stands in. repeats: whether holding the key down does it again; never for grades.
    """

    id: str
    title: str
    group: str
    keys: tuple[str, ...]
    when: When
    repeats: bool
