"""Length of a scale bar. Pure."""

from __future__ import annotations

from msgspec import Struct

# ticks every 10 mm, or nearer together where a bar of 10 mm wouldn't fit any more
_CHOICES_MM = ((100, 10), (50, 10), (20, 10), (10, 5), (5, 1), (2, 1), (1, 1))
_LARGEST_SHARE = 0.35


class ScaleBar(Struct, frozen=True):
    """A bar of `length_mm` with a tick every `tick_mm`, `length_px` long on this screen."""

    length_mm: int
    tick_mm: int
    length_px: float

    @property
    def label(self) -> str:
        """As it stands beside the bar."""
        return f"{self.length_mm} mm"


def scale_bar(mm_per_pixel: float, width_px: float) -> ScaleBar:
    """The longest bar that takes up no more than a third of a cell that wide."""
    for length, tick in _CHOICES_MM:
        if length / mm_per_pixel <= width_px * _LARGEST_SHARE:
            return ScaleBar(length, tick, length / mm_per_pixel)
    length, tick = _CHOICES_MM[-1]
    return ScaleBar(length, tick, length / mm_per_pixel)
