"""Preferences of a reader for all cases: what a case is opened with, and what is kept when it changes in one."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from scoring.values import replace
from storage.records import DisplayCheck
from workstation.hanging.layout import layout_of
from workstation.reading.preferences import Hung, Keeper, OfThisSession, Preferences
from workstation.reading.seen_slices import Glance
from workstation.reading.session.session import Door, Session
from workstation.reading.session.undo_history import Histories
from workstation.reading.state import SessionState


class Chosen:
    """The preferences of one reader; without a keeper they hold as long as the window is open."""

    def __init__(self, keeper: Keeper | None) -> None:
        self._keeper: Keeper = keeper or OfThisSession(Preferences(toured=True))
        self._enlarged: Hung | None = None

    @property
    def now(self) -> Preferences:
        """As they are kept."""
        return self._keeper.load()

    def keep(self, preferences: Preferences) -> None:
        """Keep these in their place."""
        self._keeper.save(preferences)

    def session(
        self,
        door: Door,
        code: str,
        histories: Histories,
        glances: Callable[[], Sequence[Glance]],
        display: Callable[[], DisplayCheck | None],
    ) -> Session:
        """A session on a case, opened as the reader wants cases to be."""
        self.keep_zoom()
        return Session(
            door,
            code,
            time.monotonic,
            hide_baseline=self.now.hide_baseline,
            hung=self.now.hung.over(layout_of(door.scheme).shown),
            expecting=self.now.expecting,
            histories=histories,
            glances=glances,
            display=display,
        )

    def follow(self, before: SessionState, now: SessionState) -> None:
        """Keep what was chosen anew between two states of a case."""
        was, hung = Hung.of(before.view), Hung.of(now.view)
        if before.view.form.hide_baseline != now.view.form.hide_baseline:
            self.keep(replace(self.now, hide_baseline=now.view.form.hide_baseline))
        if was != hung.enlarged_as(was):
            self.keep(replace(self.now, hung=hung.enlarged_as(self.now.hung)))
        if was != was.enlarged_as(hung):
            # a drag changes it with each movement: written when the case is left
            self._enlarged = hung
        if before.view.sites.expecting != now.view.sites.expecting:
            self.keep(replace(self.now, expecting=now.view.sites.expecting))

    def keep_zoom(self) -> None:
        """Keep how much the reader has enlarged the images, where that was changed."""
        if self._enlarged is not None:
            self.keep(replace(self.now, hung=self.now.hung.enlarged_as(self._enlarged)))
            self._enlarged = None
