"""Holder of the strip below the images: made when it is wanted first, so that no start waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.ui.reader.images.protocol import Images
from workstation.ui.reader.window.halves import Halves
from workstation.ui.reader.window.opened_case import OpenedCase

if TYPE_CHECKING:
    from workstation.ui.reader.strip.strip import SeriesStrip


class StripHolder:
    """Shows the strip, or none."""

    def __init__(self, images: Images, halves: Halves, case: OpenedCase) -> None:
        self._images, self._halves, self._case = images, halves, case
        self._strip: SeriesStrip | None = None

    @property
    def shown(self) -> bool:
        """Whether the strip is there."""
        return self._strip is not None and not self._strip.isHidden()

    def toggle(self) -> None:
        """Show it, or put it away."""
        if self._strip is None:
            # needed by who wants it alone
            from workstation.ui.reader.strip.strip import SeriesStrip  # noqa: PLC0415 - see above

            self._strip = SeriesStrip(self._images.volume, self._halves)
            self._strip.wanted.connect(self._case.dispatch)
            self._halves.put_below(self._strip)
            self._strip.show()
        else:
            self._strip.setVisible(self._strip.isHidden())
        self.render()

    def render(self) -> None:
        """Draw what the case has, where the strip is in sight."""
        state = self._case.state
        if self._strip is not None and state is not None and not self._strip.isHidden():
            self._strip.show_state(state, self._images.in_sight())
