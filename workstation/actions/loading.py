"""keys.toml -> actions. A mistake is named with file and location."""

from __future__ import annotations

from msgspec import Struct, field

from scoring.toml_file import TomlLocation, read_toml, shipped_text
from workstation.actions.action import Action, When, Wish
from workstation.actions.wishes import wish

SHIPPED = "keys.toml"


class _Entry(Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    title: str
    group: str
    keys: list[str]
    when: When
    repeats: bool = False
    does: str = ""
    given: dict[str, object] = field(name="with", default_factory=dict)


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    action: list[_Entry]


def shipped_actions() -> tuple[Action, ...]:
    """The actions of the key map that comes with the program."""
    return actions_from(shipped_text("workstation.actions", SHIPPED), SHIPPED)


def actions_from(text: str, file: str) -> tuple[Action, ...]:
    """The actions of a key map's text; `file` is its name in messages.

    Raises:
        TomlRefused: not TOML, a field missing or unknown, an action that stands twice, a command that doesn't exist
            or takes no such values, a key that is used twice, a digit that doesn't give its own grade, a grade that
            repeats.
    """
    entries = read_toml(text, _File, file).action
    actions = tuple(
        Action(e.id, e.title, e.group, tuple(e.keys), e.when, e.repeats, _wish(e, _location(file, e.id)))
        for e in entries
    )
    refuse_faults(actions, file)
    return actions


def _wish(entry: _Entry, location: TomlLocation) -> Wish | None:
    if entry.does:
        return wish(entry.does, entry.given, location)
    if entry.given:
        location.at("with").refuse("only a command takes values; say which by does")
    return None


def refuse_faults(actions: tuple[Action, ...], file: str) -> None:
    """Raise TomlRefused at the first thing that is wrong with a set of actions."""
    ids: set[str] = set()
    used: dict[str, str] = {}
    for action in actions:
        location = _location(file, action.id)
        if action.id in ids:
            location.refuse("stands twice; give all its keys in one place")
        ids.add(action.id)
        if not action.keys:
            location.refuse("has no key")
        if action.repeats and not action.id.startswith(("focus.", "images.")):
            location.refuse("only moves may repeat while a key is held")
        for key in action.keys:
            if key.isdigit() and action.id != f"grade.{key}":
                location.refuse(f"key {key} is a digit, and digits grade: it belongs to grade.{key}")
            spelled = key.lower().replace(" ", "")
            if spelled in used:
                location.refuse(f"key {key} is used by {used[spelled]} already")
            used[spelled] = action.id


def _location(file: str, action_id: str) -> TomlLocation:
    return TomlLocation(file).at(f"action {action_id}")
