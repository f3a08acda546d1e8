"""What a reader has chosen for all cases, as one frozen value. Where it is kept is known outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Preferences:
    """toured: the tour was seen to its end or left, so it isn't offered again. atlas: the folder of pictures, or "".

    hide_baseline: in this study baseline grades are hidden while the follow-up is graded; None is not chosen yet, so
    that each case stays as it was left. form_apart: the form is on another screen, where there is one.
    """

    toured: bool = False
    hide_baseline: bool | None = None
    atlas: str = ""
    form_apart: bool = False


class Keeper(Protocol):
    """Keeps the preferences of one reader in one study."""

    def load(self) -> Preferences:
        """What was kept last; the beginning where nothing was, or where it can't be read. Never raises."""

    def save(self, preferences: Preferences) -> bool:
        """Keep them; False when that couldn't be done, which costs no answer. Never raises."""


class OfThisSession:
    """Keeps them as long as the window is open."""

    def __init__(self, preferences: Preferences) -> None:
        self._kept = preferences

    def load(self) -> Preferences:
        """What was kept last."""
        return self._kept

    def save(self, preferences: Preferences) -> bool:
        """Keep them in memory."""
        self._kept = preferences
        return True
