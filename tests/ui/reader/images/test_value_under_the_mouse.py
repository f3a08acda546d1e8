"""The value under the mouse: all that is painted of it is painted anew when the mouse goes on."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from workstation.ui.reader.images.overlay import draw_value, value_area


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("words", ["value 0", "value 265", "value 4,294,967,295"])
def test_nothing_of_it_is_painted_outside_the_area_that_is_painted_anew(
    qapp: QApplication, words: str, ratio: float
) -> None:
    assert qapp is not None
    cell = QRectF(0, 0, 313, 360)
    image = QImage(round(cell.width() * ratio), round(cell.height() * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.white)

    with QPainter(image) as painter:
        draw_value(painter, cell, words)
        # what is painted anew
        painter.fillRect(value_area(cell), Qt.GlobalColor.white)

    assert {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())} == {"#ffffff"}
