"""Axis of a figure, drawn at each paint: pyqtgraph plays a recording of it, which takes several times as long."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtGui import QPainter, QPicture


class Axis(pg.AxisItem):  # type: ignore[misc] # pyqtgraph has no types
    """An axis that keeps where its lines and numbers stand until pyqtgraph says that they have moved."""

    picture: Any
    _specs: Any = None

    def paint(self, painter: QPainter, _option: object, _widget: object) -> None:
        """Draw it; None in `picture` says that it has to be laid out anew."""
        if self.picture is None:
            self._specs = self.generateDrawSpecs(painter)
            self.picture = QPicture()
        if self._specs is not None:
            painter.save()
            self.drawPicture(painter, *self._specs)
            painter.restore()
