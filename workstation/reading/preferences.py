"""Preferences of a reader for all cases, as one frozen value. Where they are kept is known outside."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from msgspec import Struct, field

from scoring.values import replace
from workstation.reading.view_state import Filling, ViewState


class Hung(Struct, frozen=True):
    """How the reader has the images of each feature: rows in sight, visits side by side, as blocks or above each other.

    zoom: times what fills the cells, of all features. filling: the wrist or the whole images. overview: an enlarged
    radiograph is shown whole in a corner.
    """

    rows_of: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    columns: frozenset[str] = frozenset()
    above: frozenset[str] = frozenset()
    zoom: float = 1.0
    filling: Filling = Filling.WRIST
    beside: frozenset[str] = frozenset()
    overview: bool = True

    @classmethod
    def of(cls, view: ViewState) -> Hung:
        """As it is in a view. A region that is scored is one case's own, so the next one has the wrist."""
        camera, cells = view.camera, view.cells
        filling = Filling.FIELD if camera.filling is Filling.FIELD else Filling.WRIST
        return cls(cells.rows_of, cells.columns, cells.above, camera.zoom, filling, cells.beside, view.overview)

    def enlarged_as(self, other: Hung) -> Hung:
        """The same arrangement, enlarged as the other one."""
        return replace(self, zoom=other.zoom, filling=other.filling)

    def over(self, rows_of: Mapping[str, int]) -> Hung:
        """With these rows for the features of which nothing was chosen."""
        return replace(self, rows_of=MappingProxyType({**rows_of, **self.rows_of}))

    def applied(self, view: ViewState) -> ViewState:
        """The view with its images hung so."""
        cells = replace(view.cells, rows_of=self.rows_of, columns=self.columns, above=self.above, beside=self.beside)
        shown = replace(view, cells=cells, overview=self.overview)
        return replace(shown, camera=replace(view.camera, zoom=self.zoom, filling=self.filling))


class Looks(Struct, frozen=True):
    """How the room looks. text_percent: of the usual size of text. light: a light form beside images on black."""

    text_percent: int = 100
    light: bool = False


class Preferences(Struct, frozen=True):
    """toured: the tour was seen to its end or left, so it isn't offered again. atlas: the folder of pictures, or "".

    hide_baseline: in this study baseline grades are hidden while the follow-up is graded; None is not chosen yet, so
    that each case stays as it was left. form_apart: the form is on another screen, where there is one. hung: how a case
    that wasn't begun is hung. expecting: images go to where a site never looked at is expected. strip: all series are
    in sight, small, below the images. profile: of whose viewer keys and mouse are; "" is nobody else's.
    """

    toured: bool = False
    hide_baseline: bool | None = None
    atlas: str = ""
    form_apart: bool = False
    expecting: bool = True
    hung: Hung = field(default_factory=Hung)
    strip: bool = False
    profile: str = ""
    looks: Looks = field(default_factory=Looks)


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
