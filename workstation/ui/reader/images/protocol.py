"""Protocol that the room needs of the images, so that a test can give it others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from msgspec import Struct
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from storage.records import CaseRecord, SeriesRecord
from workstation.actions.mouse import Mouse
from workstation.imaging.light.lit import Lit
from workstation.imaging.volume import Volume
from workstation.reading.images.filling import Outlines
from workstation.reading.seen_slices import Glance
from workstation.reading.state import SessionState
from workstation.ui.reader.images.slice_image import SliceImage
from workstation.ui.reader.images.view import SeriesView
from workstation.ui.reader.images.volumes import Loaded, Pixels


class MenuAsked(Struct, frozen=True):
    """The menu of the cell of a row and visit is wanted; `at` is on the screen."""

    row: int
    visit: int
    at: QPoint


class Fetching(Protocol):
    """What the room needs of images that lie apart."""

    def come_later(self, codes: Sequence[str]) -> None:
        """Have those of these cases come, in that order, while the one shown is read."""

    def coming(self) -> bool:
        """Whether those of the case shown aren't all here; `loaded` says it again when they are."""

    def stop(self) -> bool:
        """Wait no longer for those of the case shown; whether they were waited for."""


class PanelSize(Struct, frozen=True):
    """Width and height of the panel and height of a heading in pixels, and device pixels to one of them."""

    size: tuple[int, int]
    heading_px: int
    ratio: float


PixelsOf = Callable[[SeriesRecord], Pixels]


class Ahead(Protocol):
    """What has the images of the next feature ready."""

    def plan(self, state: SessionState, room: PanelSize, pixels_of: PixelsOf, /) -> None:
        """Rehearse soon what comes after this state."""

    def take(self, feature: str, view: SeriesView, pixels: Loaded, /) -> SliceImage | None:
        """What is ready of a cell; None where nothing is."""

    def stop(self) -> None:
        """Let go of everything."""


class Images(Protocol):
    """What the room needs of the images."""

    mouse: Mouse

    @property
    def fetching(self) -> Fetching:
        """Those that lie apart."""

    def take_mouse(self, mouse: Mouse) -> None:
        """Have mouse and wheel do what the reader wants of them."""

    def show_state(self, state: SessionState) -> None:
        """Draw this state."""

    def look_ahead(self, case: CaseRecord) -> None:
        """Have this case's pixels at hand before it is shown."""

    def rehearse(self, ahead: Ahead) -> None:
        """From now on have what comes next ready while nothing is to be done."""

    def lights(self, case: CaseRecord) -> Mapping[str, Lit] | None:
        """What the series of a case open with, by their codes; None while that isn't known."""

    def outlines(self, case: CaseRecord) -> Outlines:
        """Where the wrist is in the images of a case, as far as that is known."""

    def all_loaded(self) -> bool:
        """Whether every image shown has its pixels."""

    def in_sight(self) -> frozenset[str]:
        """The codes of the series that are shown."""

    def volume(self, series: str) -> Volume | None:
        """The pixels of a series of the case; None while they aren't there, or can't be had."""

    def primary_series(self) -> tuple[int, str] | None:
        """Visit and series code of the first row's images."""

    def glances(self) -> Sequence[Glance]:
        """What stood on the screen since it was asked last."""

    def shutdown(self) -> None:
        """Cancel what is loading."""


ImagesMaker = Callable[[], QWidget]
