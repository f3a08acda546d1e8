"""Keys and mouse of another viewer, worn at once by a key or from the menus, and kept for the reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping

from PySide6.QtGui import QAction, QKeySequence

from scoring.errors import TomlRefused
from scoring.values import replace
from workstation.actions.action import Action
from workstation.actions.loading import shipped_actions
from workstation.actions.mouse import Mouse
from workstation.actions.own_keys import own_mouse, profile_name, with_own_keys
from workstation.actions.viewers import PROFILES
from workstation.reading.preferences import Preferences
from workstation.ui.reader.looks.appearance import Kept

KeysOf = Callable[[str], tuple[tuple[Action, ...], Mouse]]
"""Actions and mouse of a profile by its id, "" is none. TomlRefused where the user's own keys don't go with it."""

NONE = "Keys and mouse are ramris's own and those of your keys.toml."


def shipped_keys(profile: str) -> tuple[tuple[Action, ...], Mouse]:
    """Of a reader without a file of keys."""
    return with_own_keys(shipped_actions(), "", "keys.toml", profile), own_mouse("", "keys.toml", profile)


class KeyProfiles:
    """Goes from one profile to the next, and back to none.

    items: the window's actions, by id. declared: what they stand for; both are changed in place. of_scheme: the actions
    of a room by its scheme, in its words. worn: called when keys and mouse are others now. keys_of: see `KeysOf`.
    """

    def __init__(
        self,
        items: Mapping[str, QAction],
        declared: MutableMapping[str, Action],
        of_scheme: Callable[[tuple[Action, ...]], tuple[Action, ...]],
        worn: Callable[[Mouse], object],
    ) -> None:
        self._items, self._declared, self._of_scheme, self._worn = items, declared, of_scheme, worn
        self.keys_of: KeysOf = shipped_keys

    def go_on(self, kept: Kept, tell: Callable[[str], object]) -> None:
        """Wear the next profile that goes with the user's own keys; a line says which, and which don't."""
        now: Preferences = kept.now
        order = ("", *PROFILES)
        at = order.index(now.profile) if now.profile in order else 0
        passed: list[str] = []
        for profile in (*order[at + 1 :], *order[: at + 1]):
            try:
                actions, mouse = self.keys_of(profile)
            except TomlRefused:
                passed.append(profile_name(profile) if profile else "Your keys.toml")
                continue
            kept.keep(replace(now, profile=profile))
            self._wear(actions)
            self._worn(mouse)
            said = (
                f"Keys and mouse as in {profile_name(profile)}, as far as the room does the same." if profile else NONE
            )
            left = f" Left out, since it doesn't go with your keys.toml: {', '.join(passed)}." if passed else ""
            tell(f"{said} F1 shows all.{left}")
            return

    def _wear(self, actions: tuple[Action, ...]) -> None:
        found = {action.id: action for action in self._of_scheme(actions)}
        # all go first: no two may have one key in between
        for item in self._items.values():
            item.setShortcuts([])
        for name, item in self._items.items():
            if name in found:
                item.setShortcuts([QKeySequence(key) for key in found[name].keys])
        self._declared.update({name: action for name, action in found.items() if name in self._items})
