"""The user's own keys over the shipped ones: a small TOML file, checked as the shipped map is.

    [keys]
    "images.width" = ["Shift+C"]

Digits always grade, no key may do two things, and every action keeps at least one key. Keys of actions that are gone
are left out.
"""

from __future__ import annotations

from msgspec import Struct

from scoring.toml_file import TomlLocation, read_toml
from scoring.values import replace
from workstation.actions.action import Action
from workstation.actions.loading import refuse_faults

# what the action without `_last` does now; a file that names one must still open the room
GONE = frozenset({"answer.unsure_last", "answer.note_last"})


class _Own(Struct, frozen=True, forbid_unknown_fields=True):
    keys: dict[str, list[str]]


def with_own_keys(actions: tuple[Action, ...], text: str, file: str) -> tuple[Action, ...]:
    """The actions with the keys of `text` in place of the shipped ones; `file` is its name in messages.

    Raises:
        TomlRefused: not TOML, an action that doesn't exist, a key used twice, a digit that doesn't give its own grade.
    """
    own = {name: keys for name, keys in read_toml(text, _Own, file).keys.items() if name not in GONE}
    known = {action.id for action in actions}
    for name, keys in own.items():
        location = TomlLocation(file).at("keys", name)
        if name not in known:
            location.refuse("there is no such action (`ramris keys` lists them)")
        if name.startswith("grade.") and name.removeprefix("grade.") not in keys and name != "grade.10":
            location.refuse(f"digits always grade, so {name.removeprefix('grade.')} must stay among its keys")
        if any(not key.strip() for key in keys):
            location.refuse("an empty key")
    found = tuple(replace(action, keys=tuple(own.get(action.id, action.keys))) for action in actions)
    refuse_faults(found, file)
    return found
