"""Marks that the reader drew, over the slice they were drawn on: at true size, whatever the zoom."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QLineF, QPointF
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QTransform

from workstation.imaging.measuring import DEPTH_MM, PlanePoint, depth_line, width_mm
from workstation.reading.marks import Depth, Marks, Outline, Width
from workstation.ui.reader.images.view import SeriesView
from workstation.ui.shared import theme

_TICK_PX = 5.0
Mark = Width | Depth | Outline


def draw_marks(painter: QPainter, view: SeriesView, to_screen: QTransform, under_way: Mark | None = None) -> None:
    """The marks of the slice shown, and the one that is being drawn."""
    marks = view.marks or Marks()
    for mark in (*_all(marks), *((under_way,) if under_way is not None else ())):
        if (mark.series, mark.slice_index) == (view.series.code, view.index):
            _draw(painter, mark, to_screen)


def _all(marks: Marks) -> Iterable[Mark]:
    return [mark for mark in (marks.width, marks.depth, *marks.outlines) if mark is not None]


def _draw(painter: QPainter, mark: Mark, to_screen: QTransform) -> None:
    match mark:
        case Width(start=start, end=end):
            _draw_calliper(painter, _line(to_screen, start, end))
        case Depth(surface=surface, towards=towards):
            _draw_depth(painter, surface, towards, to_screen)
        case Outline(part=part, ring=ring):
            painter.setPen(_pen(theme.SAVED if part == "bone" else theme.REFUSED))
            painter.drawPolygon(QPolygonF([to_screen.map(QPointF(*point)) for point in ring]))


def _draw_calliper(painter: QPainter, line: QLineF) -> None:
    painter.setPen(_pen(theme.ACCENT))
    painter.drawLine(line)
    if line.length():
        across = line.normalVector()
        across.setLength(_TICK_PX)
        for end in (line.p1(), line.p2()):
            half = across.p2() - across.p1()
            painter.drawLine(QLineF(end - half, end + half))


def _draw_depth(painter: QPainter, surface: PlanePoint, towards: PlanePoint, to_screen: QTransform) -> None:
    """The line at 1 cm once the direction is clear, and the way there; before that all places 1 cm off."""
    painter.setPen(_pen(theme.ACCENT))
    found = depth_line(surface, towards)
    if found is None:
        reach = DEPTH_MM * to_screen.m11()
        painter.drawEllipse(to_screen.map(QPointF(*surface)), reach, reach)
        return
    painter.drawLine(_line(to_screen, *found))
    share = DEPTH_MM / width_mm(surface, towards)
    end = tuple(surface[axis] + (towards[axis] - surface[axis]) * share for axis in (0, 1))
    pen = _pen(theme.ACCENT)
    pen.setDashPattern([2, 3])
    painter.setPen(pen)
    painter.drawLine(_line(to_screen, surface, (end[0], end[1])))


def _line(to_screen: QTransform, start: PlanePoint, end: PlanePoint) -> QLineF:
    return QLineF(to_screen.map(QPointF(*start)), to_screen.map(QPointF(*end)))


def _pen(colour: str) -> QPen:
    # two pixels: a hairline drowns on enhancing tissue
    pen = QPen(QColor(colour), 2.0)
    pen.setCosmetic(True)
    return pen
