"""The user's own keys over the shipped ones: a small TOML file, checked as the shipped map is.

    [keys]
    "images.width" = ["Shift+C"]

Digits always grade, no key may do two things, and every action keeps at least one key.
"""

from __future__ import annotations

import tomllib

import msgspec

from scoring.values import replace
from workstation.actions.action import Action
from workstation.actions.errors import KeysWrong
from workstation.actions.loading import faults


class _Own(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    keys: dict[str, list[str]]


def with_own_keys(actions: tuple[Action, ...], text: str, file: str) -> tuple[Action, ...]:
    """The actions with the keys of `text` in place of the shipped ones; `file` is its name in messages.

    Raises:
        KeysWrong: not TOML, an action that doesn't exist, a key used twice, a digit that doesn't give its own grade.
    """
    trouble = ""
    own: dict[str, list[str]] = {}
    try:
        own = msgspec.convert(tomllib.loads(text), _Own).keys
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        trouble = str(error)
    known = {action.id for action in actions}
    for name in own:
        if name not in known:
            trouble = f"keys.{name}: there is no such action (`ramris keys` lists them)"
    for name, keys in own.items():
        if name.startswith("grade.") and name.removeprefix("grade.") not in keys and name != "grade.10":
            trouble = f"keys.{name}: digits always grade, so {name.removeprefix('grade.')} must stay among its keys"
        if any(not key.strip() for key in keys):
            trouble = f"keys.{name}: an empty key"
    found = tuple(replace(action, keys=tuple(own.get(action.id, action.keys))) for action in actions)
    for fault in () if trouble else faults(found):
        trouble = fault
        break
    if trouble:
        raise KeysWrong(f"{file}: {trouble}")
    return found
