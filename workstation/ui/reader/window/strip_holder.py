"""Holder of the strip below the images: made when it is wanted first, so that no start waits for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from workstation.reading.command import Command
from workstation.reading.state import SessionState
from workstation.ui.reader.images.protocol import Images
from workstation.ui.reader.window.halves import Halves

if TYPE_CHECKING:
    from workstation.ui.reader.strip.strip import SeriesStrip


class StripHolder:
    """Shows the strip, or none. dispatch: what takes its commands."""

    def __init__(self, images: Images, halves: Halves, dispatch: Callable[[Command], object]) -> None:
        self._images, self._halves, self._dispatch = images, halves, dispatch
        self._strip: SeriesStrip | None = None

    @property
    def shown(self) -> bool:
        """Whether the strip is there."""
        return self._strip is not None and not self._strip.isHidden()

    def toggle(self, state: SessionState | None) -> None:
        """Show it, or put it away."""
        if self._strip is None:
            # needed by who wants it alone
            from workstation.ui.reader.strip.strip import SeriesStrip  # noqa: PLC0415 - see above

            self._strip = SeriesStrip(self._images.volume, self._halves)
            self._strip.wanted.connect(self._dispatch)
            self._halves.put_below(self._strip)
            self._strip.show()
        else:
            self._strip.setVisible(self._strip.isHidden())
        self.render_state(state)

    def render_state(self, state: SessionState | None) -> None:
        """Draw what a state has, where the strip is in sight."""
        if self._strip is not None and state is not None and not self._strip.isHidden():
            self._strip.show_state(state, self._images.in_sight())
