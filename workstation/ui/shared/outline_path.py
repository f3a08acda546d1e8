"""Outline of a site as a path of Qt."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath

from workstation.diagram.outlines import Outline


# the outlines of the two drawings, each asked for several times in one painting
@lru_cache(maxsize=256)
def path_of(outline: Outline) -> QPainterPath:
    """The closed curve."""
    path = QPainterPath(QPointF(*outline.start))
    for first, second, end in outline.segments:
        path.cubicTo(QPointF(*first), QPointF(*second), QPointF(*end))
    path.closeSubpath()
    return path
