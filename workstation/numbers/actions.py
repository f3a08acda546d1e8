"""actions.toml -> what can be done in the window of numbers. A mistake is named with file and location."""

from __future__ import annotations

from msgspec import Struct

from scoring.toml_file import TomlLocation, read_toml, shipped_text

SHIPPED = "actions.toml"


class NumbersAction(Struct, frozen=True, forbid_unknown_fields=True):
    """One action. keys: as in Qt's portable text; group: the menu it stands in."""

    id: str
    title: str
    group: str
    keys: tuple[str, ...]
    repeats: bool = False


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    action: tuple[NumbersAction, ...]


def shipped_actions() -> tuple[NumbersAction, ...]:
    """The actions that come with the program."""
    return actions_from(shipped_text("workstation.numbers", SHIPPED), SHIPPED)


def actions_from(text: str, file: str) -> tuple[NumbersAction, ...]:
    """The actions of a text; `file` is its name in messages.

    Raises:
        TomlRefused: not TOML, a field missing or unknown, an id or a key that stands twice, or no key.
    """
    actions = read_toml(text, _File, file).action
    used: dict[str, str] = {}
    ids: set[str] = set()
    for action in actions:
        location = TomlLocation(file).at(f"action {action.id}")
        if action.id in ids or not action.keys:
            location.refuse("must stand once and have a key")
        ids.add(action.id)
        for key in action.keys:
            if key.lower() in used:
                location.refuse(f"key {key} is used by {used[key.lower()]} already")
            used[key.lower()] = action.id
    return actions
