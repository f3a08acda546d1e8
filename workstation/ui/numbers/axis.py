"""Axis of a figure, drawn at each paint: pyqtgraph plays a recording of it, which takes several times as long."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QLineF
from PySide6.QtGui import QPainter, QPen, QPicture


class Axis(pg.AxisItem):  # type: ignore[misc] # pyqtgraph has no types
    """An axis that keeps where its lines and numbers stand until pyqtgraph says that they have moved."""

    picture: Any
    _specs: Any = None
    _lines: Any = ()

    def paint(self, painter: QPainter, _option: object, _widget: object) -> None:
        """Draw it; None in `picture` says that it has to be laid out anew."""
        if self.picture is None:
            self._specs = self.generateDrawSpecs(painter)
            self._lines = () if self._specs is None else _by_pen(self._specs[1])
            self.picture = QPicture()
        if self._specs is not None:
            axis, _, words = self._specs
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
            for pen, lines in self._lines:
                painter.setPen(pen)
                painter.drawLines(lines)
            self.drawPicture(painter, axis, (), words)
            painter.restore()


def _by_pen(ticks: Any) -> list[tuple[QPen, list[QLineF]]]:  # noqa: ANN401
    """Lines of one colour together: a call for each of some hundred lines took most of a frame."""
    found: dict[int, tuple[QPen, list[QLineF]]] = {}
    for pen, start, end in ticks:
        found.setdefault(pen.color().rgba(), (pen, []))[1].append(QLineF(start, end))
    return list(found.values())
