"""Marks that the reader drew, over the slice they were drawn on: at true size, whatever the zoom."""

from __future__ import annotations

from collections.abc import Mapping
from math import hypot
from types import MappingProxyType

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QTransform

from workstation.reading.tools.tool import Circle, Hue, Line, Mark, Oval, Ring, Shape
from workstation.ui.reader.images.annotations import TEXT_PX, line_px
from workstation.ui.reader.images.label_images import draw_words
from workstation.ui.reader.images.view import SeriesView
from workstation.ui.shared import theme
from workstation.ui.shared.colours import DARK

_TICK_PX = 5.0
_AWAY_PX, _WORDS_PX = 6.0, 120.0
_COLOURS: Mapping[Hue, str] = MappingProxyType({Hue.AID: DARK.accent, Hue.BONE: DARK.saved, Hue.LESION: DARK.refused})


def draw_marks(painter: QPainter, view: SeriesView, to_screen: QTransform, under_way: Mark | None = None) -> None:
    """The marks of the slice shown, and the one that is being drawn. to_screen: of the plane as it is stored."""
    drawn = () if view.marks is None else view.marks.drawn
    for mark in (*drawn, *((under_way,) if under_way is not None else ())):
        if (mark.series, mark.slice_index) == (view.series.code, view.index):
            for shape in mark.shapes:
                _draw(painter, shape, to_screen)


def _draw(painter: QPainter, shape: Shape, to_screen: QTransform) -> None:
    painter.setPen(_pen(shape))
    match shape:
        case Line(start=start, end=end, ticks=ticks, words=words):
            line = QLineF(to_screen.map(QPointF(*start)), to_screen.map(QPointF(*end)))
            painter.drawLine(line)
            if ticks and line.length():
                _draw_ticks(painter, line)
            _write(painter, line.p2(), words)
        case Circle(middle=middle, radius_mm=radius_mm):
            reach = radius_mm * hypot(to_screen.m11(), to_screen.m12())
            painter.drawEllipse(to_screen.map(QPointF(*middle)), reach, reach)
        case Oval(middle=(right, down), half=(across, along), words=words):
            area = to_screen.mapRect(QRectF(right - across, down - along, 2 * across, 2 * along))
            painter.drawEllipse(area)
            _write(painter, QPointF(area.right(), area.center().y()), words)
        case Ring(points=points, words=words):
            ring = QPolygonF([to_screen.map(QPointF(*point)) for point in points])
            painter.drawPolygon(ring)
            area = ring.boundingRect()
            _write(painter, QPointF(area.right(), area.center().y()), words, _COLOURS[shape.hue])


def _write(painter: QPainter, at: QPointF, words: str, colour: str = DARK.accent) -> None:
    """The number at what it measures, a little to the right and above."""
    if words:
        room = QRectF(at.x() + _AWAY_PX, at.y() - _AWAY_PX - line_px(), _WORDS_PX * theme.scale(), line_px())
        draw_words(painter, room, (0, 1), words, (colour, TEXT_PX))


def _draw_ticks(painter: QPainter, line: QLineF) -> None:
    across = line.normalVector()
    across.setLength(_TICK_PX)
    for end in (line.p1(), line.p2()):
        half = across.p2() - across.p1()
        painter.drawLine(QLineF(end - half, end + half))


def _pen(shape: Shape) -> QPen:
    # two pixels: a hairline drowns on enhancing tissue
    pen = QPen(QColor(_COLOURS[shape.hue]), 2.0)
    pen.setCosmetic(True)
    if isinstance(shape, Line) and shape.dashed:
        pen.setDashPattern([2, 3])
    return pen
