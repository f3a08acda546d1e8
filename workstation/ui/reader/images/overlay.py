"""What is written and drawn over an image, in pixels of the screen, so that it stays crisp at any zoom."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen, QTransform

from scoring.visit_words import worded
from workstation.imaging.orientation import edge_letters
from workstation.ui.reader.images.gap_bar import draw_gap_bar
from workstation.ui.reader.images.label_images import MIDDLE, draw_words
from workstation.ui.reader.images.scale_bar import scale_bar
from workstation.ui.reader.images.view import EmptyView, SeriesView
from workstation.ui.reader.images.volumes import Failed, Loading, Pixels
from workstation.ui.shared import theme

_MARGIN = 8.0
_TEXT_PX = 13
_SMALL_PX = 11
_LETTER_PX = 16
_LINE_PX = 18.0
# widths below which the longest caption meets a letter in the middle, or the window at the right
_NARROW_PX, _NARROW_GUEST_PX, _SLIM_PX = 400.0, 640.0, 280.0
_TICK_PX = 5.0
_LINE_ALPHA = 110
_CURSOR_GAP_PX, _CURSOR_PX = 6.0, 16.0

_SHADOW = QColor(0, 0, 0, 210)

_TOP_LEFT, _TOP_RIGHT, _BOTTOM_LEFT, _BOTTOM_RIGHT, _CENTRE = (0, 0), (1, 0), (0, 1), (1, 1), (MIDDLE, MIDDLE)


def draw_series(painter: QPainter, rect: QRectF, view: SeriesView, pixels: Pixels, to_screen: QTransform) -> None:
    """Everything over one slice. `to_screen` maps millimetres of the plane to places in `rect`."""
    inside = rect.adjusted(_MARGIN, _MARGIN - 2, -_MARGIN, -_MARGIN + 2)
    match pixels:
        case Loading():
            draw_words(painter, inside, _CENTRE, "Loading", (theme.DIM, _TEXT_PX))
        case Failed(reason):
            draw_words(painter, _column(inside), _CENTRE, reason, (theme.REFUSED, _TEXT_PX))
        case _:
            _draw_crossings(painter, view, to_screen)
            _draw_cursor(painter, view, to_screen)
            _draw_letters(painter, inside, view)
            _draw_scale_bar(painter, inside, 1 / to_screen.m11())
            draw_words(painter, inside, _BOTTOM_LEFT, view.position_text, (theme.TEXT, _TEXT_PX))
            above = inside.adjusted(0, 0, 0, -_LINE_PX)
            warned = theme.REFUSED if view.warns else theme.TEXT
            draw_words(painter, above, _BOTTOM_LEFT, view.above_text, (warned, _SMALL_PX))
            lines = 3 if view.measured else 2
            draw_gap_bar(painter, inside.adjusted(0, 0, 0, -lines * _LINE_PX - 2), view)
            draw_words(painter, _second_line(inside, _SLIM_PX), _TOP_RIGHT, view.window_text, (theme.TEXT, _SMALL_PX))
    caption = f"{worded('FOLLOW-UP', ordered=view.ordered)} here:  {view.caption}" if view.guest else view.caption
    colour = theme.ACCENT if view.guest else theme.TEXT
    if view.measured:
        words = inside.adjusted(0, 0, 0, -2 * _LINE_PX)
        draw_words(painter, words, _BOTTOM_LEFT, view.measured, (theme.ACCENT, _TEXT_PX))
    below = draw_words(painter, inside, _TOP_LEFT, caption, (colour, _TEXT_PX))
    if view.note:
        under = QRectF(inside)
        under.setTop(below + 2)
        under.setWidth(inside.width() * 0.42)
        draw_words(painter, under, _TOP_LEFT, view.note, (theme.TEXT, _SMALL_PX))


def draw_empty(painter: QPainter, rect: QRectF, view: EmptyView) -> None:
    """A cell without a series: its reason in the middle."""
    inside = rect.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
    draw_words(painter, _column(inside), _CENTRE, view.reason, (theme.DIM, _TEXT_PX))


def _column(rect: QRectF) -> QRectF:
    """A narrower column in the middle, for sentences."""
    side = max(0.0, (rect.width() - 420) / 2)
    return rect.adjusted(side, 0, -side, 0)


def _draw_letters(painter: QPainter, rect: QRectF, view: SeriesView) -> None:
    letters = edge_letters(view.stack)
    between = _second_line(rect, _NARROW_GUEST_PX if view.guest else _NARROW_PX)
    for text, area, place in (
        (letters.left, rect, (0, MIDDLE)),
        (letters.right, rect, (1, MIDDLE)),
        (letters.top, between, (MIDDLE, 0)),
        (letters.bottom, between, (MIDDLE, 1)),
    ):
        draw_words(painter, area, place, text, (theme.TEXT, _LETTER_PX))


def _second_line(rect: QRectF, least_px: float) -> QRectF:
    """The place of what stands beside a caption; one line further in where the cell is too narrow for both."""
    return rect if rect.width() >= least_px else rect.adjusted(0, _LINE_PX + 2, 0, -_LINE_PX - 2)


def _draw_scale_bar(painter: QPainter, rect: QRectF, mm_per_pixel: float) -> None:
    bar = scale_bar(mm_per_pixel, rect.width())
    right, bottom = rect.right() - 1, rect.bottom() - 3
    left = right - bar.length_px
    ticks = [right - step * bar.tick_mm / mm_per_pixel for step in range(bar.length_mm // bar.tick_mm + 1)]
    lines = [QLineF(left, bottom, right, bottom), *(QLineF(x, bottom - _TICK_PX, x, bottom) for x in ticks)]
    painter.setPen(_hairline(_SHADOW))
    painter.drawLines([line.translated(1, 1) for line in lines])
    painter.setPen(_hairline(QColor(theme.TEXT)))
    painter.drawLines(lines)
    above = QRectF(rect)
    above.setBottom(bottom - _TICK_PX - 1)
    draw_words(painter, above, _BOTTOM_RIGHT, bar.label, (theme.TEXT, _SMALL_PX))


def _draw_crossings(painter: QPainter, view: SeriesView, to_screen: QTransform) -> None:
    colour = QColor(theme.ACCENT)
    colour.setAlpha(_LINE_ALPHA)
    for line in view.crossings:
        painter.setPen(_hairline(colour, dashed=line.registered))
        painter.drawLine(QLineF(to_screen.map(QPointF(*line.start_mm)), to_screen.map(QPointF(*line.end_mm))))


def _draw_cursor(painter: QPainter, view: SeriesView, to_screen: QTransform) -> None:
    """Four short strokes round the place, which itself stays free; dashed where registration put it there."""
    if view.cursor is None:
        return
    at = to_screen.map(QPointF(*view.cursor.at_mm))
    strokes = [
        QLineF(at.x() + x * _CURSOR_GAP_PX, at.y() + y * _CURSOR_GAP_PX, at.x() + x * reach, at.y() + y * reach)
        for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1))
        for reach in (_CURSOR_PX,)
    ]
    painter.setPen(_hairline(_SHADOW))
    painter.drawLines([stroke.translated(1, 1) for stroke in strokes])
    painter.setPen(_hairline(QColor(theme.ACCENT), dashed=view.cursor.registered))
    painter.drawLines(strokes)


def _hairline(colour: QColor, *, dashed: bool = False) -> QPen:
    """A line one pixel wide. Qt draws cosmetic ones at once, others as filled outlines: 10 times slower."""
    pen = QPen(colour, 1.0)
    pen.setCosmetic(True)
    if dashed:
        pen.setDashPattern([4, 4])
    return pen
