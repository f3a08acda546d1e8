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
# of the window that larger words may take from the images
MOST_SHARE = 0.5


class Shape(Struct, frozen=True):
    """below: the form lies below the images, else at their right. form_px: of the width, or of the height."""

    below: bool
    form_px: int


def shape(width: int, height: int, scale: float = 1.0) -> Shape:
    """What leaves the most to the images while every word of the form can be read.

    scale: times its usual size that text has. Images keep half of the window.
    """
    if height >= UPRIGHT * width:
        return Shape(True, _form_px(height, LOW_FORM_SHARE, LEAST_LOW_FORM_PX, scale))
    share = FORM_SHARE if width < BROAD_FROM_PX else BROAD_FORM_SHARE
    return Shape(False, _form_px(width, share, LEAST_FORM_PX, scale))


def _form_px(whole: int, share: float, least_px: int, scale: float) -> int:
    usual = min(max(int(whole * share), least_px), whole)
    # the share is of words at their usual size; where that is more than the words need, larger ones need no more
    wanted = max(usual, round(least_px * scale))
    return max(usual, min(wanted, int(whole * MOST_SHARE)))
