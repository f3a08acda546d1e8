"""What is written and drawn over an image, in pixels of the screen, so that it stays crisp at any zoom."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QTransform

from scoring.visit_words import worded
from workstation.imaging.orientation import edge_letters
from workstation.ui.reader.images.scale_bar import scale_bar
from workstation.ui.reader.images.view import EmptyView, SeriesView
from workstation.ui.reader.images.volumes import Failed, Loading, Pixels
from workstation.ui.shared import theme

_MARGIN = 8.0
_TEXT_PX = 13
_SMALL_PX = 11
_LETTER_PX = 16
_LINE_PX = 18.0
_TICK_PX = 5.0
_LINE_ALPHA = 110
_CURSOR_GAP_PX, _CURSOR_PX = 6.0, 16.0

_SHADOW = QColor(0, 0, 0, 210)
_GROUND = QColor(0, 0, 0, 160)

_Align = Qt.AlignmentFlag


def draw_series(painter: QPainter, rect: QRectF, view: SeriesView, pixels: Pixels, to_screen: QTransform) -> None:
    """Everything over one slice. `to_screen` maps millimetres of the plane to places in `rect`."""
    inside = rect.adjusted(_MARGIN, _MARGIN - 2, -_MARGIN, -_MARGIN + 2)
    match pixels:
        case Loading():
            _write(painter, inside, _Align.AlignCenter, "Loading", theme.DIM)
        case Failed(reason):
            _write(painter, _column(inside), _Align.AlignCenter, reason, theme.REFUSED)
        case _:
            _draw_crossings(painter, view, to_screen)
            _draw_cursor(painter, view, to_screen)
            _draw_letters(painter, inside, view)
            _draw_scale_bar(painter, inside, 1 / to_screen.m11())
            _write(painter, inside, _Align.AlignLeft | _Align.AlignBottom, view.position_text, theme.TEXT)
            above = inside.adjusted(0, 0, 0, -_LINE_PX)
            _write(painter, above, _Align.AlignLeft | _Align.AlignBottom, view.beyond_text, theme.REFUSED, _SMALL_PX)
            _write(painter, inside, _Align.AlignRight | _Align.AlignTop, view.window_text, theme.TEXT, _SMALL_PX)
    caption = f"{worded('FOLLOW-UP', ordered=view.ordered)} here:  {view.caption}" if view.guest else view.caption
    colour = theme.ACCENT if view.guest else theme.TEXT
    if view.measured:
        words = inside.adjusted(0, 0, 0, -2 * _LINE_PX)
        _write(painter, words, _Align.AlignLeft | _Align.AlignBottom, view.measured, theme.ACCENT)
    below = _write(painter, inside, _Align.AlignLeft | _Align.AlignTop, caption, colour)
    if view.note:
        under = QRectF(inside)
        under.setTop(below + 2)
        under.setWidth(inside.width() * 0.42)
        _write(painter, under, _Align.AlignLeft | _Align.AlignTop, view.note, theme.TEXT, _SMALL_PX)


def draw_empty(painter: QPainter, rect: QRectF, view: EmptyView) -> None:
    """A cell without a series: its reason in the middle."""
    inside = rect.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
    _write(painter, _column(inside), _Align.AlignCenter, view.reason, theme.DIM)


def _column(rect: QRectF) -> QRectF:
    """A narrower column in the middle, for sentences."""
    side = max(0.0, (rect.width() - 420) / 2)
    return rect.adjusted(side, 0, -side, 0)


def _draw_letters(painter: QPainter, rect: QRectF, view: SeriesView) -> None:
    letters = edge_letters(view.stack)
    for text, place in (
        (letters.left, _Align.AlignLeft | _Align.AlignVCenter),
        (letters.right, _Align.AlignRight | _Align.AlignVCenter),
        (letters.top, _Align.AlignHCenter | _Align.AlignTop),
        (letters.bottom, _Align.AlignHCenter | _Align.AlignBottom),
    ):
        _write(painter, rect, place, text, theme.TEXT, _LETTER_PX)


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
    _write(painter, above, _Align.AlignRight | _Align.AlignBottom, bar.label, theme.TEXT, _SMALL_PX)


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


def _write(  # noqa: PLR0917 - place, words and look of one line, as Qt's own drawText takes them
    painter: QPainter, rect: QRectF, align: _Align, text: str, colour: str, size_px: int = _TEXT_PX
) -> float:
    """Write on a dark ground, readable on bright tissue as on black; returns where the text ends at the bottom."""
    if not text:
        return rect.top()
    font = QFont(painter.font())
    font.setPixelSize(size_px)
    painter.setFont(font)
    flags = int(align) | int(Qt.TextFlag.TextWordWrap)
    taken = painter.boundingRect(rect, flags, text)
    painter.fillRect(taken.adjusted(-3, 0, 3, 0), _GROUND)
    painter.setPen(QColor(colour))
    painter.drawText(rect, flags, text)
    return taken.bottom()


def _hairline(colour: QColor, *, dashed: bool = False) -> QPen:
    """A line one pixel wide. Qt draws cosmetic ones at once, others as filled outlines: 10 times slower."""
    pen = QPen(colour, 1.0)
    pen.setCosmetic(True)
    if dashed:
        pen.setDashPattern([4, 4])
    return pen
