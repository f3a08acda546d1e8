"""Actions of the start window, from actions.toml. A mistake is named with file and location."""

from __future__ import annotations

from typing import Final

import msgspec

from scoring.toml_file import TomlLocation, read_toml, shipped_text

SHIPPED: Final = "actions.toml"


class StartAction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One action. key: as in Qt's portable text; says: who it is for, in a line; icon: a picture of the windows."""

    id: str
    key: str
    title: str
    says: str
    icon: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    action: tuple[StartAction, ...]


def shipped_actions() -> tuple[StartAction, ...]:
    """The actions that come with the program, in their order on the screen."""
    return actions_from(shipped_text("workstation.starting", SHIPPED), SHIPPED)


def actions_from(text: str, file: str) -> tuple[StartAction, ...]:
    """The actions of a text; `file` is its name in messages.

    Raises:
        TomlRefused: not TOML, a field missing or unknown, or an id or a key that stands twice.
    """
    actions = read_toml(text, _File, file).action
    for number, action in enumerate(actions):
        before = actions[:number]
        location = TomlLocation(file).at(f"action {action.id}")
        if action.id in {other.id for other in before}:
            location.refuse("stands twice; give each action an id of its own")
        if action.key.lower() in {other.key.lower() for other in before}:
            location.refuse(f"key {action.key} is used by another action already; give it another key")
    return actions
