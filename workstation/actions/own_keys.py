"""The user's own keys and mouse over the shipped ones: a small TOML file, checked as the shipped map is.

    profile = "weasis"

    [keys]
    "images.width" = ["Shift+C"]

    [mouse]
    "ctrl+left" = "zoom"

A profile has the keys and the mouse of another viewer; what the file says itself goes before it.
Digits always grade, no key may do two things, and every action keeps at least one key. Keys of actions that are gone
are left out.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from scoring.toml_file import TomlLocation, read_toml, shipped_toml
from scoring.values import replace
from workstation.actions.action import Action
from workstation.actions.loading import refuse_faults
from workstation.actions.mouse import SHIPPED_MOUSE, Mouse, with_gestures
from workstation.actions.viewers import PROFILES

# what the action without `_last` does now; a file that names one must still open the room
GONE = frozenset({"answer.unsure_last", "answer.note_last"})

_PACKAGE = "workstation.actions.profiles"


class _Own(Struct, frozen=True, forbid_unknown_fields=True):
    keys: dict[str, list[str]] = {}
    mouse: dict[str, str] = {}
    profile: str = ""


class _Profile(Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    keys: dict[str, list[str]] = {}
    mouse: dict[str, str] = {}


def with_own_keys(actions: tuple[Action, ...], text: str, file: str, profile: str = "") -> tuple[Action, ...]:
    """The actions with the keys of `text` in place of the shipped ones; `file` is its name in messages.

    profile: chosen in the room, in place of the one that the text names.

    Raises:
        TomlRefused: not TOML, an action that doesn't exist, a key used twice, a digit that doesn't give its own grade.
    """
    own = _chosen(_read(text, file), profile)
    found = _profile(own, file)
    if found is not None:
        actions = _with_keys(actions, found.keys, f"{own.profile}.toml", set(own.keys))
    return _with_keys(actions, own.keys, file, set())


def own_mouse(text: str, file: str, profile: str = "") -> Mouse:
    """The mouse as `text` has it, over that of its profile or the one chosen in the room, over the shipped one.

    Raises:
        TomlRefused: not TOML, a profile, gesture or deed that doesn't exist, or nothing left that does what is needed.
    """
    own = _chosen(_read(text, file), profile)
    found = _profile(own, file)
    mouse = SHIPPED_MOUSE
    if found is not None:
        mouse = with_gestures(mouse, found.mouse, TomlLocation(f"{own.profile}.toml").at("mouse"))
    return with_gestures(mouse, own.mouse, TomlLocation(file).at("mouse"))


def profile_name(profile: str) -> str:
    """What people call it."""
    return shipped_toml(_PACKAGE, f"{profile}.toml", _Profile).name


def _chosen(own: _Own, profile: str) -> _Own:
    return replace(own, profile=profile) if profile in PROFILES else own


def _read(text: str, file: str) -> _Own:
    return read_toml(text, _Own, file)


def _profile(own: _Own, file: str) -> _Profile | None:
    if not own.profile:
        return None
    if own.profile not in PROFILES:
        TomlLocation(file).at("profile").refuse(f"no such profile; there are: {', '.join(PROFILES)}")
    return shipped_toml(_PACKAGE, f"{own.profile}.toml", _Profile)


def _with_keys(
    actions: tuple[Action, ...], wanted: Mapping[str, list[str]], file: str, freed: set[str]
) -> tuple[Action, ...]:
    """freed: actions whose keys are given elsewhere afterwards, and are in nobody's way until then."""
    own = {name: keys for name, keys in wanted.items() if name not in GONE and name not in freed}
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
    refuse_faults(tuple(action for action in found if action.id not in freed), file)
    return found
