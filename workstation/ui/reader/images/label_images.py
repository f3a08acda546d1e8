"""Labels as small pictures, drawn once and kept: a wheel turns eight cells with nine of them each."""

from __future__ import annotations

from functools import lru_cache
from math import ceil

from msgspec import Struct
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QGuiApplication, QImage, QPainter

from workstation.ui.shared import theme

_GROUND = QColor(0, 0, 0, 160)
# the dark ground goes so far beyond the words at either side
SIDE_PX = 3.0
_ENDLESS = 10_000.0

_Align = Qt.AlignmentFlag
MIDDLE = 0.5
Anchor = tuple[float, float]
"""Where words stand in their place: 0 left or top, 0.5 in the middle, 1 right or at the bottom."""


class _Words(Struct, frozen=True):
    """What is written, and how: sizes and width in the widget's own pixels. `ratio`: device pixels to one of them."""

    text: str
    colour: str
    size_px: int
    width: float
    centred: bool
    family: str
    ratio: float


class Label(Struct, frozen=True, eq=False):
    """A small picture and where it stands, in the widget's own pixels. `bottom`: where it ends."""

    at: QPointF
    image: QImage
    bottom: float


def draw_words(painter: QPainter, rect: QRectF, anchor: Anchor, text: str, look: tuple[str, int]) -> None:
    """Write on a dark ground, readable on bright tissue as on black.

    look: colour, and size in pixels where text has its usual size.
    """
    if text:
        words = label_of(rect, anchor, text, look, painter.device().devicePixelRatioF())
        painter.drawImage(words.at, words.image)


def label_of(rect: QRectF, anchor: Anchor, text: str, look: tuple[str, int], ratio: float) -> Label:
    """What `draw_words` writes, and where. `ratio`: device pixels to one of the widget's."""
    left, top, width, height = rect.left(), rect.top(), rect.width(), rect.height()
    family = QGuiApplication.font().family()
    image = _drawn(_Words(text, look[0], theme.scaled(look[1]), max(width, 1.0), anchor[0] == MIDDLE, family, ratio))
    wide, high = image.width() / ratio, image.height() / ratio
    x = left - SIDE_PX + anchor[0] * (width + 2 * SIDE_PX - wide)
    y = top + anchor[1] * (height - high)
    # on whole device pixels letters stay as sharp as they were drawn
    return Label(QPointF(round(x * ratio) / ratio, round(y * ratio) / ratio), image, y + high)


# a case on eight cells has some hundred words in use at a time: the numbers of slices and the windows change
@lru_cache(maxsize=512)
def _drawn(words: _Words) -> QImage:
    font = QFont(words.family)
    font.setPixelSize(words.size_px)
    flags = int(Qt.TextFlag.TextWordWrap) | int(_Align.AlignHCenter if words.centred else _Align.AlignLeft)
    taken = QFontMetricsF(font).boundingRect(QRectF(0, 0, words.width, _ENDLESS), flags, words.text)
    wide, high = ceil(taken.width()) + 2 * SIDE_PX, ceil(taken.height())
    image = QImage(ceil(wide * words.ratio), ceil(high * words.ratio), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(words.ratio)
    image.fill(_GROUND)
    with QPainter(image) as painter:
        painter.setFont(font)
        painter.setPen(QColor(words.colour))
        painter.drawText(QRectF(SIDE_PX, 0, wide - 2 * SIDE_PX + 1, high + 1), flags, words.text)
    return image
