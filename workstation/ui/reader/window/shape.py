"""Shape of the room: how much of the window the form takes, beside the images or below them. Pure; in pixels."""

from __future__ import annotations

from msgspec import Struct

# of the width beside the images: as narrow as the words of one column need, and of two in a window with room for both
FORM_SHARE, LEAST_FORM_PX = 0.28, 424
BROAD_FORM_SHARE, BROAD_FROM_PX = 0.3, 2400
# of the height below them: the table beside the words of all grades
LOW_FORM_SHARE, LEAST_LOW_FORM_PX = 0.38, 620
# times the width, from which height on the form lies below
UPRIGHT = 1.2


class Shape(Struct, frozen=True):
    """below: the form lies below the images, else at their right. form_px: of the width, or of the height."""

    below: bool
    form_px: int


def shape(width: int, height: int) -> Shape:
    """What leaves the most to the images while every word of the form can be read."""
    if height >= UPRIGHT * width:
        return Shape(True, min(max(int(height * LOW_FORM_SHARE), LEAST_LOW_FORM_PX), height))
    share = FORM_SHARE if width < BROAD_FROM_PX else BROAD_FORM_SHARE
    return Shape(False, min(max(int(width * share), LEAST_FORM_PX), width))
