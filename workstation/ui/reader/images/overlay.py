"""Overlay of an image: words and lines in pixels of the screen, so that they stay crisp at any zoom."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QTransform

from workstation.ui.reader.images.annotations import (
    SHADOW,
    SMALL_PX,
    TEXT_PX,
    draw_annotations,
    hairline,
    line_px,
    second_line,
)
from workstation.ui.reader.images.gap_bar import draw_gap_bar
from workstation.ui.reader.images.label_images import MIDDLE, SIDE_PX, Label, draw_words, label_of
from workstation.ui.reader.images.view import EmptyView, SeriesView
from workstation.ui.reader.images.volumes import Failed, Loading, Pixels
from workstation.ui.shared import theme
from workstation.ui.shared.colours import DARK

_MARGIN = 8.0
# the width below which the longest caption meets the window at the right
_SLIM_PX = 280.0
# room for the largest of 32 bits
_VALUE_PX = 125.0
_LINE_ALPHA, _RING_ALPHA = 110, 150
_CURSOR_GAP_PX, _CURSOR_PX = 6.0, 16.0

_TOP_RIGHT, _BOTTOM_LEFT, _BOTTOM_RIGHT, _CENTRE = (1, 0), (0, 1), (1, 1), (MIDDLE, MIDDLE)


def draw_series(painter: QPainter, rect: QRectF, view: SeriesView, pixels: Pixels, to_screen: QTransform) -> None:
    """Everything over one slice. `to_screen` maps millimetres of the plane to places in `rect`."""
    inside = rect.adjusted(_MARGIN, _MARGIN - 2, -_MARGIN, -_MARGIN + 2)
    label = _measured(inside, view, painter.device().devicePixelRatioF())
    loaded = False
    match pixels:
        case Loading():
            draw_words(painter, inside, _CENTRE, "Loading", (DARK.dim, TEXT_PX))
        case Failed(reason):
            draw_words(painter, _column(inside), _CENTRE, reason, (DARK.refused, TEXT_PX))
        case _:
            loaded = True
            _draw_crossings(painter, view, to_screen)
            _draw_ring(painter, view, to_screen)
            _draw_cursor(painter, view, to_screen)
            draw_words(painter, inside, _BOTTOM_LEFT, view.position_text, (DARK.text, TEXT_PX))
            above = inside.adjusted(0, 0, 0, -line_px())
            warned = DARK.refused if view.warns else DARK.text
            draw_words(painter, above, _BOTTOM_LEFT, view.above_text, (warned, SMALL_PX))
            top = inside.bottom() - 2 * line_px() if label is None else label.at.y()
            draw_gap_bar(painter, inside.adjusted(0, 0, 0, top - inside.bottom() - 2), view)
            beside = second_line(inside, _SLIM_PX * theme.scale())
            draw_words(painter, beside, _TOP_RIGHT, view.window_text, (DARK.text, SMALL_PX))
            # no wider than leaves the caption and the letter at the top free
            under = beside.adjusted(beside.width() * 0.54, line_px(), 0, 0)
            draw_words(painter, under, _TOP_RIGHT, view.light, (DARK.text, SMALL_PX))
    if label is not None:
        painter.drawImage(label.at, label.image)
    draw_annotations(painter, inside, view, 1 / to_screen.m11() if loaded else None)


def _measured(inside: QRectF, view: SeriesView, ratio: float) -> Label | None:
    """What is measured here, in lines that end before the value of the pixel under the mouse."""
    if not view.measured:
        return None
    room = inside.adjusted(0, 0, -(_VALUE_PX + 2 * _MARGIN) * theme.scale(), -2 * line_px())
    return label_of(room, _BOTTOM_LEFT, view.measured, (DARK.accent, TEXT_PX), ratio)


def draw_value(painter: QPainter, rect: QRectF, words: str) -> None:
    """The value of the pixel under the mouse, above the scale bar."""
    if words:
        draw_words(painter, _above_the_bar(rect), _BOTTOM_RIGHT, words, (DARK.text, SMALL_PX))


def value_area(rect: QRectF) -> QRect:
    """All that is painted of it in a cell: it alone is painted anew while the mouse moves."""
    return _above_the_bar(rect).adjusted(-SIDE_PX, 0, SIDE_PX, 0).toAlignedRect()


def _above_the_bar(rect: QRectF) -> QRectF:
    inside = rect.adjusted(_MARGIN, _MARGIN - 2, -_MARGIN, -_MARGIN + 2)
    bottom, wide = inside.bottom() - 2 * line_px(), _VALUE_PX * theme.scale()
    return QRectF(inside.right() - wide, bottom - line_px(), wide, line_px())


def draw_empty(painter: QPainter, rect: QRectF, view: EmptyView) -> None:
    """A cell without a series: its reason in the middle."""
    inside = rect.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
    draw_words(painter, _column(inside), _CENTRE, view.reason, (DARK.dim, TEXT_PX))


def _column(rect: QRectF) -> QRectF:
    """A narrower column in the middle, for sentences."""
    side = max(0.0, (rect.width() - 420) / 2)
    return rect.adjusted(side, 0, -side, 0)


def _draw_crossings(painter: QPainter, view: SeriesView, to_screen: QTransform) -> None:
    for line in view.crossings:
        painter.setPen(_crossing_pen(dashed=line.registered))
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
    painter.setPen(hairline(SHADOW))
    painter.drawLines([stroke.translated(1, 1) for stroke in strokes])
    painter.setPen(hairline(QColor(DARK.accent), dashed=view.cursor.registered))
    painter.drawLines(strokes)


def _draw_ring(painter: QPainter, view: SeriesView, to_screen: QTransform) -> None:
    """Faint, so that no edge of bone is taken for it; dashed where the site is only expected."""
    if view.ring is None:
        return
    radius, middle = view.ring.radius_mm * to_screen.m11(), to_screen.map(QPointF(*view.ring.middle_mm))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen, away in _ring_pens(dashed=view.ring.expected):
        painter.setPen(pen)
        painter.drawEllipse(middle, radius + away, radius + away)


@lru_cache(maxsize=2)
def _ring_pens(*, dashed: bool) -> tuple[tuple[QPen, float], ...]:
    """Dark and light side by side, so that it is seen on marrow and on air."""
    light, dark = QColor(DARK.accent), QColor(SHADOW)
    light.setAlpha(_RING_ALPHA)
    dark.setAlpha(_RING_ALPHA)
    return (hairline(dark, dashed=dashed), 1.0), (hairline(light, dashed=dashed), 0.0)


@lru_cache(maxsize=2)
def _crossing_pen(*, dashed: bool) -> QPen:
    colour = QColor(DARK.accent)
    colour.setAlpha(_LINE_ALPHA)
    return hairline(colour, dashed=dashed)
