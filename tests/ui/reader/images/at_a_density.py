"""Slice painted on a screen of one density, on one of another, and back; prints how far greys are off.

A process of its own, since the screens are told before Qt is there. The window is moved while it is open.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

INCH_DPI = 96


def main(folder: Path, first: float, second: float) -> None:
    """Show noise of 32 x 32 pixels, so that each is larger than one of the screen's, and compare every grey."""
    screens = [
        {"name": name, "x": 3000 * place, "y": 0, "width": 3000, "height": 2000,
         "logicalDpi": density * INCH_DPI, "logicalBaseDpi": INCH_DPI}
        for place, (name, density) in enumerate((("first", first), ("second", second)))
    ]  # fmt: skip
    file = folder / "screens.json"
    file.write_text(json.dumps({"screens": screens}), encoding="utf-8")
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={file}"

    from PySide6.QtTest import QTest  # noqa: PLC0415 - the screens are told before Qt is there
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415

    from scoring.values import replace  # noqa: PLC0415
    from storage.records import CaseRecord, VisitRecord  # noqa: PLC0415
    from tests.builders.series import a_series  # noqa: PLC0415
    from tests.builders.state import a_state  # noqa: PLC0415
    from workstation.ui.reader.images.panel import ImagesPanel  # noqa: PLC0415

    volume = np.random.default_rng(5).integers(0, 4096, (1, 32, 32))
    series = a_series(folder, "S", "T1", "COR", slices=1, volume=volume, frame="")
    series = replace(series, window_low=0.0, window_high=4095.0)
    application = QApplication([])
    panel = ImagesPanel()
    panel.resize(604, 362)
    panel.show()
    # a pair: a scan alone would fill the panel, and its writing would lie elsewhere
    other = replace(a_series(folder, "O", "T1", "COR", slices=1, volume=volume, frame=""), window_high=4095.0)
    panel.show_state(a_state(CaseRecord("C1", folder, (VisitRecord(1, (series,)), VisitRecord(2, (other,))))))
    found = []
    for screen in (0, 1, 0):
        corner = application.screens()[screen].geometry().topLeft()
        panel.move(corner.x() + 20, corner.y() + 20)
        QTest.qWait(50)
        # the platform keeps the window's size in pixels of the screen
        panel.resize(604, 362)
        QTest.qWait(50)
        while not panel.all_loaded() or panel._redraw.isActive():
            QTest.qWait(10)
        application.processEvents()
        found.append(_measured(panel, volume[0]))
    panel.shutdown()
    sys.stdout.write(json.dumps(found))


def _measured(panel: Any, slice_values: NDArray[np.int64]) -> dict[str, float]:  # noqa: ANN401 - Qt isn't there above
    from PySide6.QtCore import QPointF  # noqa: PLC0415

    from workstation.ui.reader.images.view import SeriesView  # noqa: PLC0415

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
    expected = map_coordinates(slice_values.astype(float), grid, order=1, mode="nearest") * 255 / 4095
    off = float(np.abs(painted - expected).max())
    return {"ratio": ratio, "width": image.width(), "cell": cell.width(), "off": off}


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]))
