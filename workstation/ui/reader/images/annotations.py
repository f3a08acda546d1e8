"""Annotations that stay over every slice of a series: letters, scale bar, caption and note, kept as pictures."""

from __future__ import annotations

from functools import lru_cache
from math import ceil, floor

from msgspec import Struct
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter, QPen

from scoring.readings.visit_words import worded
from workstation.imaging.orientation import EdgeLetters, edge_letters
from workstation.ui.reader.images.label_images import MIDDLE, Label, label_of
from workstation.ui.reader.images.scale_bar import ScaleBar, scale_bar
from workstation.ui.reader.images.view import SeriesView
from workstation.ui.shared import theme
from workstation.ui.shared.colours import DARK

TEXT_PX, SMALL_PX = 13, 11
_LETTER_PX = 16
_LINE_PX = 18.0
# widths below which the longest caption meets a letter in the middle
_NARROW_PX, _NARROW_GUEST_PX = 400.0, 640.0
_TICK_PX = 5.0

SHADOW = QColor(0, 0, 0, 210)


def draw_annotations(painter: QPainter, inside: QRectF, view: SeriesView, mm_per_pixel: float | None) -> None:
    """Draw it. mm_per_pixel: None while there is no image, so that nothing is said of it."""
    for part in _labels(_of_the_series(painter, inside, view, mm_per_pixel)):
        painter.drawImage(part.at, part.image)


def line_px() -> float:
    """The height of a line of words, at the size that text has now."""
    return _LINE_PX * theme.scale()


def second_line(rect: QRectF, least_px: float) -> QRectF:
    """The place of what stands beside a caption; one line further in where the cell is too narrow for both."""
    return rect if rect.width() >= least_px else rect.adjusted(0, line_px() + 2, 0, -line_px() - 2)


def hairline(colour: QColor, *, dashed: bool = False) -> QPen:
    """A line one pixel wide. Qt draws cosmetic ones at once, others as filled outlines: 10 times slower."""
    pen = QPen(colour, 1.0)
    pen.setCosmetic(True)
    if dashed:
        pen.setDashPattern([4, 4])
    return pen


class _Annotations(Struct, frozen=True):
    """What is written and drawn alike over every slice of a series.

    inside: left, top, width and height of the place for it. ratio: device pixels to one of the widget's. letters,
    mm_per_pixel: None while there is no image.
    """

    inside: tuple[float, float, float, float]
    ratio: float
    scale: float
    family: str
    caption: str
    guest: bool
    note: str
    letters: EdgeLetters | None
    mm_per_pixel: float | None


def _of_the_series(painter: QPainter, inside: QRectF, view: SeriesView, mm_per_pixel: float | None) -> _Annotations:
    caption = f"{worded('FOLLOW-UP', ordered=view.ordered)} here:  {view.caption}" if view.guest else view.caption
    return _Annotations(
        (inside.left(), inside.top(), inside.width(), inside.height()),
        painter.device().devicePixelRatioF(),
        theme.scale(),
        QGuiApplication.font().family(),
        caption,
        view.guest,
        view.note,
        None if mm_per_pixel is None or view.is_radiograph else edge_letters(view.stack),
        mm_per_pixel,
    )


# a wheel changes none of it, in any of the cells; zooming does
@lru_cache(maxsize=64)
def _labels(what: _Annotations) -> tuple[Label, ...]:
    """The letters, the scale bar, the caption and the note as pictures in their places."""
    inside, ratio = QRectF(*what.inside), what.ratio
    labels: list[Label] = []
    if what.letters is not None:
        labels += _letters(inside, what.letters, ratio, guest=what.guest)
    if what.mm_per_pixel is not None:
        labels += _scale_bar(inside, what.mm_per_pixel, ratio)
    look = (DARK.accent if what.guest else DARK.text, TEXT_PX)
    under = QRectF(inside)
    if what.caption:
        labels.append(label_of(inside, (0, 0), what.caption, look, ratio))
        under.setTop(labels[-1].bottom + 2)
    if what.note:
        under.setWidth(inside.width() * 0.42)
        labels.append(label_of(under, (0, 0), what.note, (DARK.text, SMALL_PX), ratio))
    return tuple(labels)


def _letters(rect: QRectF, letters: EdgeLetters, ratio: float, *, guest: bool) -> list[Label]:
    between = second_line(rect, theme.scale() * (_NARROW_GUEST_PX if guest else _NARROW_PX))
    letters_at = (
        (letters.left, rect, (0, MIDDLE)),
        (letters.right, rect, (1, MIDDLE)),
        (letters.top, between, (MIDDLE, 0)),
        (letters.bottom, between, (MIDDLE, 1)),
    )
    look = (DARK.text, _LETTER_PX)
    return [label_of(area, anchor, text, look, ratio) for text, area, anchor in letters_at if text]


def _scale_bar(rect: QRectF, mm_per_pixel: float, ratio: float) -> list[Label]:
    bar = scale_bar(mm_per_pixel, rect.width())
    above = QRectF(rect)
    above.setBottom(rect.bottom() - 3 - _TICK_PX - 1)
    label = label_of(above, (1, 1), bar.label, (DARK.text, SMALL_PX), ratio)
    return [_bar(bar, mm_per_pixel, rect.right() - 1, rect.bottom() - 3, ratio), label]


# cells are of one size, or of sizes a pixel apart
@lru_cache(maxsize=16)
def _bar(bar: ScaleBar, mm_per_pixel: float, right: float, bottom: float, ratio: float) -> Label:
    ticks = [right - step * bar.tick_mm / mm_per_pixel for step in range(bar.length_mm // bar.tick_mm + 1)]
    lines = [
        QLineF(right - bar.length_px, bottom, right, bottom),
        *(QLineF(x, bottom - _TICK_PX, x, bottom) for x in ticks),
    ]
    return _drawn_lines(lines, ratio)


def _drawn_lines(lines: list[QLineF], ratio: float) -> Label:
    """Hairlines and their shadows as a picture, which begins at a whole device pixel: there they lie as if drawn."""
    xs, ys = ([value for line in lines for value in pair(line)] for pair in (_xs, _ys))
    left, top = (floor((min(values) - 1) * ratio) for values in (xs, ys))
    right, bottom = (ceil((max(values) + 3) * ratio) for values in (xs, ys))
    image = QImage(right - left, bottom - top, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    with QPainter(image) as painter:
        painter.translate(-left / ratio, -top / ratio)
        # without a clip by a rectangle Qt draws a thin line 20 times as slowly
        painter.setClipRect(QRectF(left / ratio, top / ratio, image.width() / ratio, image.height() / ratio))
        painter.setPen(hairline(SHADOW))
        painter.drawLines([line.translated(1, 1) for line in lines])
        painter.setPen(hairline(QColor(DARK.text)))
        painter.drawLines(lines)
    return Label(QPointF(left / ratio, top / ratio), image, bottom / ratio)


def _xs(line: QLineF) -> tuple[float, float]:
    return line.x1(), line.x2()


def _ys(line: QLineF) -> tuple[float, float]:
    return line.y1(), line.y2()
