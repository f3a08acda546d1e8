"""Qt's application at a size that can be read: on a screen of 4K that no system scales, everything twice as large.

Windows and macOS scale by themselves, and so do desktops that are told to; an X server without a desktop's settings
doesn't, and 13 pixels are 2 mm on 27 inches there. Qt takes a scale only before it has seen a screen, so the
application is made anew where it is needed, and nowhere else.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QApplication

VARIABLE = "QT_SCALE_FACTOR"
# whoever sets one of these has decided
DECIDED = (VARIABLE, "QT_SCREEN_SCALE_FACTORS", "QT_ENABLE_HIGHDPI_SCALING", "QT_USE_PHYSICAL_DPI", "QT_FONT_DPI")
# the height in pixels from which on text of one size is too small: twice that of a desk's usual screen
TALL_PX = 2000
FACTOR = 2.0


def an_application(arguments: Sequence[str]) -> QApplication:
    """Make Qt's application. There must be none yet."""
    application = QApplication(list(arguments))
    screen = application.primaryScreen()
    if factor(screen.size().height(), screen.devicePixelRatio(), os.environ) == 1:
        return application
    application.shutdown()
    del screen, application
    os.environ[VARIABLE] = str(FACTOR)
    try:
        return QApplication(list(arguments))
    finally:
        # for this program alone, and for none that it starts
        del os.environ[VARIABLE]


def factor(height_px: int, ratio: float, environment: Mapping[str, str]) -> float:
    """How much larger everything is to be on a screen of that height, whose pixels the system scales by `ratio`."""
    if ratio != 1 or any(environment.get(name) for name in DECIDED):
        return 1.0
    return FACTOR if height_px >= TALL_PX else 1.0
