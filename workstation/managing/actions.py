"""actions.toml -> what a coordinator can do. A mistake is named with file and location."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from msgspec import Struct

from scoring.toml_file import TomlLocation, read_toml, shipped_text
from workstation.managing.state import ManagingState, SeriesLine, SeriesStatus

SHIPPED = "actions.toml"


class When(Enum):
    """When an action can be used."""

    ALWAYS = "always"
    THERE = "there"
    STUDY = "study"
    SERIES = "series"
    HELD = "held"
    UNDO = "undo"
    BLANK = "blank"
    WORK = "work"


class ManagingAction(Struct, frozen=True, forbid_unknown_fields=True):
    """One action. keys: as in Qt's portable text; group: the menu it stands in."""

    id: str
    title: str
    group: str
    keys: tuple[str, ...]
    when: When
    repeats: bool = False


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    action: tuple[ManagingAction, ...]


@dataclass(frozen=True, slots=True)
class Usable:
    """What is on the screen, as far as it decides which actions can be used. read: the subject of the series was read,
    so that nothing about it changes any more. out: whether something of what is looked at is removed or excluded.
    """

    state: ManagingState
    series: SeriesLine | None
    read: bool = False
    out: bool = False

    def allows(self, when: When) -> bool:
        """Whether an action of that kind can be used now."""
        idle = self.state.work is None
        match when:
            case When.ALWAYS:
                allowed = True
            case When.WORK:
                allowed = not idle
            case When.THERE:
                allowed = idle and (self.state.study is not None or bool(self.state.shut))
            case When.STUDY:
                allowed = idle and self.state.study is not None
            case When.SERIES:
                allowed = idle and self.series is not None and not self.read
            case When.UNDO:
                allowed = idle and (self.out or self.series is not None)
            case When.BLANK:
                allowed = idle and self.series is not None
            case When.HELD:
                allowed = (
                    idle and self.series is not None and self.series.status is not SeriesStatus.IN and not self.read
                )
        return allowed


def shipped_actions() -> tuple[ManagingAction, ...]:
    """The actions that come with the program."""
    return actions_from(shipped_text("workstation.managing", SHIPPED), SHIPPED)


def actions_from(text: str, file: str) -> tuple[ManagingAction, ...]:
    """The actions of a text; `file` is its name in messages.

    Raises:
        TomlRefused: not TOML, a field missing or unknown, an id or a key that stands twice, or no key.
    """
    actions = read_toml(text, _File, file).action
    ids: set[str] = set()
    used: dict[str, str] = {}
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
