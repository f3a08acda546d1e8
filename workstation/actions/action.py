"""Action of a reader, as it is declared in keys.toml."""

from __future__ import annotations

from enum import Enum

import msgspec
from msgspec import Struct

from workstation.reading.command import Command

# of the images that keys act on: what a command is sent for, where it has such a field and the declaration says nothing
IN_SIGHT = ("visit", "series")
InSight = tuple[int, str]


class When(Enum):
    """When an action can be used: always, or only while a case is open and nothing is being typed."""

    ALWAYS = "always"
    CASE = "case"


class Wish(Struct, frozen=True):
    """The command of an action. in_sight: which of IN_SIGHT it takes; needs_sight: it can't be sent without."""

    command: Command
    in_sight: frozenset[str] = frozenset()
    needs_sight: bool = False


class Action(Struct, frozen=True):
    """An action and its keys, spelled as in Qt's portable text ("Ctrl+Shift+Z").

    group: the menu it stands in. repeats: whether holding the key down does it again; never for grades. wish: what is
    sent to the session; None where the window itself does it.
    """

    id: str
    title: str
    group: str
    keys: tuple[str, ...]
    when: When
    repeats: bool
    wish: Wish | None = None

    def command(self, in_sight: InSight | None) -> Command | None:
        """What is sent to the session, None where that is nothing: the window's own, or no series is in sight.

        in_sight: visit and series code of the images that keys act on.
        """
        if self.wish is None or (self.wish.needs_sight and in_sight is None):
            return None
        if in_sight is None or not self.wish.in_sight:
            return self.wish.command
        values = zip(IN_SIGHT, in_sight, strict=True)
        return msgspec.structs.replace(
            self.wish.command, **{name: value for name, value in values if name in self.wish.in_sight}
        )
