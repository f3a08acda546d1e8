"""The keys of the reading room: the shipped ones, or the user's own where a file says so."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.errors import UsageRefused

if TYPE_CHECKING:
    from workstation.actions.action import Action
    from workstation.actions.mouse import Mouse

CONFIG_FOLDER_VARIABLE = "RAMRIS_CONFIG"
OWN_KEYS = "keys.toml"


def own_keys_file() -> Path:
    """Where the user's own keys lie; RAMRIS_CONFIG puts the folder elsewhere."""
    from platformdirs import user_config_path

    chosen = os.environ.get(CONFIG_FOLDER_VARIABLE)
    return (Path(chosen) if chosen else user_config_path("ramris", appauthor=False)) / OWN_KEYS


def room_keys(profile: str = "") -> tuple[Action, ...]:
    """The actions with their keys; TomlRefused when the user's file is wrong, with the place in it.

    profile: of another viewer, as it was chosen in the room; "" leaves it to the file.
    """
    from workstation.actions.loading import shipped_actions
    from workstation.actions.own_keys import with_own_keys

    text = _own_text()
    if text is None and not profile:
        return shipped_actions()
    return with_own_keys(shipped_actions(), text or "", OWN_KEYS, profile)


def room_mouse(profile: str = "") -> Mouse:
    """What mouse and wheel do over an image; TomlRefused likewise."""
    from workstation.actions.mouse import SHIPPED_MOUSE
    from workstation.actions.own_keys import own_mouse

    text = _own_text()
    return SHIPPED_MOUSE if text is None and not profile else own_mouse(text or "", OWN_KEYS, profile)


def keys_and_mouse(profile: str) -> tuple[tuple[Action, ...], Mouse]:
    """Both, of a profile that is chosen in the room; TomlRefused where the user's own don't go with it."""
    return room_keys(profile), room_mouse(profile)


def _own_text() -> str | None:
    """The user's file; None where there is none."""
    trouble = ""
    try:
        return own_keys_file().read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        trouble = (
            f"{OWN_KEYS}: your own keys can't be read. Correct the file or move it away; `ramris keys` says where it is"
        )
    raise UsageRefused(trouble)


def key_lines() -> list[str]:
    """Every action with its id and keys, what the mouse does, profiles, and where own ones are looked for."""
    from workstation.actions.mouse import mouse_rows
    from workstation.actions.viewers import PROFILES

    lines = [f"{', '.join(action.keys):24} {action.id:26} {action.title}" for action in room_keys()]
    rows = mouse_rows(room_mouse())
    lines += [f"{what:24} {'(mouse)':26} {title}" for what, title in rows]
    return [*lines, f"Profiles: {', '.join(PROFILES)}", f"Your own keys and mouse: {own_keys_file()}"]


def write_key_card(out: Path) -> None:
    """The keys as one HTML page to print; UsageRefused when it can't be written there."""
    from workstation.actions.card import as_html

    page = as_html(room_keys())
    if not out.name or out.is_dir():
        raise UsageRefused(f"{out} is a folder. Give the name of a new .html file in it")
    building = out.with_name(f".{out.name}.part")
    trouble = ""
    try:
        building.write_text(page, encoding="utf-8")
        building.replace(out)
    except OSError as error:
        trouble = f"{out}: can't be written ({error.strerror}). Give the name of an .html file in a folder of yours"
    if trouble:
        building.unlink(missing_ok=True)
        raise UsageRefused(trouble)
