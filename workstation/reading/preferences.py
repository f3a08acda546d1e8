"""Preferences of a reader for all cases, as one frozen value. Where they are kept is known outside."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from msgspec import Struct, field

from scoring.values import replace
from workstation.reading.view_state import ViewState


class Hung(Struct, frozen=True):
    """How the reader has the images of each feature: rows in sight, visits as blocks or one above the other."""

    rows_of: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    columns: frozenset[str] = frozenset()
    above: frozenset[str] = frozenset()

    @classmethod
    def of(cls, view: ViewState) -> Hung:
        """As it is in a view."""
        return cls(view.cells.rows_of, view.cells.columns, view.cells.above)

    def over(self, rows_of: Mapping[str, int]) -> Hung:
        """With these rows for the features of which nothing was chosen."""
        return replace(self, rows_of=MappingProxyType({**rows_of, **self.rows_of}))

    def applied(self, view: ViewState) -> ViewState:
        """The view with its images hung so."""
        return replace(view, cells=replace(view.cells, rows_of=self.rows_of, columns=self.columns, above=self.above))


class Preferences(Struct, frozen=True):
    """toured: the tour was seen to its end or left, so it isn't offered again. atlas: the folder of pictures, or "".

    hide_baseline: in this study baseline grades are hidden while the follow-up is graded; None is not chosen yet, so
    that each case stays as it was left. form_apart: the form is on another screen, where there is one. hung: how a case
    that wasn't begun is hung. expecting: images go to where a site never looked at is expected.
    """

    toured: bool = False
    hide_baseline: bool | None = None
    atlas: str = ""
    form_apart: bool = False
    expecting: bool = True
    hung: Hung = field(default_factory=Hung)


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
