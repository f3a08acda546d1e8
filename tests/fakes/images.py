"""An images panel without images, for tests of what stands beside it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from storage.records import CaseRecord
from workstation.actions.mouse import SHIPPED_MOUSE, Mouse
from workstation.imaging.light.lit import Lit
from workstation.imaging.volume import Volume
from workstation.imaging.wrist.outline import Outline
from workstation.reading.seen_slices import Glance
from workstation.reading.state import SessionState
from workstation.ui.reader.images.protocol import Ahead, MenuAsked


class AllHere:
    """No image lies apart; `later` are the cases that are to come."""

    def __init__(self) -> None:
        self.later: tuple[str, ...] = ()

    def come_later(self, codes: Sequence[str]) -> None:
        self.later = tuple(codes)

    def coming(self) -> bool:
        return False

    def stop(self) -> bool:
        return False


class BlankImages(QWidget):
    """The interface of the images panel; it keeps the last state it was given."""

    wanted = Signal(object)
    loaded = Signal()
    arrived = Signal()
    lit = Signal(str)
    outlined = Signal(str)
    menu_asked = Signal(MenuAsked)

    def __init__(self) -> None:
        super().__init__()
        self.shown: SessionState | None = None
        self.stopped = False
        self.mouse = SHIPPED_MOUSE
        self.ahead = ""
        self.fetching = AllHere()
        self.looked_at: tuple[Glance, ...] = ()
        self.light: dict[str, Lit] | None = None
        self.outlines_found: dict[str, dict[int, Outline]] = {}

    def take_mouse(self, mouse: Mouse) -> None:
        self.mouse = mouse

    def show_state(self, state: SessionState) -> None:
        self.shown = state

    def look_ahead(self, case: CaseRecord) -> None:
        self.ahead = case.code

    def rehearse(self, _ahead: Ahead) -> None:
        pass

    def lights(self, _case: CaseRecord) -> dict[str, Lit] | None:
        return self.light

    def outlines(self, _case: CaseRecord) -> dict[str, dict[int, Outline]]:
        return self.outlines_found

    def all_loaded(self) -> bool:
        return True

    def primary_series(self) -> tuple[int, str] | None:
        if self.shown is None:
            return None
        visit = self.shown.focus.visit
        return visit, f"{self.shown.case.code}{visit}0"

    def in_sight(self) -> frozenset[str]:
        primary = self.primary_series()
        return frozenset() if primary is None else frozenset({primary[1]})

    def volume(self, _series: str) -> Volume | None:
        return None

    def glances(self) -> tuple[Glance, ...]:
        now, self.looked_at = self.looked_at, ()
        return now

    def shutdown(self) -> None:
        self.stopped = True
