"""The program's own icon: one drawing, and the picture of it that windows and bundles take."""

from __future__ import annotations

from importlib.resources import as_file, files

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from workstation.ui.shared.application import give_icon, program_icon, the_application

FOLDER = files("workstation.ui.shared").joinpath("icon")


def _values(image: QImage) -> NDArray[np.int16]:
    plain = image.convertToFormat(QImage.Format.Format_RGBA8888_Premultiplied)
    return np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.width(), 4).astype(np.int16)


@pytest.mark.usefixtures("qapp")
def test_the_picture_is_the_drawing() -> None:
    with as_file(FOLDER.joinpath("ramris.png")) as file:
        kept = QImage(str(file))
    drawn = QImage(256, 256, QImage.Format.Format_ARGB32_Premultiplied)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    QSvgRenderer(FOLDER.joinpath("ramris.svg").read_bytes()).render(painter)
    painter.end()

    assert (kept.width(), kept.height()) == (256, 256)
    # edges may be smoothed otherwise by another version of Qt
    assert np.abs(_values(kept) - _values(drawn)).mean() < 0.5


@pytest.mark.usefixtures("qapp")
def test_every_window_gets_it() -> None:
    application = the_application()
    application.setWindowIcon(QIcon())

    give_icon()

    icon = application.windowIcon()

    assert icon.pixmap(64, 64).toImage() == program_icon().pixmap(64, 64).toImage()
    assert not icon.pixmap(64, 64).isNull()
