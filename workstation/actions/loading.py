"""keys.toml -> actions. A mistake is named with file and place."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from importlib.resources import files

import msgspec

from workstation.actions.action import Action, When
from workstation.actions.commands import KNOWN
from workstation.actions.errors import KeysWrong

SHIPPED = "keys.toml"


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    title: str
    group: str
    keys: list[str]
    when: When
    repeats: bool = False


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    action: list[_Entry]


def shipped_actions() -> tuple[Action, ...]:
    """The actions of the key map that comes with the program."""
    return actions_from(files("workstation.actions").joinpath(SHIPPED).read_text(encoding="utf-8"), SHIPPED)


def actions_from(text: str, file: str) -> tuple[Action, ...]:
    """The actions of a key map's text; `file` is its name in messages.

    Raises:
        KeysWrong: not TOML, a field missing or unknown, an action that doesn't exist, is missing or stands twice,
            a key that is used twice, a digit that doesn't give its own grade, a grade that repeats.
    """
    try:
        entries = msgspec.convert(tomllib.loads(text), _File).action
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise KeysWrong(f"{file}: {error}") from error
    actions = tuple(Action(e.id, e.title, e.group, tuple(e.keys), e.when, e.repeats) for e in entries)
    for fault in faults(actions):
        raise KeysWrong(f"{file}: {fault}")
    return actions


def faults(actions: tuple[Action, ...]) -> Iterable[str]:
    """What is wrong with a set of actions, a line each."""
    ids: set[str] = set()
    used: dict[str, str] = {}
    for action in actions:
        if action.id not in KNOWN:
            yield f"action {action.id}: there is none of that id (such as {', '.join(sorted(KNOWN)[:3])})"
        if action.id in ids:
            yield f"action {action.id}: stands twice; give all its keys in one place"
        ids.add(action.id)
        if not action.keys:
            yield f"action {action.id}: has no key"
        if action.repeats and not action.id.startswith(("focus.", "images.")):
            yield f"action {action.id}: only moves may repeat while a key is held"
        for key in action.keys:
            if key.isdigit() and action.id != f"grade.{key}":
                yield f"action {action.id}: key {key} is a digit, and digits grade: it belongs to grade.{key}"
            spelled = key.lower().replace(" ", "")
            if spelled in used:
                yield f"action {action.id}: key {key} is used by {used[spelled]} already"
            used[spelled] = action.id
    for missing in sorted(KNOWN - ids):
        yield f"action {missing}: is missing, so no key would reach it"
