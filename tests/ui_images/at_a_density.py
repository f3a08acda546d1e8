"""Paints a slice at the density that QT_SCALE_FACTOR names, in a process of its own; prints how far greys are off."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from scipy.ndimage import map_coordinates

from scoring.values import replace
from storage.records import CaseRecord, VisitRecord
from tests.builders.series import a_series
from tests.builders.state import a_state
from workstation.ui.reader.images.panel import ImagesPanel
from workstation.ui.reader.images.view import SeriesView


def main(folder: Path) -> None:
    """Show noise of 32 x 32 pixels, so that each is larger than one of the screen's, and compare every grey."""
    volume = np.random.default_rng(5).integers(0, 4096, (1, 32, 32))
    series = a_series(folder, "S", "T1", "COR", slices=1, volume=volume, frame="")
    series = replace(series, window_low=0.0, window_high=4095.0)
    application = QApplication([])
    panel = ImagesPanel()
    panel.resize(604, 640)
    panel.show()
    panel.show_state(a_state(CaseRecord("C1", folder, (VisitRecord(1, (series,)),))))
    while not panel.all_loaded() or panel._redraw.isActive():
        QTest.qWait(10)
    application.processEvents()
    cell = panel.viewports[0][0]
    view = cell.view
    assert isinstance(view, SeriesView)
    ratio = cell.devicePixelRatioF()
    image = cell.grab().toImage()
    # device pixels of a part that bears no writing
    wide = range(int(image.width() * 0.2), int(image.width() * 0.4))
    high = range(int(image.height() * 0.2), int(image.height() * 0.4))
    painted = np.array([[image.pixelColor(x, y).red() for x in wide] for y in high])
    back = cell.to_screen.inverted()[0]
    row_mm, column_mm = view.stack.spacing_mm
    left, top = view.corner_mm
    columns = [(back.map(QPointF((x + 0.5) / ratio, 0)).x() - left) / column_mm - 0.5 for x in wide]
    rows = [(back.map(QPointF(0, (y + 0.5) / ratio)).y() - top) / row_mm - 0.5 for y in high]
    grid = np.meshgrid(rows, columns, indexing="ij")
    expected = map_coordinates(volume[0].astype(float), grid, order=1, mode="nearest") * 255 / 4095
    off = float(np.abs(painted - expected).max())
    panel.shutdown()
    sys.stdout.write(json.dumps({"ratio": ratio, "width": image.width(), "cell": cell.width(), "off": off}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
